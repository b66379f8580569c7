using System.Globalization;
using NodaTime;

namespace Escalation.Trainer.Data;

/// <summary>Which rows train and which are held out.</summary>
/// <param name="Train">Row numbers, ascending.</param>
/// <param name="Test">Row numbers, ascending.</param>
/// <param name="Unused">Rows of known customers after the cut: in neither part while measuring.</param>
/// <param name="Description">For the card.</param>
internal sealed record HoldOut(int[] Train, int[] Test, int[] Unused, string Description)
{
    /// <summary>Share of the rows that is aimed at for the test part.</summary>
    public const double TestShare = 0.2;

    /// <summary>Holds out the customers who came last, so that neither a person nor a later time leaks into training.</summary>
    /// <remarks>Without times the held-out customers are drawn by seed; without customers each row is its own.</remarks>
    public static HoldOut By(IReadOnlyList<LabelledText> rows, int[] clusters, int seed)
    {
        var hasTimes = rows.All(r => r.At is not null);
        var hasCustomers = rows.Any(r => r.CustomerId is not null);
        var members = Enumerable.Range(0, rows.Count).GroupBy(i => clusters[i]).Select(g => g.ToArray()).ToList();
        var first = members.ToDictionary(m => clusters[m[0]], m => hasTimes ? m.Min(i => rows[i].At!.Value) : default);
        var order = hasTimes
            ? members.OrderByDescending(m => first[clusters[m[0]]]).ThenBy(m => m[0]).ToList()
            : Folds.Shuffled(members, seed);

        var test = new List<int>();
        var cut = Instant.MaxValue;
        foreach (var member in order)
        {
            if (test.Count + (member.Length / 2.0) > rows.Count * TestShare) break;
            test.AddRange(member);
            if (hasTimes) cut = first[clusters[member[0]]];
        }
        test.Sort();
        var held = test.ToHashSet();
        var rest = Enumerable.Range(0, rows.Count).Where(i => !held.Contains(i)).ToArray();
        var unused = hasTimes ? rest.Where(i => rows[i].At >= cut).ToArray() : [];
        var who = hasCustomers ? " of customers" : " (no customer was given)";
        return new HoldOut([.. rest.Except(unused)], [.. test], unused, hasTimes
            ? string.Create(CultureInfo.InvariantCulture, $"held out: {test.Count} rows{who} first seen from {cut}; {unused.Length} later rows of earlier customers in neither part")
            : string.Create(CultureInfo.InvariantCulture, $"held out: {test.Count} rows{who} drawn by seed (no times were given)"));
    }
}

/// <summary>Parts of the training rows for out-of-fold scores; all rows of a customer fall into one.</summary>
internal static class Folds
{
    /// <summary>Row numbers of each fold, ascending.</summary>
    public static int[][] By(int[] selected, int[] clusters, int count, int seed)
    {
        var folds = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        foreach (var member in Shuffled(selected.GroupBy(i => clusters[i]).Select(g => g.ToArray()).ToList(), seed).OrderByDescending(m => m.Length))
            folds.MinBy(f => f.Count)!.AddRange(member);
        foreach (var fold in folds) fold.Sort();
        return [.. folds.Select(f => f.ToArray())];
    }

    /// <summary>In an order that depends on the seed alone.</summary>
    public static List<int[]> Shuffled(List<int[]> groups, int seed)
    {
        var shuffled = groups.ToArray();
        new Random(seed).Shuffle(shuffled);
        return [.. shuffled];
    }
}
