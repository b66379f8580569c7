using Escalation.Core.Decisions;
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
        List<(Cluster Cluster, double Hours)> wallHours = [], businessHours = [];
        List<(Cluster Cluster, double Hours, bool IsResolved)> lasting = [];
        foreach (var episode in episodes)
        {
            var outcome = episode.Outcome;
            if (FirstResolvedAt(outcome, asOf) is { } firstResolved) first.Add(episode.Cluster, HoursSince(outcome, firstResolved));
            if (ResolvedAt(outcome, asOf) is { } resolved)
            {
                var hours = HoursSince(outcome, resolved);
                wall.Add(episode.Cluster, hours);
                wallHours.Add((episode.Cluster, hours));
                lasting.Add((episode.Cluster, hours, true));
                if (outcome.BusinessHours is not { } counted) continue;
                business.Add(episode.Cluster, counted);
                businessHours.Add((episode.Cluster, counted));
            }
            else if (outcome.StatusAt(asOf) == EpisodeStatus.Open) lasting.Add((episode.Cluster, HoursSince(outcome, asOf), false));
        }
        const string id = MetricIds.AverageResolutionHours;
        build.Add(id, wall);
        AddQuantiles(build, id, "", wallHours);
        build.Detail(id, "restrictedMean", RestrictedMean.Of(lasting, options.RestrictedMeanHours, out var horizon), v => Within(v, horizon));
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

    private static MetricValue Within(MetricValue value, double horizon) =>
        value with { Low = value.Low is { } low ? Math.Max(0, low) : null, High = value.High is { } high ? Math.Min(Rounding.Score(horizon), high) : null };

    private static void AddQuantiles(MetricSetBuilder build, string id, string prefix, List<(Cluster Cluster, double Hours)> hours)
    {
        hours.Sort((a, b) => a.Hours.CompareTo(b.Hours));
        double[] sorted = [.. hours.Select(h => h.Hours)];
        AddQuantile(build, id, prefix.Length == 0 ? "median" : prefix + "Median", hours, sorted, .5);
        AddQuantile(build, id, prefix.Length == 0 ? "p90" : prefix + "P90", hours, sorted, .9);
    }

    /// <remarks>
    /// Interval from order statistics: the ranks that a binomial count below the quantile leaves with 95 %, between ranks linearly, wider by as much as customers
    /// make rows tell less; none where these are out of the sample. The count's skewness is in the ranks: Cornish and Fisher 1938.
    /// </remarks>
    private static void AddQuantile(MetricSetBuilder build, string id, string name, List<(Cluster Cluster, double Hours)> rows, double[] hours, double share)
    {
        var below = MetricSetBuilder.Shares();
        var value = hours.Length == 0 ? 0 : Quantiles.OfSorted(hours, share);
        foreach (var (cluster, its) in rows) below.Add(cluster, its <= value);
        build.Detail(id, name, below, _ =>
        {
            var n = hours.Length;
            if (n == 0) return MetricValue.NoData(MetricValue.Hours);
            var half = Wilson.Z * n * Math.Sqrt(share * (1 - share) / below.EffectiveRows(share));
            var middle = n * share + .5 + (1 - 2 * share) * (Wilson.Z * Wilson.Z - 1) / 6;
            var (low, high) = (middle - half, middle + half);
            return MetricValue.Of(value, n, low >= 1 && high <= n ? (Quantiles.AtRank(hours, low), Quantiles.AtRank(hours, high)) : null, MetricValue.Hours);
        });
    }
}

/// <summary>The mean time to resolution up to a horizon, with the pending ones in it: the area under Kaplan and Meier's curve.</summary>
/// <remarks>The horizon is never beyond the longest time watched. The mean over resolved ones alone is too low while hard ones are pending.</remarks>
internal static class RestrictedMean
{
    /// <summary>Values, one an episode, whose mean it is: an episode's own time where all are watched to the horizon, else what it adds.</summary>
    /// <remarks>
    /// Few pending ones weigh much, so that an interval by Greenwood's variance is too low; the mean of these values has that of any mean, by customer.
    /// Source: Andersen, Hansen and Klein, "Regression analysis of restricted mean survival time based on pseudo-observations", 2004, in the infinitesimal form.
    /// </remarks>
    public static RatioSample Of(List<(Cluster Cluster, double Hours, bool IsResolved)> lasting, double horizonHours, out double horizon)
    {
        var sample = new RatioSample(MetricValue.Hours, isShare: false);
        horizon = lasting.Count == 0 ? 0 : Math.Min(horizonHours, lasting.Max(l => l.Hours));
        if (lasting.Count == 0) return sample;
        lasting.Sort((a, b) => a.Hours.CompareTo(b.Hours));
        List<(double At, double Area, int Resolved, int AtRisk)> steps = [];
        double open = 1, area = 0, at = 0;
        for (var i = 0; i < lasting.Count && lasting[i].Hours <= horizon;)
        {
            var (time, atRisk, resolved) = (lasting[i].Hours, lasting.Count - i, 0);
            for (; i < lasting.Count && lasting[i].Hours == time; i++)
                if (lasting[i].IsResolved) resolved++;
            area += open * (time - at);
            at = time;
            if (resolved > 0) steps.Add((time, area, resolved, atRisk));
            open *= 1 - (double)resolved / atRisk;
        }
        area += open * (horizon - at);

        double survived = 0;
        var next = 0;
        foreach (var (cluster, hours, isResolved) in lasting)
        {
            var ends = 0d;
            for (; next < steps.Count && steps[next].At <= hours; next++) survived += LeftOf(steps[next]) * steps[next].Resolved / steps[next].AtRisk;
            if (isResolved && next > 0 && steps[next - 1].At == hours) ends = LeftOf(steps[next - 1]);
            sample.Add(cluster, area + lasting.Count * (survived - ends));
        }
        return sample;

        // The area that is left after a step, for one of those at risk in it; nothing is left where all of them are resolved.
        double LeftOf((double At, double Area, int Resolved, int AtRisk) step) => step.Resolved == step.AtRisk ? 0 : (area - step.Area) / (step.AtRisk - step.Resolved);
    }
}
