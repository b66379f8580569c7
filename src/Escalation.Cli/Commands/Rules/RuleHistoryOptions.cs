using System.CommandLine;
using Escalation.Core.Decisions;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Replay;
using Escalation.Replay.Analysis;

namespace Escalation.Cli.Commands.Rules;

/// <summary>The options of commands that look at rules over a history, and what they open.</summary>
internal sealed class RuleHistoryOptions(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock, bool required = true)
{
    private readonly Option<string[]> history = new("--history") { Description = "Folders or files of history.", Required = required, AllowMultipleArgumentsPerToken = true, HelpName = "F" };
    private readonly Option<string?> zone = new("--time-zone") { Description = "The zone of times without an offset. Without it they are refused.", HelpName = "Z" };
    private readonly FactCacheOption cache = new(clock, ".escalation-cache");

    /// <summary>A command that looks at one rules folder over a history and prints a report.</summary>
    /// <param name="load">Makes a configuration.</param>
    /// <param name="clock">For the age of the cache.</param>
    /// <param name="name">The command.</param>
    /// <param name="description">What it does, with an example.</param>
    /// <param name="analyze">Makes the report.</param>
    /// <param name="text">The report for people.</param>
    public static Command Analysis<T>(
        Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock, string name, string description, Func<DecidedHistory, T> analyze, Func<T, string> text)
    {
        var folder = RulesCommand.Folder();
        var options = new RuleHistoryOptions(load, clock);
        var command = options.Added(new Command(name, description) { folder });
        command.SetAction((parse, cancellation) => Task.Run(() =>
        {
            using var history = options.Open(parse);
            if (history?.Decide((parse.GetValue(folder) ?? parse.GetValue(CommandOptions.Rules))?.FullName, cancellation) is not { } decided) return ExitCode.BadInput;
            var report = analyze(decided);
            Console.Out.Write(parse.GetValue(CommandOptions.Json) ? RuleAnalysisJson.Write(report) : text(report));
            return history.ExitCode;
        }, CancellationToken.None));
        return command;
    }

    /// <summary>A command with these options.</summary>
    public Command Added(Command command)
    {
        foreach (var option in (Option[])[history, zone]) command.Options.Add(option);
        return cache.Added(command);
    }

    /// <summary>Opens the history; null where a file or zone is wrong, which was said on standard error.</summary>
    /// <exception cref="IOException">A file cannot be read, or the cache not be written.</exception>
    public OpenedRuleHistory? Open(ParseResult parse)
    {
        if (parse.GetValue(history) is not { Length: > 0 } paths)
        {
            Console.Error.WriteLine("--history is missing; name folders or files of history");
            return null;
        }
        var timeZone = CommandTimes.Zone(parse.GetValue(zone), out var zoneProblem);
        var source = HistorySource.Open(paths, new HistoryReadOptions { TimeZone = timeZone }, out var missing);
        var unusable = cache.Open(parse, out var folder);
        foreach (var problem in (string?[])[zoneProblem, missing?.ToString(), unusable])
            if (problem is not null) Console.Error.WriteLine(problem);
        if (source is null || zoneProblem is not null || unusable is not null) return null;
        source.Summary.OnRejected = problem => Console.Error.WriteLine(problem);
        return new OpenedRuleHistory(source, new AnalyzedHistory(folder!, source, timeZone?.Id), load, parse.GetValue(CommandOptions.Models)?.FullName, clock);
    }
}

/// <summary>A history with what loads the rule sets to look at.</summary>
internal sealed class OpenedRuleHistory(HistorySource source, AnalyzedHistory history, Func<ConfigurationRequest, ConfigurationLoad> load, string? models, TimeProvider clock) : IDisposable
{
    private bool saidEmpty;

    /// <summary>Done, or bad input where lines of the history were rejected.</summary>
    public int ExitCode => source.Summary.RejectedCount > 0 ? Cli.ExitCode.BadInput : Cli.ExitCode.Done;

    /// <summary>The history under a rules folder; null where the rules have problems, which were said on standard error.</summary>
    public DecidedHistory? Decide(string? rules, CancellationToken cancellation, bool effectiveDates = false) =>
        Configure(rules) is { } configuration ? Decide(configuration, cancellation, effectiveDates) : null;

    /// <summary>The history under a configuration.</summary>
    public DecidedHistory Decide(Configuration configuration, CancellationToken cancellation, bool effectiveDates = false)
    {
        var progress = new ReplayProgress("records", () => source.TotalLines);
        var decided = history.Open(configuration, new ReplayOptions { OnProgress = progress.Report }, cancellation, effectiveDates);
        progress.End();
        history.Touch(clock.GetUtcNow());
        if (decided.Table.Count == 0 && !saidEmpty) Console.Error.WriteLine("the history holds no message of a customer, so that there is nothing to count");
        saidEmpty = decided.Table.Count == 0;
        return decided;
    }

    /// <summary>A rules folder as a configuration; null where it has problems, which were said on standard error.</summary>
    public Configuration? Configure(string? rules)
    {
        var request = new ConfigurationRequest(rules, models, IsTrial: true);
        var loaded = load(request);
        foreach (var problem in loaded.Problems) Console.Error.WriteLine(problem);
        return loaded.Configuration;
    }

    /// <inheritdoc/>
    public void Dispose() => history.Dispose();
}
