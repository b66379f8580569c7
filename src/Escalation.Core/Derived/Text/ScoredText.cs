namespace Escalation.Core.Derived.Text;

/// <summary>A message's text without quoted mail and signatures, with the way back to the original.</summary>
/// <param name="Text">What is scored; may be empty.</param>
/// <param name="Kept">The kept ranges of the original, in order: where each starts in <paramref name="Text"/> and in the original; empty where nothing was cut.</param>
public readonly record struct ScoredText(string Text, IReadOnlyList<(int Scored, int Original)> Kept)
{
    /// <summary>The offset in the original text of an offset in <see cref="Text"/>.</summary>
    public int ToOriginal(int offset)
    {
        for (var i = Kept.Count - 1; i >= 0; i--)
            if (offset >= Kept[i].Scored) return offset - Kept[i].Scored + Kept[i].Original;
        return offset;
    }

    /// <summary>The exclusive end in the original text of a range that ends before <paramref name="end"/> in <see cref="Text"/>.</summary>
    public int ToOriginalEnd(int end) => end == 0 ? ToOriginal(0) : ToOriginal(end - 1) + 1;
}
