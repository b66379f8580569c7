using Escalation.Core.Routing;
using Escalation.Core.Tickets;

namespace Escalation.Rules.Documents;

/// <summary>Reads teams.json: teams by id, and which team takes which specialty.</summary>
internal static class TeamsDocument
{
    /// <summary>The directory of a file; references to calendars are checked by the caller, who knows them.</summary>
    public static TeamDirectory Parse(DocumentNode root, IReadOnlyCollection<string> calendars, ProblemList problems)
    {
        if (ObjectReader.Of(root, problems, null) is not { } file) return TeamDirectory.Empty;
        var map = file.Object("teams", required: true);
        var specialties = file.Object("specialties");
        file.Done();
        var teams = new List<Team>();
        foreach (var (id, place, value) in map?.Entries() ?? [])
        {
            if (!Names.IsSlug(id)) problems.Error(place, id, "a team's id is made of small letters, digits, _ and -, for example \"on-call\"");
            if (ObjectReader.Of(value, problems, id) is { } reader) teams.Add(ReadTeam(id, reader, calendars));
        }
        CheckChains(teams, map, problems);
        return new TeamDirectory(teams, ReadSpecialties(specialties, teams, problems));
    }

    private static Team ReadTeam(string id, ObjectReader reader, IReadOnlyCollection<string> calendars)
    {
        var team = new Team
        {
            Id = id,
            Name = reader.String("name"),
            Members = reader.Strings("members"),
            HelpDeskGroups = reader.Strings("helpDeskGroups"),
            Channels = reader.Strings("channels"),
            Chain = reader.Strings("chain"),
            Calendar = reader.String("calendar"),
        };
        reader.Done();
        if (team.Calendar is { } calendar && !calendars.Contains(calendar))
            reader.Error(reader.Node.Find("calendar")!.Place, $"there is no calendars/{calendar}.json{Suggestion.For(calendar, calendars)}");
        return team;
    }

    /// <summary>A link of a chain that is no team of the file is a person; one that is nearly a team's name is a slip.</summary>
    private static void CheckChains(List<Team> teams, ObjectReader? map, ProblemList problems)
    {
        foreach (var team in teams)
            foreach (var link in map!.Node.Find(team.Id)!.Find("chain")?.Items ?? [])
            {
                if (link.Text == team.Id) problems.Error(link.Place, team.Id, "a team cannot stand in its own chain; take it out");
                else if (teams.TrueForAll(t => t.Id != link.Text) && Suggestion.Nearest(link.Text, teams.Select(t => t.Id)) is { } near)
                    problems.Warn(link.Place, team.Id, $"\"{link.Text}\" is taken for a person; if a team is meant, write \"{near}\"");
            }
    }

    private static Dictionary<string, string> ReadSpecialties(ObjectReader? reader, List<Team> teams, ProblemList problems)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (specialty, place, value) in reader?.Entries() ?? [])
        {
            if (reader!.String(specialty) is not { } team) continue;
            if (teams.TrueForAll(t => t.Id != team)) problems.Error(value.Place, specialty, $"there is no team \"{team}\"{Suggestion.For(team, teams.Select(t => t.Id))}");
            else if (teams.Exists(t => t.Id == specialty) && team != specialty) problems.Error(place, specialty, $"\"{specialty}\" is a team itself and cannot stand for \"{team}\"");
            else read[specialty] = team;
        }
        return read;
    }
}
