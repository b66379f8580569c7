namespace Escalation.Core.Derived.Text;

/// <summary>Marks what a mail program quoted.</summary>
internal static class QuotedMail
{
    private const int LongestAttribution = 200;
    private const int HeaderLines = 6;

    private static readonly (string Begin, string End)[] Attributions =
    [
        ("on ", "wrote:"), ("am ", "schrieb:"), ("am ", ">:"), ("am ", "schrieb"), ("le ", "a écrit :"), ("le ", "a écrit:"), ("el ", "escribió:"), ("el ", "escribió :"),
        ("il ", "ha scritto:"), ("em ", "escreveu:"), ("op ", "schreef:"), ("op ", ">:"), ("op ", "het volgende geschreven:"),
    ];

    private static readonly string[] Dividers =
    [
        "original message", "ursprüngliche nachricht", "originalnachricht", "message d'origine", "message d’origine", "message original", "mensaje original",
        "mensagem original", "messaggio originale", "oorspronkelijk bericht", "forwarded message", "weitergeleitete nachricht", "message transféré",
        "mensaje reenviado", "messaggio inoltrato", "mensagem encaminhada", "doorgestuurd bericht",
    ];

    private static readonly string[] From = ["from:", "von:", "de:", "de :", "da:", "van:"];

    private static readonly string[] Sent =
    [
        "sent:", "date:", "to:", "subject:", "gesendet:", "datum:", "an:", "betreff:", "envoyé:", "envoyé :", "date :", "à:", "à :", "objet:", "objet :",
        "enviado:", "enviado el:", "fecha:", "para:", "asunto:", "enviada:", "data:", "assunto:", "inviato:", "a:", "oggetto:", "verzonden:", "aan:", "onderwerp:", "cc:",
    ];

    /// <summary>Marks quoted lines; whether there are any.</summary>
    public static bool Mark(string text, Span<MailLine> lines)
    {
        var any = false;
        var written = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trimmed(text);
            if (IsQuoted(line))
            {
                lines[i].Cut = any = true;
            }
            else if (AttributionLines(text, lines, i) is > 0 and var attribution)
            {
                any = true;
                var quoteFollows = NextIsQuoted(text, lines, i + attribution);
                CutLines(lines, i, written && !quoteFollows ? lines.Length : i + attribution);
                if (written && !quoteFollows) return true;
                i += attribution - 1;
            }
            else if (HeadLines(text, lines, i) is > 0 and var head)
            {
                any = true;
                CutLines(lines, i, written ? lines.Length : i + head);
                if (written) return true;
                i += head - 1;
            }
            else written |= HasWord(line);
        }
        return any;
    }

    /// <summary>A line that begins with <c>&gt;</c>, but no face such as <c>&gt;:(</c>.</summary>
    private static bool IsQuoted(ReadOnlySpan<char> line) =>
        line.Length > 0 && line[0] == '>' && (line.Length == 1 || line[1] is ' ' or '>' or '"' || char.IsLetterOrDigit(line[1]));

    private static bool NextIsQuoted(string text, ReadOnlySpan<MailLine> lines, int from)
    {
        for (var i = from; i < lines.Length; i++)
            if (lines[i].Trimmed(text) is { Length: > 0 } line) return IsQuoted(line);
        return false;
    }

    /// <summary>How many lines "On ... wrote:" takes here: 0, 1, or up to 3 where it was wrapped.</summary>
    private static int AttributionLines(string text, ReadOnlySpan<MailLine> lines, int first)
    {
        var start = lines[first].Trimmed(text);
        if (start.Length < 8) return 0;
        foreach (var (begin, end) in Attributions)
        {
            if (!start.StartsWith(begin, StringComparison.OrdinalIgnoreCase)) continue;
            var length = 0;
            for (var n = 0; n < 3 && first + n < lines.Length; n++)
            {
                var line = lines[first + n].Trimmed(text);
                length += line.Length;
                if (line.Length == 0 || length > LongestAttribution) break;
                if (!line.EndsWith(end, StringComparison.OrdinalIgnoreCase) && !(end == "schrieb" && IsGermanTail(line))) continue;
                if (HasDigit(text.AsSpan(lines[first].Start, lines[first + n].End - lines[first].Start))) return n + 1;
            }
        }
        return 0;
    }

    /// <summary>"Am 3.5. schrieb Anna Muster:" has the name behind the verb.</summary>
    private static bool IsGermanTail(ReadOnlySpan<char> line) => line.EndsWith(":") && line.Contains(" schrieb ", StringComparison.OrdinalIgnoreCase);

    /// <summary>How many lines a divider with its header block, or a bare block "From: / Sent:", takes here.</summary>
    private static int HeadLines(string text, ReadOnlySpan<MailLine> lines, int first)
    {
        var line = lines[first].Trimmed(text);
        if (line.Length == 0) return 0;
        var i = first;
        if (IsDivider(line)) i++;
        else if (line.Length >= 10 && line.TrimStart('_').Length == 0 && first + 1 < lines.Length && StartsWithAny(lines[first + 1].Trimmed(text), From)) i++;
        else if (!StartsWithAny(line, From) || first + 1 >= lines.Length || !StartsWithAny(lines[first + 1].Trimmed(text), Sent)) return 0;
        for (var taken = 0; i < lines.Length && taken < HeaderLines; i++, taken++)
        {
            var header = lines[i].Trimmed(text);
            if (!StartsWithAny(header, From) && !StartsWithAny(header, Sent)) break;
        }
        return i - first;
    }

    private static bool IsDivider(ReadOnlySpan<char> line)
    {
        if (line.Length < 8 || line[0] != '-' || line[1] != '-') return false;
        var inner = line.Trim("- ");
        foreach (var divider in Dividers)
            if (inner.Equals(divider, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static bool StartsWithAny(ReadOnlySpan<char> line, string[] starts)
    {
        line = line.TrimStart("*");
        foreach (var start in starts)
            if (line.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static bool HasDigit(ReadOnlySpan<char> text) => text.IndexOfAnyInRange('0', '9') >= 0;

    private static bool HasWord(ReadOnlySpan<char> line)
    {
        foreach (var c in line)
            if (char.IsLetter(c)) return true;
        return false;
    }

    private static void CutLines(Span<MailLine> lines, int from, int to)
    {
        for (var i = from; i < to; i++) lines[i].Cut = true;
    }
}
