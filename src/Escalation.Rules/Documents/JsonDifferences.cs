using System.Text.Json;
using System.Text.Json.Nodes;

namespace Escalation.Rules.Documents;

/// <summary>Which values differ between two JSON documents, by their paths; comments and white space do not count.</summary>
internal static class JsonDifferences
{
    private const int Most = 20, Longest = 80;
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Path, value before and value now (null = not there); null where one is no JSON, or so many differ that nobody reads them.</summary>
    public static IReadOnlyList<(string Path, string? Before, string? Now)>? Between(byte[] before, byte[] now)
    {
        try
        {
            var found = new List<(string, string?, string?)>();
            Compare("", JsonNode.Parse(before, documentOptions: Lenient), JsonNode.Parse(now, documentOptions: Lenient), found);
            return found.Count > Most ? null : found;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Compare(string path, JsonNode? before, JsonNode? now, List<(string, string?, string?)> found)
    {
        if (JsonNode.DeepEquals(before, now)) return;
        if (before is JsonObject old && now is JsonObject known)
        {
            foreach (var name in old.Select(p => p.Key).Union(known.Select(p => p.Key)))
            {
                var inner = path.Length == 0 ? name : $"{path}.{name}";
                if (old.ContainsKey(name) && known.ContainsKey(name)) Compare(inner, old[name], known[name], found);
                else found.Add((inner, old.ContainsKey(name) ? Text(old[name]) : null, known.ContainsKey(name) ? Text(known[name]) : null));
            }
        }
        else found.Add((path, Text(before), Text(now)));
    }

    private static string Text(JsonNode? node) => (node?.ToJsonString() ?? "null") is var text && text.Length <= Longest ? text : text[..Longest] + "...";
}
