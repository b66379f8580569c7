using Escalation.Core.Decisions;
using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference.Scoring;

public sealed class LinearScorerTests
{
    private static readonly string[] Texts =
    [
        "ok", "", "Thank you!!", "I have called THREE times and nobody helps me :( 😡", string.Concat(Enumerable.Repeat("still waiting, order 4711. ", 400)),
    ];

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Scores_as_training_features_times_learned_weights_do(int planes)
    {
        var content = SomeModel.Content(planes: planes);
        var rows = NgramRows.Build(Texts, content.Schema.Bits, cancellation: TestContext.Current.CancellationToken);
        var scorer = content.ToScorer();
        for (var row = 0; row < Texts.Length; row++)
        {
            var expected = Slow(content, rows, row);
            Assert.Equal(expected, scorer.Score(Texts[row]), 1e-4 * Math.Max(1, Math.Abs(expected)));     // float sums over 30,000 n-grams
        }
    }

    [Fact]
    public void A_text_without_a_known_ngram_scores_the_bias() => Assert.Equal(0.125f, SomeModel.Content().ToScorer().Score(""));

    [Theory, InlineData(2), InlineData(4)]
    public void Scoring_allocates_nothing(int planes)
    {
        var model = new FrustrationModel(SomeModel.Content(planes: planes), new ModelVersion("v"));
        foreach (var text in Texts) model.Score(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var text in Texts) model.Score(text);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Threads_may_share_a_model()
    {
        var model = new FrustrationModel(SomeModel.Content(), new ModelVersion("v"));
        var expected = Array.ConvertAll(Texts, t => model.Score(t));
        Parallel.For(0, 2000, i => Assert.Equal(expected[i % Texts.Length], model.Score(Texts[i % Texts.Length])));
    }

    [Fact]
    public void A_text_of_five_million_characters_is_scored_by_its_beginning()
    {
        var model = new FrustrationModel(SomeModel.Content(), new ModelVersion("v"));
        var text = string.Concat(Enumerable.Repeat("why is it still broken? ", 210_000));
        Assert.Equal(model.Score(text.AsSpan(0, NgramEnumerator.LongestRead)), model.Score(text));
    }

    private static double Slow(ScorerContent content, NgramRows rows, int row)
    {
        double sum = content.Outputs[0].Bias;
        foreach (var plane in content.Planes)
        {
            var values = new float[rows.Buckets(row).Length];
            rows.Values(row, plane.Features, values);
            for (var i = 0; i < values.Length; i++) sum += values[i] * plane.Heads[0][rows.Buckets(row)[i]];
        }
        return sum;
    }
}
