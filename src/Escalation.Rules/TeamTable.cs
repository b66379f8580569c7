using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Escalation.Core.Tickets;
using Escalation.Rules.Documents;

namespace Escalation.Rules;

/// <summary>What a table brought into teams.json.</summary>
/// <param name="Files">The rules folder with it.</param>
/// <param name="Made">Teams that are new.</param>
/// <param name="Changed">Teams that were there and are others now.</param>
/// <param name="Read">Rows read.</param>
/// <param name="Accepted">Rows taken: those without a problem.</param>
public sealed record TeamTableResult(RuleFiles Files, IReadOnlyList<string> Made, IReadOnlyList<string> Changed, int Read, int Accepted);

/// <summary>Brings teams, their people and the groups of a help desk from a CSV into teams.json: a row for each belonging.</summary>
/// <remarks>
/// The header names some of <c>team, name, calendar, member, group, specialty</c>; of what a row leaves blank it says nothing. What is in teams.json stays: rows only add,
/// and a name or calendar takes the place of the one before. The same table again changes nothing. Of a row with a problem nothing is taken, and the others are.
/// </remarks>
public sealed class TeamTable
{
    private const string Document = "teams.json";
    private static readonly string[] Columns = ["team", "name", "calendar", "member", "group", "specialty"];
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject root, teams, specialties;
    private readonly Dictionary<(string Team, string Field), string> said = [];
    private readonly ProblemList problems = new();
    private readonly IReadOnlyCollection<string> calendars;
    private readonly string name;

    private TeamTable(RuleFiles files, string name)
    {
        this.name = name;
        calendars = [.. RuleSetLoader.ReadServiceLevels(files).Calendars.Keys];
        root = files.Json(Document) as JsonObject ?? [];
        (teams, specialties) = (ObjectIn(root, "teams"), ObjectIn(root, "specialties"));
    }

    /// <summary>Takes a table in.</summary>
    /// <param name="files">A sound rules folder.</param>
    /// <param name="table">The CSV; every row on one line.</param>
    /// <param name="name">Its name, for problems.</param>
    /// <param name="problems">Everything that is wrong, each with its place.</param>
    /// <returns>What the sound rows brought; null where the header is wrong, or no row is sound.</returns>
    public static TeamTableResult? Apply(RuleFiles files, string table, string name, out IReadOnlyList<RuleProblem> problems)
    {
        var taking = new TeamTable(files, name);
        var before = taking.teams.ToDictionary(t => t.Key, t => t.Value!.ToJsonString(), StringComparer.Ordinal);
        var (read, accepted) = taking.Take(table);
        problems = taking.problems.Errors;
        if (problems.Count > 0 && accepted == 0) return null;
        var made = taking.teams.Select(t => t.Key).Where(id => !before.ContainsKey(id)).ToList();
        var changed = taking.teams.Where(t => before.TryGetValue(t.Key, out var old) && old != t.Value!.ToJsonString()).Select(t => t.Key).ToList();
        return new TeamTableResult(files.With(Document, taking.Content()), made, changed, read, accepted);
    }

    private byte[] Content()
    {
        if (specialties.Count == 0) root.Remove("specialties");
        return Encoding.UTF8.GetBytes(root.ToJsonString(Written).ReplaceLineEndings("\n") + "\n");
    }

    private (int Read, int Accepted) Take(string table)
    {
        var lines = table.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        var header = CsvLine.Split(lines[0], out _).Select(c => c.Text.Trim()).ToArray();
        if (!header.Contains("team") || header.Distinct(StringComparer.Ordinal).Count() != header.Length || header.Except(Columns).Any())
        {
            problems.Error(new Place(name, 1, 1), null, $"the first line must be a header of {string.Join(", ", Columns)}, each at most once, with \"team\" among them");
            return (0, 0);
        }
        var (read, accepted) = (0, 0);
        foreach (var (index, line) in lines.Index().Skip(1))
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            read++;
            var (cells, place) = (CsvLine.Split(line, out _), new Place(name, index + 1, 1));
            var row = header.Zip(cells).Where(c => c.Second.Text.Trim().Length > 0).ToDictionary(c => c.First, c => new Cell(c.Second.Text.Trim(), place with { Column = c.Second.Column }), StringComparer.Ordinal);
            if (cells.Count > header.Length) problems.Error(place with { Column = cells[header.Length].Column }, null, $"this row has {cells.Count} columns, the header has {header.Length}; put a value with a comma in \"double quotes\"");
            else if (!row.TryGetValue("team", out var id)) problems.Error(place, null, "\"team\" is blank; say which team the row is about");
            else if (IsSound(id, row))
            {
                TakeRow(id.Text, row);
                accepted++;
            }
        }
        return (read, accepted);
    }

    private bool IsSound(Cell id, Dictionary<string, Cell> row)
    {
        var wrong = ProblemsOf(id, row).ToList();
        foreach (var (place, problem) in wrong) problems.Error(place, id.Text, problem);
        return wrong.Count == 0;
    }

    private IEnumerable<(Place Place, string Problem)> ProblemsOf(Cell id, Dictionary<string, Cell> row)
    {
        if (!Names.IsSlug(id.Text)) yield return (id.Place, "a team's id is made of small letters, digits, _ and -, for example \"on-call\"");
        if (specialties[id.Text]?.ToString() is { } taker && taker != id.Text) yield return (id.Place, $"\"{id.Text}\" is a specialty of {taker} and cannot be a team as well; give it another id");
        foreach (var field in (string[])["name", "calendar"])
            if (row.TryGetValue(field, out var value) && said.TryGetValue((id.Text, field), out var before) && before != value.Text)
                yield return (value.Place, $"\"{field}\" is \"{value.Text}\" here and \"{before}\" in a row before; keep one");
        if (row.TryGetValue("calendar", out var calendar) && !calendars.Contains(calendar.Text))
            yield return (calendar.Place, $"there is no calendars/{calendar.Text}.json{Suggestion.For(calendar.Text, calendars)}");
        if (row.TryGetValue("group", out var group) && HolderOf(group.Text) is { } holder && holder != id.Text)
            yield return (group.Place, $"the group \"{group.Text}\" belongs to {holder}; a group stands for one team, take it out there or here");
        if (!row.TryGetValue("specialty", out var specialty)) yield break;
        if (specialties[specialty.Text]?.ToString() is { } other && other != id.Text) yield return (specialty.Place, $"the specialty \"{specialty.Text}\" belongs to {other}; take it out there or here");
        if (specialty.Text != id.Text && teams.ContainsKey(specialty.Text)) yield return (specialty.Place, $"\"{specialty.Text}\" is a team itself and cannot stand for \"{id.Text}\"");
    }

    private string? HolderOf(string group) =>
        teams.FirstOrDefault(t => t.Value is JsonObject team && team["helpDeskGroups"] is JsonArray groups && groups.Any(g => string.Equals(g?.ToString(), group, StringComparison.OrdinalIgnoreCase))).Key;

    private void TakeRow(string id, Dictionary<string, Cell> row)
    {
        var team = ObjectIn(teams, id);
        foreach (var field in (string[])["name", "calendar"])
            if (row.TryGetValue(field, out var value)) team[field] = said[(id, field)] = value.Text;
        if (row.TryGetValue("member", out var member)) Add(team, "members", member.Text);
        if (row.TryGetValue("group", out var group)) Add(team, "helpDeskGroups", group.Text);
        if (row.TryGetValue("specialty", out var specialty)) specialties[specialty.Text] = id;
    }

    private static void Add(JsonObject team, string field, string value)
    {
        if (team[field] is not JsonArray list) team[field] = list = [];
        if (!list.Any(v => string.Equals(v?.ToString(), value, StringComparison.OrdinalIgnoreCase))) list.Add(value);
    }

    private static JsonObject ObjectIn(JsonObject parent, string key)
    {
        if (parent[key] is not JsonObject child) parent[key] = child = [];
        return child;
    }

    private readonly record struct Cell(string Text, Place Place);
}
