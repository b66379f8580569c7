namespace Escalation.Core.Metrics;

/// <summary>Episodes by where they stand: every one in exactly one place.</summary>
public sealed record EpisodeBalance(int Total, int Resolved, int Pending, int Dismissed, int Merged);

/// <summary>How often which team was assigned first where which was right.</summary>
/// <param name="Teams">All teams that occur, by ordinal.</param>
/// <param name="Counts"><c>Counts[right][assigned]</c>, indices into <paramref name="Teams"/>.</param>
public sealed record RoutingConfusion(IReadOnlyList<string> Teams, IReadOnlyList<IReadOnlyList<int>> Counts);

/// <summary>Every metric of one arm, or of one slice of it.</summary>
/// <remarks>Made by <see cref="EscalationMetrics.Compute"/>. Its figures never change, and it is safe to share once nobody will <see cref="Close"/> it.</remarks>
public sealed class MetricSet
{
    /// <summary>The nine metrics by id, in the order of <see cref="MetricIds.All"/>.</summary>
    public required IReadOnlyDictionary<string, MetricValue> Metrics { get; init; }

    /// <summary>What stands beside them, by dotted id, for example <c>falsePositiveRate.unreviewedShare</c>.</summary>
    public required IReadOnlyDictionary<string, MetricValue> Details { get; init; }

    /// <summary>Episodes by where they stand; <c>total = resolved + pending + dismissed + merged</c>.</summary>
    public required EpisodeBalance Balance { get; init; }

    /// <summary>First against right team.</summary>
    public required RoutingConfusion Routing { get; init; }

    /// <summary>Tickets too young for metrics on labels.</summary>
    public required int ImmatureTickets { get; init; }

    /// <summary>Episodes too young for metrics on labels.</summary>
    public required int ImmatureEpisodes { get; init; }

    /// <summary>Rows behind the metrics that are ratios.</summary>
    internal IReadOnlyDictionary<string, RatioSample> Samples { get; init; } = new Dictionary<string, RatioSample>();

    /// <summary>Lets go of which customer gave what, which takes most of the room: figures stay, differences can no longer be taken.</summary>
    public void Close()
    {
        foreach (var rows in Samples.Values) rows.Close();
    }

    /// <summary>A metric or detail by its id; null where there is none of that name.</summary>
    public MetricValue? Find(string id) => Metrics.GetValueOrDefault(id) ?? Details.GetValueOrDefault(id);

    /// <summary>This arm less another over the same history, metric by metric, each with the interval of the paired difference by customer.</summary>
    /// <remarks>No data where either arm has none; no lower bound where either has none; counts differ exactly.</remarks>
    public IReadOnlyDictionary<string, MetricValue> Minus(MetricSet other)
    {
        var differences = new Dictionary<string, MetricValue>(StringComparer.Ordinal);
        foreach (var (id, mine) in Metrics)
        {
            var its = other.Metrics[id];
            if (mine.Value is not { } a || its.Value is not { } b) differences[id] = MetricValue.NoData(mine.Unit);
            else if (!Samples.TryGetValue(id, out var sample)) differences[id] = MetricValue.Exact(a - b, Math.Min(mine.N, its.N), mine.Unit);
            else
            {
                var status = mine.Status == MetricStatus.Ok ? its.Status : mine.Status;
                differences[id] = sample.Minus(other.Samples[id]) with { Status = status };
            }
        }
        return differences;
    }
}
