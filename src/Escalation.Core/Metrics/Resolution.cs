using Escalation.Core.Episodes;
using NodaTime;

namespace Escalation.Core.Metrics;

/// <summary>How escalations end, how long that takes, and whether it holds.</summary>
internal static class Resolution
{
    /// <summary>Resolved episodes followed by another on the same issue within the days / resolved episodes watched for that long.</summary>
    public static void ReEscalationRate(MetricSetBuilder build, IReadOnlyList<LinkedEpisode> episodes, Instant asOf, MetricOptions options)
    {
        var window = Duration.FromDays(options.ReEscalationDays);
        var (rate, withReopened) = (MetricSetBuilder.Shares(), MetricSetBuilder.Shares());
        foreach (var episode in episodes)
        {
            var outcome = episode.Outcome;
            if (ResolvedAt(outcome, asOf) is { } resolved && resolved + window <= asOf) rate.Add(episode.Cluster, episode.NextOpenedAt <= resolved + window);
            if (FirstResolvedAt(outcome, asOf) is { } first && first + window <= asOf)
                withReopened.Add(episode.Cluster, outcome.ReopenedAt <= first + window || (episode.NextOpenedAt <= first + window));
        }
        build.Add(MetricIds.ReEscalationRate, rate);
        build.Detail(MetricIds.ReEscalationRate, "withReopened", withReopened);
    }

    /// <summary>Re-escalated episodes that the first team resolved for good / re-escalated episodes watched for long enough.</summary>
    /// <remarks>For good: no change of team, no further contact, no reopening and no next episode within the days. A pending one is watched from its opening.</remarks>
    public static void FirstContactResolution(MetricSetBuilder build, IReadOnlyList<LinkedEpisode> episodes, Instant asOf, MetricOptions options)
    {
        var (between, hold) = (Duration.FromDays(options.ReEscalationDays), Duration.FromDays(options.FirstContactDays));
        var sample = MetricSetBuilder.Shares();
        foreach (var episode in episodes)
        {
            var outcome = episode.Outcome;
            if (episode.PreviousResolvedAt is not { } previous || outcome.OpenedAt > previous + between) continue;
            if (outcome.StatusAt(asOf) is EpisodeStatus.Dismissed or EpisodeStatus.Merged) continue;
            var resolved = FirstResolvedAt(outcome, asOf);
            if ((resolved ?? outcome.OpenedAt) + hold > asOf) continue;
            sample.Add(episode.Cluster, resolved is { } at && outcome.TeamMoves == 0 && outcome.ContactsAfterAnswer == 0
                && !(outcome.ReopenedAt <= at + hold) && !(episode.NextOpenedAt <= at + hold));
        }
        build.Add(MetricIds.FirstContactResolution, sample);
    }

    /// <summary>Mean hours from opening to resolution over resolved episodes, wall clock; beside it business hours, median, p90 and the restricted mean.</summary>
    public static void AverageHours(MetricSetBuilder build, IReadOnlyList<LinkedEpisode> episodes, Instant asOf, MetricOptions options)
    {
        var (wall, business, first) = (Hours(), Hours(), Hours());
        List<double> wallHours = [], businessHours = [];
        List<(double Hours, bool IsResolved)> lasting = [];
        foreach (var episode in episodes)
        {
            var outcome = episode.Outcome;
            if (FirstResolvedAt(outcome, asOf) is { } firstResolved) first.Add(episode.Cluster, HoursSince(outcome, firstResolved));
            if (ResolvedAt(outcome, asOf) is { } resolved)
            {
                var hours = HoursSince(outcome, resolved);
                wall.Add(episode.Cluster, hours);
                wallHours.Add(hours);
                lasting.Add((hours, true));
                if (outcome.BusinessHours is not { } counted) continue;
                business.Add(episode.Cluster, counted);
                businessHours.Add(counted);
            }
            else if (outcome.StatusAt(asOf) == EpisodeStatus.Open) lasting.Add((HoursSince(outcome, asOf), false));
        }
        const string id = MetricIds.AverageResolutionHours;
        build.Add(id, wall);
        AddQuantiles(build, id, "", wallHours);
        build.Detail(id, "restrictedMean", RestrictedMean.Of(lasting, options.RestrictedMeanHours));
        build.Detail(id, "firstResolution", first);
        build.Detail(id, "business", business);
        AddQuantiles(build, id, "business", businessHours);
    }

    /// <summary>Episodes without an end, with their ages and those past their deadline.</summary>
    public static void Pending(MetricSetBuilder build, IReadOnlyList<LinkedEpisode> episodes, EpisodeBalance balance, Instant asOf)
    {
        const string id = MetricIds.Pending;
        var late = 0;
        List<double> ages = [];
        foreach (var episode in episodes)
        {
            if (episode.Outcome.StatusAt(asOf) != EpisodeStatus.Open) continue;
            ages.Add(HoursSince(episode.Outcome, asOf));
            if (episode.Outcome.SlaDeadline < asOf) late++;
        }
        build.Metrics[id] = Count(balance.Pending, balance.Total);
        build.Detail(id, "pastDeadline", Count(late, balance.Pending));
        ages.Sort();
        build.Detail(id, "ageMedianHours", ages.Count == 0 ? MetricValue.NoData(MetricValue.Hours) : MetricValue.Exact(Quantiles.OfSorted(ages, .5), ages.Count, MetricValue.Hours));
        build.Detail(id, "ageMaxHours", ages.Count == 0 ? MetricValue.NoData(MetricValue.Hours) : MetricValue.Exact(ages[^1], ages.Count, MetricValue.Hours));
    }

    private static RatioSample Hours() => new(MetricValue.Hours, isShare: false);

    private static MetricValue Count(int count, int n) => n == 0 ? MetricValue.NoData(MetricValue.Episodes) : MetricValue.Exact(count, n, MetricValue.Episodes);

    private static Instant? ResolvedAt(EpisodeOutcome outcome, Instant asOf) => outcome.StatusAt(asOf) == EpisodeStatus.Resolved ? outcome.EndedAt : null;

    private static Instant? FirstResolvedAt(EpisodeOutcome outcome, Instant asOf) =>
        (outcome.FirstResolvedAt ?? (outcome.Status == EpisodeStatus.Resolved ? outcome.EndedAt : null)) is { } at && at <= asOf ? at : null;

    private static double HoursSince(EpisodeOutcome outcome, Instant until) => (until - outcome.OpenedAt).TotalHours;

    private static void AddQuantiles(MetricSetBuilder build, string id, string prefix, List<double> hours)
    {
        hours.Sort();
        build.Detail(id, prefix.Length == 0 ? "median" : prefix + "Median", QuantileOf(hours, .5));
        build.Detail(id, prefix.Length == 0 ? "p90" : prefix + "P90", QuantileOf(hours, .9));
    }

    /// <remarks>Interval from order statistics: the ranks that a binomial count below the quantile leaves with 95 %; none where these are out of the sample.</remarks>
    private static MetricValue QuantileOf(List<double> sorted, double share)
    {
        var n = sorted.Count;
        if (n == 0) return MetricValue.NoData(MetricValue.Hours);
        var half = Wilson.Z * Math.Sqrt(n * share * (1 - share));
        var (low, high) = ((int)Math.Floor(n * share - half), (int)Math.Ceiling(1 + n * share + half));
        return MetricValue.Of(Quantiles.OfSorted(sorted, share), n, low >= 1 && high <= n ? (sorted[low - 1], sorted[high - 1]) : null, MetricValue.Hours);
    }
}

/// <summary>The mean time to resolution up to a horizon, with the pending ones in it: the area under Kaplan and Meier's curve.</summary>
/// <remarks>The horizon is never beyond the longest time watched. The mean over resolved ones alone is too low while hard ones are pending.</remarks>
internal static class RestrictedMean
{
    public static MetricValue Of(List<(double Hours, bool IsResolved)> lasting, double horizonHours)
    {
        if (lasting.Count == 0) return MetricValue.NoData(MetricValue.Hours);
        lasting.Sort((a, b) => a.Hours.CompareTo(b.Hours));
        var horizon = Math.Min(horizonHours, lasting[^1].Hours);
        List<(double At, double Area, int Resolved, int AtRisk)> steps = [];
        double open = 1, area = 0, at = 0;
        for (var i = 0; i < lasting.Count && lasting[i].Hours <= horizon;)
        {
            var (time, atRisk, resolved) = (lasting[i].Hours, lasting.Count - i, 0);
            for (; i < lasting.Count && lasting[i].Hours == time; i++)
                if (lasting[i].IsResolved) resolved++;
            area += open * (time - at);
            at = time;
            steps.Add((time, area, resolved, atRisk));
            open *= 1 - (double)resolved / atRisk;
        }
        area += open * (horizon - at);
        // Greenwood's variance: each step weighs by the square of the area that is left after it.
        var variance = steps.Where(s => s.Resolved < s.AtRisk).Sum(s => (area - s.Area) * (area - s.Area) * s.Resolved / ((double)s.AtRisk * (s.AtRisk - s.Resolved)));
        var half = Wilson.Z * Math.Sqrt(variance);
        return MetricValue.Of(area, lasting.Count, lasting.Count < 2 ? null : (Math.Max(0, area - half), Math.Min(horizon, area + half)), MetricValue.Hours);
    }
}
