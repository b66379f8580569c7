using System.Globalization;
using Escalation.Core.Html;
using Escalation.Core.Tickets;
using Escalation.Replay.Simulation;

namespace Escalation.Replay.Reports;

/// <summary>The section of a report's page that tells how long people would have waited.</summary>
internal static class SimulationHtml
{
    /// <summary>Writes it; nothing where no simulation was asked for.</summary>
    public static void Write(HtmlPage page, IReadOnlyList<ArmSimulation> simulations, bool isWindow)
    {
        if (simulations.Count == 0) return;
        page.Heading("Simulation: how long people would have waited");
        if (isWindow) page.Text(SimulationWords.WholeHistory);
        page.List(simulations.SelectMany(s => s.Problems.Select(p => $"{s.Arm} is not simulated: {p}")));
        var reports = simulations.Where(s => s.Report is not null).ToList();
        if (reports.Count == 0) return;
        var orders = SimulationWords.Orders(reports).ToList();
        foreach (var report in SimulationWords.Checked(reports).Where(r => !r.Check.IsValid)) page.List(SimulationWords.Verdict(report.Check));
        page.List(SimulationWords.Conclusions(reports).Select(c => c.Cost is null ? c.Line : $"{c.Line}; {c.Cost}"));
        if (orders.Count > 0)
        {
            Orders(page, orders, reports[0].Report!.Options.TargetHours);
            page.Text(SimulationWords.Caveat);
        }
        page.Subheading("What was served").List([.. SimulationWords.Basis(reports[0].Report!), .. reports.Select(s => SimulationWords.Flags(s.Arm, s.Report!))]);
        Teams(page, reports[0].Report!);
        foreach (var report in SimulationWords.Checked(reports)) Check(page, report.Check);
    }

    private static void Orders(HtmlPage page, IReadOnlyList<(string Name, ArmFigures Figures)> orders, double targetHours)
    {
        page.Text(string.Create(CultureInfo.InvariantCulture, $"Minutes from when the need could be seen, or from arrival, to the first answer by a person, nights and week-ends included. Late: after {targetHours:0.#} hours."));
        var (needed, others) = (Top(orders, o => o.Needed), Top(orders, o => o.Others));
        page.Table(["order of service", $"needed an escalation{Count(orders, o => o.Needed)}: mean", "", "median", "p90", "late", $"all other work{Count(orders, o => o.Others)}: mean", "", "p90"], orders.Select(o => (IReadOnlyList<HtmlCell>)
            [o.Name, .. Mean(o.Figures.Needed, needed), Cell(o.Figures.Needed?.Median), Cell(o.Figures.Needed?.P90), SimulationWords.Late(o.Figures), .. Mean(o.Figures.Others, others), Cell(o.Figures.Others?.P90)]));
        page.Table(["order of service", "longest wait while staffed", "busiest team"], orders.Select(o => (IReadOnlyList<string>)
            [o.Name, string.Create(CultureInfo.InvariantCulture, $"{o.Figures.LongestStaffedHours:0.0} h"), SimulationWords.Busiest(o.Figures)]));
    }

    private static void Teams(HtmlPage page, SimulationReport report) => page
        .Table(["team", "agents", "answers", "busy by handling", "availability"], report.Teams.Where(t => t.Answers > 0).Select(t => (IReadOnlyList<string>)
            [t.Team, t.Agents.ToString("N0", CultureInfo.InvariantCulture), t.Answers.ToString("N0", CultureInfo.InvariantCulture), t.RecordedUtilisation.ToString("P1", CultureInfo.InvariantCulture), t.Availability.ToString("P0", CultureInfo.InvariantCulture)]))
        .Text(SimulationWords.Availability(report));

    private static void Check(HtmlPage page, Reproduction check)
    {
        page.Subheading("Can the recorded order be reproduced?").Text($"On {Counted.Of(check.N, "answer")} from {check.From.ToString()[..10]} on. {(check.IsValid ? SimulationWords.Verdict(check)[0] : "No.")}");
        page.Table(["response minutes", "recorded", "simulated", "off"], check.Figures.Select(f => (IReadOnlyList<string>)
            [f.Figure, f.Recorded.ToString("N1", CultureInfo.InvariantCulture), f.Simulated.ToString("N1", CultureInfo.InvariantCulture), SimulationWords.Off(f) + (f.Holds ? "" : ", more than 10 %")]));
    }

    private static IEnumerable<HtmlCell> Mean(ResponseTimes? times, double top) =>
        times is { Mean: var mean } ? [SimulationWords.Figure(mean), HtmlCell.Picture(SvgInterval.Of(mean.Value, mean.Low, mean.High, 0, top))] : ["no data", ""];

    private static HtmlCell Cell(SeedFigure? figure) => figure is { } known ? SimulationWords.Figure(known) : "no data";

    private static double Top(IReadOnlyList<(string Name, ArmFigures Figures)> orders, Func<ArmFigures, ResponseTimes?> times) => Math.Max(1e-9, orders.Max(o => times(o.Figures)?.Mean is { } mean ? Math.Max(mean.Value, mean.High) : 0));

    private static string Count(IReadOnlyList<(string Name, ArmFigures Figures)> orders, Func<ArmFigures, ResponseTimes?> times) =>
        orders.Select(o => times(o.Figures)).OfType<ResponseTimes>().FirstOrDefault() is { N: var n } ? string.Create(CultureInfo.InvariantCulture, $" (n {n:N0})") : "";
}
