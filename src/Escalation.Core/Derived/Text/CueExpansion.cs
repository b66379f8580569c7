namespace Escalation.Core.Derived.Text;

/// <summary>Turns what a cue may hold beyond a plain phrase into plain phrases: <c>{group}</c> and <c>...</c>.</summary>
public static class CueExpansion
{
    /// <summary>Most phrases that one cue may stand for.</summary>
    public const int MaxPhrases = 4000;

    private const string Gap = "...";
    private const int GapWords = 3;

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
        foreach (var phrase in Expand(cue, groups))
            if (PhraseScanner.Problem(phrase) is { } problem) return problem;
        return null;
    }

    /// <summary>All plain phrases of a cue.</summary>
    public static IEnumerable<string> Expand(string cue, IReadOnlyDictionary<string, IReadOnlyList<string>> groups)
    {
        var open = cue.IndexOf('{');
        if (open >= 0 && cue.IndexOf('}', open) is > 0 and var close && groups.TryGetValue(cue[(open + 1)..close], out var words))
            return words.SelectMany(word => Expand(string.Concat(cue.AsSpan(0, open), word, cue.AsSpan(close + 1)), groups));
        var gap = cue.IndexOf(Gap, StringComparison.Ordinal);
        if (gap < 0) return [cue];
        return Enumerable.Range(0, GapWords + 1).SelectMany(n =>
            Expand(string.Concat(cue.AsSpan(0, gap), string.Concat(Enumerable.Repeat(" <word> ", n)) is { Length: > 0 } any ? any : " ", cue.AsSpan(gap + Gap.Length)), groups));
    }
}
