using System.Text;
using Escalation.Core.Tickets;
using Escalation.Rules.Documents;

namespace Escalation.Rules;

/// <summary>Takes a person out of a list.</summary>
public static class ListErasure
{
    /// <summary>The list without the rows of a value; null where it has none.</summary>
    /// <param name="content">A lists/NAME.csv.</param>
    /// <param name="value">As written in the list.</param>
    public static byte[]? Without(byte[] content, string value)
    {
        var lines = NormalisedText.Of(content).Split('\n');
        string[] kept = [.. lines.Where((line, i) => i == 0 || CsvLine.Split(line, out _)[0].Text != value)];
        return kept.Length == lines.Length ? null : Encoding.UTF8.GetBytes(string.Join('\n', kept));
    }

    /// <summary>The list as it is hashed, so that the hash of what is stored is the list's own.</summary>
    public static byte[] Normalised(byte[] content) => Encoding.UTF8.GetBytes(NormalisedText.Of(content));
}
