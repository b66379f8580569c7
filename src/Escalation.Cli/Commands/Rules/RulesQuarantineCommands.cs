using System.CommandLine;
using System.Text.Json;
using Escalation.Service.Api;
using Escalation.Service.RuleHealth;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules quarantine list|end</c>: rules that are not run because they kept failing.</summary>
internal static class RulesQuarantineCommands
{
    /// <summary>The command with its sub-commands.</summary>
    public static Command Create(TimeProvider clock) =>
        new("quarantine", "Rules that are not run because they kept failing. Example: escalation rules quarantine list --database escalation.db") { List(), End(clock) };

    private static Command List()
    {
        var command = new Command("list", "Lists the quarantined rules, the oldest first. Example: escalation rules quarantine list --json");
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            var views = (await new Quarantines(database).OpenAsync(cancellation)).Select(q => QuarantineView.From(q.Exception)).ToList();
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(views, Json.Indented));
            else Print(views);
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static Command End(TimeProvider clock)
    {
        var rule = new Argument<string>("RULE") { Description = "The rule, as 'escalation rules quarantine list' names it." };
        var reason = new Option<string>("--reason") { Description = "Why, for the record.", Required = true, HelpName = "TEXT" };
        var command = new Command("end", "Runs a quarantined rule again, from the next message on. Example: escalation rules quarantine end spend --reason \"the import was mended\"") { rule, reason, RulesDatabase.By };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            var (name, why) = (parse.GetRequiredValue(rule), parse.GetRequiredValue(reason).Trim());
            if (why.Length == 0)
            {
                await Console.Error.WriteLineAsync("--reason: is blank; say why, for the record");
                return ExitCode.BadInput;
            }
            if (await new Quarantines(database).EndAsync(name, parse.GetRequiredValue(RulesDatabase.By), why, clock, cancellation) is not { } end)
            {
                await Console.Error.WriteLineAsync($"{name}: no rule of that name is quarantined; 'escalation rules quarantine list' shows which are");
                return ExitCode.BadInput;
            }
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(new { Rule = name, Ended = new RuleExceptionEndView(Json.Time(end.At)!, end.Actor, end.Reason) }, Json.Indented));
            else Console.WriteLine($"{name} is run again from {Json.Time(end.At)} on");
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static void Print(IReadOnlyList<QuarantineView> views)
    {
        if (views.Count == 0)
        {
            Console.WriteLine("no rule is quarantined");
            return;
        }
        foreach (var view in views)
        {
            Console.WriteLine($"{view.Rule}  since {view.Since}, {view.Id}");
            Console.WriteLine($"  {view.Reason}");
        }
    }
}
