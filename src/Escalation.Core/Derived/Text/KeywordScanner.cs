namespace Escalation.Core.Derived.Text;

/// <summary>Finds the words of all keyword classes in one pass over a text.</summary>
/// <remarks>Immutable and safe to share; allocates nothing where no word is found. Few words are looked for in a cheaper way first: <see cref="FewWordsFilter"/>.</remarks>
public sealed class KeywordScanner(IReadOnlyList<KeywordClass> classes)
{
    private readonly PhraseScanner scanner = new(Phrases(classes));
    private readonly FewWordsFilter? filter = FewWordsFilter.Of([.. classes.SelectMany(c => c.Words)]);
    private readonly KeywordFacts nothing = new(classes, []);

    /// <summary>How texts are scanned, as chosen when this was made.</summary>
    public string Way => filter is null ? "one pass" : "filter first";

    /// <summary>All hits by start, at offsets of the original text.</summary>
    public KeywordFacts Scan(ScoredText text)
    {
        if (filter is not null && !filter.MayHold(text.Span)) return nothing;
        var found = scanner.ScanSparsely(text.Span);
        if (found.Length == 0) return nothing;
        var hits = new KeywordHit[found.Length];
        for (var i = 0; i < hits.Length; i++)
        {
            var hit = new KeywordHit(found[i].Class, text.ToOriginal(found[i].Start), text.ToOriginalEnd(found[i].End));
            var j = i - 1;
            for (; j >= 0 && hits[j].Start > hit.Start; j--) hits[j + 1] = hits[j];
            hits[j + 1] = hit;
        }
        return new KeywordFacts(classes, hits);
    }

    private static List<(string, int)> Phrases(IReadOnlyList<KeywordClass> classes)
    {
        var phrases = new List<(string, int)>();
        for (var i = 0; i < classes.Count; i++)
            foreach (var phrase in classes[i].Words.SelectMany(CueExpansion.Expand)) phrases.Add((phrase, i));
        return phrases;
    }
}
