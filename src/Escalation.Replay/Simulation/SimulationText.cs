using System.Globalization;
using System.Text;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Simulation;

/// <summary>A simulation for people.</summary>
public static class SimulationText
{
    /// <summary>The whole report.</summary>
    public static string Write(SimulationReport report)
    {
        var text = new StringBuilder();
        Basis(text, report);
        Check(text, report);
        if (!report.Check.IsValid) return text.ToString();
        text.Append('\n');
        foreach (var comparison in report.Comparisons)
            if (comparison.Needed is { } needed)
                text.Append(CultureInfo.InvariantCulture, $"{Name(needed.Arm)} against {Name(needed.Baseline)}: what needs an escalation is answered {Fall(needed)}\n")
                    .Append(CultureInfo.InvariantCulture, $"{(comparison.Others is { } others ? $"  what it costs: all other work is answered {Fall(others)}\n" : "")}");
        if (report.Comparisons.All(c => c.Needed is null)) text.Append("Nothing is known to have needed an escalation: give --truth FILE, or label tickets, to measure what an order is good for.\n");
        if (report.Capture is { } capture) text.Append(CultureInfo.InvariantCulture, $"The candidate goes {capture:P0} of the way from first-in-first-out to the oracle.\n");
        Table(text, report);
        text.Append("Simulated, not observed: only a trial with real teams shows what happens. Intervals: 95 %, over other handling times (± in the table), and over the days of the history (in the sentences).\n");
        return text.ToString();
    }

    private static void Basis(StringBuilder text, SimulationReport report)
    {
        var needs = report.Needs;
        text.Append(CultureInfo.InvariantCulture, $"{Counted.Of(report.Answers, "answer")} by people; {Counted.Of(report.Unanswered, "run")} of messages that nobody answered left out\n");
        text.Append(CultureInfo.InvariantCulture, $"needed an escalation, by {report.NeedsFrom}: {needs.Needed:N0} yes, {needs.NotNeeded:N0} no, {needs.Unknown:N0} unknown (counted with the others)\n");
        text.Append(CultureInfo.InvariantCulture, $"the candidate flags {report.Flags.Right + report.Flags.FalseAlarms:N0}: {report.Flags.Right:N0} right ({Share(report.Flags.Right, needs.Needed)} of the needed), {Counted.Of(report.Flags.FalseAlarms, "false alarm")} ({report.Flags.Unknown:N0} of them unknown), {Counted.Of(report.Flags.Misroutes, "misroute")}; each of the latter two costs {report.Options.MisplacedMinutes:0.#} minutes\n");
        text.Append(CultureInfo.InvariantCulture, $"handling times {report.Handling} (n = {report.HandlingN:N0}, mean {report.HandlingMeanMinutes:0.0} minutes)\n");
        text.Append(CultureInfo.InvariantCulture, $"ageing: what has waited {report.Options.AgeingHours:0.#} staffed hours goes first, the oldest before the others; nobody is interrupted\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{"team",-20} {"agents",6} {"answers",8} {"busy by handling",17} {"availability",13}\n");
        foreach (var team in report.Teams.Where(t => t.Answers > 0))
            text.Append(CultureInfo.InvariantCulture, $"{team.Team,-20} {team.Agents,6:N0} {team.Answers,8:N0} {team.RecordedUtilisation,17:P1} {team.Availability,13:P0}\n");
        text.Append(report.Options.Availability is null
            ? "availability: the share of shifts given to this queue, fitted to the mean response time of the first half; above 100 % = several answers at a time\n"
            : "availability: as given\n");
    }

    private static void Check(StringBuilder text, SimulationReport report)
    {
        var check = report.Check;
        text.Append(CultureInfo.InvariantCulture, $"\nCan the recorded order be reproduced? On {Counted.Of(check.N, "answer")} from {check.From.ToString()[..10]} on:\n");
        text.Append(CultureInfo.InvariantCulture, $"{"response minutes",-20} {"recorded",10} {"simulated",10} {"off",7}\n");
        foreach (var figure in check.Figures)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{figure.Figure,-20} {figure.Recorded,10:N1} {figure.Simulated,10:N1} {figure.Miss,7:+0 %;-0 %} {(figure.Holds ? "" : "more than 10 %")}");
            text.Append(line.TrimEnd()).Append('\n');
        }
        if (check.IsValid) text.Append("Yes, within 10 %.\n");
        else
            text.Append(CultureInfo.InvariantCulture, $"NOT VALID, nothing is claimed: {check.Refusal}.\n")
                .Append(CultureInfo.InvariantCulture, $"Waiting for a free agent does not explain these response times, so that another order need not change them: agents who gave all of their shifts to this queue would have answered after {check.UndividedMean:N0} minutes on average, not {check.Figures[0].Recorded:N0}.\n")
                .Append("If agents had other work, give --availability; if shifts or minutes are wrong, give --agents TEAM=N or --handling.\n");
    }

    private static void Table(StringBuilder text, SimulationReport report)
    {
        foreach (var (title, times) in (IEnumerable<(string, Func<ArmFigures, ResponseTimes?>)>)[("needed an escalation", a => a.Needed), ("all other work", a => a.Others)])
        {
            if (report.Arms.All(a => times(a) is null)) continue;
            text.Append(CultureInfo.InvariantCulture, $"\nresponse minutes, {title} (n = {report.Arms.Select(times).First()!.N:N0})\n{"",-20} {"mean",16} {"median",16} {"p90",16}\n");
            foreach (var arm in report.Arms)
                if (times(arm) is { } found)
                    text.Append(CultureInfo.InvariantCulture, $"{Name(arm.Arm),-20} {Figure(found.Mean),16} {Figure(found.Median),16} {Figure(found.P90),16}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"\n{"",-20} {"needed, late",14} {"longest staffed wait",21} {"busiest team",30}\n");
        foreach (var arm in report.Arms)
        {
            var busiest = arm.Utilisation.MaxBy(u => u.Value);
            text.Append(CultureInfo.InvariantCulture, $"{Name(arm.Arm),-20} {(arm.LateShare is { } late ? late.Value.ToString("P1", CultureInfo.InvariantCulture) : "no data"),14} {arm.LongestStaffedHours,19:0.0} h {$"{busiest.Key} {busiest.Value.ToString("P0", CultureInfo.InvariantCulture)}",30}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"late: answered more than {report.Options.TargetHours:0.#} hours after the need could be seen\n\n");
    }

    private static string Fall(ResponseFall fall) => string.Create(
        CultureInfo.InvariantCulture, $"{Change(fall.Mean.Value)} on average{(fall.OverDays is { Low: { } low, High: { } high } ? $" ({low:P0} to {high:P0})" : "")}, {Change(fall.Median.Value)} in the median, {Change(fall.P90.Value)} at p90");

    private static string Change(double fall) => string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(fall):P0} {(fall >= 0 ? "sooner" : "later")}");

    private static string Figure(SeedFigure figure) => string.Create(CultureInfo.InvariantCulture, $"{figure.Value:N1} ± {(figure.High - figure.Low) / 2:N1}");

    private static string Share(int part, int all) => all == 0 ? "no data" : ((double)part / all).ToString("P0", CultureInfo.InvariantCulture);

    private static string Name(QueueArm arm) => arm switch
    {
        QueueArm.FirstInFirstOut => "first-in-first-out",
        QueueArm.AsRecorded => "as recorded",
        QueueArm.Candidate => "candidate",
        _ => "oracle",
    };
}
