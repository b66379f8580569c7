using System.Globalization;
using Escalation.Core.Html;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Replay.Collecting;

namespace Escalation.Replay.Reports;

/// <summary>The slices of a report's page: those that change by more than chance first, the worse ones at the top; the others on request.</summary>
internal static class SlicesHtml
{
    private static readonly string[] Shown = [MetricIds.EscalationRate, MetricIds.Recall, MetricIds.FalsePositiveRate, MetricIds.RoutingAccuracy];

    /// <summary>Writes them; nothing without slices.</summary>
    public static void Write(HtmlPage page, ReplayResult result)
    {
        if (result.Slices.Count == 0) return;
        page.Heading("Slices").Text($"* = fewer than {GateCheck.FewestLabels} counted. One interval in 20 misses by chance: ask a slice that stands out again on other weeks.");
        if (result.Comparisons.Count == 0) page.Details(Counted.Of(result.Slices.Count, "slice"), inner => Alone(inner, result));
        foreach (var (comparison, arm) in result.Comparisons.Zip(result.Arms.Skip(1))) Compared(page, result, comparison, arm);
        page.List(result.SlicesLeftOut.Select(l => $"{l.Key}: {Counted.Of(l.Value.Values, "smaller value")} with {Counted.Of(l.Value.Tickets, "ticket")} not shown"));
    }

    private static void Alone(HtmlPage page, ReplayResult result) => page.Table(["slice", "tickets", .. Shown.Select(MetricNames.Of)], result.Slices.Select(s => (IReadOnlyList<string>)
        [s.Name, Count(s.Tickets), .. Shown.Select(id => result.Arms[0].Slices[s.Name].Metrics[id]).Select(v => v.Value is null ? "no data" : $"{MetricNames.Figure(v)}, n {v.N}{Small(v)}")]));

    private static void Compared(HtmlPage page, ReplayResult result, ArmComparison comparison, ArmResult arm)
    {
        bool Told(SliceSize slice, string id, Func<string, MetricValue, bool> holds) => comparison.Slices[slice.Name][id] is { N: >= GateCheck.FewestLabels } difference && holds(id, difference);
        bool IsWorse(SliceSize slice) => Shown.Any(id => Told(slice, id, MetricNames.IsWorse));
        bool IsApart(SliceSize slice) => Shown.Any(id => MetricNames.IsGoodUp(id) is not null && Told(slice, id, (_, d) => MetricNames.IsApart(d)));
        var (worse, other) = (result.Slices.Where(IsWorse).ToList(), result.Slices.Where(s => !IsWorse(s) && IsApart(s)).ToList());
        page.Subheading(comparison.Name);
        if (worse.Count + other.Count == 0) page.Text("No slice changes its quality by more than chance.");
        if (worse.Count > 0) page.Text($"{Counted.Of(worse.Count, "slice")} in which something becomes worse by more than chance:");
        if (worse.Count > 0) Table(page, result, comparison, arm, worse);
        if (other.Count > 0) page.Text($"{Counted.Of(other.Count, "slice")} in which something becomes better by more than chance, and nothing worse:");
        if (other.Count > 0) Table(page, result, comparison, arm, other);
        page.Details($"All {Counted.Of(result.Slices.Count, "slice")}; in metrics.csv too", inner => Table(inner, result, comparison, arm, result.Slices));
    }

    private static void Table(HtmlPage page, ReplayResult result, ArmComparison comparison, ArmResult arm, IEnumerable<SliceSize> slices) =>
        page.Table(["slice", "tickets", .. Shown.SelectMany(id => new[] { MetricNames.Of(id), "" })], slices.Select(s => (IReadOnlyList<HtmlCell>)
            [s.Name, Count(s.Tickets), .. Shown.SelectMany(id => Cells(result.Arms[0].Slices[s.Name].Metrics[id], arm.Slices[s.Name].Metrics[id], comparison.Slices[s.Name][id]))]));

    private static IEnumerable<HtmlCell> Cells(MetricValue before, MetricValue after, MetricValue difference) => difference.Value is { } number
        ? [$"{MetricNames.Value(before)} → {MetricNames.Value(after)}\n{MetricNames.Change(difference)}, n {difference.N}{Small(difference)}", HtmlCell.Picture(SvgInterval.Of(number, difference.Low, difference.High, -.5, .5, 0))]
        : [before.Value is null && after.Value is null ? "no data" : $"{MetricNames.Value(before)} → {MetricNames.Value(after)}", ""];

    private static string Small(MetricValue value) => value.N < GateCheck.FewestLabels ? "*" : "";

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
