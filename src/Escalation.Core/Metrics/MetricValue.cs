using Escalation.Core.Decisions;

namespace Escalation.Core.Metrics;

/// <summary>What a figure can be relied on for.</summary>
/// <remarks><see cref="NoData"/>: nothing to count, the value is null and never 0. <see cref="NoLowerBound"/>: the value may be too high by any amount.</remarks>
public enum MetricStatus { Ok, NoData, NoLowerBound }

/// <summary>A figure with what is needed to judge it.</summary>
/// <param name="Value">The figure, 9 decimals; null without data.</param>
/// <param name="N">What it was counted over: tickets, episodes or labels, as the metric says.</param>
/// <param name="Low">Lower end of the 95 % interval; null where there is none.</param>
/// <param name="High">Upper end of the 95 % interval; null where there is none.</param>
/// <param name="Unit"><c>share</c> (0 to 1), <c>hours</c>, <c>episodes</c> or <c>moves</c>.</param>
/// <param name="Status">Whether it can be relied on.</param>
public sealed record MetricValue(double? Value, int N, double? Low, double? High, string Unit, MetricStatus Status)
{
    /// <summary>The unit of proportions.</summary>
    public const string Share = "share";

    /// <summary>The unit of durations.</summary>
    public const string Hours = "hours";

    /// <summary>The unit of counts.</summary>
    public const string Episodes = "episodes";

    /// <summary>Nothing to count.</summary>
    public static MetricValue NoData(string unit) => new(null, 0, null, null, unit, MetricStatus.NoData);

    /// <summary>A figure known exactly: its interval is itself.</summary>
    public static MetricValue Exact(double value, int n, string unit) => Of(value, n, (value, value), unit);

    /// <summary>A figure without an interval.</summary>
    public static MetricValue Point(double value, int n, string unit) => Of(value, n, null, unit);

    internal static MetricValue Of(double value, int n, (double Low, double High)? interval, string unit) =>
        new(Rounding.Score(value), n, interval is { } i ? Rounding.Score(i.Low) : null, interval is { } j ? Rounding.Score(j.High) : null, unit, MetricStatus.Ok);
}

/// <summary>The ids of the metrics, the same in reports, gates and views.</summary>
public static class MetricIds
{
    public const string EscalationRate = "escalationRate";
    public const string FalsePositiveRate = "falsePositiveRate";
    public const string Recall = "recall";
    public const string RoutingAccuracy = "routingAccuracy";
    public const string ReEscalationRate = "reEscalationRate";
    public const string FirstContactResolution = "firstContactResolution";
    public const string AverageResolutionHours = "averageResolutionHours";
    public const string Pending = "pending";
    public const string LeadTimeHours = "leadTimeHours";

    /// <summary>All nine, in the order of reports.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        EscalationRate, FalsePositiveRate, Recall, RoutingAccuracy, ReEscalationRate, FirstContactResolution, AverageResolutionHours, Pending, LeadTimeHours,
    ];
}
