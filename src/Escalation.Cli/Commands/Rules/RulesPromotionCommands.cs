using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Service.Api;
using Escalation.Service.Versions;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules promote|approve|rollback</c>: the ways to another active rule set.</summary>
internal static class RulesPromotionCommands
{
    /// <summary>The three commands.</summary>
    public static IEnumerable<Command> All(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock) => [Promote(load, clock), Approve(load, clock), Rollback(load, clock)];

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
            var plan = await new RulePromotion(database).PlanAsync(rules, cancellation);
            if (parse.GetValue(expect) is { } seen && (seen.Length < 4 || plan.InForce?.Rules.Value.StartsWith(seen, StringComparison.Ordinal) != true))
                return await OvertakenAsync(plan.InForce, new RuleSetVersion(seen));
            var why = parse.GetValue(reason) ?? $"promoted {parse.GetRequiredValue(what)}";
            if (parse.GetValue(dry) || plan.InForce?.Rules == rules.Version || plan.Needs.Count == 0) return await ActivateAsync(new Attempt(parse, load, clock, database, rules, plan, why), parse.GetValue(dry), cancellation);
            return await ProposeAsync(new Attempt(parse, load, clock, database, rules, plan, why), cancellation);
        }, cancellation));
        return command;
    }

    private static Command Approve(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var version = new Argument<string>("VERSION") { Description = "A version that waits (the first digits do); 'escalation rules versions' lists them." };
        var command = new Command("approve", "Makes a proposed rule set the active one, by a second person. Example: escalation rules approve 8c0f31a2b7d4 --by maria") { version, RulesDatabase.By };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            var (versions, promotion, by) = (new RuleVersions(database), new RulePromotion(database), parse.GetRequiredValue(RulesDatabase.By));
            var digits = parse.GetRequiredValue(version);
            var waiting = (await promotion.OpenAsync(cancellation)).Where(p => digits.Length >= 4 && p.Version.Value.StartsWith(digits, StringComparison.Ordinal)).ToList();
            if (waiting.Count == 0 || waiting.Any(p => p.Version != waiting[0].Version))
            {
                await Console.Error.WriteLineAsync(waiting.Count == 0 ? $"{digits}: no such version waits for approval; 'escalation rules versions' lists those that do" : $"{digits}: several versions that wait begin so; give more digits");
                return ExitCode.BadInput;
            }
            var proposal = waiting[0];
            if (RulePromotion.Refusal(proposal, by) is { } refusal)
            {
                await Console.Error.WriteLineAsync(refusal);
                return ExitCode.CheckFailed;
            }
            var activations = await versions.ActivationsAsync(cancellation);
            var proposedOn = activations.FirstOrDefault(a => a.Number == proposal.InForce);
            if (activations[0].Number != proposal.InForce) return await OvertakenAsync(activations[0], proposedOn?.Rules);
            if (await RulesVersionsCommands.FindVersionAsync(versions, proposal.Version.Value, cancellation) is not { } rules) return ExitCode.BadInput;
            var plan = await promotion.PlanAsync(rules, cancellation);
            return await ActivateAsync(new Attempt(parse, load, clock, database, rules, plan, proposal.Reason) { Proposal = proposal, Approver = by }, dry: false, cancellation);
        }, cancellation));
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
        {
            var versions = new RuleVersions(database);
            var activations = await versions.ActivationsAsync(cancellation);
            var target = parse.GetValue(to) ?? activations.SkipWhile(a => a.Rules == activations[0].Rules).FirstOrDefault()?.Rules.Value;
            if (target is null)
            {
                await Console.Error.WriteLineAsync("there is no rule set before the active one; 'escalation rules versions' lists what there is");
                return ExitCode.BadInput;
            }
            if (await RulesVersionsCommands.FindVersionAsync(versions, target, cancellation) is not { } rules) return ExitCode.BadInput;
            if (!await versions.WasActiveAsync(rules.Version, cancellation))
            {
                await Console.Error.WriteLineAsync($"{rules.Version.Short} was never active, so there is no way back to it; 'escalation rules promote' or 'escalation rules approve' makes it active");
                return ExitCode.BadInput;
            }
            var plan = await new RulePromotion(database).PlanAsync(rules, cancellation);
            return await ActivateAsync(new Attempt(parse, load, clock, database, rules, plan, parse.GetValue(reason) ?? $"rolled back from {activations[0].Rules.Short}"), dry: false, cancellation);
        }, cancellation));
        return command;
    }

    private static async Task<int> ActivateAsync(Attempt attempt, bool dry, CancellationToken cancellation)
    {
        var (inForce, version, json) = (attempt.Plan.InForce, attempt.Rules.Version, attempt.Parse.GetValue(CommandOptions.Json));
        if (!json) Show(attempt.Plan);
        if (inForce?.Rules == version || dry)
        {
            if (json) Write(attempt, new { Activated = false });
            else if (inForce?.Rules == version) Console.WriteLine($"{version.Short} is active already; nothing was done");
            else Console.WriteLine($"{version.Short} would {(attempt.Plan.Needs.Count > 0 ? "wait for a second person" : "be active")}; nothing was done");
            return ExitCode.Done;
        }
        var models = attempt.Load(new ConfigurationRequest(null, attempt.Parse.GetValue(CommandOptions.Models)?.FullName)).Configuration;
        var order = new ActivationOrder(attempt.Proposal?.Author ?? attempt.By, attempt.Reason, inForce?.Number ?? 0)
        {
            Consequences = attempt.Plan.ConsequencesJson,
            Approved = attempt.Proposal is { } proposal ? (proposal.Number, attempt.Approver!) : null,
        };
        var versions = new RuleVersions(attempt.Database);
        if (await versions.ActivateAsync(new Configuration(attempt.Rules, models?.Frustration, models?.Team), order, attempt.Now, cancellation) is not { } activation)
            return await OvertakenAsync(await versions.InForceAsync(cancellation), inForce?.Rules);
        if (json) Write(attempt, new { Activated = true, activation.Number, activation.ApprovedBy });
        else Console.WriteLine($"{version.Short} is active: activation {activation.Number} by {activation.Actor}{(activation.ApprovedBy is { } second ? $", approved by {second}" : "")}, {activation.Reason}");
        return ExitCode.Done;
    }

    private static async Task<int> ProposeAsync(Attempt attempt, CancellationToken cancellation)
    {
        var json = attempt.Parse.GetValue(CommandOptions.Json);
        if (!json) Show(attempt.Plan);
        if (await new RulePromotion(attempt.Database).ProposeAsync(attempt.Plan, attempt.Rules, attempt.By, attempt.Reason, attempt.Now, cancellation) is not { } proposal)
            return await OvertakenAsync(await new RuleVersions(attempt.Database).InForceAsync(cancellation), attempt.Plan.InForce?.Rules);
        if (json) Write(attempt, new { Activated = false, Pending = true, Proposal = proposal.Number });
        else Console.WriteLine($"{proposal.Version.Short} waits for a second person; what is active stays. 'escalation rules approve {proposal.Version.Short} --by NAME' makes it active");
        return ExitCode.Done;
    }

    private static async Task<int> OvertakenAsync(Activation? first, RuleSetVersion? seen)
    {
        await Console.Error.WriteLineAsync(RulePromotion.Overtaken(first, seen));
        return ExitCode.CheckFailed;
    }

    private static void Show(PromotionPlan plan)
    {
        Console.WriteLine(plan.InForce is null ? "no rule set is active yet" : $"active: {plan.InForce.Rules.Short} since {Json.Time(plan.InForce.At)} by {plan.InForce.Actor}");
        foreach (var change in plan.Changes) Console.WriteLine("  " + change);
        if (plan.Consequences.Count > 0) Console.WriteLine("what recorded decisions say:");
        foreach (var consequence in plan.Consequences) Console.WriteLine("  " + consequence);
        foreach (var need in plan.Needs) Console.WriteLine("a second person is needed: " + need);
    }

    /// <summary>The common part of every answer with what is special to it.</summary>
    private static void Write(Attempt attempt, object answer)
    {
        var json = JsonSerializer.SerializeToNode(new { Version = attempt.Rules.Version.Value, attempt.Reason, attempt.Plan.Changes, attempt.Plan.Consequences, attempt.Plan.Needs }, Json.Options)!.AsObject();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(answer, Json.Options)!.AsObject()) json[name] = value?.DeepClone();
        Console.WriteLine(json.ToJsonString(Json.Indented));
    }

    private sealed record Attempt(
        ParseResult Parse, Func<ConfigurationRequest, ConfigurationLoad> Load, TimeProvider Clock, EscalationDatabase Database, RuleSet Rules, PromotionPlan Plan, string Reason)
    {
        public RuleProposal? Proposal { get; init; }

        public string? Approver { get; init; }

        public string By => Parse.GetRequiredValue(RulesDatabase.By);

        public Instant Now => Clock.Now();
    }
}
