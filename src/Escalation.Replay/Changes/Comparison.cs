using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Replay.Collecting;

namespace Escalation.Replay.Changes;

/// <summary>Compares each further arm with the first.</summary>
internal static class Comparison
{
    private const int ExamplesOfAKind = 20;
    private const double HalfWidth = .1;

    public static IReadOnlyList<ArmComparison> All(
        IReadOnlyList<ArmResult> arms, SlicedMetrics sliced, IReadOnlyList<IReadOnlyDictionary<string, UnknownDifference>> unknown, IReadOnlyList<HashSet<TicketId>> escalated, TicketNeeds needs, ChangeSpool spool, Func<DecisionChange, ChangeKind> kindOf)
    {
        var counts = arms.Select(_ => new SortedDictionary<ChangeKind, long>()).ToArray();
        var examples = arms.Select(_ => new List<(ChangeKind Kind, DecisionChange Change)>()).ToArray();
        foreach (var change in spool.Read())
        {
            var kind = kindOf(change);
            var seen = counts[change.Arm].GetValueOrDefault(kind);
            counts[change.Arm][kind] = seen + 1;
            if (seen < ExamplesOfAKind) examples[change.Arm].Add((kind, change));
        }
        return [.. Enumerable.Range(1, arms.Count - 1).Select(i => Of(arms[0], arms[i], sliced.DifferencesOf(i), unknown[i], escalated[0], escalated[i], needs, counts[i], examples[i]))];
    }

    private static ArmComparison Of(
        ArmResult baseline, ArmResult arm, IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetricValue>> slices, IReadOnlyDictionary<string, UnknownDifference> open, HashSet<TicketId> before, HashSet<TicketId> after, TicketNeeds needs,
        SortedDictionary<ChangeKind, long> counts, List<(ChangeKind Kind, DecisionChange Change)> examples)
    {
        int onlyBaseline = 0, onlyArm = 0;
        foreach (var (ticket, needed) in needs.Known)
        {
            var (was, isNow) = (before.Contains(ticket) == needed, after.Contains(ticket) == needed);
            if (was && !isNow) onlyBaseline++;
            else if (isNow && !was) onlyArm++;
        }
        var unknown = after.Count(t => !before.Contains(t) && needs.Of(t) is null);
        return new ArmComparison
        {
            Name = $"{arm.Arm.Name}-{baseline.Arm.Name}",
            Differences = arm.Metrics.Minus(baseline.Metrics),
            Slices = slices,
            Unknown = open,
            Changes = counts,
            Examples = [.. examples.OrderBy(e => e.Kind)],
            Discordant = (onlyBaseline, onlyArm),
            McNemar = McNemarExact(onlyBaseline, onlyArm),
            UnknownTickets = unknown,
            LabelsToSettle = LabelsFor(unknown),
        };
    }

    /// <summary>Two-sided exact probability that discordant pairs fall this unevenly by chance.</summary>
    internal static double McNemarExact(int a, int b)
    {
        var n = a + b;
        if (n == 0) return 1;
        var (term, tail) = (-n * Math.Log(2), 0d);
        for (var k = 0; k <= Math.Min(a, b); k++)
        {
            tail += Math.Exp(term);
            term += Math.Log(n - k) - Math.Log(k + 1);
        }
        return Math.Min(1, 2 * tail);
    }

    /// <summary>Sample size for a share within 10 points at 95 %, at its most uncertain, of a finite number.</summary>
    internal static int LabelsFor(int tickets)
    {
        const double infinite = 1.959963984540054 * 1.959963984540054 * .25 / (HalfWidth * HalfWidth);
        return tickets == 0 ? 0 : (int)Math.Ceiling(infinite / (1 + (infinite - 1) / tickets));
    }
}
