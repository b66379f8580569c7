namespace Escalation.Inference.Features;

/// <summary>Where the characters and tokens that <see cref="NgramEnumerator"/> reads stand in the text.</summary>
/// <remarks>Folded character by character with the enumerator's own folding, so that what counts as a space or belongs to a word is the same.</remarks>
internal sealed class TextPlaces
{
    private readonly List<int> characters = [];
    private readonly List<(int Start, int End)> tokens = [];

    /// <summary>Looks at a text, as far as it is read.</summary>
    public TextPlaces(ReadOnlySpan<char> text)
    {
        Span<uint> folded = stackalloc uint[1];
        uint before = ' ', last = ' ';
        for (var at = 0; at < text.Length; at++)
        {
            if (CharacterFolding.Fold(text.Slice(at, 1), folded, ref before) == 0) continue;
            var (c, isWord) = (folded[0] & 0xFFFF, (folded[0] & CharacterFolding.InWord) != 0);
            characters.Add(c == ' ' ? -1 : at);
            if (c != ' ' && (!isWord || (last & CharacterFolding.InWord) == 0) && (isWord || c != (last & 0xFFFF))) tokens.Add((at, at + 1));
            else if (c != ' ') tokens[^1] = (tokens[^1].Start, at + 1);
            last = folded[0];
        }
        if (last != ' ') characters.Add(-1);
    }

    /// <summary>The place of each character read, runs of white space as one; -1 for a space, and for the one that ends the text.</summary>
    public IReadOnlyList<int> Characters => characters;

    /// <summary>Words, and marks of punctuation with their repetitions, in order.</summary>
    public IReadOnlyList<(int Start, int End)> Tokens => tokens;
}
