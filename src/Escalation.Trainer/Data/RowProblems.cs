using System.Globalization;

namespace Escalation.Trainer.Data;

/// <summary>What is wrong with the rows of a file: a line for each kind, with the first rows that have it and how many more.</summary>
internal sealed class RowProblems(string path)
{
    private const int MostKinds = 20, RowsNamed = 3;

    private readonly Dictionary<string, (List<long> First, int Count)> kinds = new(StringComparer.Ordinal);

    /// <summary>Whether so many kinds were found that reading on tells nothing.</summary>
    public bool IsFull => kinds.Count >= MostKinds;

    /// <summary>Adds a row; the same words are the same kind.</summary>
    /// <param name="row">From 1, the header not included.</param>
    /// <param name="what">What is wrong, without the row.</param>
    public void Add(long row, string what)
    {
        var (first, count) = kinds.TryGetValue(what, out var known) ? known : ([], 0);
        if (first.Count < RowsNamed) first.Add(row);
        kinds[what] = (first, count + 1);
    }

    /// <summary>The lines, in the order of their first rows.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var (what, (first, count)) in kinds.OrderBy(k => k.Value.First[0]))
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}: row{(count > 1 ? "s" : "")} {string.Join(", ", first)}{(count > first.Count ? $" and {count - first.Count:N0} more" : "")}: {what}");
        if (IsFull) yield return $"{path}: stopped after {MostKinds.ToString(CultureInfo.InvariantCulture)} kinds of problems";
    }
}
