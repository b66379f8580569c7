using System.Globalization;
using System.Text;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Reports;

/// <summary>The slices of report.txt: a line each with the figures that decide, small ones marked and without data said so.</summary>
internal static class SliceText
{
    private const int NameWidth = 28;
    private const int CellWidth = 44;

    private static readonly string[] Shown = [MetricIds.EscalationRate, MetricIds.FalsePositiveRate, MetricIds.Recall, MetricIds.RoutingAccuracy];

    /// <summary>One table an arm compared with the first, or one for the only arm.</summary>
    public static void Write(StringBuilder text, ReplayResult result)
    {
        if (result.Slices.Count == 0) return;
        if (result.Comparisons.Count == 0) Table(text, result, result.Arms[0].Arm.Name, (slice, id) => Alone(result.Arms[0].Slices[slice].Metrics[id]));
        for (var i = 0; i < result.Comparisons.Count; i++)
        {
            var (comparison, arm) = (result.Comparisons[i], result.Arms[i + 1]);
            Table(text, result, comparison.Name, (slice, id) => Compared(result.Arms[0].Slices[slice].Metrics[id], arm.Slices[slice].Metrics[id], comparison.Slices[slice][id]));
        }
    }

    private static void Table(StringBuilder text, ReplayResult result, string name, Func<string, string, string> cell)
    {
        var hint = result.Comparisons.Count == 0 ? "value [95 % interval] n" : "baseline -> other [95 % interval of the difference] n";
        text.Append(CultureInfo.InvariantCulture, $"Slices of {name}: {hint}; * = fewer than {GateCheck.FewestLabels} counted. One interval in 20 misses by chance: ask a slice that stands out again on other weeks.\n");
        text.Append(' ', 2).Append("slice".PadRight(NameWidth)).Append("tickets".PadLeft(8)).Append("  ").AppendJoin("", Shown.Select(s => s.PadRight(CellWidth))).Append('\n');
        foreach (var slice in result.Slices)
        {
            text.Append(' ', 2).Append(slice.Name.PadRight(NameWidth)).Append(slice.Tickets.ToString(CultureInfo.InvariantCulture).PadLeft(8)).Append("  ");
            text.Append(string.Concat(Shown.Select(id => cell(slice.Name, id).PadRight(CellWidth))).TrimEnd()).Append('\n');
        }
        foreach (var (dimension, rest) in result.SlicesLeftOut)
            text.Append(CultureInfo.InvariantCulture, $"  {dimension}: {Counted.Of(rest.Values, "smaller value")} with {Counted.Of(rest.Tickets, "ticket")} not shown\n");
        text.Append('\n');
    }

    private static string Alone(MetricValue value) => value.Value is { } number ? $"{Number(number)}{Interval(value)}{Count(value.N)}" : "no data";

    private static string Compared(MetricValue before, MetricValue after, MetricValue difference)
    {
        if (before.Value is null && after.Value is null) return "no data";
        var sides = $"{Number(before.Value)} -> {Number(after.Value)}";
        return difference.Value is null ? sides : $"{sides}{Interval(difference)}{Count(difference.N)}";
    }

    private static string Number(double? value) => value is { } number ? number.ToString("0.###", CultureInfo.InvariantCulture) : "no data";

    private static string Interval(MetricValue value) =>
        value is { Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $" [{low:0.###}, {high:0.###}]") : "";

    private static string Count(int n) => string.Create(CultureInfo.InvariantCulture, $" {n}{(n < GateCheck.FewestLabels ? "*" : "")}");
}
