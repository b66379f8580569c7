namespace Escalation.Core.Tickets;

/// <summary>A text on one line.</summary>
public static class OneLine
{
    /// <summary>The beginning of a text with single blanks for its white space, cut at a word; what is cut ends with <c>…</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">At most so many characters before the cut, from 2.</param>
    public static string Of(string text, int most)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= most) return line;
        var end = line.LastIndexOf(' ', most);
        end = end < most / 2 ? most : end;
        if (char.IsHighSurrogate(line[end - 1])) end--;
        return line[..end] + "…";
    }
}
