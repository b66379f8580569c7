using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.Core.Html;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Replay.Arms;

namespace Escalation.Replay.Reports;

/// <summary>report.html: the whole report on one page that stands alone, on screens and on paper; what changed comes before figures.</summary>
public static class ReportHtml
{
    private static readonly string[] NoVolume = ["0", "", "", "", ""];

    /// <summary>The page.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="provenance">What it was found in.</param>
    /// <param name="gate">What the gate found; null = none was asked for.</param>
    public static string Write(ReplayResult result, ReportProvenance provenance, GateReport? gate = null)
    {
        var page = new HtmlPage($"Replay: {string.Join(" against ", result.Arms.Reverse().Select(a => a.Arm.Name))}");
        if (gate is not null) page.Lead(gate.Summary);
        var pairs = result.Comparisons.Zip(result.Arms.Skip(1), (comparison, arm) => (Comparison: comparison, Arm: arm)).ToList();
        foreach (var (comparison, arm) in pairs) page.Lead(ReportVerdict.Headline(result.Arms[0], arm, comparison)).List(ReportVerdict.Sentences(result.Arms[0], arm, comparison));
        if (provenance.Note is { } note) page.Text(note);
        page.Text($"{Counted.Of(result.Arms[0].Messages, "customer message")} from {DecisionJson.Format(result.Span.First)} to {DecisionJson.Format(result.Span.Last)}, {Counted.Of(result.Labels, "label")}.");
        page.List(HistoryNotes.Of(result));
        page.List(result.Arms.Where(a => a.Degraded > 0).Select(a =>
            $"{a.Arm.Name}: {Counted.Of(a.Degraded, "decision")} without a rule that threw, {Counted.Of(a.NeedsReview, "decision")} for a person to look at; which rules these are stands under Rules that fired."));
        if (gate is not null) Gate(page, gate);
        foreach (var (comparison, _) in pairs) ChangesHtml.Write(page, result, comparison);
        Metrics(page, result);
        Unknowns(page, result);
        ChangesHtml.Rules(page, result);
        SlicesHtml.Write(page, result);
        Teams(page, result);
        SimulationHtml.Write(page, result.Simulations, provenance.IsWindow);
        Volume(page, result);
        Calibration(page, result);
        Dropped(page, result);
        Provenance(page, result, provenance);
        return page.ToString();
    }

    private static void Gate(HtmlPage page, GateReport gate) =>
        page.Heading("Gate").Table(["", "check"], gate.Results.OrderByDescending(r => r.Verdict == GateVerdict.Failed).Select(r => (IReadOnlyList<string>)[Wire.Name(r.Verdict), r.Text]));

    private static void Metrics(HtmlPage page, ReplayResult result)
    {
        page.Heading("Figures").Text("A mark is the figure, the bar its 95 % interval, drawn again by customer. A difference whose bar crosses the dashed line at 0 may be chance.");
        string[] columns = ["", .. result.Arms.SelectMany(a => new[] { a.Arm.Name, "" }), .. result.Comparisons.SelectMany(c => new[] { c.Name, "" })];
        page.Table(columns, MetricIds.All.Select(id =>
        {
            var values = result.Arms.Select(a => a.Metrics.Metrics[id]).ToList();
            var differences = result.Comparisons.Select(c => c.Differences[id]).ToList();
            var top = values[0].Unit == MetricValue.Share ? 1 : values.SelectMany(v => new[] { v.Value, v.High }).Max() ?? 1;
            var reach = differences.SelectMany(d => new[] { d.Value, d.Low, d.High }).Select(v => Math.Abs(v ?? 0)).DefaultIfEmpty(0).Max();
            return (IReadOnlyList<HtmlCell>)
            [
                $"{MetricNames.Of(id)}\n{id}", .. values.SelectMany(v => Cells(v, MetricNames.Figure(v), Math.Min(0, v.Low ?? 0), Math.Max(top, 1e-9), null)),
                .. differences.SelectMany(d => Cells(d, MetricNames.Change(d), -Math.Max(reach, 1e-9), Math.Max(reach, 1e-9), 0)),
            ];
        }));
    }

    private static IEnumerable<HtmlCell> Cells(MetricValue value, string text, double from, double to, double? line) =>
        value.Value is { } number ? [$"{text}\nn {value.N}", HtmlCell.Picture(SvgInterval.Of(number, value.Low, value.High, from, to, line))] : ["no data", ""];

    private static void Unknowns(HtmlPage page, ReplayResult result)
    {
        page.Heading("What nobody said").Text("Figures that rest on labels, if all that is unknown turned out one way or the other. These bounds assume nothing; chance comes on top of them.");
        page.Table(["metric", "arm", "known", "unknown", "least", "most"], result.Arms.SelectMany(a => a.Unknown.Select(u => (IReadOnlyList<string>)
            [MetricNames.Of(u.Key), a.Arm.Name, Count(u.Value.Known), Count(u.Value.Unknown), ReportVerdict.Percent(u.Value.Low), ReportVerdict.Percent(u.Value.High)])));
        page.List(result.Comparisons.SelectMany(c => c.Unknown.Select(u => $"{c.Name}, {ReportVerdict.Open(u.Key, u.Value)}")));
        page.Text("Blind labels: drawn at random from those tickets and judged without sight of what either arm recommends. Method: Manski 1990 (bounds), Cochran 1977 (sample size).");
    }

    private static void Teams(HtmlPage page, ReplayResult result)
    {
        page.Heading("Teams: which was right, which was met first");
        foreach (var arm in result.Arms)
        {
            var routing = arm.Metrics.Routing;
            page.Subheading(arm.Arm.Name);
            if (routing.Teams.Count == 0) page.Text("No escalation with a known right team.");
            else page.Table(["right team", .. routing.Teams.Select(t => $"first {t}")], routing.Teams.Select((right, i) => (IReadOnlyList<string>)[right, .. routing.Counts[i].Select((n, j) => i == j && n > 0 ? $"{n} right" : Count(n))]));
        }
    }

    private static void Volume(HtmlPage page, ReplayResult result)
    {
        page.Heading("Volume and capacity");
        var arms = result.Arms.Take(2).ToList();
        double PerDay(ArmResult arm, int hour) => arm.Volumes.Sum(v => v.ByHour[hour]) / Math.Max(1, arm.Days);
        page.Plots([SvgPlot.Bars("Escalations by hour of day", "hour in the default calendar's zone", (arms[0].Arm.Name, arms.Count > 1 ? arms[1].Arm.Name : ""),
            [.. Enumerable.Range(0, 24).Select(h => (h % 3 == 0 ? h.ToString(CultureInfo.InvariantCulture) : "", PerDay(arms[0], h), arms.Count > 1 ? PerDay(arms[1], h) : 0))], "a day")]);
        var teams = result.Arms.SelectMany(a => a.Volumes.Select(v => v.Team)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        page.Table(["team", .. result.Arms.SelectMany(a => new[] { $"{a.Arm.Name}: a day", "busiest day", "busiest hour", "capacity a day", "days above it" })], teams.Select(t => (IReadOnlyList<string>)
            [t, .. result.Arms.SelectMany(a => a.Volumes.FirstOrDefault(known => known.Team == t) is { } v
                ? [ReportVerdict.Number(v.ByHour.Sum() / Math.Max(1, a.Days)), Count(v.BusiestDay), $"{v.BusiestHour:00}:00", v.Capacity is { } most ? Count(most) : "not stated", v.Capacity is null ? "" : Count(v.DaysAbove)]
                : NoVolume)]));
    }

    private static void Calibration(HtmlPage page, ReplayResult result)
    {
        page.Heading("What a score means").Text("Of labelled tickets, by their highest score: how many needed an escalation. Mostly tickets that were escalated are labelled, so that low scores are judged by few and chosen ones.");
        page.Plots(result.Arms.Select(a => SvgPlot.Lines($"Score and need: {a.Arm.Name}", "highest score of a ticket", "share needed",
            [new PlotLine("perfectly calibrated", [(0, 0), (1, 1)], IsDashed: true), new PlotLine(a.Arm.Name, [.. a.Reliability.Where(b => b.Tickets > 0).Select(b => (b.MeanScore, (double)b.Needed / b.Tickets))], HasMarks: true)])));
        page.Table(["score", .. result.Arms.SelectMany(a => new[] { $"{a.Arm.Name}: tickets", "needed", "share, 95 % interval" })], Enumerable.Range(0, ScoreBin.Bins).Select(i => (IReadOnlyList<string>)
            [FormattableString.Invariant($"{(double)i / ScoreBin.Bins:0.0} to {(i + 1d) / ScoreBin.Bins:0.0}"), .. result.Arms.SelectMany(a => BinCells(a.Reliability[i]))]));
    }

    private static string[] BinCells(ScoreBin bin)
    {
        if (bin.Tickets == 0) return ["0", "", "no data"];
        var (low, high) = Wilson.Interval((double)bin.Needed / bin.Tickets, bin.Tickets);
        return [Count(bin.Tickets), Count(bin.Needed), FormattableString.Invariant($"{(double)bin.Needed / bin.Tickets:0.##} ({low:0.##} to {high:0.##})")];
    }

    private static void Dropped(HtmlPage page, ReplayResult result)
    {
        if (result.Input is not { DroppedCount: > 0 } input) return;
        page.Heading(HistoryNotes.Title(input)).Table(["where", "why"], HistoryNotes.Shown(input).Select(d => (IReadOnlyList<string>)[d.Place, d.Reason]));
    }

    private static void Provenance(HtmlPage page, ReplayResult result, ReportProvenance provenance)
    {
        page.Heading("Provenance");
        var rows = new List<IReadOnlyList<string>>
        {
            (string[])["report hash", ReportJson.HashOf(result)], (string[])["generated", DecisionJson.Format(provenance.GeneratedAt)], (string[])["history", string.Join(", ", provenance.Files.Select(Path.GetFileName))],
        };
        if (provenance.HistoryHash is { } history) rows.Add((string[])["history hash", history]);
        if (provenance.From is { } from) rows.Add((string[])["from", DecisionJson.Format(from)]);
        if (provenance.To is { } to) rows.Add((string[])["to", DecisionJson.Format(to)]);
        if (result.Input is { } input) rows.Add((string[])["lines", $"{input.Read} read, {input.Accepted} taken, {input.RejectedCount} rejected, {input.Duplicates} duplicates dropped, {input.MissingReceivedAt} without receivedAt"]);
        rows.Add((string[])["code", ReportProvenance.Code]);
        rows.Add((string[])["engine, time zones", $"{Configuration.EngineVersion}, {Configuration.TimeZoneVersion}"]);
        foreach (var arm in result.Arms)
            rows.Add((string[])[$"arm {arm.Arm.Name}", $"rules {arm.Arm.Configuration.Rules.Version.Value}\nfrustration {arm.Arm.Configuration.Frustration?.Version.Value ?? "none"}\nteam {arm.Arm.Configuration.Team?.Version.Value ?? "none"}\nconfiguration {arm.Arm.Configuration.Id.Value}\ndecisions {arm.DecisionsHash}"]);
        page.Table(["", ""], rows.Select(r => (IReadOnlyList<HtmlCell>)[r[0], r[1]]));
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
