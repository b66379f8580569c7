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
/// <param name="Rows">Rows read.</param>
public sealed record TeamTableResult(RuleFiles Files, IReadOnlyList<string> Made, IReadOnlyList<string> Changed, int Rows);

/// <summary>Brings teams, their people and the groups of a help desk from a CSV into teams.json: a row for each belonging.</summary>
/// <remarks>
/// The header names some of <c>team, name, calendar, member, group, specialty</c>; of what a row leaves blank it says nothing. What is in teams.json stays: rows only add,
/// and a name or calendar takes the place of the one before. The same table again changes nothing.
/// </remarks>
public sealed class TeamTable
{
    private const string Document = "teams.json";
    private static readonly string[] Columns = ["team", "name", "calendar", "member", "group", "specialty"];
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject root, teams, specialties;
    private readonly Dictionary<(string Team, string Field), string> said = [];
    private readonly ProblemList problems = new();
    private readonly string name;

    private TeamTable(RuleFiles files, string name)
    {
        this.name = name;
        root = files.Json(Document) as JsonObject ?? [];
        (teams, specialties) = (ObjectIn(root, "teams"), ObjectIn(root, "specialties"));
    }

    /// <summary>Takes a table in.</summary>
    /// <param name="files">A sound rules folder.</param>
    /// <param name="table">The CSV; every row on one line.</param>
    /// <param name="name">Its name, for problems.</param>
    /// <param name="problems">Everything that is wrong, each with its place; then there is no result.</param>
    public static TeamTableResult? Apply(RuleFiles files, string table, string name, out IReadOnlyList<RuleProblem> problems)
    {
        var taking = new TeamTable(files, name);
        var before = taking.teams.ToDictionary(t => t.Key, t => t.Value!.ToJsonString(), StringComparer.Ordinal);
        var rows = taking.Take(table);
        problems = taking.problems.Errors;
        if (problems.Count > 0) return null;
        var made = taking.teams.Select(t => t.Key).Where(id => !before.ContainsKey(id)).ToList();
        var changed = taking.teams.Where(t => before.TryGetValue(t.Key, out var old) && old != t.Value!.ToJsonString()).Select(t => t.Key).ToList();
        return new TeamTableResult(files.With(Document, taking.Content()), made, changed, rows);
    }

    private byte[] Content()
    {
        if (specialties.Count == 0) root.Remove("specialties");
        return Encoding.UTF8.GetBytes(root.ToJsonString(Written).ReplaceLineEndings("\n") + "\n");
    }

    private int Take(string table)
    {
        var lines = table.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        var header = CsvLine.Split(lines[0], out _).Select(c => c.Text.Trim()).ToArray();
        if (!header.Contains("team") || header.Distinct(StringComparer.Ordinal).Count() != header.Length || header.Except(Columns).Any())
        {
            problems.Error(new Place(name, 1, 1), null, $"the first line must be a header of {string.Join(", ", Columns)}, each at most once, with \"team\" among them");
            return 0;
        }
        var rows = 0;
        foreach (var (index, line) in lines.Index().Skip(1))
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            rows++;
            var (cells, place) = (CsvLine.Split(line, out _), new Place(name, index + 1, 1));
            if (cells.Count > header.Length) problems.Error(place with { Column = cells[header.Length].Column }, null, $"this row has {cells.Count} columns, the header has {header.Length}; put a value with a comma in \"double quotes\"");
            else TakeRow(header.Zip(cells).Where(c => c.Second.Text.Trim().Length > 0).ToDictionary(c => c.First, c => new Cell(c.Second.Text.Trim(), place with { Column = c.Second.Column }), StringComparer.Ordinal), place);
        }
        return rows;
    }

    private void TakeRow(Dictionary<string, Cell> row, Place place)
    {
        if (!row.TryGetValue("team", out var id)) problems.Error(place, null, "\"team\" is blank; say which team the row is about");
        else if (!Names.IsSlug(id.Text)) problems.Error(id.Place, id.Text, "a team's id is made of small letters, digits, _ and -, for example \"on-call\"");
        else
        {
            var team = ObjectIn(teams, id.Text);
            foreach (var field in (string[])["name", "calendar"])
                if (row.TryGetValue(field, out var value)) Set(id.Text, team, field, value);
            if (row.TryGetValue("member", out var member)) Add(team, "members", member.Text);
            if (row.TryGetValue("group", out var group)) AddGroup(id.Text, team, group);
            if (row.TryGetValue("specialty", out var specialty)) SetSpecialty(id.Text, specialty);
        }
    }

    private void Set(string id, JsonObject team, string field, Cell value)
    {
        if (said.TryGetValue((id, field), out var before) && before != value.Text) problems.Error(value.Place, id, $"\"{field}\" is \"{value.Text}\" here and \"{before}\" in a row before; keep one");
        else team[field] = said[(id, field)] = value.Text;
    }

    private void AddGroup(string id, JsonObject team, Cell group)
    {
        var holder = teams.FirstOrDefault(t => t.Key != id && t.Value is JsonObject other && other["helpDeskGroups"] is JsonArray groups && groups.Any(g => string.Equals(g?.ToString(), group.Text, StringComparison.OrdinalIgnoreCase))).Key;
        if (holder is null) Add(team, "helpDeskGroups", group.Text);
        else problems.Error(group.Place, id, $"the group \"{group.Text}\" belongs to {holder}; a group stands for one team, take it out there or here");
    }

    private void SetSpecialty(string id, Cell specialty)
    {
        if (specialties[specialty.Text]?.ToString() is { } holder && holder != id) problems.Error(specialty.Place, id, $"the specialty \"{specialty.Text}\" belongs to {holder}; take it out there or here");
        else specialties[specialty.Text] = id;
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
