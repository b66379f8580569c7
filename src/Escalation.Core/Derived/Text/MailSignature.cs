namespace Escalation.Core.Derived.Text;

/// <summary>Marks a signature at the end of what the writer wrote.</summary>
internal static class MailSignature
{
    private const int DashedLines = 12;
    private const int ClosingLines = 6;
    private const int LongestNameLine = 60;
    private const int LongestDevice = 80;

    private static readonly string[] Devices =
    [
        "sent from my ", "sent from mail for ", "sent from yahoo mail", "sent from outlook", "get outlook for ", "sent with proton", "sent via ",
        "von meinem ", "gesendet mit der ", "gesendet von ", "envoyé de mon ", "envoyé depuis ", "envoyé à partir ", "enviado desde mi ", "enviado desde ", "enviado do meu ",
        "enviado de meu ", "inviato da ", "inviato dal mio ", "verzonden vanaf ", "verstuurd vanaf ", "obtenez outlook ", "outlook für ",
    ];

    private static readonly string[] Closings =
    [
        "best regards", "kind regards", "warm regards", "warmest regards", "regards", "best wishes", "with best regards", "with kind regards", "many thanks and kind regards",
        "thanks and regards", "thanks & regards", "yours sincerely", "yours faithfully", "yours truly", "sincerely", "sincerely yours", "cheers", "respectfully",
        "mit freundlichen grüßen", "mit freundlichen gruessen", "mit freundlichem gruß", "freundliche grüße", "viele grüße", "beste grüße", "liebe grüße", "mfg", "vg", "lg",
        "cordialement", "bien cordialement", "bien à vous", "sincères salutations", "salutations distinguées", "un saludo", "saludos", "saludos cordiales", "atentamente",
        "un cordial saludo", "cordiali saluti", "distinti saluti", "saluti", "atenciosamente", "cumprimentos", "met vriendelijke groet", "met vriendelijke groeten", "groeten",
    ];

    /// <summary>Marks the lines of a signature; whether there is one.</summary>
    public static bool Mark(string text, Span<MailLine> lines)
    {
        var any = false;
        var end = TrimEnd(text, lines, lines.Length);
        if (end > 0 && IsDevice(lines[end - 1].Trimmed(text)))
        {
            lines[end - 1].Cut = any = true;
            end = TrimEnd(text, lines, end - 1);
        }
        if (FindStart(text, lines, end) is not { } start) return any;
        for (var i = start; i < end; i++) lines[i].Cut = true;
        return true;
    }

    /// <summary>The end of what is neither cut nor blank.</summary>
    private static int TrimEnd(string text, ReadOnlySpan<MailLine> lines, int end)
    {
        while (end > 0 && (lines[end - 1].Cut || lines[end - 1].Trimmed(text).Length == 0)) end--;
        return end;
    }

    private static int? FindStart(string text, ReadOnlySpan<MailLine> lines, int end)
    {
        int? closing = null;
        var below = 0;
        var names = true;
        for (var i = end - 1; i > 0 && below <= DashedLines; i--)
        {
            if (lines[i].Cut) break;
            var line = lines[i].Of(text);
            var trimmed = line.Trim();
            if (trimmed.Length == 0) continue;
            if (line is "-- " || trimmed is "--" or "—") return i;
            if (names && below <= ClosingLines && IsClosing(trimmed)) closing = i;
            names &= trimmed.Length <= LongestNameLine && trimmed[^1] is not ('?' or '!') && Words(trimmed) <= 8;
            below++;
        }
        return closing;
    }

    private static bool IsDevice(ReadOnlySpan<char> line)
    {
        if (line.Length > LongestDevice) return false;
        foreach (var device in Devices)
            if (line.StartsWith(device, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static bool IsClosing(ReadOnlySpan<char> line)
    {
        var words = line.TrimEnd(" ,.!-");
        foreach (var closing in Closings)
            if (words.Equals(closing, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static int Words(ReadOnlySpan<char> line)
    {
        var words = 0;
        foreach (var range in line.Split(' '))
            if (range.End.Value > range.Start.Value) words++;
        return words;
    }
}
