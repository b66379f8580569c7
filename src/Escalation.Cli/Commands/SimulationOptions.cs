using System.CommandLine;
using System.Globalization;
using Escalation.Replay.Simulation;

namespace Escalation.Cli.Commands;

/// <summary>How a queue is simulated: the options of <c>simulate</c>, and of <c>replay --simulate</c>.</summary>
/// <param name="simulate">The option without which the others mean nothing; null where a simulation is always run.</param>
internal sealed class SimulationOptions(Option<bool>? simulate = null)
{
    private readonly Option<string?> truth = new("--truth") { Description = "What needed an escalation and which team was right, a line a message. Without it: as far as labels say.", HelpName = "FILE" };
    private readonly Option<string?> handling = new("--handling") { Description = "Minutes an answer, or a CSV file with the columns team,minutes. Without it: fitted to the history.", HelpName = "FILE|MINUTES" };
    private readonly Option<string[]> agents = new("--agents") { Description = "Agents of a team, at work whenever its calendar is open, in the place of recorded shifts.", AllowMultipleArgumentsPerToken = true, HelpName = "TEAM=N" };
    private readonly Option<double?> availability = new("--availability") { Description = "Share of their shifts that agents give to this queue. Without it: fitted by team on the first half of the history, checked on the second.", HelpName = "SHARE" };
    private readonly Option<int> seeds = new("--seeds") { Description = "Runs with handling times of their own; intervals are over them.", DefaultValueFactory = _ => 10, HelpName = "N" };
    private readonly Option<ulong> seed = new("--seed") { Description = "The first seed.", DefaultValueFactory = _ => 1, HelpName = "S" };
    private readonly Option<double> misplaced = new("--misplaced-minutes") { Description = "Minutes that a false alarm or a misroute costs the team it comes to.", DefaultValueFactory = _ => 3, HelpName = "M" };
    private readonly Option<double> ageing = new("--ageing-hours") { Description = "Staffed hours after which work goes before all other.", DefaultValueFactory = _ => 8, HelpName = "H" };
    private readonly Option<double> target = new("--target-hours") { Description = "Hours after which an answer to what needed an escalation is late.", DefaultValueFactory = _ => 4, HelpName = "H" };

    /// <summary>Adds the options to a command.</summary>
    public Command Added(Command command)
    {
        seeds.AtLeast(2);
        ageing.AtLeast(0);
        target.AtLeast(0);
        misplaced.AtLeast(0);
        availability.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(result.GetValueOrDefault<double?>() is > 0 and <= 5)) result.AddError("--availability: is a share of a shift above 0, for example 0.7; at most 5, for five answers at a time");
        });
        Option[] all = [truth, handling, agents, availability, seeds, seed, misplaced, ageing, target];
        foreach (var option in all)
        {
            if (simulate is not null) option.Description = $"With --simulate: {option.Description}";
            command.Options.Add(option);
        }
        if (simulate is not null)
            command.Validators.Add(result =>
            {
                if (!result.GetValue(simulate) && all.FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } alone)
                    result.AddError($"{alone.Name}: says how to simulate; add --simulate, or leave it out");
            });
        return command;
    }

    /// <summary>How it is run.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="workers">Threads.</param>
    public QueueOptions Queue(ParseResult parse, int workers) => new()
    {
        Seeds = parse.GetValue(seeds),
        Seed = parse.GetValue(seed),
        MisplacedMinutes = parse.GetValue(misplaced),
        AgeingHours = parse.GetValue(ageing),
        TargetHours = parse.GetValue(target),
        Availability = parse.GetValue(availability),
        Workers = workers,
    };

    /// <summary>What is given beside the history; what cannot be read becomes a problem.</summary>
    public SimulationInputs Inputs(ParseResult parse, List<string> problems)
    {
        var given = AgentsOf(parse.GetValue(agents) ?? [], problems);
        string? problem = null;
        var minutes = parse.GetValue(handling) is { } times ? HandlingTimes.Parse(times, out problem) : null;
        if (problem is not null) problems.Add(problem);
        problem = null;
        var known = parse.GetValue(truth) is { } file ? TruthFile.Read(file, out problem) : null;
        if (problem is not null) problems.Add(problem);
        return new SimulationInputs(known, minutes, given);
    }

    /// <summary>Simulates, and says on standard error where it is.</summary>
    /// <param name="options">How.</param>
    /// <param name="total">Records to read, as far as known.</param>
    /// <param name="simulate">Simulates with the options given, and tells the records it has read.</param>
    public static T Followed<T>(QueueOptions options, Func<long> total, Func<QueueOptions, Action<long>, T> simulate)
    {
        var reading = new ReplayProgress("records for the simulation", total);
        var serving = new Lazy<ReplayProgress>(() => new ReplayProgress("runs", () => 0));
        var found = simulate(options with { OnProgress = runs => serving.Value.Report(runs) }, reading.Report);
        reading.End();
        if (serving.IsValueCreated) serving.Value.End();
        return found;
    }

    private static Dictionary<string, int> AgentsOf(string[] given, List<string> problems)
    {
        var agents = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var each in given)
            if (each.Split('=') is [{ Length: > 0 } team, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is > 0 and <= 10_000) agents[team] = n;
            else problems.Add($"--agents: \"{each}\" is not TEAM=N; write for example billing=4");
        return agents;
    }
}
