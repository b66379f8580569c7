using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Escalation.Cli.Commands.Rules;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Rules.Notifications;
using Escalation.Service.Api;
using Escalation.Service.Notifications;
using Escalation.Storage;

namespace Escalation.Cli.Commands.Notifications;

/// <summary><c>notifications list|show|retry</c>: who was told of what, and dead letters.</summary>
internal static class NotificationsCommand
{
    /// <summary>The command with its sub-commands.</summary>
    /// <param name="load">Loads the rules folder, for a preview.</param>
    /// <param name="clock">The clock.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock) =>
        new("notifications", "Who was told of what, and what could not be sent. Example: escalation notifications list --status dead") { List(), Show(), Retry(clock), Preview(load, clock) };

    private static Command List()
    {
        var status = new Option<string?>("--status") { Description = "Only those that stand so.", HelpName = "S" };
        status.AcceptOnlyFromAmong([.. Wire.All<NotificationStatus>()]);
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50, HelpName = "N" };
        limit.AtLeast(1);
        var command = new Command("list", "Lists notifications, newest first. Example: escalation notifications list --status dead") { status, limit };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            NotificationStatus? wanted = Wire.TryParse<NotificationStatus>(parse.GetValue(status), out var parsed) ? parsed : null;
            var views = (await new NotificationStore(database).ListAsync(new NotificationQuery { Status = wanted, Limit = parse.GetValue(limit) }, cancellation)).Select(r => NotificationView.From(r)).ToList();
            foreach (var unknown in await new OutboxStore(database).UnknownAsync(NotificationSettings.Steps, cancellation))
                await Console.Error.WriteLineAsync($"nobody can be told of {unknown} in the outbox: this version does not know it; it waits for a version that does");
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(views, Json.Indented));
            else if (views.Count == 0) Console.WriteLine("no notification");
            else Print(views);
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static Command Show()
    {
        var id = new Argument<string>("ID") { Description = "The notification, as 'escalation notifications list' names it." };
        var command = new Command("show", "Shows one notification with the log of its tries. Example: escalation notifications show n-0123456789ab") { id };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            var store = new NotificationStore(database);
            if (await store.FindAsync(parse.GetRequiredValue(id), cancellation) is not { } record) return await UnknownAsync(parse.GetRequiredValue(id));
            var view = NotificationView.From(record, await store.AttemptsAsync(record.Id, cancellation));
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(view, Json.Indented));
            else
            {
                Print([view]);
                foreach (var attempt in view.Log!) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{attempt.Number}. {attempt.At} {attempt.Result} in {attempt.DurationMs} ms: {attempt.Detail}"));
            }
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static Command Retry(TimeProvider clock)
    {
        var ids = new Argument<string[]>("ID") { Description = "Dead notifications; none = name --all.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every dead notification." };
        var command = new Command("retry", "Has dead notifications sent again by the running service. Example: escalation notifications retry --all") { ids, all, RulesDatabase.By };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            var (store, named) = (new NotificationStore(database), parse.GetValue(ids) ?? []);
            if (named.Length == 0 == !parse.GetValue(all))
            {
                await Console.Error.WriteLineAsync("name the notifications to send again, or --all for every dead one");
                return ExitCode.BadInput;
            }
            var exit = ExitCode.Done;
            var wanted = parse.GetValue(all) ? (await store.ListAsync(new NotificationQuery { Status = NotificationStatus.Dead, Limit = int.MaxValue }, cancellation)).Select(r => r.Id).ToArray() : named;
            var again = new List<string>();
            await using (var transaction = await database.BeginAsync(cancellation))
            {
                foreach (var id in wanted)
                    if (await NotificationStore.RetryAsync(transaction, id, parse.GetRequiredValue(RulesDatabase.By), clock.Now(), cancellation)) again.Add(id);
                await transaction.CommitAsync(cancellation);
            }
            foreach (var id in wanted.Except(again))
            {
                exit = ExitCode.BadInput;
                if (await store.FindAsync(id, cancellation) is { } record) await Console.Error.WriteLineAsync($"{id}: is {Wire.Name(record.Status)}; only a dead notification is sent again");
                else await UnknownAsync(id);
            }
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(new { retried = again }, Json.Indented));
            else Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{again.Count} to be sent again, within a second where the service runs"));
            return exit;
        }, cancellation));
        return command;
    }

    private static Command Preview(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var template = new Option<string>("--template") { Description = "The template's file without its ending, or a step.", DefaultValueFactory = _ => "episode", HelpName = "T" };
        var episode = new Option<string?>("--episode") { Description = "The escalation that it is filled with.", HelpName = "E" };
        var channel = new Option<string?>("--channel") { Description = "For templates about channels: the source of the channel that it is filled with.", HelpName = "S" };
        var command = new Command("preview", "Shows what a template of the rules folder says of an escalation, a channel or the last week; sends nothing. Example: escalation notifications preview --template episode_raised --episode t-c1#1") { template, episode, channel };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            var loaded = load(new ConfigurationRequest(parse.GetValue(CommandOptions.Rules)?.FullName, parse.GetValue(CommandOptions.Models)?.FullName));
            foreach (var problem in loaded.Problems) await Console.Error.WriteLineAsync(problem);
            if (loaded.Configuration is not { Rules: RuleSet rules }) return ExitCode.BadInput;
            var composer = new NotificationComposer(database, rules.Notifications, rules.Templates, () => rules, clock);
            var (title, text, unknown) = await composer.PreviewAsync(parse.GetRequiredValue(template), parse.GetValue(channel) ?? parse.GetValue(episode), cancellation);
            if (unknown is not null)
            {
                await Console.Error.WriteLineAsync(unknown);
                return ExitCode.BadInput;
            }
            Console.WriteLine(parse.GetValue(CommandOptions.Json) ? JsonSerializer.Serialize(new { title, text }, Json.Indented) : $"{title}\n\n{text}");
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static async Task<int> UnknownAsync(string id)
    {
        await Console.Error.WriteLineAsync($"{id}: there is no such notification; 'escalation notifications list' shows them");
        return ExitCode.BadInput;
    }

    private static void Print(IReadOnlyList<NotificationView> views)
    {
        var table = new TextTable("id", "written", "step", "about", "to", "status", "tries", "said");
        foreach (var v in views) table.Add(v.Id, v.CreatedAt, v.Kind, v.Subject, v.Recipient, v.Status, v.Attempts.ToString(CultureInfo.InvariantCulture), v.Detail ?? "");
        table.Write(Console.Out);
    }
}
