namespace Escalation.Core.Derived.Text;

/// <summary>A message's text without quoted mail and signatures, with the way back to the original.</summary>
/// <remarks>Where what is kept stands together, it is a part of the original and no new string is made until one is asked for.</remarks>
public readonly struct ScoredText
{
    private static readonly (int Scored, int Original)[] Together = [];

    private readonly string source;
    private readonly (int Scored, int Original)[] kept;

    /// <summary>A part of a text.</summary>
    internal ScoredText(string original, int start, int length) => (source, Start, Length, kept) = (original, start, length, Together);

    /// <summary>Several parts, joined.</summary>
    /// <param name="joined">The parts without what was cut.</param>
    /// <param name="kept">Where each part starts in <paramref name="joined"/> and in the original, in order.</param>
    internal ScoredText(string joined, (int Scored, int Original)[] kept) => (source, Start, Length, this.kept) = (joined, 0, joined.Length, kept);

    /// <summary>What is scored; may be empty.</summary>
    public ReadOnlySpan<char> Span => source.AsSpan(Start, Length);

    /// <summary>The same as a string: the original's own where nothing was cut.</summary>
    public string Text => Length == source.Length ? source : source.Substring(Start, Length);

    /// <summary>Where it starts in <see cref="Source"/>.</summary>
    internal int Start { get; }

    /// <summary>Its length in UTF-16 characters.</summary>
    internal int Length { get; }

    /// <summary>The original, or the joined parts.</summary>
    internal string Source => source;

    /// <summary>The offset in the original text of an offset in <see cref="Span"/>.</summary>
    public int ToOriginal(int offset)
    {
        for (var i = kept.Length - 1; i >= 0; i--)
            if (offset >= kept[i].Scored) return offset - kept[i].Scored + kept[i].Original;
        return offset + Start;
    }

    /// <summary>The exclusive end in the original text of a range that ends before <paramref name="end"/> in <see cref="Span"/>.</summary>
    public int ToOriginalEnd(int end) => end == 0 ? ToOriginal(0) : ToOriginal(end - 1) + 1;
}
