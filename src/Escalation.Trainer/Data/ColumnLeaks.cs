using System.Globalization;

namespace Escalation.Trainer.Data;

/// <summary>Columns of a CSV that tell the label by themselves: often an outcome that was written down afterwards.</summary>
/// <param name="headers">All columns.</param>
/// <param name="known">Those not looked at.</param>
internal sealed class ColumnLeaks(string[] headers, IReadOnlyCollection<int> known)
{
    private const int MostValues = 50, FewestOfAClass = 20;
    private const double TellsAlone = .95;

    private readonly Dictionary<string, (int Positive, int Negative)>?[] seen =
        [.. headers.Select((_, i) => known.Contains(i) ? null : new Dictionary<string, (int Positive, int Negative)>(StringComparer.Ordinal))];

    /// <summary>Looks at one cell; a column of many values is not looked at any more.</summary>
    public void See(int column, string value, bool positive)
    {
        if (seen[column] is not { } values) return;
        var (p, n) = values.GetValueOrDefault(value);
        values[value] = positive ? (p + 1, n) : (p, n + 1);
        if (values.Count > MostValues) seen[column] = null;
    }

    /// <summary>A sentence for each column that tells.</summary>
    public IEnumerable<string> Notes(string file)
    {
        for (var column = 0; column < seen.Length; column++)
        {
            if (seen[column] is not { Count: > 1 } values) continue;
            double positives = values.Values.Sum(v => v.Positive), negatives = values.Values.Sum(v => v.Negative);
            if (Math.Min(positives, negatives) < FewestOfAClass) continue;
            var told = values.Values.Sum(v => Math.Max(v.Positive / positives, v.Negative / negatives)) / 2;
            if (told < TellsAlone) continue;
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{file}: column '{headers[column]}' alone tells the label in {told:0.0%} of the rows, as an outcome does that was written down afterwards. It is not learned from; see that the text holds nothing of it");
        }
    }
}
