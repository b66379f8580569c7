using System.CommandLine;
using System.Globalization;
using Escalation.Core.Tickets;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Publishing;

namespace Escalation.Cli.Commands.Models;

/// <summary><c>models rollback</c> and <c>models history</c>: back to a champion of before, and who they were.</summary>
internal static class ModelsRollbackCommand
{
    private static readonly Option<string?> To = new("--to") { Description = "A version to go back to. Default: the champion before.", HelpName = "V" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for the record.", HelpName = "TEXT" };

    /// <summary>The command.</summary>
    /// <param name="clock">For the record.</param>
    public static Command Create(TimeProvider clock)
    {
        var command = new Command("rollback", "Makes the version that the champion replaced the champion again, a step back each time; a running service takes it up without a failed call.\nExample: escalation models rollback --reason \"misses refunds\"")
        {
            To, Reason, ModelsCommand.By,
        };
        command.SetAction(async (parse, _) =>
        {
            var registry = ModelsCommand.Registry(parse);
            var target = parse.GetRequiredValue(ModelsCommand.Target);
            try
            {
                var after = registry.CurrentOrNone(target)?.Version;
                var (entry, problem) = ModelPromotion.RollbackTarget(registry, target, parse.GetValue(To));
                if (entry is null)
                {
                    await Console.Error.WriteLineAsync(problem);
                    return ExitCode.BadInput;
                }
                var order = new PromotionOrder(parse.GetRequiredValue(ModelsCommand.By), PromotionWay.Rollback, parse.GetValue(Reason) ?? $"rolled back from {after}", [], [], after);
                try
                {
                    if (registry.Promote(entry, order, clock.Now()) is not { } champion) return await ModelsPromoteCommand.OvertakenAsync(registry, target);
                    ModelsPromoteCommand.Write(parse, new { Promoted = true, Champion = champion }, $"{target}: {champion.Version} is the champion again, after {champion.From}: {champion.Reason}");
                    return ExitCode.Done;
                }
                catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
                {
                    return await ModelsPromoteCommand.NotWrittenAsync(registry, entry, refused);
                }
            }
            catch (ModelFormatException damaged)
            {
                await Console.Error.WriteLineAsync(damaged.Message);
                return ExitCode.BadInput;
            }
        });
        return command;
    }

    /// <summary>The command that lists every promotion.</summary>
    public static Command History()
    {
        var command = new Command("history", "Every promotion: which version, when, by whom, through the gate or forced and why.\nExample: escalation models history");
        command.SetAction((parse, _) =>
        {
            var past = ModelsCommand.Registry(parse).Promotions(parse.GetRequiredValue(ModelsCommand.Target));
            if (parse.GetValue(CommandOptions.Json))
            {
                ModelsPromoteCommand.Write(parse, past, "");
                return Task.FromResult(ExitCode.Done);
            }
            var table = new TextTable("number", "version", "after", "at", "by", "way", "reason");
            foreach (var p in past)
                table.Add(p.Number.ToString(CultureInfo.InvariantCulture), p.Version, p.From ?? "", Seconds(p.PromotedAt), p.PromotedBy ?? "", p.Way?.ToString().ToLowerInvariant() ?? "not recorded", p.Reason ?? "");
            table.Write(Console.Out);
            foreach (var failure in past.Take(1).SelectMany(p => p.Failures)) Console.WriteLine($"the champion failed: {failure}");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static string Seconds(string? time) => time is { Length: > 19 } ? time[..19] + "Z" : time ?? "";
}
