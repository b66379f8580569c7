using System.Globalization;
using System.Text;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Simulation;

/// <summary>A simulation for people.</summary>
public static class SimulationText
{
    /// <summary>The whole report, lines ended by LF.</summary>
    /// <param name="simulations">Of one configuration, or of all arms of a replay.</param>
    public static string Write(IReadOnlyList<ArmSimulation> simulations)
    {
        var text = new StringBuilder();
        foreach (var (arm, _, problems) in simulations)
            foreach (var problem in problems) Line(text, $"{arm} is not simulated: {problem}");
        var reports = simulations.Where(s => s.Report is not null).ToList();
        if (reports.Count == 0) return text.ToString();
        foreach (var line in SimulationWords.Basis(reports[0].Report!)) Line(text, $"{line}");
        foreach (var (arm, report, _) in reports) Line(text, $"{SimulationWords.Flags(arm, report!)}");
        Teams(text, reports[0].Report!);
        foreach (var report in SimulationWords.Checked(reports)) Check(text, report.Check);
        var orders = SimulationWords.Orders(reports).ToList();
        if (orders.Count == 0) return text.ToString();
        text.Append('\n');
        foreach (var (line, cost) in SimulationWords.Conclusions(reports)) Line(text, $"{line}{(cost is null ? "" : $"\n  {cost}")}");
        Table(text, orders, reports[0].Report!.Options.TargetHours);
        Line(text, $"{SimulationWords.Caveat}");
        return text.ToString();
    }

    private static void Teams(StringBuilder text, SimulationReport report)
    {
        Line(text, $"\n{"team",-20} {"agents",6} {"answers",8} {"busy by handling",17} {"availability",13}");
        foreach (var team in report.Teams.Where(t => t.Answers > 0))
            Line(text, $"{team.Team,-20} {team.Agents,6:N0} {team.Answers,8:N0} {team.RecordedUtilisation,17:P1} {team.Availability,13:P0}");
        Line(text, $"{SimulationWords.Availability(report)}");
    }

    private static void Check(StringBuilder text, Reproduction check)
    {
        Line(text, $"\nCan the recorded order be reproduced? On {Counted.Of(check.N, "answer")} from {check.From.ToString()[..10]} on:");
        Line(text, $"{"response minutes",-20} {"recorded",10} {"simulated",10} {"off",7}");
        foreach (var figure in check.Figures)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{figure.Figure,-20} {figure.Recorded,10:N1} {figure.Simulated,10:N1} {SimulationWords.Off(figure),7} {(figure.Holds ? "" : "more than 10 %")}");
            text.Append(line.TrimEnd()).Append('\n');
        }
        foreach (var line in SimulationWords.Verdict(check)) Line(text, $"{line}");
    }

    private static void Table(StringBuilder text, IReadOnlyList<(string Name, ArmFigures Figures)> orders, double targetHours)
    {
        foreach (var (title, times) in (IEnumerable<(string, Func<ArmFigures, ResponseTimes?>)>)[("needed an escalation", a => a.Needed), ("all other work", a => a.Others)])
        {
            if (orders.FirstOrDefault(o => times(o.Figures) is not null) is not (_, { } any)) continue;
            Line(text, $"\nresponse minutes, {title} (n = {times(any)!.N:N0})\n{"",-20} {"mean",16} {"median",16} {"p90",16}");
            foreach (var (name, figures) in orders)
                if (times(figures) is { } found)
                    Line(text, $"{name,-20} {SimulationWords.Figure(found.Mean),16} {SimulationWords.Figure(found.Median),16} {SimulationWords.Figure(found.P90),16}");
        }
        Line(text, $"\n{"",-20} {"needed, late",14} {"longest staffed wait",21} {"busiest team",30}");
        foreach (var (name, figures) in orders)
            Line(text, $"{name,-20} {SimulationWords.Late(figures),14} {figures.LongestStaffedHours,19:0.0} h {SimulationWords.Busiest(figures),30}");
        Line(text, $"late: answered more than {targetHours:0.#} hours after the need could be seen\n");
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
