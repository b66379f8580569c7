using System.Globalization;

namespace Escalation.Rules.Documents;

/// <summary>Where in a JSON file something stands, by keys and numbers from 0: <c>$[0].Rules[2].Properties.confidence</c>.</summary>
internal static class JsonPath
{
    /// <summary>The problems of one file, each with the path of the key or value that begins at its place; without one where none does, as inside an expression.</summary>
    /// <remarks>One walk over the file for all of them.</remarks>
    public static IEnumerable<RuleProblem> Added(DocumentNode root, IReadOnlyList<RuleProblem> problems)
    {
        var found = problems.Select(p => (p.Line, p.Column)).Distinct().ToDictionary(p => p, _ => (string?)null);
        Walk(root, [], found);
        return problems.Select(p => p with { Path = found[(p.Line, p.Column)] });
    }

    private static void Walk(DocumentNode node, List<string> steps, Dictionary<(int, int), string?> found)
    {
        Note(node.Place, steps, found);
        for (var i = 0; i < node.Members.Count; i++)
        {
            steps.Add(Step(node.Members[i].Name));
            Note(node.Members[i].Place, steps, found);
            Walk(node.Members[i].Value, steps, found);
            steps.RemoveAt(steps.Count - 1);
        }
        for (var i = 0; i < node.Items.Count; i++)
        {
            steps.Add(string.Create(CultureInfo.InvariantCulture, $"[{i}]"));
            Walk(node.Items[i], steps, found);
            steps.RemoveAt(steps.Count - 1);
        }
    }

    private static void Note(Place place, List<string> steps, Dictionary<(int, int), string?> found)
    {
        if (found.TryGetValue((place.Line, place.Column), out var known) && known is null) found[(place.Line, place.Column)] = "$" + string.Concat(steps);
    }

    private static string Step(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? "." + name
            : $"['{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}']";
}
