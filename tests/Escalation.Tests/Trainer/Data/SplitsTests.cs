using Escalation.Inference.Evaluation;
using Escalation.Trainer.Data;
using NodaTime;

namespace Escalation.Tests.Trainer.Data;

public sealed class SplitsTests
{
    private static readonly LabelledText[] Rows =
        [.. Enumerable.Range(0, 300).Select(i => new LabelledText($"text {i}", i % 3 == 0, $"c{i * 7 % 90}", Some.Noon + Duration.FromHours(i * 37 % 300), $"{i}"))];

    private static readonly int[] Clusters = Bootstrap.Clusters([.. Rows.Select(r => r.CustomerId)]);

    [Fact]
    public void No_customer_stands_on_both_sides_and_no_training_row_is_later_than_the_first_held_out()
    {
        var split = HoldOut.By(Rows, Clusters, 1);
        Assert.NotEmpty(split.Test);
        Assert.Empty(split.Train.Select(i => Rows[i].CustomerId).Intersect(split.Test.Select(i => Rows[i].CustomerId)));
        Assert.True(split.Train.Max(i => Rows[i].At) < split.Test.Min(i => Rows[i].At));
        Assert.Equal(Enumerable.Range(0, Rows.Length), split.Train.Concat(split.Test).Concat(split.Unused).Order());
    }

    [Fact]
    public void Without_times_customers_are_drawn_by_seed()
    {
        LabelledText[] timeless = [.. Rows.Select(r => r with { At = null })];
        var split = HoldOut.By(timeless, Clusters, 1);
        Assert.InRange(split.Test.Length, 50, 70);
        Assert.Empty(split.Unused);
        Assert.Empty(split.Train.Select(i => Rows[i].CustomerId).Intersect(split.Test.Select(i => Rows[i].CustomerId)));
        Assert.Equal(split.Test, HoldOut.By(timeless, Clusters, 1).Test);
        Assert.NotEqual(split.Test, HoldOut.By(timeless, Clusters, 2).Test);
    }

    [Fact]
    public void Folds_cover_every_row_once_and_keep_a_customer_together()
    {
        var folds = Folds.By([.. Enumerable.Range(0, Rows.Length)], Clusters, 5, 1);
        Assert.Equal(Enumerable.Range(0, Rows.Length), folds.SelectMany(f => f).Order());
        Assert.All(folds, f => Assert.InRange(f.Length, 50, 70));
        Assert.Equal(90, folds.Sum(f => f.Select(i => Rows[i].CustomerId).Distinct().Count()));
    }

    [Fact]
    public void Duplicates_keep_the_first_row_with_the_label_of_most_and_drop_a_tie()
    {
        LabelledText Row(string text, bool positive, string id) => new(text, positive, null, null, id);
        var kept = Duplicates.Remove([Row("a", true, "1"), Row(" a ", false, "2"), Row("a", false, "3"), Row("b", true, "4"), Row("b", false, "5"), Row("A", true, "6")]);
        Assert.Equal([Row("a", false, "1"), Row("A", true, "6")], kept);
    }
}
