using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using Escalation.Service.Api;
using Escalation.Service.FollowUp;
using Escalation.Service.Versions;
using Escalation.Storage;
using static Escalation.Cli.Commands.Sla.SlaCommand;

namespace Escalation.Cli.Commands.Sla;

/// <summary><c>sla oncall</c>: who is on call for a team at a time.</summary>
internal static class SlaOnCallCommand
{
    /// <summary>The command.</summary>
    public static Command Create(TimeProvider clock)
    {
        var team = new Option<string>("--team") { Description = "A team of teams.json.", Required = true, HelpName = "X" };
        var at = new Option<string?>("--at") { Description = "When: a time with an offset, or a date in UTC. Default: now.", HelpName = "T" };
        var command = new Command("oncall",
            "Says who is on call for a team: by shifts, else by the hours of its calendar, else by its chain; exit 1 where nobody is. Example: escalation sla oncall --team on-call --at 2026-12-24T22:00:00Z")
        {
            team, at,
        };
        command.SetAction(async (parse, cancellation) =>
        {
            string? problem = null;
            var when = parse.GetValue(at) is { } text ? CommandTimes.Parse("--at", text, out problem) : clock.Now();
            if (problem is not null) return await RefuseAsync(problem);
            var database = EscalationDatabase.At(parse.GetRequiredValue(CommandOptions.Database));
            if (!File.Exists(database.Place)) return await RefuseAsync($"--database: {database.Place}: there is no such database; name the one that 'escalation serve' uses, which knows the shifts");
            await database.MigrateAsync(clock.Now().ToUnixTimeMilliseconds(), cancellation);
            var exit = await AnswerAsync(parse, database, parse.GetRequiredValue(team), when!.Value, cancellation);
            database.Release();
            return exit;
        });
        return command;
    }

    private static async Task<int> AnswerAsync(ParseResult parse, EscalationDatabase database, string team, NodaTime.Instant at, CancellationToken cancellation)
    {
        var versions = new RuleVersions(database);
        if (await versions.InForceAsync(cancellation) is not { } inForce || (await versions.LoadAsync(inForce.Rules, cancellation))?.RuleSet is not { } rules)
            return await RefuseAsync($"{database.Place}: no rule set is active, so there are no teams; 'escalation rules promote DIR' makes one active");
        if (rules.Teams.Find(team) is null) return await RefuseAsync($"--team: there is no team \"{team}\"; name one of {string.Join(", ", rules.Teams.Teams.Select(t => t.Id))}");
        var people = await new OnCallRoster(database).OfAsync(team, at, rules, cancellation);
        if (parse.GetValue(CommandOptions.Json))
            Console.WriteLine(JsonSerializer.Serialize(new { Team = team, At = Json.Time(at), OnCall = people.Select(p => new { p.Who, p.Team, Reason = Wire.Name(p.Reason), Until = Json.Time(p.Until) }) }, Json.Indented));
        else if (people.Count == 0) Console.WriteLine($"nobody is on call for {team} at {Json.Time(at)}: no shift covers it, the calendar is closed, and the chain has nobody either");
        else
        {
            var table = new TextTable("who", "for team", "why", "until");
            foreach (var person in people) table.Add(person.Who, person.Team, WhyOf(person), Json.Time(person.Until) ?? "-");
            table.Write(Console.Out);
        }
        return people.Count == 0 ? ExitCode.CheckFailed : ExitCode.Done;
    }

    private static string WhyOf(OnCallPerson person) => person.Reason switch
    {
        OnCallReason.Shift => "has a shift",
        OnCallReason.OpenHours => "the team's hours are open",
        _ => "named in the chain",
    };
}
