using System.Globalization;
using Escalation.Inference.Registry;
using Escalation.Tests.Inference;
using Escalation.Trainer.Publishing;

namespace Escalation.Tests.Trainer.Publishing;

public sealed class CardPageTests(TwoModels models) : IClassFixture<TwoModels>
{
    private static readonly ModelEntry Bundled = ModelRegistry.Open(Path.Combine(SomeModel.Repository, "models")).Choose("frustration").Entry!;

    [Fact]
    public void Probabilities_worse_than_a_constant_are_said_with_the_sets_and_the_way_out()
    {
        var warning = Assert.Single(CardWarnings.Of(Bundled.Card()));
        foreach (var expected in (string[])["airline.train.csv (10,458 rows): log-loss 0.730, of a constant 0.652, calibration error 0.269", "train on labels of your own"])
            Assert.Contains(expected, warning, StringComparison.Ordinal);
        Assert.DoesNotContain("seed.jsonl", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("frust_support", warning, StringComparison.Ordinal);      // log-loss .624 of .690
        Assert.Contains("airline.train.csv (10,458 rows): log-loss 0.730", CardPage.Of(Bundled.Card(), []), StringComparison.Ordinal);
    }

    [Fact]
    public void What_training_was_warned_of_comes_first_and_a_constant_measured_beside_the_model_counts_as_it_is()
    {
        var card = models.Good.Card;
        Assert.Empty(CardWarnings.Of(card));
        Assert.Equal(["the word 'x' tells the label"], CardWarnings.Of(card with { Warnings = ["the word 'x' tells the label"] }));
        var own = card.Metrics[0];
        Assert.Single(CardWarnings.Of(card with { Metrics = [own with { Evaluation = own.Evaluation with { LogLoss = own.Evaluation.LogLoss with { Value = card.Metrics[3].Evaluation.LogLoss.Value + .001 } } }, .. card.Metrics.Skip(1)] }));
        Assert.Empty(CardWarnings.Of(card with { Metrics = [.. card.Metrics.Select(m => m with { Evaluation = m.Evaluation with { LogLoss = m.Evaluation.LogLoss with { Value = 9 } } }).Skip(1).Take(3)] }));
    }

    [Fact]
    public void The_figure_that_speaks_for_a_model_is_of_rows_held_from_it_and_never_out_of_fold()
    {
        Assert.Equal((.784283, "frust_support.train.csv"), (CardWarnings.Headline(Bundled.Card())!.Evaluation.Auc.Value, CardWarnings.Short(CardWarnings.Headline(Bundled.Card())!.MeasuredOn)));
        Assert.Equal("held-out rows", CardWarnings.Headline(models.Good.Card)!.MeasuredOn);
    }

    [Fact]
    public void The_page_shows_hashes_by_their_first_digits_and_breaks_no_interval_over_lines()
    {
        var page = CardPage.Of(models.Good.Card, models.Good.HeldOut);
        Assert.Contains($"<td>{models.Good.Card.Data[0].Sha256[..12]}</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(models.Good.Card.Data[0].Sha256, page, StringComparison.Ordinal);
        Assert.Matches(@"\(0\.\d+\u00A0to\u00A0[01]\.\d+\)", System.Net.WebUtility.HtmlDecode(page));
    }

    [Fact]
    public void The_curve_of_precision_and_recall_goes_with_the_threshold_and_never_back()
    {
        HeldOutRow[] rows = [.. Enumerable.Range(0, 40).Select(i => new HeldOutRow((i + .5) / 40, i is 39 or 30 or 29 or 12))];
        var plot = CardPage.Of(models.Good.Card, rows).Split("Precision and recall</title>")[^1];
        var points = System.Text.RegularExpressions.Regex.Match(plot, "points=\"([^\"]+)\"").Groups[1].Value.Split(' ').Select(p => p.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.True(points.Length > 20);
        Assert.All(points.Zip(points.Skip(1)), p => Assert.True(p.Second[0] > p.First[0] || (p.Second[0] == p.First[0] && p.Second[1] >= p.First[1])));     // down the page = less precise
    }

    [Fact]
    public void Few_held_out_rows_are_said_to_say_little()
    {
        var few = TwoModels.Train(SomeCorpus.Rows() with { Rows = [.. SomeCorpus.Rows().Rows.Take(200)] }).Card;
        Assert.Contains(CardWarnings.Of(few), w => w == $"only {few.Metrics[0].Evaluation.N} rows were held out: the figures say little, as their intervals show; more labels are needed to trust them");
    }

    [Fact]
    public void Only_a_card_with_baselines_claims_them_and_the_bundled_page_is_that_of_its_card()
    {
        Assert.Contains("Baselines stand beside it.", CardPage.Of(models.Good.Card, models.Good.HeldOut), StringComparison.Ordinal);
        Assert.Contains("No baseline was measured beside it.", CardPage.Of(models.Good.Card with { Metrics = [models.Good.Card.Metrics[0]] }, []), StringComparison.Ordinal);
        Assert.Contains("Baselines stand beside it.", CardPage.Of(Bundled.Card(), []), StringComparison.Ordinal);
        Assert.Equal(CardPage.Of(Bundled.Card(), []), File.ReadAllText(Path.Combine(Bundled.Folder!, CardPage.Name)));
        var team = ModelRegistry.Open(Path.Combine(SomeModel.Repository, "models")).Choose("team").Entry!;
        Assert.Equal(CardPage.Of(team.Card(), team.Rows().HeldOutRows()), File.ReadAllText(Path.Combine(team.Folder!, CardPage.Name)));
    }
}
