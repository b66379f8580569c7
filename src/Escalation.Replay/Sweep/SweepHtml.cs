using System.Globalization;
using Escalation.Core.Html;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Sweep;

/// <summary>sweep.html: the curve of a number as pictures with intervals, and the value that costs or capacity choose; one page that stands alone.</summary>
public static class SweepHtml
{
    /// <summary>The page.</summary>
    public static string Write(SweepCurve curve)
    {
        var page = new HtmlPage($"Sweep: {curve.Number}").Lead(SweepText.Conclusion(curve));
        page.Text(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(curve.Tickets, "ticket")} over {curve.Days:0.#} days; every value decided in one pass."));
        if (curve.Points.Count > 1) page.Plots(Plots(curve));
        Table(page, curve);
        return page.List(SweepText.Notes(curve)).List(curve.LeftOut.Select(l => $"left out: {l}")).ToString();
    }

    private static IEnumerable<string> Plots(SweepCurve curve)
    {
        var (from, to) = (curve.Points[0].Value, curve.Points[^1].Value);
        IEnumerable<PlotLine> Values(double top)
        {
            if (curve.Points.FirstOrDefault(p => p.IsPresent) is { } present) yield return new PlotLine("as it is", [(present.Value, 0), (present.Value, top)], IsDashed: true);
            if (curve.Chosen is { } chosen && !curve.Points[chosen].IsPresent) yield return new PlotLine("chosen", [(curve.Points[chosen].Value, 0), (curve.Points[chosen].Value, top)], IsDashed: true);
        }
        yield return SvgPlot.Lines("Found, and false", curve.Number, "share", [.. Shares(curve, "found", p => p.Recall), .. Shares(curve, "false alarms", p => p.FalsePositiveRate), .. Values(1)], to, 1, from);
        var most = SvgPlot.RoundUp(Math.Max(curve.Points.Max(p => p.EscalationsADay), curve.Capacity ?? 0));
        var capacity = curve.Capacity is { } limit ? new[] { new PlotLine("capacity", [(limit, 0), (limit, 1)], IsDashed: true) } : [];
        yield return SvgPlot.Lines("What recall costs in volume", "escalations a day", "found of what needed it",
            [new PlotLine("", [.. curve.Points.Where(p => p.Recall.Value is not null).Select(p => (p.EscalationsADay, p.Recall.Value!.Value)).OrderBy(p => p.EscalationsADay)], HasMarks: true), .. capacity], most);
        if (curve.Points.Max(p => p.CostADay) is not { } dearest) yield break;
        var top = SvgPlot.RoundUp(dearest);
        yield return SvgPlot.Lines("Cost a day", curve.Number, "cost", [new PlotLine("", [.. curve.Points.Where(p => p.CostADay is not null).Select(p => (p.Value, p.CostADay!.Value))], HasMarks: true), .. Values(top)], to, top, from);
    }

    /// <summary>A share with the ends of its 95 % interval as dashed lines.</summary>
    private static IEnumerable<PlotLine> Shares(SweepCurve curve, string name, Func<SweepPoint, MetricValue> share)
    {
        IReadOnlyList<(double, double)> Of(Func<MetricValue, double?> end) => [.. curve.Points.Where(p => end(share(p)) is not null).Select(p => (p.Value, end(share(p))!.Value))];
        yield return new PlotLine(name, Of(v => v.Value), HasMarks: true);
        yield return new PlotLine("", Of(v => v.Low), IsDashed: true);
        yield return new PlotLine("", Of(v => v.High), IsDashed: true);
    }

    private static void Table(HtmlPage page, SweepCurve curve)
    {
        var hasCosts = curve.Points.Any(p => p.CostADay is not null);
        string[] columns = ["value", "", "escalations a day", "false alarms of reviewed", "", "found of what needed it", "", "false a day", "missed a day", .. hasCosts ? ["cost a day"] : Array.Empty<string>()];
        page.Table(columns, curve.Points.Select((point, i) => (IReadOnlyList<HtmlCell>)
        [
            point.Value.ToString("0.####", CultureInfo.InvariantCulture), SweepText.Marks(curve, i), point.EscalationsADay.ToString("0.00", CultureInfo.InvariantCulture),
            .. Share(point.FalsePositiveRate), .. Share(point.Recall), SweepText.Number(point.FalseAlarmsADay), SweepText.Number(point.MissesADay),
            .. hasCosts ? [(HtmlCell)SweepText.Number(point.CostADay)] : Array.Empty<HtmlCell>(),
        ]));
    }

    private static IEnumerable<HtmlCell> Share(MetricValue value) => [SweepText.Share(value), value.Value is { } share ? HtmlCell.Picture(SvgInterval.Of(share, value.Low, value.High, 0, 1)) : ""];
}
