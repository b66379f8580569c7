using Escalation.Core.Episodes;
using NodaTime;

namespace Escalation.Core.Metrics;

/// <summary>The one library of metrics: live, shadow, replay, dashboard and gate call it.</summary>
/// <remarks>Pure. Nothing to count is no data, never 0. Source: "Metric definitions" in DESIGN.md, section 5 of FIELD.md.</remarks>
public static class EscalationMetrics
{
    /// <summary>Every metric over the given outcomes.</summary>
    public static MetricSet Compute(Outcomes outcomes, MetricOptions? options = null)
    {
        options ??= MetricOptions.Default;
        var latest = outcomes.AsOf - Duration.FromDays(options.MaturityDays);
        var (tickets, episodes) = (outcomes.Tickets, outcomes.Episodes);
        var matureTickets = tickets.Where(t => t.CreatedAt <= latest).ToList();
        var matureEpisodes = episodes.Where(e => e.Outcome.OpenedAt <= latest).ToList();
        var balance = BalanceOf(episodes, outcomes.AsOf);
        var build = new MetricSetBuilder();

        Rates.EscalationRate(build, tickets, episodes);
        Rates.FalsePositiveRate(build, matureTickets, matureEpisodes);
        Recall.Add(build, matureTickets, matureEpisodes);
        var routing = Routing.Add(build, matureEpisodes);
        Resolution.ReEscalationRate(build, episodes, outcomes.AsOf, options);
        Resolution.FirstContactResolution(build, episodes, outcomes.AsOf, options);
        Resolution.AverageHours(build, episodes, outcomes.AsOf, options);
        Resolution.Pending(build, episodes, balance, outcomes.AsOf);
        LeadTime(build, episodes);

        return new MetricSet
        {
            Metrics = build.Metrics,
            Details = build.Details,
            Samples = build.Samples,
            Balance = balance,
            Routing = routing,
            ImmatureTickets = tickets.Count - matureTickets.Count,
            ImmatureEpisodes = episodes.Count - matureEpisodes.Count,
        };
    }

    private static EpisodeBalance BalanceOf(IReadOnlyList<LinkedEpisode> episodes, Instant asOf)
    {
        int resolved = 0, pending = 0, dismissed = 0, merged = 0;
        foreach (var episode in episodes)
            switch (episode.Outcome.StatusAt(asOf))
            {
                case EpisodeStatus.Resolved: resolved++; break;
                case EpisodeStatus.Dismissed: dismissed++; break;
                case EpisodeStatus.Merged: merged++; break;
                default: pending++; break;
            }
        return new EpisodeBalance(episodes.Count, resolved, pending, dismissed, merged);
    }

    /// <remarks>Hours by which a machine episode was opened before the live one that it overlaps; negative = later.</remarks>
    private static void LeadTime(MetricSetBuilder build, IReadOnlyList<LinkedEpisode> episodes)
    {
        var sample = new RatioSample(MetricValue.Hours, isShare: false);
        foreach (var episode in episodes)
            if (episode.IsMachine && episode.Outcome.LiveOpenedAt is { } live) sample.Add(episode.Cluster, (live - episode.Outcome.OpenedAt).TotalHours);
        build.Add(MetricIds.LeadTimeHours, sample);
    }
}

/// <summary>Collects metrics in order.</summary>
internal sealed class MetricSetBuilder
{
    public Dictionary<string, MetricValue> Metrics { get; } = new(StringComparer.Ordinal);

    public MetricTable Details { get; } = new();

    public Dictionary<string, RatioSample> Samples { get; } = new(StringComparer.Ordinal);

    public MetricValue Add(string id, RatioSample sample)
    {
        Samples.Add(id, sample);
        return Metrics[id] = sample.Estimate();
    }

    public void Detail(string id, string name, MetricValue value) => Details.Add($"{id}.{name}", () => value);

    /// <summary>A figure of rows. No difference is taken of a detail, so which customer gave what is let go of.</summary>
    public void Detail(string id, string name, RatioSample sample)
    {
        sample.Close();
        Details.Add($"{id}.{name}", sample.Estimate);
    }

    /// <summary>A figure that is made of rows when it is first asked for.</summary>
    /// <param name="id">The metric.</param>
    /// <param name="name">Its name beside it.</param>
    /// <param name="sample">The rows.</param>
    /// <param name="figure">What is made of the rows' estimate.</param>
    public void Detail(string id, string name, RatioSample sample, Func<MetricValue, MetricValue> figure)
    {
        sample.Close();
        var made = new Lazy<MetricValue>(() => figure(sample.Estimate()));
        Details.Add($"{id}.{name}", () => made.Value);
    }

    public static RatioSample Shares() => new(MetricValue.Share, isShare: true);
}
