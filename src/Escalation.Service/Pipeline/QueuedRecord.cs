using Escalation.Core.Tickets;
using Escalation.Service.Intake;
using Escalation.Storage;

namespace Escalation.Service.Pipeline;

/// <summary>A record on its way through the ordered writer, with what has become of it so far.</summary>
/// <remarks>Belongs to the writer from the queue on; only <see cref="Answer"/> is waited for by the caller.</remarks>
internal sealed class QueuedRecord(IntakeItem item)
{
    public IntakeItem Item => item;

    public TaskCompletionSource<IntakeAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HistoryRecord Record { get; set; } = item.Record;

    public IntakeResult Result { get; set; }

    public LiveStep Step { get; set; }

    public DecisionRecord? Decision { get; set; }
}
