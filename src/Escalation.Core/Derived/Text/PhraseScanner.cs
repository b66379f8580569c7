using System.Buffers;
using System.Numerics;

namespace Escalation.Core.Derived.Text;

/// <summary>A phrase found in a text.</summary>
/// <param name="Phrase">Index of the phrase.</param>
/// <param name="Class">The phrase's class.</param>
/// <param name="Start">UTF-16 offset in the scanned text.</param>
/// <param name="End">Exclusive end.</param>
/// <param name="FirstToken">Which word of the text it begins with, from 0; signs count as words.</param>
/// <param name="LastToken">Which word it ends with.</param>
public readonly record struct PhraseHit(int Phrase, int Class, int Start, int End, int FirstToken, int LastToken);

/// <summary>Finds many words and phrases in one pass over a text.</summary>
/// <remarks>
/// Whole words, case-folded, curly apostrophes as straight ones, phrases over any white space, <c>*</c> for any ending of a word; addresses of
/// web pages are no words. Overlapping hits of one class give one hit, the longest. Immutable and safe to share; allocates nothing once
/// a thread's buffers have grown. Time grows with the text, not with the number of phrases.
/// </remarks>
public sealed class PhraseScanner
{
    /// <summary>A text with more hits than this is scanned no further.</summary>
    public const int MaxHits = 10_000;

    private static readonly SearchValues<char> NumberChars = SearchValues.Create("0123456789.,:");

    [ThreadStatic] private static Scratch? scratch;

    private readonly WordTrie words;
    private readonly PhraseTrie phrases;
    private readonly PhraseBeginnings? beginnings;
    private readonly int classes;

    /// <summary>Compiles the phrases; two may be equal. Classes are small numbers from 0.</summary>
    /// <param name="phrases">The phrases with their classes.</param>
    /// <param name="groups">Where given, a phrase may begin with <c>{name}</c>, which stands for any phrase of that group.</param>
    /// <exception cref="ArgumentException">A phrase for which <see cref="Problem"/> has an answer.</exception>
    public PhraseScanner(IReadOnlyList<(string Text, int Class)> phrases, IReadOnlyDictionary<string, IReadOnlyList<string>>? groups = null)
    {
        this.phrases = new PhraseTrie();
        var vocabulary = new Dictionary<(string, bool), int>();
        var starts = new Dictionary<string, int>(StringComparer.Ordinal);
        var plain = new List<IReadOnlyList<PatternPart>>();
        for (var i = 0; i < phrases.Count; i++)
        {
            var (text, phraseClass) = phrases[i];
            var close = groups is not null && text.StartsWith('{') ? text.IndexOf('}') : -1;
            var node = close < 0 ? Add(0, text, required: true) : Add(StartOf(text[1..close]), text[(close + 1)..], required: false);
            this.phrases.End(node, i, phraseClass);
            classes = Math.Max(classes, phraseClass + 1);
        }
        this.phrases.Freeze(vocabulary.Count + PhraseTrie.FirstWord);
        words = new WordTrie([.. vocabulary.Select(v => (v.Key.Item1, v.Key.Item2, v.Value))], vocabulary.Count + PhraseTrie.FirstWord);
        if (groups is null) beginnings = PhraseBeginnings.Of(plain);

        int StartOf(string group)
        {
            if (starts.TryGetValue(group, out var start)) return start;
            starts.Add(group, start = this.phrases.Start());
            foreach (var text in groups![group]) this.phrases.EndOfGroup(Add(0, text, required: true), start);
            return start;
        }

        int Add(int node, string text, bool required)
        {
            var parts = new List<PatternPart>();
            if ((required || !string.IsNullOrWhiteSpace(text)) && (required ? Problem(text) : PhrasePattern.Parse(text, parts)) is { } problem)
                throw new ArgumentException($"phrase '{text}': {problem}", nameof(phrases));
            parts.Clear();
            PhrasePattern.Parse(text, parts);
            plain.Add(parts);
            foreach (var part in parts) node = this.phrases.Add(node, IdOf(part));
            return node;
        }

        int IdOf(PatternPart part)
        {
            if (part.Kind == PartKind.Number) return PhraseTrie.Number;
            if (part.Kind == PartKind.Time) return PhraseTrie.Time;
            if (part.Kind == PartKind.AnyWord) return PhraseTrie.AnyWord;
            var key = (part.Text, part.Kind == PartKind.Prefix);
            if (!vocabulary.TryGetValue(key, out var id)) vocabulary.Add(key, id = vocabulary.Count + PhraseTrie.FirstWord);
            return id;
        }
    }

    /// <summary>What is wrong with a phrase, and the way out; null for a good one.</summary>
    public static string? Problem(string phrase) => PhrasePattern.Problem(phrase);

    /// <summary>All hits, by end.</summary>
    /// <returns>This thread's buffer: it holds until this thread scans again, with any scanner.</returns>
    public ReadOnlySpan<PhraseHit> Scan(ReadOnlySpan<char> text)
    {
        var work = scratch ??= new Scratch();
        work.Reset(classes);
        var token = 0;
        for (var i = 0; i < text.Length && work.HitCount < MaxHits; token++)
        {
            var kind = CharKinds.Of(text[i]);
            while (kind == CharKinds.Space)
            {
                if (++i == text.Length) return work.Kept();
                kind = CharKinds.Of(text[i]);
            }
            i = kind is CharKinds.Letter or CharKinds.Digit ? Word(text, i, token, work) : Sign(text, i, token, work);
        }
        return work.Kept();
    }

    /// <summary>As <see cref="Scan"/>, but passes over words with which no phrase begins: many times faster for a few hundred phrases. Numbers of tokens only grow.</summary>
    public ReadOnlySpan<PhraseHit> ScanSparsely(ReadOnlySpan<char> text)
    {
        if (beginnings is null) return Scan(text);
        var work = scratch ??= new Scratch();
        work.Reset(classes);
        int done = 0, token = 0;
        ulong before = 0;
        for (var from = 0; from < text.Length && work.HitCount < MaxHits; from += WordMask.Width)
        {
            var mask = WordMask.Of(text, from);
            for (var starts = mask & ~((mask << 1) | before); starts != 0; starts &= starts - 1)
            {
                var start = from + BitOperations.TrailingZeroCount(starts);
                if (start >= done && beginnings.MayBeginAt(text, start)) done = ScanAround(text, start, done, ref token, work);
            }
            before = mask >> 63;
        }
        return work.Kept();
    }

    /// <summary>Scans the words from the last white space before an offset on, until one behind it leaves no phrase open.</summary>
    private int ScanAround(ReadOnlySpan<char> text, int start, int done, ref int token, Scratch work)
    {
        var i = start;
        while (i > done && CharKinds.Of(text[i - 1]) != CharKinds.Space) i--;
        while (i < text.Length && (i <= start || work.ActiveCount > 0) && work.HitCount < MaxHits)
        {
            var kind = CharKinds.Of(text[i]);
            if (kind == CharKinds.Space) i++;
            else i = kind is CharKinds.Letter or CharKinds.Digit ? Word(text, i, token++, work) : Sign(text, i, token++, work);
        }
        return i;
    }

    private int Sign(ReadOnlySpan<char> text, int start, int token, Scratch work)
    {
        var state = words.Step(WordTrie.Root, text[start]);
        phrases.Advance(work, new Token(state == 0 ? 0 : words.Word(state), 0, 0, false, start, start + 1, start + 1, token), words);
        return start + 1;
    }

    private int Word(ReadOnlySpan<char> text, int start, int token, Scratch work)
    {
        if (text[start] is 'h' or 'H' or 'w' or 'W' && WebAddress.StartsAt(text, start))
        {
            work.ActiveCount = 0;
            return WebAddress.End(text, start);
        }
        int state = WordTrie.Root, stem = 0, stemEnd = 0, i = start;
        var number = CharKinds.Of(text[start]) == CharKinds.Digit;
        var prefix = 0;
        do
        {
            if (state != 0 && (state = words.Step(state, text[i])) != 0 && words.Prefix(state) is > 0 and var found) prefix = found;
            if (++i == text.Length) break;
            var kind = CharKinds.Of(text[i]);
            if (kind is CharKinds.Letter or CharKinds.Digit) continue;
            if (kind == CharKinds.Space || i + 1 == text.Length) break;
            if (kind == CharKinds.Apostrophe && CharKinds.Of(text[i - 1]) == CharKinds.Letter && CharKinds.Of(text[i + 1]) == CharKinds.Letter)
            {
                (stem, stemEnd) = (state, i);
                continue;
            }
            if (!number || text[i] is not ('.' or ',' or ':') || CharKinds.Of(text[i - 1]) != CharKinds.Digit || CharKinds.Of(text[i + 1]) != CharKinds.Digit) break;
        }
        while (true);

        var exact = state == 0 ? 0 : words.Word(state);
        var end = i;
        if (exact == 0 && stem != 0 && i == stemEnd + 2 && text[i - 1] is 's' or 'S') (exact, end) = (words.Word(stem), stemEnd);
        var special = number ? NumberKind(text[start..i]) : 0;
        if (exact != 0 || prefix != 0 || special != 0 || work.ActiveCount > 0)
            phrases.Advance(work, new Token(exact, prefix, special, true, start, exact != 0 ? end : i, i, token), words);
        return i;
    }

    private static int NumberKind(ReadOnlySpan<char> word)
    {
        var end = word.IndexOfAnyExcept(NumberChars);
        if (end < 0) return word.Contains(':') ? PhraseTrie.Time : PhraseTrie.Number;
        return word[end..] is "am" or "pm" or "AM" or "PM" or "Am" or "Pm" or "a" or "p" or "h" or "hrs" ? PhraseTrie.Time : 0;
    }
}
