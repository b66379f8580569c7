using System.CommandLine;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Replay.Analysis;
using Escalation.Replay.Simulation;

namespace Escalation.Cli.Commands;

/// <summary><c>simulate --history F...</c>: how long people would have waited had the same teams done the same work in another order.</summary>
internal static class SimulateCommand
{
    /// <summary>The command.</summary>
    /// <param name="load">Makes a configuration.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load)
    {
        var history = new Option<string[]>("--history") { Description = "Folders or files of history.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "F" };
        var workers = new Option<int>("--workers") { Description = "Threads. The result does not depend on it.", DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount), HelpName = "N" };
        var zone = new Option<string?>("--time-zone") { Description = "The zone of times without an offset. Without it they are refused.", HelpName = "Z" };
        var output = new Option<string?>("--out") { Description = "Write simulation.json and simulation.txt here.", HelpName = "DIR" };
        workers.AtLeast(1);
        var simulation = new SimulationOptions();
        var command = simulation.Added(new Command("simulate", """
            Serves the work of a history again in other orders: first-in-first-out, as recorded, by the rules, and by what was truly needed. Claims nothing, with exit
            code 1, where the recorded order does not give the recorded response times within 10 %. As a section of the report of a replay: replay --simulate.

            Example: escalation simulate --history data/history --truth data/history/truth.jsonl --rules rules
            """)
        {
            history, workers, zone, output,
        });
        command.SetAction((parse, cancellation) => Task.Run(() =>
        {
            var problems = new List<string>();
            var inputs = simulation.Inputs(parse, problems);
            var request = new Request(
                parse.GetRequiredValue(history), inputs, simulation.Queue(parse, parse.GetValue(workers)), parse.GetValue(zone), parse.GetValue(output), parse.GetValue(CommandOptions.Json),
                new ConfigurationRequest(parse.GetValue(CommandOptions.Rules)?.FullName, parse.GetValue(CommandOptions.Models)?.FullName, IsTrial: true));
            return Run(request, load, problems, cancellation);
        }, CancellationToken.None));
        return command;
    }

    private static int Run(Request request, Func<ConfigurationRequest, ConfigurationLoad> load, List<string> problems, CancellationToken cancellation)
    {
        var zone = CommandTimes.Zone(request.TimeZone, out var problem);
        if (problem is not null) problems.Add(problem);
        var loaded = load(request.Candidate);
        foreach (var line in loaded.Problems) Console.Error.WriteLine(line);
        var source = HistorySource.Open(request.History, new HistoryReadOptions { TimeZone = zone, Workers = request.Options.Workers }, out var missing);
        if (missing is not null) problems.Add(missing.ToString());
        if (problems.Count > 0 || !loaded.IsComplete(request.Candidate)) return Refuse(problems);

        source!.Summary.OnRejected = rejected => Console.Error.WriteLine(rejected);
        var simulated = SimulationOptions.Followed(request.Options, () => source.TotalLines, (options, onRead) =>
            SimulationPass.Run("candidate", source.Read(cancellation), loaded.Configuration!.Timeless(), request.Inputs, options, onRead, cancellation));
        if (simulated.Report is not { } report) return Refuse(simulated.Problems.Select(p => p.StartsWith("--", StringComparison.Ordinal) ? p : $"{string.Join(", ", request.History)}: {p}"));
        var (json, text) = (RuleAnalysisJson.Write(report), SimulationText.Write([simulated]));
        if (request.Output is { } folder) Write(folder, json, text);
        Console.Out.Write(request.Json ? json : text);
        return !report.Check.IsValid ? ExitCode.CheckFailed : source.Summary.RejectedCount > 0 ? ExitCode.BadInput : ExitCode.Done;
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

    private sealed record Request(
        string[] History, SimulationInputs Inputs, QueueOptions Options, string? TimeZone, string? Output, bool Json, ConfigurationRequest Candidate);
}
