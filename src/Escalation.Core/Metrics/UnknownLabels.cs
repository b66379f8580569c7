using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Metrics;

/// <summary>How far a figure could lie from what it is if those of which nobody said anything turned out all one way or the other.</summary>
/// <param name="Low">The least it can be.</param>
/// <param name="High">The most it can be.</param>
/// <param name="Known">What it was counted over.</param>
/// <param name="Unknown">What it says nothing of: unreviewed episodes, tickets without a label, episodes without a known right team.</param>
public sealed record UnknownBounds(double Low, double High, int Known, int Unknown);

/// <summary>The same for the difference of two arms, where what is not known is the same for both.</summary>
/// <param name="Low">The least the difference can be.</param>
/// <param name="High">The most it can be.</param>
/// <param name="Tickets">Tickets without a label whose truth moves the difference, if only a little where both arms escalate them.</param>
/// <param name="LabelsToSettle">How many of those, drawn at random and labelled blindly, tell the sign at 95 %; 0 = it is told already.</param>
/// <param name="Expected">The difference if they turn out as the labelled ones did; what the number of labels is worked out for.</param>
public sealed record UnknownDifference(double Low, double High, int Tickets, int LabelsToSettle, double Expected)
{
    /// <summary>Whether no label could turn the sign.</summary>
    public bool IsSettled => LabelsToSettle == 0;
}

/// <summary>What unknown labels leave open of the metrics that rest on labels: false-positive rate, recall, routing accuracy.</summary>
/// <remarks>
/// Bounds assume nothing of what is not known (worst case both ways); those of a difference are joint: a ticket has one truth, whichever arm escalates it.
/// They say nothing of chance, which the interval of the metric does. Labels to settle: the arms' difference is a constant and a sum over the tickets that
/// it rests on; labelling n of N at random tells this sum within z S N sqrt(1/n - 1/N), and n is the least for which that is below the expected
/// difference, where S is what it would be if the tickets turned out as labelled ones of the kind did (as one in two without any).
/// Sources: Manski, "Nonparametric bounds on treatment effects", 1990, for the bounds; Cochran, "Sampling Techniques", 3rd edition 1977, chapters 2 and
/// 4.7, for the sample size with the correction for a finite population.
/// </remarks>
public static class UnknownLabels
{
    /// <summary>The bounds of one arm, by metric; a metric that nothing can be counted for is not among them.</summary>
    public static IReadOnlyDictionary<string, UnknownBounds> Of(Outcomes arm, MetricOptions? options = null)
    {
        var bounds = new Dictionary<string, UnknownBounds>(StringComparer.Ordinal);
        var mature = Mature.Of(arm, options);
        var (dismissed, reviewed, unreviewed) = mature.Reviews();
        if (reviewed + unreviewed > 0) bounds.Add(MetricIds.FalsePositiveRate, Bounds(dismissed, dismissed + unreviewed, reviewed + unreviewed, reviewed, unreviewed));
        var (caught, needed, flagged, unflagged) = mature.Needs();
        if (needed + flagged + unflagged > 0)
            bounds.Add(MetricIds.Recall, new UnknownBounds(
                needed + unflagged == 0 ? 1 : Rounding.Score((double)caught / (needed + unflagged)), needed + flagged == 0 ? 0 : Rounding.Score((double)(caught + flagged) / (needed + flagged)), needed, flagged + unflagged));
        var (right, known, unknown) = mature.Routes();
        if (known + unknown > 0) bounds.Add(MetricIds.RoutingAccuracy, Bounds(right, right + unknown, known + unknown, known, unknown));
        return bounds;
    }

    /// <summary>What is open of an arm less the baseline, by metric; a metric that nothing can be counted for in either arm is not among them.</summary>
    /// <param name="baseline">The outcomes of the baseline.</param>
    /// <param name="arm">Those of the arm over the same tickets.</param>
    /// <param name="options">Maturity.</param>
    public static IReadOnlyDictionary<string, UnknownDifference> Between(Outcomes baseline, Outcomes arm, MetricOptions? options = null)
    {
        var (before, after) = (Mature.Of(baseline, options), Mature.Of(arm, options));
        var open = new Dictionary<string, UnknownDifference>(StringComparer.Ordinal);
        if (FalsePositives(before, after) is { } alarms) open.Add(MetricIds.FalsePositiveRate, alarms);
        if (Recalls(before, after) is { } recall) open.Add(MetricIds.Recall, recall);
        if (Routings(before, after) is { } routing) open.Add(MetricIds.RoutingAccuracy, routing);
        return open;
    }

    private static UnknownBounds Bounds(int low, int high, int n, int known, int unknown) => new(Rounding.Score((double)low / n), Rounding.Score((double)high / n), known, unknown);

    /// <remarks>With every unreviewed episode counted the denominators are fixed, so that the difference is a sum over tickets.</remarks>
    private static UnknownDifference? FalsePositives(Mature before, Mature after)
    {
        var ((oldDismissed, oldReviewed, oldOpen), (nowDismissed, nowReviewed, nowOpen)) = (before.Reviews(), after.Reviews());
        var (n, m) = (oldReviewed + oldOpen, nowReviewed + nowOpen);
        if (n == 0 || m == 0) return null;
        var share = ShareOf(oldDismissed + nowDismissed, oldReviewed + nowReviewed);
        var units = new Dictionary<TicketId, double>();
        foreach (var episode in before.Machine.Where(IsOpen)) units[episode.TicketId] = units.GetValueOrDefault(episode.TicketId) - 1d / n;
        foreach (var episode in after.Machine.Where(IsOpen)) units[episode.TicketId] = units.GetValueOrDefault(episode.TicketId) + 1d / m;
        return Difference((double)nowDismissed / m - (double)oldDismissed / n, units.Values.Select(u => new Unit([(u, share)])));
    }

    /// <remarks>Both arms share the denominator, so that the sign is that of caught less caught, a sum over tickets; the bounds let it grow with what is needed.</remarks>
    private static UnknownDifference? Recalls(Mature before, Mature after)
    {
        var (oldFlags, nowFlags) = (before.Flagged(), after.Flagged());
        int caught = 0, needed = 0, won = 0, lost = 0, alike = 0, apart = 0, apartNeeded = 0;
        foreach (var ticket in after.Tickets)
        {
            var (was, isNow) = (Recall.IsInTime(ticket, oldFlags), Recall.IsInTime(ticket, nowFlags));
            if (ticket.Needed is null)
            {
                if (was == isNow) alike++;
                else if (isNow) won++;
                else lost++;
                continue;
            }
            if (was != isNow) apart++;
            if (ticket.Needed != true) continue;
            needed++;
            caught += (isNow ? 1 : 0) - (was ? 1 : 0);
            if (was != isNow) apartNeeded++;
        }
        if (needed + won + lost + alike == 0) return null;
        var (share, total) = (ShareOf(apartNeeded, apart), needed + ShareOf(apartNeeded, apart) * (won + lost));
        var sign = Difference(caught, Enumerable.Repeat(new Unit([(1, share)]), won).Concat(Enumerable.Repeat(new Unit([(-1, share)]), lost)));
        return sign with
        {
            Low = 0 - Highest(-caught, lost, needed, alike),
            High = Highest(caught, won, needed, alike),
            Expected = total == 0 ? 0 : Rounding.Score(sign.Expected / total),
        };
    }

    /// <summary>The highest of (caught + won) / (needed + won + any of those alike): where it is below 0, more that are needed bring it nearer to 0.</summary>
    private static double Highest(int caught, int won, int needed, int alike)
    {
        var n = needed + won + (caught + won < 0 ? alike : 0);
        return n == 0 ? 0 : Rounding.Score((double)(caught + won) / n);
    }

    /// <remarks>A ticket has at most one right team: of the teams that either arm sent it to, or none of them.</remarks>
    private static UnknownDifference? Routings(Mature before, Mature after)
    {
        var ((oldRight, oldKnown, oldOpen), (nowRight, nowKnown, nowOpen)) = (before.Routes(), after.Routes());
        var (n, m) = (oldKnown + oldOpen, nowKnown + nowOpen);
        if (n == 0 || m == 0) return null;
        var (old, now) = (ShareOf(oldRight, oldKnown), ShareOf(nowRight, nowKnown));
        var units = new Dictionary<TicketId, Dictionary<string, (double Value, bool Before, bool After)>>();
        foreach (var episode in before.Routed.Where(e => string.IsNullOrEmpty(e.RightTeam))) Add(episode, -1d / n, true);
        foreach (var episode in after.Routed.Where(e => string.IsNullOrEmpty(e.RightTeam))) Add(episode, 1d / m, false);
        return Difference((double)nowRight / m - (double)oldRight / n, units.Values.Select(teams =>
        {
            var chances = teams.Values.Select(t => (t.Value, Chance: t is { Before: true, After: true } ? (old + now) / 2 : t.After ? now : old)).ToList();
            var sum = Math.Max(1, chances.Sum(c => c.Chance));
            return new Unit([.. chances.Select(c => (c.Value, c.Chance / sum))]);
        }));

        void Add(EpisodeOutcome episode, double value, bool isBefore)
        {
            if (!units.TryGetValue(episode.TicketId, out var teams)) units.Add(episode.TicketId, teams = new(StringComparer.Ordinal));
            var known = teams.GetValueOrDefault(episode.FirstTeam!);
            teams[episode.FirstTeam!] = (known.Value + value, known.Before || isBefore, known.After || !isBefore);
        }
    }

    private static UnknownDifference Difference(double constant, IEnumerable<Unit> all)
    {
        var units = all.Where(u => u.Moves).ToList();
        var (low, high) = (constant + units.Sum(u => u.Least), constant + units.Sum(u => u.Most));
        var expected = constant + units.Sum(u => u.Mean);
        return new UnknownDifference(Rounding.Score(low), Rounding.Score(high), units.Count, LabelsFor(units, Rounding.Score(low), Rounding.Score(high), expected), Rounding.Score(expected));
    }

    /// <summary>1/n = d^2 / (z S N)^2 + 1/N: where nothing is expected, or all turn out alike by expectation, every one must be looked at or one is enough.</summary>
    private static int LabelsFor(List<Unit> units, double low, double high, double expected)
    {
        if (units.Count == 0 || low > 0 || high < 0) return 0;
        double n = units.Count;
        var mean = units.Sum(u => u.Mean) / n;
        var variance = Math.Max(0, units.Sum(u => u.Square) / n - mean * mean);
        if (variance == 0) return expected == 0 ? units.Count : 1;
        var needed = 1 / (expected * expected / (Wilson.Z * Wilson.Z * variance * n * n) + 1 / n);
        return (int)Math.Clamp(Math.Ceiling(needed - 1e-9), 1, n);
    }

    private static double ShareOf(int part, int all) => all == 0 ? .5 : (double)part / all;

    private static bool IsOpen(EpisodeOutcome episode) => episode.Verdict == ReviewVerdict.Unreviewed;

    /// <summary>A ticket of which something is not known: what it may add to the difference, each with its chance; else it adds nothing.</summary>
    private readonly record struct Unit(IReadOnlyList<(double Value, double Chance)> Outcomes)
    {
        public bool Moves => Outcomes.Any(o => Math.Abs(o.Value) > 1e-12);

        public double Least => Math.Min(0, Outcomes.Min(o => o.Value));

        public double Most => Math.Max(0, Outcomes.Max(o => o.Value));

        public double Mean => Outcomes.Sum(o => o.Value * o.Chance);

        public double Square => Outcomes.Sum(o => o.Value * o.Value * o.Chance);
    }

    /// <summary>The tickets and episodes of an arm that are old enough to have their labels.</summary>
    private sealed record Mature(IReadOnlyList<TicketOutcome> Tickets, IReadOnlyList<LinkedEpisode> All, IReadOnlyList<EpisodeOutcome> Machine, IReadOnlyList<EpisodeOutcome> Routed)
    {
        public static Mature Of(Outcomes outcomes, MetricOptions? options)
        {
            var latest = outcomes.AsOf - Duration.FromDays((options ?? MetricOptions.Default).MaturityDays);
            var episodes = outcomes.Episodes.Where(e => e.Outcome.OpenedAt <= latest).ToList();
            return new Mature(
                [.. outcomes.Tickets.Where(t => t.CreatedAt <= latest)], episodes, [.. episodes.Where(e => e.IsMachine && e.Outcome.Verdict != ReviewVerdict.ProcessError).Select(e => e.Outcome)],
                [.. episodes.Select(e => e.Outcome).Where(e => !string.IsNullOrEmpty(e.FirstTeam))]);
        }

        public (int Dismissed, int Reviewed, int Open) Reviews()
        {
            var open = Machine.Count(IsOpen);
            return (Machine.Count(e => e.Verdict == ReviewVerdict.Dismissed), Machine.Count - open, open);
        }

        public (int Caught, int Needed, int UnknownFlagged, int UnknownNot) Needs()
        {
            var flags = Flagged();
            var (unknown, needed) = (Tickets.Where(t => t.Needed is null).ToList(), Tickets.Where(t => t.Needed == true).ToList());
            var flagged = unknown.Count(t => Recall.IsInTime(t, flags));
            return (needed.Count(t => Recall.IsInTime(t, flags)), needed.Count, flagged, unknown.Count - flagged);
        }

        public (int Right, int Known, int Open) Routes()
        {
            var known = Routed.Where(e => !string.IsNullOrEmpty(e.RightTeam)).ToList();
            return (known.Count(e => string.Equals(e.FirstTeam, e.RightTeam, StringComparison.Ordinal)), known.Count, Routed.Count - known.Count);
        }

        /// <summary>When the machine first escalated each ticket; duplicates were escalations too.</summary>
        public Dictionary<TicketId, Instant> Flagged() => Recall.FlaggedAt(All);
    }
}
