using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Rules;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules test [DIR]</c>: runs the cases of <c>tests/*.json</c> and says which rules none of them covers.</summary>
internal static class RulesTestCommand
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = RulesCommand.Folder();
        var watch = new Option<bool>("--watch") { Description = "Run again whenever a file of the folder changes, until Ctrl-C." };
        var junit = new Option<FileInfo?>("--junit") { Description = "Also write the results as JUnit XML.", HelpName = "FILE" };
        var command = new Command("test", "Runs the cases in tests/*.json of a rules folder and shows which rules no case fires or misses. Example: escalation rules test rules --junit cases.xml") { folder, watch, junit };
        command.SetAction(async (parse, cancellation) =>
        {
            var home = CommandOptions.FolderOf(parse.GetValue(folder) ?? parse.GetValue(CommandOptions.Rules), "rules");
            if (home is { Exists: false } || (home is null && parse.GetValue(watch)))
            {
                Console.Error.WriteLine(home is null ? "--watch: the embedded rules never change; name a rules folder" : $"{home}: there is no such rules folder; name one, or leave it out for the embedded rules");
                return ExitCode.BadInput;
            }
            var code = Run(parse, home, parse.GetValue(junit));
            if (parse.GetValue(watch)) await WatchAsync(home!, () => code = Run(parse, home, parse.GetValue(junit)), cancellation);
            return code;
        });
        return command;
    }

    private static int Run(ParseResult parse, DirectoryInfo? home, FileInfo? junit)
    {
        var result = RuleSetLoader.Load(home?.FullName);
        if (parse.GetValue(CommandOptions.Json)) WriteJson(result);
        else WriteText(result);
        if (junit is not null) CaseJUnit.Of(result).Save(junit.FullName);
        return result.Problems.Count == 0 ? ExitCode.Done : ExitCode.CheckFailed;
    }

    /// <summary>Runs after each burst of changes; a file that is written half is reported like any other fault, and read again when it is whole.</summary>
    private static async Task WatchAsync(DirectoryInfo home, Action run, CancellationToken cancellation)
    {
        using var changed = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(home.FullName) { IncludeSubdirectories = true };
        watcher.Changed += (_, _) => changed.Release();
        watcher.Created += (_, _) => changed.Release();
        watcher.Deleted += (_, _) => changed.Release();
        watcher.Renamed += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;
        Console.Error.WriteLine($"Watching {home.FullName}; Ctrl-C ends.");
        try
        {
            while (true)
            {
                await changed.WaitAsync(cancellation);
                while (await changed.WaitAsync(Quiet, cancellation))
                {
                    // One run for a burst.
                }
                run();
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how watching ends.
        }
    }

    private static void WriteText(RuleSetLoadResult result)
    {
        foreach (var problem in result.Problems) Console.Error.WriteLine(problem);
        var cases = result.Cases;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cases.Cases.Count - cases.Failed} passed, {cases.Failed} failed, {Counted.Of(result.Problems.Count, "problem")}"));
        WriteUncovered("No case fires", cases.NeverFired);
        WriteUncovered("No case misses", cases.NeverMissed);
        if (cases.Coverage.Count > 0 && cases.NeverFired.Count + cases.NeverMissed.Count == 0) Console.WriteLine($"All {cases.Coverage.Count} rules are fired by a case and missed by another.");
    }

    private static void WriteUncovered(string what, IReadOnlyList<string> rules)
    {
        if (rules.Count > 0) Console.WriteLine($"{what}: {string.Join(", ", rules)}");
    }

    private static void WriteJson(RuleSetLoadResult result) => Console.WriteLine(JsonSerializer.Serialize(new
    {
        Passed = result.Cases.Cases.Count - result.Cases.Failed,
        result.Cases.Failed,
        Problems = result.Problems.Select(p => p.ToString()),
        Cases = result.Cases.Cases.Select(c => new { c.Name, c.File, c.Line, Failures = c.Failures.Select(f => f.ToString()), c.Milliseconds }),
        result.Cases.Coverage,
        result.Cases.NeverFired,
        result.Cases.NeverMissed,
    }, Indented));
}
