using System.Text;

namespace Escalation.Core.Derived.Text;

/// <summary>Says of a place in a text whether a phrase may begin there, so that a scan for a few hundred phrases passes over almost all words.</summary>
/// <remarks>Immutable and safe to share. Never says no wrongly: phrases are compared up to their first part that is no plain word.</remarks>
internal sealed class PhraseBeginnings
{
    private readonly WordTrie phrases;

    private readonly BeginningFilter filter = new();

    private PhraseBeginnings(IReadOnlyCollection<(string Text, bool IsOpen, int)> entries)
    {
        phrases = new WordTrie([.. entries], 2);
        foreach (var (text, isOpen, _) in entries) filter.Add(text, isOpen);
    }

    /// <summary>The beginnings of some phrases; null where one may begin with anything but a letter or a digit that it names.</summary>
    public static PhraseBeginnings? Of(IEnumerable<IReadOnlyList<PatternPart>> phrases)
    {
        var entries = new HashSet<(string Word, bool Prefix, int Id)>();
        foreach (var parts in phrases)
        {
            if (!IsWord(parts[0])) return null;
            var text = new StringBuilder();
            var open = false;
            for (var i = 0; i < parts.Count && IsWord(parts[i]) && !open; i++)
            {
                if (i > 0) text.Append(' ');
                text.Append(parts[i].Text);
                open = parts[i].Kind == PartKind.Prefix;
            }
            entries.Add((text.ToString(), open, 1));
        }
        return new PhraseBeginnings(entries);
    }

    /// <summary>Whether a phrase may begin with the word that begins at this offset.</summary>
    public bool MayBeginAt(ReadOnlySpan<char> text, int start)
    {
        if (!filter.MayBeginAt(text, start)) return false;
        var state = WordTrie.Root;
        for (var i = start; i < text.Length; i++)
        {
            var kind = CharKinds.Of(text[i]);
            if (kind == CharKinds.Space)
                while (i + 1 < text.Length && CharKinds.Of(text[i + 1]) == CharKinds.Space) i++;
            state = phrases.Step(state, kind == CharKinds.Space ? ' ' : text[i]);
            if (state == 0) return kind == CharKinds.Apostrophe;        // a possessive 's does not count
            if (phrases.Prefix(state) != 0 || (phrases.Word(state) != 0 && EndsBehind(text, i))) return true;
        }
        return false;
    }

    private static bool IsWord(PatternPart part) => part.Kind is PartKind.Word or PartKind.Prefix && CharKinds.Of(part.Text[0]) is CharKinds.Letter or CharKinds.Digit;

    private static bool EndsBehind(ReadOnlySpan<char> text, int last) => last + 1 == text.Length || CharKinds.Of(text[last + 1]) is not (CharKinds.Letter or CharKinds.Digit);
}
