using System.Globalization;
using Escalation.Core.Tickets;
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
    /// <param name="name">The rows' source, for the problem.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="clusters">Of these rows.</param>
    /// <param name="seed">Of the draw, where times do not decide.</param>
    /// <param name="problem">Why whole customers cannot be held out, and the way out; null with a split.</param>
    /// <remarks>Where no customer is known, near-duplicates are held out together; see <see cref="Clusters.ForHoldOut"/>.</remarks>
    public static HoldOut? Of(string name, IReadOnlyList<LabelledText> rows, Clusters clusters, int seed, out string? problem)
    {
        var isByCustomer = rows.Any(r => r.CustomerId is not null);
        problem = isByCustomer ? ProblemOfCustomers(name, rows) : null;
        if (problem is not null) return null;
        return isByCustomer ? By(rows, clusters.OfCustomers, "customer", seed) : By(rows, clusters.ForHoldOut.Of, $"{clusters.ForHoldOut.By}; no customer was given", seed);
    }

    /// <summary>Holds out the groups that came last; where times cannot cut them, groups drawn by seed.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="groups">The group of each row.</param>
    /// <param name="by">What makes a group, for the card.</param>
    /// <param name="seed">Of the draw.</param>
    public static HoldOut By(IReadOnlyList<LabelledText> rows, int[] groups, string by, int seed)
    {
        if (!rows.All(r => r.At is not null)) return Drawn(rows, groups, by, "no times were given", seed);
        var split = Last(rows, groups, by);
        return split.Train.Length > split.Unused.Length ? split
            : Drawn(rows, groups, by, string.Create(CultureInfo.InvariantCulture, $"their times do not tell them apart: {split.Unused.Length} of {rows.Count} rows would have been in neither part"), seed);
    }

    private static HoldOut Last(IReadOnlyList<LabelledText> rows, int[] groups, string by)
    {
        var members = Members(groups);
        var first = members.ToDictionary(m => groups[m[0]], m => m.Min(i => rows[i].At!.Value));
        var test = Taken(members.OrderByDescending(m => first[groups[m[0]]]).ThenBy(m => m[0]), rows.Count);
        var cut = test.Select(i => first[groups[i]]).DefaultIfEmpty(Instant.MaxValue).Min();
        var held = test.ToHashSet();
        var unused = Enumerable.Range(0, rows.Count).Where(i => !held.Contains(i) && rows[i].At >= cut).ToArray();
        return new HoldOut([.. Enumerable.Range(0, rows.Count).Except(test).Except(unused)], test, unused,
            string.Create(CultureInfo.InvariantCulture, $"held out: {test.Length} rows, by {by}, first seen from {cut}; {unused.Length} later rows of earlier ones in neither part"));
    }

    private static HoldOut Drawn(IReadOnlyList<LabelledText> rows, int[] groups, string by, string why, int seed)
    {
        var test = Taken(Folds.Shuffled(Members(groups), seed), rows.Count);
        return new HoldOut([.. Enumerable.Range(0, rows.Count).Except(test)], test, [], string.Create(CultureInfo.InvariantCulture, $"held out: {test.Length} rows, by {by}, drawn by seed ({why})"));
    }

    private static List<int[]> Members(int[] groups) => [.. Enumerable.Range(0, groups.Length).GroupBy(i => groups[i]).Select(g => g.ToArray())];

    /// <summary>Whole groups in their order, up to the share aimed at; one that is too large is passed over.</summary>
    private static int[] Taken(IEnumerable<int[]> order, int count)
    {
        var taken = new List<int>();
        foreach (var members in order.Where(m => m.Length / 2.0 <= count * TestShare))
        {
            if (taken.Count + (members.Length / 2.0) > count * TestShare) break;
            taken.AddRange(members);
        }
        taken.Sort();
        return [.. taken];
    }

    /// <remarks>Counted by customer; rows of unknown ones count each for itself. How alike texts are does not matter here.</remarks>
    private static string? ProblemOfCustomers(string name, IReadOnlyList<LabelledText> rows)
    {
        const string wayOut = "name the column that tells customers apart with --customer-column, and leave its cells blank where the customer is not known";
        var known = rows.Where(r => r.CustomerId is not null).CountBy(r => r.CustomerId!, StringComparer.Ordinal).ToList();
        var (most, its) = known.MaxBy(c => c.Value);
        if (known.Count + rows.Count(r => r.CustomerId is null) < Clusters.FewestGroups)
            return string.Create(CultureInfo.InvariantCulture,
                $"{name}: {Counted.Of(rows.Count, "row")} of {Counted.Of(known.Count, "customer")}; whole customers are held out, so that at least {Clusters.FewestGroups} are needed: {wayOut}");
        return its > rows.Count * Clusters.LargestShare
            ? string.Create(CultureInfo.InvariantCulture, $"{name}: {its} of {Counted.Of(rows.Count, "row")} are of one customer, '{most}'; whole customers are held out, and this one is too large for it. If it stands for customers who are not known: {wayOut}")
            : null;
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
