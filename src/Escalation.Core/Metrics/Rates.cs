using Escalation.Core.Tickets;

namespace Escalation.Core.Metrics;

/// <summary>How much is escalated, and how much of that is dismissed.</summary>
internal static class Rates
{
    /// <summary>Tickets with an episode / tickets created; machine and human apart, and episodes a ticket.</summary>
    public static void EscalationRate(MetricSetBuilder build, IReadOnlyList<TicketOutcome> tickets, IReadOnlyList<LinkedEpisode> episodes)
    {
        var byTicket = new Dictionary<TicketId, (int Machine, int Human)>();
        foreach (var episode in episodes)
        {
            var (machine, human) = byTicket.GetValueOrDefault(episode.Outcome.TicketId);
            byTicket[episode.Outcome.TicketId] = episode.IsMachine ? (machine + 1, human) : (machine, human + 1);
        }
        var (any, byMachine, byHuman, count) = (MetricSetBuilder.Shares(), MetricSetBuilder.Shares(), MetricSetBuilder.Shares(), new RatioSample(MetricValue.Episodes, isShare: false));
        foreach (var ticket in tickets)
        {
            var (machine, human) = byTicket.GetValueOrDefault(ticket.TicketId);
            var cluster = new Cluster(ticket.CustomerId, ticket.TicketId);
            any.Add(cluster, machine + human > 0);
            byMachine.Add(cluster, machine > 0);
            byHuman.Add(cluster, human > 0);
            count.Add(cluster, machine + human);
        }
        const string id = MetricIds.EscalationRate;
        build.Add(id, any);
        build.Detail(id, "machine", byMachine);
        build.Detail(id, "human", byHuman);
        build.Detail(id, "episodesPerTicket", count);
    }

    /// <summary>Dismissed / reviewed machine episodes, where reviewed = confirmed + dismissed.</summary>
    /// <remarks>
    /// Duplicates and those already handled are process errors: in neither, and shown as a share of all machine episodes. The bounds take every
    /// unreviewed episode as right (lower) or wrong (upper). What blind confirmations say stands beside it where there are any: who has seen a recommendation leans to it. The classic rate FP / (FP + TN) needs a blind audit of what was not escalated.
    /// </remarks>
    public static void FalsePositiveRate(MetricSetBuilder build, IReadOnlyList<TicketOutcome> tickets, IReadOnlyList<LinkedEpisode> episodes)
    {
        var (rate, unreviewed, process, lower, upper, classic, blind) = (MetricSetBuilder.Shares(), MetricSetBuilder.Shares(), MetricSetBuilder.Shares(), MetricSetBuilder.Shares(),
            MetricSetBuilder.Shares(), MetricSetBuilder.Shares(), MetricSetBuilder.Shares());
        var flagged = new HashSet<TicketId>();
        foreach (var episode in episodes)
        {
            if (!episode.IsMachine) continue;
            var verdict = episode.Outcome.Verdict;
            flagged.Add(episode.Outcome.TicketId);
            if (episode.Outcome.NeededBlind is { } blindly) blind.Add(episode.Cluster, !blindly);
            unreviewed.Add(episode.Cluster, verdict == ReviewVerdict.Unreviewed);
            process.Add(episode.Cluster, verdict == ReviewVerdict.ProcessError);
            if (verdict == ReviewVerdict.ProcessError) continue;
            lower.Add(episode.Cluster, verdict == ReviewVerdict.Dismissed);
            upper.Add(episode.Cluster, verdict != ReviewVerdict.Confirmed);
            if (verdict == ReviewVerdict.Unreviewed) continue;
            rate.Add(episode.Cluster, verdict == ReviewVerdict.Dismissed);
            if (verdict == ReviewVerdict.Dismissed) classic.Add(episode.Cluster, true);
        }
        var isAudited = false;
        foreach (var ticket in tickets)
            if (ticket is { Needed: false, Audit: { } audit } && !flagged.Contains(ticket.TicketId))
            {
                isAudited = true;
                classic.Add(new Cluster(ticket.CustomerId, ticket.TicketId), 0, 1 / audit.Probability);
            }
        const string id = MetricIds.FalsePositiveRate;
        build.Add(id, rate);
        build.Detail(id, "unreviewedShare", unreviewed);
        build.Detail(id, "processErrorShare", process);
        build.Detail(id, "lowerBound", lower);
        build.Detail(id, "upperBound", upper);
        if (blind.N > 0) build.Detail(id, "blind", blind);
        build.Detail(id, "classic", isAudited ? classic.Estimate() : MetricValue.NoData(MetricValue.Share));
    }
}
