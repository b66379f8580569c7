using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Service.Api;
using Escalation.Service.Versions;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules promote|approve|withdraw|rollback</c>: the ways to another active rule set.</summary>
internal static class RulesPromotionCommands
{
    /// <summary>The four commands.</summary>
    public static IEnumerable<Command> All(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock) => [Promote(load, clock), Approve(load, clock), Withdraw(clock), Rollback(load, clock)];

    private static Command Promote(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var what = new Argument<string>("DIR|VERSION") { Description = "A rules folder, or a stored version (the first digits do)." };
        var reason = new Option<string?>("--reason") { Description = "Why, for the record.", HelpName = "TEXT" };
        var dry = new Option<bool>("--dry-run") { Description = "Only show what would change, and what recorded decisions say of it." };
        var expect = new Option<string?>("--expect") { Description = "The version that you took to be active: another one refuses the promotion.", HelpName = "VERSION" };
        var command = new Command("promote",
            "Makes a rule set the active one, or proposes it where policy.json asks for a second person; a running service takes it within a second. Example: escalation rules promote my-rules --reason \"fewer false alarms on refunds\"")
        {
            what, reason, RulesDatabase.By, dry, expect,
        };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            if (await RulesVersionsCommands.FindAsync(new RuleVersions(database), parse.GetRequiredValue(what), cancellation) is not { } rules) return ExitCode.BadInput;
            var order = new PromotionOrder(By(parse), parse.GetValue(reason) ?? $"promoted {parse.GetRequiredValue(what)}", parse.GetValue(expect), parse.GetValue(dry));
            return Report(parse, await new RulePromotion(database).PromoteAsync(rules, order, Configure(parse, load), clock.Now(), cancellation));
        }, cancellation));
        return command;
    }

    private static Command Approve(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var version = Waiting();
        var command = new Command("approve", "Makes a proposed rule set the active one, by a second person. Example: escalation rules approve 8c0f31a2b7d4 --by maria") { version, RulesDatabase.By };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
            Report(parse, await new RulePromotion(database).ApproveAsync(parse.GetRequiredValue(version), By(parse), Configure(parse, load), clock.Now(), cancellation)), cancellation));
        return command;
    }

    private static Command Withdraw(TimeProvider clock)
    {
        var version = Waiting();
        var reason = new Option<string>("--reason") { Description = "Why, for the record.", Required = true, HelpName = "TEXT" };
        var command = new Command("withdraw", "Takes back a proposed rule set; what is active stays. Example: escalation rules withdraw 8c0f31a2b7d4 --reason \"the threshold was meant for chat only\"") { version, reason, RulesDatabase.By };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
            Report(parse, await new RulePromotion(database).WithdrawAsync(parse.GetRequiredValue(version), By(parse), parse.GetRequiredValue(reason), clock.Now(), cancellation)), cancellation));
        return command;
    }

    private static Command Rollback(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var to = new Option<string?>("--to") { Description = "A version to go back to. Default: the one that was active before.", HelpName = "VERSION" };
        var reason = new Option<string?>("--reason") { Description = "Why, for the record.", HelpName = "TEXT" };
        var command = new Command("rollback", "Makes the rule set before the active one again; it stays until somebody promotes another. Example: escalation rules rollback --reason \"pages at night\"")
        {
            to, reason, RulesDatabase.By,
        };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
            Report(parse, await new RulePromotion(database).RollbackAsync(parse.GetValue(to), new PromotionOrder(By(parse), parse.GetValue(reason) ?? ""), Configure(parse, load), clock.Now(), cancellation)), cancellation));
        return command;
    }

    private static Argument<string> Waiting() => new("VERSION") { Description = "A version that waits (the first digits do); 'escalation rules versions' lists them." };

    private static string By(ParseResult parse) => parse.GetRequiredValue(RulesDatabase.By);

    private static Func<RuleSet, Configuration> Configure(ParseResult parse, Func<ConfigurationRequest, ConfigurationLoad> load) => rules =>
    {
        var models = load(new ConfigurationRequest(null, parse.GetValue(CommandOptions.Models)?.FullName)).Configuration;
        return new Configuration(rules, models?.Frustration, models?.Team);
    };

    private static int Report(ParseResult parse, PromotionResult result)
    {
        if (!result.IsDone)
        {
            Console.Error.WriteLine(result.Message);
            return result.Outcome == PromotionOutcome.NotFound ? ExitCode.BadInput : ExitCode.CheckFailed;
        }
        if (parse.GetValue(CommandOptions.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(PromotionView.Of(result), Json.Indented));
            return ExitCode.Done;
        }
        if (result.Plan is { } plan) Show(plan);
        Console.WriteLine(result.Message);
        return ExitCode.Done;
    }

    private static void Show(PromotionPlan plan)
    {
        Console.WriteLine(plan.InForce is null ? "no rule set is active yet" : $"active: {plan.InForce.Rules.Short} since {Json.Time(plan.InForce.At)} by {plan.InForce.Actor}");
        foreach (var change in plan.Changes) Console.WriteLine("  " + change);
        if (plan.Consequences.Count > 0) Console.WriteLine("what recorded decisions say:");
        foreach (var consequence in plan.Consequences) Console.WriteLine("  " + consequence);
        foreach (var need in plan.Needs) Console.WriteLine("a second person is needed: " + need);
    }
}
