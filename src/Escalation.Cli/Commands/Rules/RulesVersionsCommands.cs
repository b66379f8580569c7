using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Service.Api;
using Escalation.Service.Versions;
using Escalation.Storage;
using Spectre.Console;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules versions|diff|erase</c>: the rule sets of a database.</summary>
internal static class RulesVersionsCommands
{
    /// <summary>The three commands.</summary>
    public static IEnumerable<Command> All(TimeProvider clock) => [Versions(), Diff(), Erase(clock)];

    private static Command Versions()
    {
        var command = new Command("versions", "Every rule set that was ever active, the one in force first, and those that wait for a second person. Example: escalation rules versions --database escalation.db");
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            var activations = await new RuleVersions(database).ActivationsAsync(cancellation);
            var waiting = await new RulePromotion(database).OpenAsync(cancellation);
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(activations.Select((a, i) => View(a, i == 0)).Concat(waiting.Select(p => (object)ProposalView.Of(p, activations[0]))), Json.Indented));
            else Print(activations, waiting);
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static object View(Activation a, bool inForce) => new
    {
        a.Number,
        Version = a.Rules.Value,
        Configuration = a.Configuration.Value,
        At = Json.Time(a.At),
        a.Actor,
        a.Reason,
        InForce = inForce,
        Changes = a.Changes.Split('\n', StringSplitOptions.RemoveEmptyEntries),
        Consequences = JsonDocument.Parse(a.Consequences).RootElement,
        a.ApprovedBy,
    };

    private static Command Erase(TimeProvider clock)
    {
        var value = new Argument<string>("VALUE") { Description = "A value of lists, for example a customer's id." };
        var command = new Command("erase", "Takes a value out of every list stored in the database; versions stay as they are. Example: escalation rules erase customer-17 --database escalation.db") { value, RulesDatabase.By };
        command.SetAction((parse, cancellation) => WithDatabaseAsync(parse, async versions =>
        {
            var now = clock.Now();
            var lists = await versions.EraseFromListsAsync(parse.GetRequiredValue(value), parse.GetRequiredValue(RulesDatabase.By), now, cancellation);
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(new { Lists = lists }, Json.Indented));
            else Console.WriteLine($"erased from {Counted.Of(lists, "stored list")}; a running service takes that in within a second; take it out of the rules folder too");
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static Command Diff()
    {
        var before = new Argument<string>("BEFORE") { Description = "A rules folder or a stored version." };
        var after = new Argument<string>("AFTER") { Description = "A rules folder or a stored version." };
        var command = new Command("diff", "What differs between two rule sets, rule by rule; exit 1 where something does. Example: escalation rules diff rules my-rules") { before, after };
        command.SetAction((parse, cancellation) => WithDatabaseAsync(parse, async versions =>
        {
            if (await FindAsync(versions, parse.GetRequiredValue(before), cancellation) is not { } old || await FindAsync(versions, parse.GetRequiredValue(after), cancellation) is not { } now)
                return ExitCode.BadInput;
            var changes = RuleSetDiff.Between(old, now);
            if (parse.GetValue(CommandOptions.Json))
                Console.WriteLine(JsonSerializer.Serialize(new { Before = old.Version.Value, After = now.Version.Value, Changes = changes }, Json.Indented));
            else
            {
                foreach (var change in changes) Console.WriteLine(change);
                if (changes.Count == 0) Console.WriteLine("nothing differs");
                else if (old.Version == now.Version) Console.WriteLine($"nothing of it decides: both are version {old.Version.Short}");
            }
            return changes.Count == 0 ? ExitCode.Done : ExitCode.CheckFailed;
        }, cancellation, mustExist: false));
        return command;
    }

    /// <summary>A rules folder, or a stored version; null where it is neither or unsound, which was said on standard error.</summary>
    internal static async Task<RuleSet?> FindAsync(RuleVersions versions, string what, CancellationToken cancellation)
    {
        if (Directory.Exists(what))
        {
            var loaded = RuleSetLoader.Load(what);
            foreach (var flaw in loaded.Problems) await Console.Error.WriteLineAsync($"{what}/{flaw}");
            return loaded.RuleSet;
        }
        var (rules, problem) = await versions.FindAsync(what, cancellation);
        if (rules is null) await Console.Error.WriteLineAsync($"{what}: there is no such rules folder, and {problem}");
        return rules;
    }

    private static Task<int> WithDatabaseAsync(ParseResult parse, Func<RuleVersions, Task<int>> run, CancellationToken cancellation, bool mustExist = true) =>
        RulesDatabase.WithAsync(parse, database => run(new RuleVersions(database)), cancellation, mustExist);

    private static void Print(IReadOnlyList<Activation> activations, IReadOnlyList<RuleProposal> waiting)
    {
        if (activations.Count == 0)
        {
            Console.WriteLine("no rule set was ever active in this database; 'escalation serve' or 'escalation rules promote DIR' makes one so");
            return;
        }
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("no.").AddColumn("version", c => c.NoWrap()).AddColumn("active from", c => c.NoWrap()).AddColumns("by", "reason", "changes");
        foreach (var p in waiting)
            table.AddRow(new Text("-"), new Text(p.Version.Short), new Text(p.InForce == activations[0].Number ? "waits for a second person" : "waited; outdated by another"), new Text(p.Author), new Text(p.Reason), new Text(Lines(p.Changes)));
        foreach (var a in activations)
            table.AddRow(new Text($"{a.Number}"), new Text(a.Rules.Short), new Text(Json.Time(a.At)!), new Text(a.Actor + (a.ApprovedBy is { } second ? $", approved by {second}" : "")),
                new Text(a.Reason), new Text(Lines(a.Changes)));
        AnsiConsole.Write(table);
        Console.WriteLine($"{activations[0].Rules.Short} is in force; 'escalation rules diff A B' shows what differs between two.");
    }

    private static string Lines(string changes) => changes.Length == 0 ? "" : Counted.Of(changes.Split('\n').Length, "change");
}
