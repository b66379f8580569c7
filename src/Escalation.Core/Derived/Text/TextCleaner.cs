using System.Runtime.InteropServices;

namespace Escalation.Core.Derived.Text;

/// <summary>Takes quoted mail and signatures out of a text, so that nobody is judged by another's words.</summary>
/// <remarks>
/// Cuts whole lines only, and nothing from a text of one line. Answers below or between quotes stay. Where nothing with a letter would be left,
/// nothing is cut. English, German, French, Spanish, Italian, Portuguese and Dutch mail programs are known.
/// </remarks>
public static class TextCleaner
{
    private const int MostKeptLines = 4096;

    [ThreadStatic] private static List<MailLine>? buffer;
    [ThreadStatic] private static List<(int, int)>? kept;

    /// <summary>The text as scored.</summary>
    public static ScoredText Clean(string text)
    {
        if (!text.AsSpan().ContainsAny('\n', '\r')) return Whole(text);
        var list = buffer ??= [];
        list.Clear();
        Split(text, list);
        var lines = CollectionsMarshal.AsSpan(list);
        var cut = QuotedMail.Mark(text, lines);
        cut |= MailSignature.Mark(text, lines);
        var scored = cut && HasLetters(text, lines) ? Join(text, lines) : Whole(text);
        if (list.Capacity > MostKeptLines) buffer = null;
        return scored;
    }

    private static ScoredText Whole(string text) => new(text, 0, text.Length);

    private static void Split(string text, List<MailLine> lines)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = text.AsSpan(start).IndexOfAny('\n', '\r');
            var end = length < 0 ? text.Length : start + length;
            var next = end;
            if (next < text.Length) next += text[next] == '\r' && next + 1 < text.Length && text[next + 1] == '\n' ? 2 : 1;
            lines.Add(new MailLine(start, end, next));
            start = next;
        }
    }

    private static bool HasLetters(string text, ReadOnlySpan<MailLine> lines)
    {
        foreach (ref readonly var line in lines)
        {
            if (line.Cut) continue;
            foreach (var c in line.Of(text))
                if (char.IsLetterOrDigit(c)) return true;
        }
        return false;
    }

    private static ScoredText Join(string text, ReadOnlySpan<MailLine> lines)
    {
        var ranges = kept ??= [];
        ranges.Clear();
        var length = 0;
        for (var i = 0; i < lines.Length;)
        {
            if (lines[i].Cut)
            {
                i++;
                continue;
            }
            var start = lines[i].Start;
            while (i < lines.Length && !lines[i].Cut) i++;
            ranges.Add((length, start));
            length += lines[i - 1].Next - start;
        }
        if (ranges.Count == 1) return new ScoredText(text, ranges[0].Item2, length);
        var starts = ranges.ToArray();
        var scored = string.Create(length, (text, starts), static (joined, from) =>
        {
            for (var i = 0; i < from.starts.Length; i++)
            {
                var (at, original) = from.starts[i];
                var end = i + 1 < from.starts.Length ? from.starts[i + 1].Item1 : joined.Length;
                from.text.AsSpan(original, end - at).CopyTo(joined[at..]);
            }
        });
        return new ScoredText(scored, starts);
    }
}

/// <summary>One line of a mail.</summary>
internal record struct MailLine(int Start, int End, int Next)
{
    /// <summary>Whether it is taken out.</summary>
    public bool Cut;

    /// <summary>Its text without the line end.</summary>
    public readonly ReadOnlySpan<char> Of(string text) => text.AsSpan(Start, End - Start);

    /// <summary>Its text without white space around.</summary>
    public readonly ReadOnlySpan<char> Trimmed(string text) => Of(text).Trim();
}
