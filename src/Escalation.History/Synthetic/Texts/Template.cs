using System.Text;

namespace Escalation.History.Synthetic.Texts;

/// <summary>What the blanks of a wording are filled with; fixed for a ticket, except the small numbers and weekdays.</summary>
internal sealed class Blanks
{
    /// <summary>Names of the blanks, in the order of their values.</summary>
    public static readonly string[] Names = ["p", "f", "amt", "ord", "inv", "agent", "me", "co", "co2", "city", "n", "day"];

    /// <summary>The first blank that is drawn anew each time it stands in a text.</summary>
    public const int FirstDrawn = 10;

    /// <summary>Values by index of <see cref="Names"/>; those from <see cref="FirstDrawn"/> on are not read.</summary>
    public string[] Values { get; } = new string[FirstDrawn];

    /// <summary>Weekdays of the language.</summary>
    public IReadOnlyList<string> Weekdays { get; set; } = [];
}

/// <summary>One hand-written wording: text, blanks in braces, choices as <c>(one|other)</c>.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
internal sealed class Template
{
    private readonly Part[] parts;

    private Template(string source, Part[] parts) => (Source, this.parts) = (source, parts);

    /// <summary>The line as written.</summary>
    public string Source { get; }

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">A brace or bracket is not closed, or the blank has no known name.</exception>
    public static Template Parse(string line)
    {
        var parts = new List<Part>();
        for (var at = 0; at < line.Length;)
        {
            var next = line.AsSpan(at).IndexOfAny('{', '(');
            var end = next < 0 ? line.Length : at + next;
            if (end > at) parts.Add(new Part(line[at..end].Replace("\\n", "\n", StringComparison.Ordinal), -1, null));
            if (next < 0) break;
            var close = line.IndexOf(line[end] == '{' ? '}' : ')', end);
            if (close < 0) throw new FormatException($"'{line[end]}' is not closed in: {line}");
            var inside = line[(end + 1)..close];
            if (line[end] == '(' && (inside.Contains('{', StringComparison.Ordinal) || !inside.Contains('|', StringComparison.Ordinal)))
                throw new FormatException($"brackets hold choices of plain text, in: {line}");
            if (line[end] == '(')
                parts.Add(new Part("", -1, inside.Split('|')));
            else if (Array.IndexOf(Blanks.Names, inside) is >= 0 and var blank)
                parts.Add(new Part("", blank, null));
            else
                throw new FormatException($"no blank is called '{inside}' in: {line}");
            at = close + 1;
        }
        return new Template(line, [.. parts]);
    }

    /// <summary>Appends one reading of the wording.</summary>
    public void Append(StringBuilder text, Blanks blanks, SyntheticRandom random)
    {
        foreach (var part in parts)
            if (part.Choices is { } choices) text.Append(choices[random.Below(choices.Length)]);
            else if (part.Blank < 0) text.Append(part.Text);
            else if (part.Blank < Blanks.FirstDrawn) text.Append(blanks.Values[part.Blank]);
            else if (part.Blank == Blanks.FirstDrawn) text.Append((char)('2' + random.Below(8)));
            else text.Append(blanks.Weekdays[random.Below(blanks.Weekdays.Count)]);
    }

    private readonly record struct Part(string Text, int Blank, string[]? Choices);
}
