using System.CommandLine;
using System.Text.Json;
using Escalation.History.Formats;
using Escalation.Replay.Deciding;
using NodaTime;

namespace Escalation.Cli.Commands;

/// <summary><c>decide [FILE|-]</c>: one decision a line for each customer message of the input.</summary>
internal static class DecideCommand
{
    /// <summary>The command.</summary>
    /// <param name="load">Makes a configuration.</param>
    /// <param name="clock">Read once, for messages without a time.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var file = new Argument<string>("FILE") { Description = "History or messages as JSON lines; - is standard input. {\"text\": \"...\"} alone is enough.", DefaultValueFactory = _ => "-" };
        var explain = new Option<bool>("--explain") { Description = "Add what would change each decision, and the rules that nearly fired." };
        var asOf = new Option<string?>("--as-of") { Description = "The time of messages that have none. Default: now, once for the whole run.", HelpName = "T" };
        var zone = new Option<string?>("--time-zone") { Description = "The zone of times without an offset, for example Europe/Paris. Without it they are refused.", HelpName = "Z" };
        var model = new Option<string?>("--model") { Description = "Version of the frustration model. Default: the champion.", HelpName = "V" };
        var command = new Command("decide", "Decides messages without recording anything. Example: echo '{\"text\":\"My lawyer will call you\"}' | escalation decide -")
        {
            file, explain, asOf, zone, model,
        };
        command.SetAction((parse, cancellation) =>
        {
            var name = parse.GetRequiredValue(file);
            var problems = new List<string>();
            string? timeProblem = null;
            var at = parse.GetValue(asOf) is { } text ? CommandTimes.Parse("--as-of", text, out timeProblem) : Instant.FromDateTimeOffset(clock.GetUtcNow());
            if (timeProblem is not null) problems.Add(timeProblem);
            var its = CommandTimes.Zone(parse.GetValue(zone), out var zoneProblem);
            if (zoneProblem is not null) problems.Add(zoneProblem);
            if (name != "-" && !File.Exists(name)) problems.Add($"{name}: file: is not there; name a file of JSON lines, or - for standard input");
            var request = new ConfigurationRequest(parse.GetValue(CommandOptions.Rules)?.FullName, parse.GetValue(CommandOptions.Models)?.FullName, parse.GetValue(model), IsTrial: true);
            var loaded = load(request);
            foreach (var line in loaded.Problems) Console.Error.WriteLine(line);
            if (problems.Count > 0 || !loaded.IsComplete(request)) return Task.FromResult(Refuse(problems));
            var options = new DecideOptions(at!.Value, its, parse.GetValue(explain));
            return Task.Run(() => Run(name, loaded.Configuration!, options, parse.GetValue(CommandOptions.Json), cancellation), CancellationToken.None);
        });
        return command;
    }

    private static int Run(string name, Core.Decisions.Configuration configuration, DecideOptions options, bool json, CancellationToken cancellation)
    {
        var summary = new InputSummary { OnRejected = problem => Console.Error.WriteLine(problem) };
        using Stream input = name == "-" ? new PromptInput(Console.OpenStandardInput(), cancellation) : File.OpenRead(name);
        using var output = Console.OpenStandardOutput();
        DecideRun.Run(input, name, output, configuration, options, summary, cancellation);
        if (summary.Duplicates > 0) Console.Error.WriteLine($"{name}: {summary.Duplicates} repeated deliveries (same source, externalId and revision) were dropped");
        if (json) WriteSummary(output, summary);
        return summary.RejectedCount == 0 ? ExitCode.Done : ExitCode.BadInput;
    }

    private static int Refuse(IEnumerable<string> problems)
    {
        foreach (var problem in problems) Console.Error.WriteLine(problem);
        return ExitCode.BadInput;
    }

    private static void WriteSummary(Stream output, InputSummary summary)
    {
        using (var json = new Utf8JsonWriter(output)) InputSummaryJson.Write(json, summary);
        output.WriteByte((byte)'\n');
    }
}
