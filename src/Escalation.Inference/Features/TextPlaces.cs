namespace Escalation.Inference.Features;

/// <summary>Where the tokens that <see cref="NgramEnumerator"/> reads stand in the text, and which characters are theirs.</summary>
/// <remarks>Folded character by character with the enumerator's own folding, so that what counts as a space or belongs to a word is the same.</remarks>
internal sealed class TextPlaces
{
    /// <summary>Looks at a text, as far as it is read.</summary>
    public TextPlaces(ReadOnlySpan<char> text, FeatureSchema schema)
    {
        var (tokens, names, owners) = (new List<(int Start, int End)>(text.Length / 4), new List<(int Start, int End)>(), new List<int>(text.Length + 1));
        int nameStart = text.Length, nameEnd = text.Length;
        if (schema.SetsNamesApart && NamesAndAddresses.Next(text, 0, out nameStart, out nameEnd)) names.Add((nameStart, nameEnd));
        Span<uint> folded = stackalloc uint[1];
        uint before = ' ', last = ' ';
        for (var at = 0; at < text.Length; at++)
        {
            if (at == nameEnd && NamesAndAddresses.Next(text, nameEnd, out nameStart, out nameEnd)) names.Add((nameStart, nameEnd));
            if (CharacterFolding.Fold(at >= nameStart ? " " : text.Slice(at, 1), folded, ref before) == 0) continue;
            var (now, isWord) = (folded[0], (folded[0] & CharacterFolding.InWord) != 0);
            if (now != ' ')
            {
                if (isWord ? (last & CharacterFolding.InWord) == 0 : (ushort)now != (ushort)last) tokens.Add((at, at + 1));
                else tokens[^1] = (tokens[^1].Start, at + 1);
            }
            owners.Add(now == ' ' ? -1 : tokens.Count - 1);
            last = now;
        }
        if (last != ' ') owners.Add(-1);
        (Words, Tokens, Owners) = (tokens.Count, [.. tokens, .. names], [.. owners]);
    }

    /// <summary>Words, and marks of punctuation with their repetitions, in order; after them names of accounts and addresses, in order.</summary>
    public (int Start, int End)[] Tokens { get; }

    /// <summary>How many of the tokens are no names and addresses.</summary>
    public int Words { get; }

    /// <summary>The token of each character read, runs of white space as one; -1 for a space, and for the one that ends the text.</summary>
    public int[] Owners { get; }
}
