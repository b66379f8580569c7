using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Service.Api;
using Escalation.Service.Versions;
using Escalation.Storage;
using NodaTime;
using Spectre.Console;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules versions|promote|rollback|diff|erase</c>: the rule sets of a database, and the way from one to another.</summary>
internal static class RulesVersionsCommands
{
    private static readonly JsonSerializerOptions Indented = new(Json.Options) { WriteIndented = true };
    private static readonly Option<string> By = new("--by") { Description = "Who does it, for the record.", DefaultValueFactory = _ => Environment.UserName };

    /// <summary>The five commands.</summary>
    public static IEnumerable<Command> All(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock) => [Versions(), Promote(load, clock), Rollback(load, clock), Diff(), Erase(clock)];

    private static Command Versions()
    {
        var command = new Command("versions", "Every rule set that was ever active, the one in force first. Example: escalation rules versions --database escalation.db");
        command.SetAction((parse, cancellation) => WithDatabaseAsync(parse, async versions =>
        {
            var activations = await versions.ActivationsAsync(cancellation);
            if (parse.GetValue(CommandOptions.Json))
                Console.WriteLine(JsonSerializer.Serialize(activations.Select((a, i) => new
                {
                    a.Number,
                    Version = a.Rules.Value,
                    Configuration = a.Configuration.Value,
                    At = Json.Time(a.At),
                    a.Actor,
                    a.Reason,
                    InForce = i == 0,
                    Changes = a.Changes.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                }), Indented));
            else Print(activations);
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static Command Promote(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var what = new Argument<string>("DIR|VERSION") { Description = "A rules folder, or a stored version (the first digits do)." };
        var reason = new Option<string?>("--reason") { Description = "Why, for the record.", HelpName = "TEXT" };
        var dry = new Option<bool>("--dry-run") { Description = "Only show what would change." };
        var command = new Command("promote", "Makes a rule set the active one; a running service takes it within a second. Example: escalation rules promote my-rules --reason \"fewer false alarms on refunds\"")
        {
            what, reason, By, dry,
        };
        command.SetAction((parse, cancellation) => WithDatabaseAsync(parse, async versions =>
        {
            if (await FindAsync(versions, parse.GetRequiredValue(what), cancellation) is not { } rules) return ExitCode.BadInput;
            return await ActivateAsync(parse, load, clock, versions, rules, parse.GetValue(reason) ?? $"promoted {parse.GetRequiredValue(what)}", parse.GetValue(dry), cancellation);
        }, cancellation));
        return command;
    }

    private static Command Rollback(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var to = new Option<string?>("--to") { Description = "A version to go back to. Default: the one that was active before.", HelpName = "VERSION" };
        var reason = new Option<string?>("--reason") { Description = "Why, for the record.", HelpName = "TEXT" };
        var command = new Command("rollback", "Makes the rule set before the active one again; it stays until somebody promotes another. Example: escalation rules rollback --reason \"pages at night\"")
        {
            to, reason, By,
        };
        command.SetAction((parse, cancellation) => WithDatabaseAsync(parse, async versions =>
        {
            var activations = await versions.ActivationsAsync(cancellation);
            var target = parse.GetValue(to) ?? activations.SkipWhile(a => a.Rules == activations[0].Rules).FirstOrDefault()?.Rules.Value;
            if (target is null)
            {
                await Console.Error.WriteLineAsync("there is no rule set before the active one; 'escalation rules versions' lists what there is");
                return ExitCode.BadInput;
            }
            if (await FindVersionAsync(versions, target, cancellation) is not { } rules) return ExitCode.BadInput;
            return await ActivateAsync(parse, load, clock, versions, rules, parse.GetValue(reason) ?? $"rolled back from {activations[0].Rules.Short}", false, cancellation);
        }, cancellation));
        return command;
    }

    private static Command Erase(TimeProvider clock)
    {
        var value = new Argument<string>("VALUE") { Description = "A value of lists, for example a customer's id." };
        var command = new Command("erase", "Takes a value out of every list stored in the database; versions stay as they are. Example: escalation rules erase customer-17 --database escalation.db") { value, By };
        command.SetAction((parse, cancellation) => WithDatabaseAsync(parse, async versions =>
        {
            var now = Instant.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
            var lists = await versions.EraseFromListsAsync(parse.GetRequiredValue(value), parse.GetRequiredValue(By), now, cancellation);
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(new { Lists = lists }, Indented));
            else Console.WriteLine($"erased from {lists} stored list{(lists == 1 ? "" : "s")}; take it out of the rules folder too, and restart a running service, which holds the lists that it loaded");
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
                Console.WriteLine(JsonSerializer.Serialize(new { Before = old.Version.Value, After = now.Version.Value, Changes = changes }, Indented));
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

    private static async Task<int> ActivateAsync(
        ParseResult parse, Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock, RuleVersions versions, RuleSet rules, string reason, bool dry, CancellationToken cancellation)
    {
        var inForce = await versions.InForceAsync(cancellation);
        var changes = inForce is null ? [] : await versions.ChangesAsync(inForce.Rules, rules, cancellation);
        var json = parse.GetValue(CommandOptions.Json);
        if (!json)
        {
            Console.WriteLine(inForce is null ? "no rule set is active yet" : $"active: {inForce.Rules.Short} since {Json.Time(inForce.At)} by {inForce.Actor}");
            foreach (var change in changes) Console.WriteLine("  " + change);
        }
        if (inForce?.Rules == rules.Version || dry)
        {
            if (json) Console.WriteLine(JsonSerializer.Serialize(new { Version = rules.Version.Value, Activated = false, Changes = changes }, Indented));
            else Console.WriteLine(inForce?.Rules == rules.Version ? $"{rules.Version.Short} is active already; nothing was done" : $"{rules.Version.Short} would be active; nothing was done");
            return ExitCode.Done;
        }
        var models = load(new ConfigurationRequest(null, parse.GetValue(CommandOptions.Models)?.FullName)).Configuration;
        var order = new ActivationOrder(parse.GetRequiredValue(By), reason, inForce?.Number ?? 0);
        var now = Instant.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (await versions.ActivateAsync(new Configuration(rules, models?.Frustration, models?.Team), order, now, cancellation) is not { } activation)
        {
            await Console.Error.WriteLineAsync("somebody else made another rule set active meanwhile; look at 'escalation rules versions' and run this again");
            return ExitCode.CheckFailed;
        }
        if (json) Console.WriteLine(JsonSerializer.Serialize(new { Version = rules.Version.Value, Activated = true, activation.Number, activation.Reason, Changes = changes }, Indented));
        else Console.WriteLine($"{rules.Version.Short} is active: activation {activation.Number} by {activation.Actor}, {activation.Reason}");
        return ExitCode.Done;
    }

    private static async Task<RuleSet?> FindAsync(RuleVersions versions, string what, CancellationToken cancellation)
    {
        if (!Directory.Exists(what)) return await FindVersionAsync(versions, what, cancellation);
        return Sound(RuleSetLoader.Load(what), what);
    }

    private static async Task<RuleSet?> FindVersionAsync(RuleVersions versions, string digits, CancellationToken cancellation)
    {
        var isHex = digits.Length >= 4 && digits.All(char.IsAsciiHexDigitLower);
        var found = isHex ? await versions.BeginningWithAsync(digits, cancellation) : [];
        if (found.Count == 1 && await versions.LoadAsync(found[0].Version, cancellation) is { } loaded) return Sound(loaded, found[0].Version.Short);
        await Console.Error.WriteLineAsync(found.Count > 1
            ? $"{digits}: {found.Count} versions begin so ({string.Join(", ", found.Select(v => v.Version.Short))}); give more digits"
            : $"{digits}: there is no such rules folder, and no stored version begins so; 'escalation rules versions' lists them");
        return null;
    }

    private static RuleSet? Sound(RuleSetLoadResult loaded, string what)
    {
        foreach (var problem in loaded.Problems) Console.Error.WriteLine($"{what}/{problem}");
        return loaded.RuleSet;
    }

    private static async Task<int> WithDatabaseAsync(ParseResult parse, Func<RuleVersions, Task<int>> run, CancellationToken cancellation, bool mustExist = true)
    {
        var database = EscalationDatabase.At(parse.GetRequiredValue(CommandOptions.Database));
        if (mustExist || File.Exists(database.Place))
            await database.MigrateAsync(SystemClock.Instance.GetCurrentInstant().ToUnixTimeMilliseconds(), cancellation);
        var exit = await run(new RuleVersions(database));
        database.Release();
        return exit;
    }

    private static void Print(IReadOnlyList<Activation> activations)
    {
        if (activations.Count == 0)
        {
            Console.WriteLine("no rule set was ever active in this database; 'escalation serve' or 'escalation rules promote DIR' makes one so");
            return;
        }
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("no.", "version", "active from", "by", "reason", "changes");
        foreach (var a in activations)
            table.AddRow(new Text($"{a.Number}"), new Text(a.Rules.Short + (a == activations[0] ? " (in force)" : "")), new Text(Json.Time(a.At)!), new Text(a.Actor), new Text(a.Reason),
                new Text(a.Changes.Length == 0 ? "" : a.Changes.Split('\n').Length is var lines && lines == 1 ? "1 change" : $"{lines} changes"));
        AnsiConsole.Write(table);
        Console.WriteLine("'escalation rules diff A B' shows what differs between two.");
    }
}
