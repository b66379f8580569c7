using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Service.Intake;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Pipeline;

/// <summary>What waits for the ordered writer.</summary>
internal abstract class QueuedWork;

/// <summary>A change of what decides, at its place between two records.</summary>
/// <param name="next">Decides from here on.</param>
/// <param name="prepared">Its state as of <paramref name="through"/>; null = the state stays, because nothing that is derived differs.</param>
/// <param name="through">Records received later are not in it; null = none is.</param>
internal sealed class QueuedSwitch(Configuration next, LiveState? prepared, Instant? through) : QueuedWork
{
    public Configuration Next => next;

    public LiveState? Prepared => prepared;

    public Instant? Through => through;

    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A record on its way through the ordered writer, with what has become of it so far.</summary>
/// <remarks>Belongs to the writer from the queue on; only <see cref="Answer"/> is waited for by the caller.</remarks>
internal sealed class QueuedRecord(IntakeItem item) : QueuedWork
{
    public IntakeItem Item => item;

    public TaskCompletionSource<IntakeAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HistoryRecord Record { get; set; } = item.Record;

    public IntakeResult Result { get; set; }

    public LiveStep Step { get; set; }

    public DecisionRecord? Decision { get; set; }
}
