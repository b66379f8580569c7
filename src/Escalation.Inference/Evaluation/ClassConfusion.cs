using System.Text.Json.Serialization;
using Escalation.Core.Metrics;

namespace Escalation.Inference.Evaluation;

/// <summary>Which class was named where which was right, in rows.</summary>
/// <param name="Classes">Every class that was right or named, by name.</param>
/// <param name="Named">For each right class, in that order, how often each class was named, and as the last number how often none was.</param>
public sealed record ClassConfusion(IReadOnlyList<string> Classes, IReadOnlyList<IReadOnlyList<int>> Named)
{
    /// <summary>Counts.</summary>
    /// <param name="named">The class named for each row; null = none, since the model was not sure.</param>
    /// <param name="truth">The right class of each row.</param>
    public static ClassConfusion Of(IReadOnlyList<string?> named, IReadOnlyList<string> truth)
    {
        string[] classes = [.. truth.Concat(named.OfType<string>()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var places = classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        int[][] rows = [.. classes.Select(_ => new int[classes.Length + 1])];
        for (var i = 0; i < truth.Count; i++) rows[places[truth[i]]][named[i] is { } said ? places[said] : classes.Length]++;
        return new ClassConfusion(classes, rows);
    }

    /// <summary>Each class alone.</summary>
    [JsonIgnore]
    public IReadOnlyList<ClassFigures> Figures => [.. Classes.Select((name, k) => new ClassFigures(
        name, Named[k].Sum(), Named.Sum(r => r[k]), Share(Named[k][k], Named.Sum(r => r[k])), Share(Named[k][k], Named[k].Sum())))];

    /// <summary>The pairs that are taken for one another, the most frequent first.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Right, string Named, int Rows)> Confused => [.. Classes.SelectMany((right, k) => Classes.Select((named, j) => (Right: right, Named: named, Rows: k == j ? 0 : Named[k][j])))
        .Where(c => c.Rows > 0).OrderByDescending(c => c.Rows).ThenBy(c => c.Right, StringComparer.Ordinal).ThenBy(c => c.Named, StringComparer.Ordinal)];

    private static Interval Share(int hit, int of)
    {
        if (of == 0) return new Interval(double.NaN, double.NaN, double.NaN);
        var (low, high) = Wilson.Interval((double)hit / of, of);
        return new Interval((double)hit / of, low, high);
    }
}

/// <summary>One class of several, measured.</summary>
/// <param name="Name">The class.</param>
/// <param name="Rows">Rows of which it is right.</param>
/// <param name="Named">Rows for which it was named.</param>
/// <param name="Precision">Share of those of which it is right, with Wilson's 95 % interval; NaN where it was never named.</param>
/// <param name="Recall">Share of its rows for which it was named; NaN where it has none.</param>
public sealed record ClassFigures(string Name, int Rows, int Named, Interval Precision, Interval Recall);
