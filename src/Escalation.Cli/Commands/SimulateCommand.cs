using System.CommandLine;
using System.Globalization;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Replay.Analysis;
using Escalation.Replay.Simulation;
using NodaTime;

namespace Escalation.Cli.Commands;

/// <summary><c>simulate --history F...</c>: how long people would have waited had the same teams done the same work in another order.</summary>
internal static class SimulateCommand
{
    /// <summary>The command.</summary>
    /// <param name="load">Makes a configuration.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load)
    {
        var history = new Option<string[]>("--history") { Description = "Folders or files of history.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "F" };
        var truth = new Option<string?>("--truth") { Description = "What needed an escalation and which team was right, a line a message. Without it: as far as labels say.", HelpName = "FILE" };
        var handling = new Option<string?>("--handling") { Description = "Minutes an answer, or a CSV file with the columns team,minutes. Without it: fitted to the history.", HelpName = "FILE|MINUTES" };
        var agents = new Option<string[]>("--agents") { Description = "Agents of a team, at work whenever its calendar is open, in the place of recorded shifts.", AllowMultipleArgumentsPerToken = true, HelpName = "TEAM=N" };
        var availability = new Option<double?>("--availability") { Description = "Share of their shifts that agents give to this queue. Without it: fitted by team on the first half of the history, checked on the second.", HelpName = "SHARE" };
        var seeds = new Option<int>("--seeds") { Description = "Runs with handling times of their own; intervals are over them.", DefaultValueFactory = _ => 10, HelpName = "N" };
        var seed = new Option<ulong>("--seed") { Description = "The first seed.", DefaultValueFactory = _ => 1, HelpName = "S" };
        var misplaced = new Option<double>("--misplaced-minutes") { Description = "Minutes that a false alarm or a misroute costs the team it comes to.", DefaultValueFactory = _ => 3, HelpName = "M" };
        var ageing = new Option<double>("--ageing-hours") { Description = "Staffed hours after which work goes before all other.", DefaultValueFactory = _ => 8, HelpName = "H" };
        var target = new Option<double>("--target-hours") { Description = "Hours after which an answer to what needed an escalation is late.", DefaultValueFactory = _ => 4, HelpName = "H" };
        var workers = new Option<int>("--workers") { Description = "Threads. The result does not depend on it.", DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount), HelpName = "N" };
        var zone = new Option<string?>("--time-zone") { Description = "The zone of times without an offset. Without it they are refused.", HelpName = "Z" };
        var output = new Option<string?>("--out") { Description = "Write simulation.json and simulation.txt here.", HelpName = "DIR" };
        seeds.AtLeast(2);
        ageing.AtLeast(0);
        target.AtLeast(0);
        misplaced.AtLeast(0);
        workers.AtLeast(1);
        availability.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(result.GetValueOrDefault<double?>() is > 0 and <= 5)) result.AddError("--availability: is a share of a shift above 0, for example 0.7; at most 5, for five answers at a time");
        });
        var command = new Command("simulate", """
            Serves the work of a history again in other orders: first-in-first-out, as recorded, by the rules, and by what was truly needed. Claims nothing, with exit
            code 1, where the recorded order does not give the recorded response times within 10 %.

            Example: escalation simulate --history data/history --truth data/history/truth.jsonl --rules rules
            """)
        {
            history, truth, handling, agents, availability, seeds, seed, misplaced, ageing, target, workers, zone, output,
        };
        command.SetAction((parse, cancellation) => Task.Run(() =>
        {
            var options = new QueueOptions
            {
                Seeds = parse.GetValue(seeds),
                Seed = parse.GetValue(seed),
                MisplacedMinutes = parse.GetValue(misplaced),
                AgeingHours = parse.GetValue(ageing),
                TargetHours = parse.GetValue(target),
                Availability = parse.GetValue(availability),
                Workers = parse.GetValue(workers),
            };
            var request = new Request(
                parse.GetRequiredValue(history), parse.GetValue(truth), parse.GetValue(handling), parse.GetValue(agents) ?? [], parse.GetValue(zone), parse.GetValue(output),
                parse.GetValue(CommandOptions.Json), new ConfigurationRequest(parse.GetValue(CommandOptions.Rules)?.FullName, parse.GetValue(CommandOptions.Models)?.FullName, IsTrial: true));
            return Run(request, options, load, cancellation);
        }, CancellationToken.None));
        return command;
    }

    private static int Run(Request request, QueueOptions options, Func<ConfigurationRequest, ConfigurationLoad> load, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var agents = AgentsOf(request.Agents, problems);
        var handling = request.Handling is { } times ? HandlingTimes.Parse(times, out var problem) : Nothing<HandlingTimes>(out problem);
        if (problem is not null) problems.Add(problem);
        var truth = request.Truth is { } file ? TruthFile.Read(file, out problem) : Nothing<IReadOnlyDictionary<MessageId, MessageNeed>>(out problem);
        if (problem is not null) problems.Add(problem);
        var zone = CommandTimes.Zone(request.TimeZone, out problem);
        if (problem is not null) problems.Add(problem);
        var loaded = load(request.Candidate);
        foreach (var line in loaded.Problems) Console.Error.WriteLine(line);
        var source = HistorySource.Open(request.History, new HistoryReadOptions { TimeZone = zone, Workers = options.Workers }, out var missing);
        if (missing is not null) problems.Add(missing.ToString());
        if (problems.Count > 0 || !loaded.IsComplete(request.Candidate)) return Refuse(problems);

        var configuration = loaded.Configuration!.Timeless();
        source!.Summary.OnRejected = rejected => Console.Error.WriteLine(rejected);
        var reading = new ReplayProgress("records", () => source.TotalLines);
        var trace = QueueTraceBuilder.Read(source.Read(cancellation), configuration, truth, options.Workers, reading.Report, cancellation);
        reading.End();
        if (trace.Items.Count == 0) return Refuse([$"{string.Join(", ", request.History)}: no message of a customer was answered by a person, so that there is no queue to simulate"]);
        handling ??= trace.Fit();
        if (handling is null) problems.Add($"--handling: the history records minutes of {trace.Minutes.Count} answers and {trace.ClaimMinutes.Count} times from claim to answer, fewer than {QueueTrace.LeastFitted}; give --handling MINUTES or a file");
        var staffing = Staffing.Of(
            trace.Shifts, agents, team => configuration.Rules.Teams.Find(team)?.Calendar is { } own ? configuration.CalendarOf(own) : configuration.DefaultCalendar,
            Instant.FromUnixTimeMilliseconds(trace.Items[0].ArrivalMs), Instant.FromUnixTimeMilliseconds(trace.Items[^1].ArrivalMs));
        var unstaffed = QueueComparison.Teams(trace).Where(t => !staffing.Serves(t)).ToList();
        if (unstaffed.Count > 0)
            problems.Add($"--agents: the history has no shift of {string.Join(", ", unstaffed)}, or none in its last week, and there is work for {(unstaffed.Count == 1 ? "it" : "them")}; say how many agents there are: {string.Join(' ', unstaffed.Select(t => $"--agents {t}=2"))}");
        if (problems.Count > 0) return Refuse(problems);

        var serving = new ReplayProgress("runs", () => 0);
        var report = QueueComparison.Run(trace, staffing, handling!, options with { OnProgress = serving.Report }, cancellation);
        serving.End();
        var (json, text) = (RuleAnalysisJson.Write(report), SimulationText.Write(report));
        if (request.Output is { } folder) Write(folder, json, text);
        Console.Out.Write(request.Json ? json : text);
        return !report.Check.IsValid ? ExitCode.CheckFailed : source.Summary.RejectedCount > 0 ? ExitCode.BadInput : ExitCode.Done;
    }

    private static Dictionary<string, int> AgentsOf(string[] given, List<string> problems)
    {
        var agents = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var each in given)
            if (each.Split('=') is [{ Length: > 0 } team, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is > 0 and <= 10_000) agents[team] = n;
            else problems.Add($"--agents: \"{each}\" is not TEAM=N; write for example billing=4");
        return agents;
    }

    private static void Write(string folder, string json, string text)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "simulation.json"), json);
        File.WriteAllText(Path.Combine(folder, "simulation.txt"), text);
    }

    private static int Refuse(IEnumerable<string> problems)
    {
        foreach (var problem in problems) Console.Error.WriteLine(problem);
        return ExitCode.BadInput;
    }

    private static T? Nothing<T>(out string? problem) where T : class
    {
        problem = null;
        return null;
    }

    private sealed record Request(
        string[] History, string? Truth, string? Handling, string[] Agents, string? TimeZone, string? Output, bool Json, ConfigurationRequest Candidate);
}
