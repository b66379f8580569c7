using System.Buffers;
using System.Text;

namespace Escalation.Core.Derived.Text;

/// <summary>Says in a fraction of a scan that none of a few words stands in a text; only where it cannot say so is the text scanned.</summary>
/// <remarks>
/// Immutable and safe to share; allocates nothing. A phrase is represented by the longest run of ASCII letters in it, looked for anywhere and in any case,
/// so that nothing is missed; texts that are not ASCII are always scanned, since other letters may fold into these.
/// </remarks>
internal sealed class FewWordsFilter
{
    /// <summary>Most words for which the filter is the cheaper way; measured by the benchmark <c>keywords</c>.</summary>
    public const int MostWords = 5;

    private const int ShortestRun = 4;

    private readonly SearchValues<string> runs;

    private FewWordsFilter(string[] runs) => this.runs = SearchValues.Create(runs, StringComparison.OrdinalIgnoreCase);

    /// <summary>A filter for some words; null where the scan of all words at once is the better way.</summary>
    public static FewWordsFilter? Of(IReadOnlyCollection<string> words)
    {
        if (words.Count is 0 or > MostWords) return null;
        string[] found = [.. words.Select(LongestRun).Distinct(StringComparer.OrdinalIgnoreCase)];
        return found.All(r => r.Length >= ShortestRun) ? new FewWordsFilter(found) : null;
    }

    /// <summary>Whether a word may stand in the text.</summary>
    public bool MayHold(ReadOnlySpan<char> text) => !Ascii.IsValid(text) || text.ContainsAny(runs);

    private static string LongestRun(string phrase)
    {
        var parts = new List<PatternPart>();
        PhrasePattern.Parse(phrase, parts);
        var best = "";
        foreach (var part in parts)
            for (int i = 0, start = 0; i <= part.Text.Length; i++)
            {
                if (i < part.Text.Length && char.IsAsciiLetter(part.Text[i])) continue;
                if (i - start > best.Length) best = part.Text[start..i];
                start = i + 1;
            }
        return best;
    }
}
