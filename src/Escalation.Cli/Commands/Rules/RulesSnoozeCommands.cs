using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Service.Api;
using Escalation.Service.Versions;
using Escalation.Storage;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules snooze|snoozes|unsnooze</c>: one rule set aside for one customer or product, for a while.</summary>
internal static class RulesSnoozeCommands
{
    /// <summary>The three commands.</summary>
    public static IEnumerable<Command> All(TimeProvider clock) => [Snooze(clock), Snoozes(clock), Unsnooze(clock)];

    private static Command Snooze(TimeProvider clock)
    {
        var rule = new Argument<string>("RULE") { Description = "A signal rule in force, or keywords/CLASS." };
        var customer = new Option<string?>("--customer") { Description = "Only messages of this customer.", HelpName = "C" };
        var product = new Option<string?>("--product") { Description = "Only messages about this product, by its name in products.json.", HelpName = "P" };
        var until = new Option<string>("--until") { Description = "When it ends by itself: a date, or a time with an offset.", Required = true, HelpName = "T" };
        var reason = new Option<string>("--reason") { Description = "Why, for the record.", Required = true, HelpName = "TEXT" };
        var mustEscalate = new Option<bool>("--must-escalate") { Description = "Snooze it even if it is a rule that must escalate." };
        var command = new Command("snooze",
            "Sets one rule aside for one customer or product until a time; decisions show it as snoozed and do not count it. Example: escalation rules snooze keywords/legal --customer c-17 --until 2026-12-31 --reason \"is a law firm\"")
        {
            rule, customer, product, until, reason, mustEscalate, RulesDatabase.By,
        };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            if (CommandTimes.Parse("--until", parse.GetRequiredValue(until), out var problem) is not { } end)
            {
                await Console.Error.WriteLineAsync(problem);
                return ExitCode.BadInput;
            }
            var versions = new RuleVersions(database);
            if (await versions.InForceAsync(cancellation) is not { } inForce || (await versions.LoadAsync(inForce.Rules, cancellation))?.RuleSet is not { } rules)
            {
                await Console.Error.WriteLineAsync($"{database.Place}: no rule set is active, so there is no rule to snooze; 'escalation rules promote DIR' makes one active");
                return ExitCode.BadInput;
            }
            var order = new SnoozeOrder(parse.GetRequiredValue(rule), parse.GetValue(customer), parse.GetValue(product), end, parse.GetRequiredValue(reason),
                parse.GetRequiredValue(RulesDatabase.By), parse.GetValue(mustEscalate));
            var (snooze, refused) = await new RuleSnoozes(database).StartAsync(order, rules, clock, cancellation);
            if (snooze is null)
            {
                await Console.Error.WriteLineAsync(refused!.Field is "rule" or "mustEscalate" ? refused.Message : $"--{refused.Field}: {refused.Message}");
                return ExitCode.BadInput;
            }
            if (order.Product is { } named && rules.SuggestProduct(named) is { } unknown) await Console.Error.WriteLineAsync($"--product: {unknown}; only messages whose source names it so are meant");
            var view = RuleExceptionView.Of(new RecordedException(snooze, null), snooze.From);
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(view, Json.Indented));
            else Console.WriteLine($"{view.Rule} is snoozed for {ScopeOf(view)} until {view.Until}: {view.Id}; 'escalation rules unsnooze {view.Id}' ends it early");
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static Command Snoozes(TimeProvider clock)
    {
        var all = new Option<bool>("--all") { Description = "Those that are over too." };
        var command = new Command("snoozes", "Lists the snoozes and quarantines of rules that are in force. Example: escalation rules snoozes --all --json") { all };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            var now = clock.Now();
            var shown = (await new RuleSnoozes(database).AllAsync(cancellation)).Where(e => parse.GetValue(all) || e.Exception.IsInForceAt(now)).Select(e => RuleExceptionView.Of(e, now)).ToList();
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(new { Items = shown }, Json.Indented));
            else Print(shown);
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static Command Unsnooze(TimeProvider clock)
    {
        var id = new Argument<string>("ID") { Description = "As 'escalation rules snoozes' shows it." };
        var reason = new Option<string>("--reason") { Description = "Why, for the record.", Required = true, HelpName = "TEXT" };
        var command = new Command("unsnooze", "Ends a snooze or a quarantine before its time. Example: escalation rules unsnooze s-0123456789ab --reason \"they moved\"") { id, reason, RulesDatabase.By };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            var (given, why) = (parse.GetRequiredValue(id), parse.GetRequiredValue(reason));
            if (string.IsNullOrWhiteSpace(why))
            {
                await Console.Error.WriteLineAsync("--reason: is blank; say why, for the record");
                return ExitCode.BadInput;
            }
            if (await new RuleSnoozes(database).EndAsync(given, parse.GetRequiredValue(RulesDatabase.By), why, clock, cancellation) is not { } end)
            {
                await Console.Error.WriteLineAsync($"{given}: there is no snooze or quarantine of that id in force; 'escalation rules snoozes --all' lists them");
                return ExitCode.BadInput;
            }
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(new { Id = given, Ended = new RuleExceptionEndView(Json.Time(end.At)!, end.Actor, end.Reason) }, Json.Indented));
            else Console.WriteLine($"{given} ended at {Json.Time(end.At)}");
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static void Print(IReadOnlyList<RuleExceptionView> shown)
    {
        if (shown.Count == 0)
        {
            Console.WriteLine("no rule is snoozed or in quarantine");
            return;
        }
        foreach (var e in shown)
        {
            Console.WriteLine($"{e.Id}  {e.Rule}, for {ScopeOf(e)}, from {e.From} until {e.Until ?? "it is ended"}{(e.InForce ? "" : " (over)")}, by {e.Actor}");
            Console.WriteLine($"  {e.Reason}");
        }
    }

    private static string ScopeOf(RuleExceptionView e) => e.CustomerId is { } customer ? $"customer {customer}" : e.Product is { } product ? $"product {product}" : $"all ({e.Kind})";
}
