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
        var split = HoldOut.By(Rows, Clusters, "customer", 1);
        Assert.NotEmpty(split.Test);
        Assert.Empty(split.Train.Select(i => Rows[i].CustomerId).Intersect(split.Test.Select(i => Rows[i].CustomerId)));
        Assert.True(split.Train.Max(i => Rows[i].At) < split.Test.Min(i => Rows[i].At));
        Assert.Equal(Enumerable.Range(0, Rows.Length), split.Train.Concat(split.Test).Concat(split.Unused).Order());
    }

    [Fact]
    public void Without_times_customers_are_drawn_by_seed()
    {
        LabelledText[] timeless = [.. Rows.Select(r => r with { At = null })];
        var split = HoldOut.By(timeless, Clusters, "customer", 1);
        Assert.InRange(split.Test.Length, 50, 70);
        Assert.Empty(split.Unused);
        Assert.Empty(split.Train.Select(i => Rows[i].CustomerId).Intersect(split.Test.Select(i => Rows[i].CustomerId)));
        Assert.Equal(split.Test, HoldOut.By(timeless, Clusters, "customer", 1).Test);
        Assert.NotEqual(split.Test, HoldOut.By(timeless, Clusters, "customer", 2).Test);
    }

    [Theory, InlineData(19, true), InlineData(20, false)]
    public void Fewer_than_twenty_customers_cannot_be_held_out_whole(int customers, bool isRefused)
    {
        var split = Held([.. Rows.Select((r, i) => r with { CustomerId = $"c{i % customers}" })], out var problem);
        Assert.Equal(isRefused, split is null);
        if (isRefused) Assert.Equal("rows.csv: 300 rows of 19 customers; whole customers are held out, so that at least 20 are needed: name the column that tells customers apart with --customer-column, and leave its cells blank where the customer is not known", problem);
    }

    [Fact]
    public void A_customer_who_wrote_most_rows_is_named_since_it_may_stand_for_nobody()
    {
        Assert.Null(Held([.. Rows.Select((r, i) => i % 4 == 0 ? r : r with { CustomerId = "anonymous" })], out var problem));
        Assert.StartsWith("rows.csv: 225 of 300 rows are of one customer, 'anonymous'; ", problem, StringComparison.Ordinal);
        Assert.NotNull(Held([.. Rows.Select((r, i) => i % 5 == 0 ? r : r with { CustomerId = null })], out _));
    }

    [Fact]
    public void Rows_of_one_time_and_customers_who_all_came_at_once_are_drawn_by_seed()
    {
        foreach (var rows in (LabelledText[][])[[.. Rows.Select(r => r with { At = Some.Noon })], [.. Rows.Select((r, i) => r with { At = Some.Noon + Duration.FromHours(i < 90 ? 0 : i) })]])
        {
            var split = Held(rows, out _)!;
            Assert.InRange(split.Test.Length, 50, 70);
            Assert.Empty(split.Unused);
            Assert.Contains("drawn by seed (their times do not tell them apart: 2", split.Description, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_customers_near_duplicates_are_held_out_together_and_many_of_them_refuse_nothing()
    {
        LabelledText[] pairs = [.. Enumerable.Range(0, 120).SelectMany(i => (LabelledText[])[Text($"{Words(i)} and nobody answers"), Text($"{Words(i)} and nobody answers!")])];
        var split = Held(pairs, out _)!;
        var held = split.Test.Select(i => i / 2).ToHashSet();
        Assert.InRange(split.Test.Length, 40, 56);
        Assert.DoesNotContain(split.Train, i => held.Contains(i / 2));

        var template = Held([.. Enumerable.Range(0, 240).Select(i => Text($"the order number {i} that I placed last week has still not arrived"))], out var problem)!;
        Assert.Null(problem);
        Assert.InRange(template.Test.Length, 40, 56);
        Assert.Contains("by row, since too many texts resemble one another; no customer was given", template.Description, StringComparison.Ordinal);

        static string Words(int i) => string.Join(' ', Enumerable.Range(0, 8).Select(k => (char)('a' + (i * (k + 3) % 26)) + new string((char)('a' + (i / 26)), 4) + (char)('a' + k)));
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

    private static LabelledText Text(string text) => new(text, false, null, null, text);

    private static HoldOut? Held(LabelledText[] rows, out string? problem) => HoldOut.Of("rows.csv", rows, ClustersOf(rows), 1, out problem);

    private static Clusters ClustersOf(LabelledText[] rows) => Escalation.Trainer.Data.Clusters.Of(rows, TestContext.Current.CancellationToken);
}
