using Escalation.Core.Metrics;

namespace Escalation.Replay.Sweep;

/// <summary>What a choice rests on.</summary>
/// <param name="CostMiss">What one missed escalation costs; null = not said.</param>
/// <param name="CostFalse">What one false alarm costs, in the same unit.</param>
/// <param name="Capacity">The most tickets a day that people can look at; null = no limit.</param>
public sealed record SweepChoice(double? CostMiss, double? CostFalse, double? Capacity)
{
    /// <summary>Whether a point is to be chosen.</summary>
    public bool IsAsked => HasCosts || Capacity is not null;

    /// <summary>Whether both costs are known.</summary>
    public bool HasCosts => CostMiss is not null && CostFalse is not null;
}

/// <summary>One value of the number.</summary>
/// <param name="Value">The value.</param>
/// <param name="IsPresent">Whether the rules as they are have it.</param>
/// <param name="EscalationsADay">Tickets a day that the machine escalates.</param>
/// <param name="FalsePositiveRate">Of those that people reviewed, the share that was not needed.</param>
/// <param name="Recall">Share of the tickets known to need it that are escalated in time.</param>
/// <param name="FalseAlarmsADay">The rate times the volume: as if the unreviewed ones were like the reviewed; null without reviews.</param>
/// <param name="MissesADay">What recall leaves of the tickets that need it, as many as the present value and its recall tell; null without either.</param>
/// <param name="CostADay">In the unit of the costs; null where they or a rate are unknown.</param>
public sealed record SweepPoint(double Value, bool IsPresent, double EscalationsADay, MetricValue FalsePositiveRate, MetricValue Recall, double? FalseAlarmsADay, double? MissesADay, double? CostADay);

/// <summary>Volume, false alarms and recall over the values of a number, and the value that costs or capacity choose.</summary>
/// <param name="Number">The number, <c>policy.json:thresholds.priority</c>.</param>
/// <param name="Days">Days from the first message to the last.</param>
/// <param name="Tickets">Tickets created in them.</param>
/// <param name="Points">By value; the present one among them.</param>
/// <param name="Chosen">The place of the chosen point; null where none was asked for or none fits.</param>
/// <param name="Reason">Why that one, or why none.</param>
/// <param name="LeftOut">Values that the rules refuse, with the reason.</param>
public sealed record SweepCurve(string Number, double Days, int Tickets, IReadOnlyList<SweepPoint> Points, int? Chosen, string Reason, IReadOnlyList<string> LeftOut)
{
    /// <summary>The most tickets a day that people can look at; null = no limit.</summary>
    public double? Capacity { get; init; }

    /// <summary>The curve of a replay.</summary>
    /// <param name="swept">The arms.</param>
    /// <param name="result">Their replay.</param>
    /// <param name="days">Days of history, at least 1.</param>
    /// <param name="choice">What chooses the point.</param>
    internal static SweepCurve Of(SweptRules swept, ReplayResult result, double days, SweepChoice choice)
    {
        var present = swept.Values[0];
        var first = swept.Values.Skip(1).Contains(present) ? 1 : 0;        // the present value stands in the curve once
        var needed = NeededADay(result.Arms[0].Metrics, days);
        var points = swept.Values.Select((value, i) => (Value: value, Arm: i)).Skip(first).OrderBy(v => v.Value)
            .Select(v => PointOf(v.Value, v.Value == present, result.Arms[v.Arm].Metrics, days, needed, choice)).ToList();
        var (chosen, reason) = Choose(points, choice);
        return new SweepCurve(swept.Number, days, result.Arms[0].Metrics.Metrics[MetricIds.EscalationRate].N, points, chosen, reason, swept.LeftOut) { Capacity = choice.Capacity };
    }

    /// <summary>Tickets a day that need it, as the present value finds them: the same for every value, so that misses fall only where recall rises.</summary>
    private static double? NeededADay(MetricSet metrics, double days)
    {
        var volume = VolumeOf(metrics, days);
        return metrics.Metrics[MetricIds.FalsePositiveRate].Value is { } wrong && metrics.Metrics[MetricIds.Recall].Value is { } recall and > 0 ? volume * (1 - wrong) / recall : null;
    }

    private static double VolumeOf(MetricSet metrics, double days) => metrics.Details[MetricIds.EscalationRate + ".machine"] is var machine ? (machine.Value ?? 0) * machine.N / days : 0;

    private static SweepPoint PointOf(double value, bool isPresent, MetricSet metrics, double days, double? needed, SweepChoice choice)
    {
        var (wrong, recall, volume) = (metrics.Metrics[MetricIds.FalsePositiveRate], metrics.Metrics[MetricIds.Recall], VolumeOf(metrics, days));
        double? alarms = wrong.Value is { } share ? share * volume : volume == 0 ? 0 : null;
        var misses = needed * (1 - recall.Value);
        return new SweepPoint(value, isPresent, volume, wrong, recall, alarms, misses, choice.HasCosts ? misses * choice.CostMiss + alarms * choice.CostFalse : null);
    }

    private static (int? Chosen, string Reason) Choose(List<SweepPoint> points, SweepChoice choice)
    {
        if (!choice.IsAsked) return (null, "nothing was asked to choose a point: give --cost-miss and --cost-false, or --capacity N/day");
        var fitting = Enumerable.Range(0, points.Count).Where(i => choice.Capacity is not { } most || points[i].EscalationsADay <= most).ToList();
        if (fitting.Count == 0) return (null, FormattableString.Invariant($"no value keeps within {choice.Capacity:0.##} a day"));
        if (choice.HasCosts)
        {
            fitting.RemoveAll(i => points[i].CostADay is null);
            return fitting.Count == 0 ? (null, "labels are too few: a cost needs a false-positive rate and a recall") : (fitting.OrderBy(i => points[i].CostADay).ThenByDescending(i => points[i].IsPresent).First(), $"least cost a day{Within(choice)}");
        }
        return (fitting.OrderByDescending(i => points[i].Recall.Value ?? -1).ThenByDescending(i => points[i].IsPresent).ThenBy(i => points[i].EscalationsADay).First(), $"highest recall{Within(choice)}");
    }

    private static string Within(SweepChoice choice) => choice.Capacity is { } most ? FormattableString.Invariant($" within {most:0.##} escalations a day") : "";
}
