using System.Globalization;
using Escalation.Core.Html;
using Escalation.Core.Tickets;

namespace Escalation.Trainer.Drift;

/// <summary>A drift report as a page with plots.</summary>
public static class DriftPage
{
    /// <summary>The page.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="what">The model and both windows, in words.</param>
    public static string Of(DriftReport report, string what)
    {
        var shares = report.Figures.Where(f => f.Measure is "knownNgrams" or "classBalance" or "labelRate" && f.Before is not null && f.Slice is "all")
            .Select(f => (MeasureNames.Of(f.Measure), f.Before!.Value, f.Now!.Value)).ToList();
        var shown = report.Figures.Where(f => f.Slice == "all" || f.Size != DriftSize.TooFew).ToList();
        return new HtmlPage("Drift").Text(what).List(report.Verdict).Plots(
            [
                SvgPlot.Bars("Probabilities", "probability from", ("before", "now"), report.Scores),
                SvgPlot.Bars("Shares", "", ("before", "now"), shares),
                .. report.Figures.Any(f => f.Measure == "scorePsi" && f.Slice != "all" && f.Effect is not null)
                    ? [SvgPlot.Bars("Score PSI by slice (none below .1)", "", ("", ""), [.. report.Figures.Where(f => f.Measure == "scorePsi" && f.Slice != "all" && f.Effect is not null).Select(f => (f.Slice.Split('=')[1], 0.0, f.Effect!.Value))], "PSI")]
                    : Array.Empty<string>(),
            ])
            .Heading("All figures").Text($"Effect: PSI beyond chance (none below .1, large from .25), or Cohen's h and d (none below .2, large from .5); too few: fewer than 50 rows on one side.{(shown.Count < report.Figures.Count ? string.Create(CultureInfo.InvariantCulture, $" {report.Figures.Count - shown.Count} figures of slices with too few are left out.") : "")}")
            .Table(["measure", "slice", "before", "now", "effect", "99 % of the change", "rows", "size"], shown.Select(f => (IReadOnlyList<string>)
                [MeasureNames.Of(f.Measure), f.Slice, Number(f.Before), Number(f.Now), Number(f.Effect), f.Low is null ? "" : $"{Number(f.Low)}\u00A0to\u00A0{Number(f.High)}", string.Create(CultureInfo.InvariantCulture, $"{f.NBefore} / {f.NNow}"), Wire.Name(f.Size).Replace('_', ' ')]))
            .ToString();
    }

    private static string Number(double? value) => value is { } known ? known.ToString("0.###", CultureInfo.InvariantCulture) : "";
}
