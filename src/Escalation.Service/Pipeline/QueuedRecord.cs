using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Observed;
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

    /// <summary>The record as a message of whose text everything is known that the caller could find out; null where it is none, or nothing is known.</summary>
    public ObservedMessage? Seen { get; private set; }

    public IntakeResult Result { get; set; }

    public LiveStep Step { get; set; }

    public DecisionRecord? Decision { get; set; }

    /// <summary>Reads the text of a customer's message before the ordered writer has its turn: that takes no order, and callers are many.</summary>
    public void ReadText(TextAnalyzer analyzer)
    {
        if (item.Record is not Message { Author: Author.Customer } message) return;
        try
        {
            var seen = new ObservedMessage(message);
            seen.TextFacts(analyzer);
            Seen = seen;
        }
        catch (Exception)
        {
            // The writer comes to the same and says so of this record alone.
        }
    }
}
