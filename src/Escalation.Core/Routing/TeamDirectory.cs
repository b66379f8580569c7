namespace Escalation.Core.Routing;

/// <summary>One team of teams.json.</summary>
public sealed record Team
{
    /// <summary>Its id, the same in rules, labels and events.</summary>
    public required string Id { get; init; }

    /// <summary>As shown to people.</summary>
    public string? Name { get; init; }

    /// <summary>Agents by id.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Names of the same team in help desks.</summary>
    public IReadOnlyList<string> HelpDeskGroups { get; init; } = [];

    /// <summary>Notification channels.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Teams or persons told next while nobody acknowledges.</summary>
    public IReadOnlyList<string> Chain { get; init; } = [];

    /// <summary>The team's calendar; null = the policy's default.</summary>
    public string? Calendar { get; init; }
}

/// <summary>teams.json: the teams, and which of them takes which specialty of a corpus or model.</summary>
public sealed class TeamDirectory(IReadOnlyList<Team> teams, IReadOnlyDictionary<string, string> specialties)
{
    private readonly Dictionary<string, Team> byId = teams.ToDictionary(t => t.Id, StringComparer.Ordinal);

    /// <summary>No teams.</summary>
    public static readonly TeamDirectory Empty = new([], new Dictionary<string, string>());

    /// <summary>All teams in file order.</summary>
    public IReadOnlyList<Team> Teams => teams;

    /// <summary>Team id by specialty.</summary>
    public IReadOnlyDictionary<string, string> Specialties => specialties;

    /// <summary>All that <see cref="Resolve"/> depends on.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Names => [.. teams.Select(t => (IReadOnlyList<string>)[t.Id, .. t.HelpDeskGroups]), .. specialties.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (IReadOnlyList<string>)[s.Key, s.Value])];

    /// <summary>A team by id; null where there is none.</summary>
    public Team? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>The team id that a name stands for: a team's own id, a help-desk group or a specialty; null where it is none.</summary>
    public string? Resolve(string? name)
    {
        if (string.IsNullOrEmpty(name)) return null;
        if (byId.ContainsKey(name)) return name;
        if (specialties.TryGetValue(name, out var team)) return team;
        return teams.FirstOrDefault(t => t.HelpDeskGroups.Contains(name, StringComparer.OrdinalIgnoreCase))?.Id;
    }
}
