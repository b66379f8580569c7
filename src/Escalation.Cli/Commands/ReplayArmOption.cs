namespace Escalation.Cli.Commands;

/// <summary>An arm as the command line names it: <c>NAME=rules:V,frustration:V,team:V</c>.</summary>
/// <param name="Name">As in the report.</param>
/// <param name="Rules">Folder or version; null = the default rules.</param>
/// <param name="Frustration">Model version; null = the champion.</param>
/// <param name="Team">Model version; null = the champion.</param>
internal sealed record ReplayArmOption(string Name, string? Rules, string? Frustration, string? Team)
{
    /// <summary>Reads one; null with a problem.</summary>
    public static ReplayArmOption? Parse(string text, out string? problem)
    {
        problem = null;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            problem = $"--arm: \"{text}\" has no name; write NAME=rules:DIR,frustration:VERSION";
            return null;
        }
        var arm = new ReplayArmOption(text[..equals], null, null, null);
        foreach (var part in text[(equals + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var (key, value) = colon < 0 ? (part, "") : (part[..colon], part[(colon + 1)..]);
            arm = key switch
            {
                "rules" => arm with { Rules = value },
                "frustration" => arm with { Frustration = value },
                "team" => arm with { Team = value },
                _ => null,
            };
            if (arm is null || value.Length == 0)
            {
                problem = $"--arm: \"{part}\" is none of rules:DIR, frustration:VERSION, team:VERSION";
                return null;
            }
        }
        return arm;
    }
}
