using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.View;
using Escalation.Replay.Arms;
using Escalation.Replay.Collecting;
using Escalation.Trainer.Weights;
using NodaTime;

namespace Escalation.Cli.Commands.Weights;

/// <summary>A history decided again, with the strongest decision of every ticket of which people say whether somebody was needed.</summary>
internal static class LabelledTickets
{
    /// <summary>Decides the history, in order and as a replay does.</summary>
    /// <param name="records">In the total order of history.</param>
    /// <param name="configuration">Rules and models.</param>
    /// <param name="progress">Told the number of records now and then.</param>
    /// <param name="cancellation">Ends between two records.</param>
    public static IReadOnlyList<WeightRow> Of(IEnumerable<HistoryRecord> records, Configuration configuration, Action<long> progress, CancellationToken cancellation)
    {
        var policy = configuration.Policy;
        var view = new HistoryView();
        var tickets = new TicketLedger();
        var arm = new ArmRunner(new ReplayArm("learning", configuration.Timeless()), keepsSignals: false);
        var strongest = new Dictionary<TicketId, (double Score, Instant At, double[] Confidences)>();
        var labels = new List<Label>();
        var taken = 0L;
        foreach (var record in records)
        {
            if (++taken % 4096 == 0) progress(taken);
            cancellation.ThrowIfCancellationRequested();
            switch (record)
            {
                case Message message:
                    var observed = new ObservedMessage(message);
                    tickets.Take(message);
                    if (message.Author == Author.Customer) Keep(strongest, message, arm.Decide(view.Observe(observed)).Decision, policy);
                    view.Add(observed);
                    break;
                case Label label: labels.Add(label); break;
                default:
                    if (record is TicketEvent happened) tickets.Take(happened);
                    view.Add(record);
                    break;
            }
        }
        progress(taken);
        return Rows(strongest, tickets, labels);
    }

    private static void Keep(Dictionary<TicketId, (double Score, Instant At, double[] Confidences)> strongest, Message message, Decision decision, Policy policy)
    {
        if (strongest.TryGetValue(message.TicketId, out var known) && known.Score >= decision.Recommendation.Score) return;
        var confidences = new double[policy.Triggers.Count];
        foreach (var signal in decision.Signals)
            if (policy.TriggerIndex(signal.TriggerType) is >= 0 and var t) confidences[t] = Math.Max(confidences[t], signal.Confidence);
        strongest[message.TicketId] = (decision.Recommendation.Score, message.Received, confidences);
    }

    private static List<WeightRow> Rows(Dictionary<TicketId, (double Score, Instant At, double[] Confidences)> strongest, TicketLedger tickets, List<Label> labels)
    {
        var book = new LabelBook(labels, tickets.Canonical, Instant.MaxValue);
        var rows = new List<WeightRow>();
        foreach (var merged in strongest.GroupBy(s => tickets.Canonical(s.Key)))
        {
            if (LabelBook.Winner(book.Of(merged.Key), l => l.EffectiveNeeded is not null) is not { } said) continue;
            var (_, at, confidences) = merged.MaxBy(s => s.Value.Score).Value;
            var customer = tickets.CustomerOf(merged.Key);
            rows.Add(new WeightRow(merged.Key, customer.IsKnown ? customer.Value : null, at, said.EffectiveNeeded!.Value, said.Audit is { Probability: > 0 } drawn ? 1 / drawn.Probability : 1, confidences));
        }
        return [.. rows.OrderBy(r => r.Ticket.Value, StringComparer.Ordinal)];
    }
}
