namespace Escalation.Core.Derived.Text;

/// <summary>Turns what a cue may hold beyond a plain phrase into plain phrases: <c>{group}</c> and <c>...</c>.</summary>
public static class CueExpansion
{
    /// <summary>Most phrases that one cue may stand for.</summary>
    public const int MaxPhrases = 4000;

    private const string Gap = "...";
    private const int GapWords = 3;

    private static readonly Dictionary<string, IReadOnlyList<string>> NoGroups = [];

    /// <summary>What is wrong with a phrase that may hold <c>...</c> but no group; null for a good one.</summary>
    public static string? Problem(string phrase) => Problem(phrase, NoGroups);

    /// <summary>All phrases that a phrase with <c>...</c> stands for.</summary>
    public static IEnumerable<string> Expand(string phrase) => All(phrase, NoGroups);

    /// <summary>What is wrong with a cue, and the way out; null for a good one.</summary>
    public static string? Problem(string cue, IReadOnlyDictionary<string, IReadOnlyList<string>> groups)
    {
        long count = 1;
        for (var open = cue.IndexOf('{'); open >= 0; open = cue.IndexOf('{', open + 1))
        {
            var close = cue.IndexOf('}', open);
            if (close < 0) return "'{' is not closed; write {group}";
            var name = cue[(open + 1)..close];
            if (!groups.TryGetValue(name, out var words)) return $"group '{name}' is not defined under groups";
            count *= Math.Max(1, words.Count);
        }
        for (var gap = cue.IndexOf(Gap, StringComparison.Ordinal); gap >= 0; gap = cue.IndexOf(Gap, gap + Gap.Length, StringComparison.Ordinal)) count *= GapWords + 1;
        if (count > MaxPhrases) return $"it stands for {count} phrases; at most {MaxPhrases} are compared, use fewer groups in one cue";
        if (PhraseScanner.Problem(Longest(cue, groups)) is { } problem) return problem;
        return null;
    }

    /// <summary>All phrases of a cue; a group at the very beginning is left in place, for the scanner to enter all its phrases at once.</summary>
    public static IEnumerable<string> Expand(string cue, IReadOnlyDictionary<string, IReadOnlyList<string>> groups)
    {
        cue = cue.TrimStart();
        if (!cue.StartsWith('{') || cue.IndexOf('}') is not (> 0 and var close)) return All(cue, groups);
        return All(cue[(close + 1)..], groups).Select(rest => string.Concat(cue.AsSpan(0, close + 1), rest));
    }

    private static IEnumerable<string> All(string cue, IReadOnlyDictionary<string, IReadOnlyList<string>> groups)
    {
        var open = cue.IndexOf('{');
        if (open >= 0 && cue.IndexOf('}', open) is > 0 and var close && groups.TryGetValue(cue[(open + 1)..close], out var words))
            return words.SelectMany(word => All(string.Concat(cue.AsSpan(0, open), word, cue.AsSpan(close + 1)), groups));
        var gap = cue.IndexOf(Gap, StringComparison.Ordinal);
        return gap < 0 ? [cue] : Enumerable.Range(0, GapWords + 1).SelectMany(n => All(Replace(cue, gap, n), groups));
    }

    /// <summary>The cue with the longest phrase of each group and all words of each gap.</summary>
    private static string Longest(string cue, IReadOnlyDictionary<string, IReadOnlyList<string>> groups)
    {
        foreach (var (name, words) in groups)
            if (words.Count > 0) cue = cue.Replace("{" + name + "}", words.MaxBy(w => w.Count(char.IsWhiteSpace)), StringComparison.Ordinal);
        for (var gap = cue.IndexOf(Gap, StringComparison.Ordinal); gap >= 0; gap = cue.IndexOf(Gap, StringComparison.Ordinal)) cue = Replace(cue, gap, GapWords);
        return cue;
    }

    private static string Replace(string cue, int gap, int anyWords) =>
        string.Concat(cue.AsSpan(0, gap), " ", string.Concat(Enumerable.Repeat("<word> ", anyWords)), cue.AsSpan(gap + Gap.Length));
}
