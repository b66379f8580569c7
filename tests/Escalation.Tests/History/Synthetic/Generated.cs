using Escalation.Core.Tickets;
using Escalation.History.Synthetic;

namespace Escalation.Tests.History.Synthetic;

/// <summary>A generated history in memory.</summary>
internal sealed class Generated : ISyntheticSink
{
    private static readonly Lazy<Generated> Shared = new(() => Of(12_000, 5));

    /// <summary>One history for all tests that only read it.</summary>
    public static Generated History => Shared.Value;

    public List<HistoryRecord> Records { get; } = [];

    public Dictionary<string, MessageTruth> Truths { get; } = new(StringComparer.Ordinal);

    public int PeakWaiting { get; private set; }

    public IEnumerable<Message> Messages => Records.OfType<Message>();

    public IEnumerable<Message> CustomerMessages => Messages.Where(m => m.Author == Author.Customer);

    public IEnumerable<TicketEvent> Events => Records.OfType<TicketEvent>();

    public IEnumerable<Label> Labels => Records.OfType<Label>();

    public static Generated Of(long messages, ulong seed)
    {
        var generated = new Generated();
        var history = new SyntheticHistory(new SyntheticOptions { Messages = messages, Seed = seed });
        history.Run(generated, cancellation: TestContext.Current.CancellationToken);
        generated.PeakWaiting = history.PeakWaiting;
        return generated;
    }

    public void Take(HistoryRecord record, MessageTruth? truth)
    {
        Records.Add(record);
        if (truth is { } known) Truths.Add(record.Id, known);
    }
}
