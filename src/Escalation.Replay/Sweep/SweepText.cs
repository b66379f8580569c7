using System.Globalization;
using System.Text;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Sweep;

/// <summary>A sweep for people and for spreadsheets.</summary>
public static class SweepText
{
    /// <summary>The curve as a table, the chosen point marked.</summary>
    public static string Write(SweepCurve curve)
    {
        var text = new StringBuilder();
        var hasCosts = curve.Points.Any(p => p.CostADay is not null);
        text.Append(CultureInfo.InvariantCulture, $"{curve.Number} over {curve.Days:0.#} days, {Counted.Of(curve.Tickets, "ticket")}; all values decided in one pass\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{"value",9} {"escalations/day",16} {"false alarms of reviewed",28} {"recall",26} {"false/day",10} {"missed/day",10}{(hasCosts ? $" {"cost/day",10}" : "")}\n");
        for (var i = 0; i < curve.Points.Count; i++)
        {
            var point = curve.Points[i];
            var marks = Marks(curve, i) is { Length: > 0 } said ? "  " + said : "";
            text.Append(CultureInfo.InvariantCulture, $"{point.Value,9:0.####} {point.EscalationsADay,16:0.00} {Share(point.FalsePositiveRate),28} {Share(point.Recall),26} {Number(point.FalseAlarmsADay),10} {Number(point.MissesADay),10}{(hasCosts ? $" {Number(point.CostADay),10}" : "")}{marks}\n");
        }
        foreach (var left in curve.LeftOut) text.Append(CultureInfo.InvariantCulture, $"{"left out",9} {left}\n");
        text.Append(CultureInfo.InvariantCulture, $"\n{Conclusion(curve)}\n");
        foreach (var note in Notes(curve)) text.Append(note).Append('\n');
        return text.ToString();
    }

    /// <summary>Which value is chosen and why, or why none.</summary>
    internal static string Conclusion(SweepCurve curve) =>
        curve.Chosen is { } chosen ? $"chosen: {curve.Points[chosen].Value.ToString("0.####", CultureInfo.InvariantCulture)}, {curve.Reason}" : $"no choice: {curve.Reason}";

    /// <summary>What the figures must not be read without.</summary>
    internal static IEnumerable<string> Notes(SweepCurve curve)
    {
        if (curve.Points.Any(p => p.Recall.Status == MetricStatus.NoLowerBound)) yield return "Recall may be too high by any amount: nobody audited blindly what was not escalated.";
        if (curve.Points.Any(p => p.FalseAlarmsADay is not null)) yield return "False alarms and misses a day take what nobody reviewed to be like what people reviewed. Neighbouring values whose intervals overlap are not told apart.";
    }

    /// <summary>What a point is beside its value.</summary>
    internal static string Marks(SweepCurve curve, int point) => (curve.Points[point].IsPresent, point == curve.Chosen) switch
    {
        (true, true) => "as it is  <- chosen",
        (true, _) => "as it is",
        (_, true) => "<- chosen",
        _ => "",
    };

    /// <summary>The curve as CSV, a value a row.</summary>
    public static string WriteCsv(SweepCurve curve)
    {
        var text = new StringBuilder("value,as_it_is,chosen,escalations_per_day,false_positive_rate,false_positive_low,false_positive_high,reviewed,recall,recall_low,recall_high,needed,false_alarms_per_day,misses_per_day,cost_per_day\n");
        for (var i = 0; i < curve.Points.Count; i++)
        {
            var (point, wrong, recall) = (curve.Points[i], curve.Points[i].FalsePositiveRate, curve.Points[i].Recall);
            text.Append(CultureInfo.InvariantCulture, $"{point.Value},{Flag(point.IsPresent)},{Flag(i == curve.Chosen)},{point.EscalationsADay},{wrong.Value},{wrong.Low},{wrong.High},{wrong.N},{recall.Value},{recall.Low},{recall.High},{recall.N},{point.FalseAlarmsADay},{point.MissesADay},{point.CostADay}\n");
        }
        return text.ToString();
    }

    private static string Flag(bool value) => value ? "true" : "false";

    /// <summary>A share with its interval and number.</summary>
    internal static string Share(MetricValue value) => value.Value is not { } share ? "no data" : string.Create(
        CultureInfo.InvariantCulture, $"{share:P0} ({(value.Low is { } low ? low.ToString("P0", CultureInfo.InvariantCulture) : "?")} to {(value.High is { } high ? high.ToString("P0", CultureInfo.InvariantCulture) : "?")}, n {value.N})");

    /// <summary>A number a day; empty where it is unknown.</summary>
    internal static string Number(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";
}
