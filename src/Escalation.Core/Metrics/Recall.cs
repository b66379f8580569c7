using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Metrics;

/// <summary>Tickets flagged by the machine in time / tickets that needed it, as far as that is known.</summary>
/// <remarks>
/// Known: labelled, raised by a person, or drawn in a blind audit; what only the audit found stands for 1/probability tickets (Horvitz and Thompson).
/// A flag after a person raised the ticket or called it missed came too late. Without an audit nobody knows what all have missed: the value is then
/// only an upper guess, its status no lower bound. Tickets that the machine flagged and nobody reviewed are not known, which errs to the low side.
/// </remarks>
internal static class Recall
{
    public static void Add(MetricSetBuilder build, IReadOnlyList<TicketOutcome> tickets, IReadOnlyList<LinkedEpisode> episodes)
    {
        var flaggedAt = FlaggedAt(episodes);
        var sample = MetricSetBuilder.Shares();
        var audit = new AuditOfUnflagged();
        var isAudited = false;
        double caught = 0, missed = 0;
        foreach (var ticket in tickets)
        {
            if (ticket.Needed is not { } needed) continue;
            var isFlagged = IsInTime(ticket, flaggedAt);
            var weight = ticket.Audit is { } draw ? 1 / draw.Probability : 1;
            if (ticket.Audit is { IsOfEscalated: false })
            {
                isAudited = true;
                if (!isFlagged) audit.Add(weight, needed);
            }
            if (!needed) continue;
            sample.Add(new Cluster(ticket.CustomerId, ticket.TicketId), isFlagged ? weight : 0, weight);
            if (isFlagged) caught += weight;
            else missed += weight;
        }
        var value = build.Add(MetricIds.Recall, sample);
        if (value.Status == MetricStatus.NoData) return;
        if (!isAudited) value = value with { Low = null, Status = MetricStatus.NoLowerBound };
        // An audit that found no miss still leaves as many as its size cannot rule out.
        else if (audit.IsWithoutMiss) value = value with { Low = Rounding.Score(Math.Min(value.Low ?? 1, caught / (caught + missed + audit.PossibleMisses))) };
        build.Metrics[MetricIds.Recall] = value;
    }

    /// <summary>When the machine first escalated each ticket.</summary>
    public static Dictionary<TicketId, Instant> FlaggedAt(IEnumerable<LinkedEpisode> episodes)
    {
        var flaggedAt = new Dictionary<TicketId, Instant>();
        foreach (var episode in episodes)
            if (episode.IsMachine && (!flaggedAt.TryGetValue(episode.Outcome.TicketId, out var known) || episode.Outcome.OpenedAt < known))
                flaggedAt[episode.Outcome.TicketId] = episode.Outcome.OpenedAt;
        return flaggedAt;
    }

    /// <summary>Whether the machine escalated a ticket before a person saw that it was needed.</summary>
    public static bool IsInTime(TicketOutcome ticket, Dictionary<TicketId, Instant> flaggedAt) => flaggedAt.TryGetValue(ticket.TicketId, out var at) && !(at > ticket.SeenByPersonAt);

    private struct AuditOfUnflagged
    {
        private int drawn;
        private int misses;
        private double tickets;

        public readonly bool IsWithoutMiss => drawn > 0 && misses == 0;

        public readonly double PossibleMisses => tickets * Wilson.Interval(0, drawn).High;

        public void Add(double weight, bool needed)
        {
            drawn++;
            tickets += weight;
            if (needed) misses++;
        }
    }
}
