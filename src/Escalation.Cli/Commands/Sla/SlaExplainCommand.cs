using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Service.Api;
using Escalation.Service.FollowUp;
using Escalation.Storage;
using static Escalation.Cli.Commands.Sla.SlaCommand;

namespace Escalation.Cli.Commands.Sla;

/// <summary><c>sla explain</c>: a deadline piece by piece, of a ticket's escalations as recorded, or of a calendar on its own.</summary>
internal static class SlaExplainCommand
{
    /// <summary>The command.</summary>
    public static Command Create(TimeProvider clock)
    {
        var ticket = new Option<string?>("--ticket") { Description = "A ticket of the database: its escalations, with pauses, reopenings and changes of calendars.", HelpName = "T" };
        var calendar = new Option<string?>("--calendar") { Description = "A calendar file, or a name in calendars/ of the rules: what hours from a start come to.", HelpName = "F" };
        var start = new Option<string?>("--start") { Description = "With --calendar: the start, a time with an offset.", HelpName = "T" };
        var hours = new Option<double?>("--hours") { Description = "With --calendar: open hours, 0 to 87600.", HelpName = "H" };
        var command = new Command("explain",
            "Shows how a deadline came about, piece by piece. Example: escalation sla explain --ticket t-17 --database escalation.db")
        {
            ticket, calendar, start, hours,
        };
        command.SetAction((parse, cancellation) => (parse.GetValue(ticket), parse.GetValue(calendar)) switch
        {
            ({ } named, null) => OfTicketAsync(parse, new TicketId(named), clock, cancellation),
            (null, { } named) => OfCalendarAsync(parse, named, parse.GetValue(start), parse.GetValue(hours)),
            _ => RefuseAsync("sla explain: name either --ticket T, or --calendar F with --start T and --hours H"),
        });
        return command;
    }

    private static async Task<int> OfTicketAsync(ParseResult parse, TicketId ticket, TimeProvider clock, CancellationToken cancellation)
    {
        var database = EscalationDatabase.At(parse.GetRequiredValue(CommandOptions.Database));
        if (!File.Exists(database.Place)) return await RefuseAsync($"--database: {database.Place}: there is no such database; name the one that 'escalation serve' uses");
        await database.MigrateAsync(clock.Now().ToUnixTimeMilliseconds(), cancellation);
        var now = clock.Now();
        var episodes = await new EpisodeStore(database).OfTicketAsync(ticket, cancellation);
        var levels = await new SlaReader(database).OfAsync(episodes, now, cancellation);
        var told = await new SlaNoticeStore(database).OfAsync([.. episodes.Select(e => e.Episode.Id)], cancellation);
        database.Release();
        if (episodes.Count == 0) return await RefuseAsync($"--ticket: {ticket} has no escalation in {database.Place}; 'escalation metrics' counts them, and GET /api/v1/escalations lists them");
        if (parse.GetValue(CommandOptions.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(
                episodes.Select(e => new { Episode = e.Episode.Id.Value, Status = Wire.Name(e.StandingAt(now).Episode.Status), Sla = levels.GetValueOrDefault(e.Episode.Id) is { } sla ? SlaView.From(sla, told[e.Episode.Id]) : null }), Json.Indented));
            return ExitCode.Done;
        }
        foreach (var record in episodes)
        {
            Console.WriteLine($"{record.Episode.Id}, {Wire.Name(record.StandingAt(now).Episode.Status)}");
            if (levels.GetValueOrDefault(record.Episode.Id) is { } sla) SlaText.Write(sla, told[record.Episode.Id], Console.Out);
            else Console.WriteLine("  nothing was promised: a person raised it, and no rule routed it");
        }
        return ExitCode.Done;
    }

    private static async Task<int> OfCalendarAsync(ParseResult parse, string name, string? start, double? hours)
    {
        if (start is null || hours is null) return await RefuseAsync("--calendar: asks for --start T and --hours H too");
        if (CommandTimes.Parse("--start", start, out var problem) is not { } from) return await RefuseAsync(problem!);
        if (from > SlaClock.Latest) return await RefuseAsync($"--start: is after {Json.Time(SlaClock.Latest)}, up to which time is counted");
        if (!(hours >= 0 && hours <= SlaClock.MaxHours)) return await RefuseAsync(FormattableString.Invariant($"--hours: must lie from 0 to {SlaClock.MaxHours}"));
        if (await CalendarAsync(parse, name) is not { } calendar) return ExitCode.BadInput;
        SlaExplanation explanation;
        try
        {
            explanation = SlaClock.Explain(calendar, from, hours.Value);
        }
        catch (CalendarClosedException closed)
        {
            return await RefuseAsync($"--calendar: {closed.Message}");
        }
        if (parse.GetValue(CommandOptions.Json))
            Console.WriteLine(JsonSerializer.Serialize(new DeadlineView(Json.Time(explanation.Deadline)!, [.. explanation.Segments.Select(SegmentView.Of)]), Json.Indented));
        else SlaText.Write(calendar, explanation, Console.Out);
        return ExitCode.Done;
    }

    private static async Task<BusinessCalendar?> CalendarAsync(ParseResult parse, string name)
    {
        if (File.Exists(name))
        {
            var (read, problems) = CalendarReader.Read(name, await File.ReadAllBytesAsync(name), beside => Path.Combine(Path.GetDirectoryName(name) ?? "", beside) is var feed && File.Exists(feed) ? File.ReadAllBytes(feed) : null);
            foreach (var wrong in problems) await Console.Error.WriteLineAsync(wrong.ToString());
            return read;
        }
        var folder = CommandOptions.FolderOf(parse.GetValue(CommandOptions.Rules), "rules");
        if (folder is { Exists: false })
        {
            await Console.Error.WriteLineAsync($"--rules: {folder}: there is no such folder; name one, or leave it out for the built-in rules");
            return null;
        }
        var loaded = RuleSetLoader.Load(folder?.FullName);
        foreach (var wrong in loaded.Problems) await Console.Error.WriteLineAsync(wrong.ToString());
        if (loaded.RuleSet is not { } rules) return null;
        if (rules.Calendars.TryGetValue(name, out var calendar)) return calendar;
        await Console.Error.WriteLineAsync($"--calendar: there is no file {name}, and no calendar of that name in the rules; name one of {string.Join(", ", rules.Calendars.Keys.Order(StringComparer.Ordinal))}");
        return null;
    }
}
