using Escalation.Inference.Features;
using Escalation.Trainer.Learning;

namespace Escalation.Tests.Trainer.Learning;

public sealed class EmbeddingHeadsTests
{
    private static readonly string[] Words = ["parcel", "invoice", "password"];

    [Fact]
    public void It_tells_the_rows_apart_that_it_learned_from()
    {
        var (data, task) = Binary();
        int[] all = [.. Enumerable.Range(0, data.Rows.Count)];
        var head = Assert.Single(EmbeddingHeads.Train(data, all, task, Options(cost: 30), TestContext.Current.CancellationToken));
        Assert.InRange(all.Count(i => head.Bias + data.Dot(i, head.Weights) > 0 == task.Positive(0, i)), all.Length * 9 / 10, all.Length);
    }

    [Fact]
    public void Each_class_is_highest_on_its_own_words()
    {
        string[] texts = [.. Enumerable.Range(0, 120).Select(i => $"about my {Words[i % 3]} number {i}")];
        var task = new TrainingTask("team", ["billing", "logistics", "accounts"], [.. texts.Select((_, i) => i % 3)], [.. texts.Select(_ => 1f)]);
        var (data, all) = (Weighted(texts, task), Enumerable.Range(0, texts.Length).ToArray());
        var heads = EmbeddingHeads.Train(data, all, task, Options(cost: 30), TestContext.Current.CancellationToken);
        Assert.All(all, i => Assert.Equal(i % 3, Enumerable.Range(0, 3).MaxBy(k => heads[k].Bias + data.Dot(i, heads[k].Weights))));
    }

    [Fact]
    public void The_same_rows_give_the_same_bits_and_another_seed_does_not()
    {
        var (data, task) = Binary();
        int[] some = [.. Enumerable.Range(0, 60)];
        float[] Weights(int seed) => EmbeddingHeads.Train(data, some, task, Options(1) with { Seed = seed }, TestContext.Current.CancellationToken)[0].Weights;
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
    }

    [Fact]
    public void What_stands_in_no_row_learned_from_has_no_weight()
    {
        var (data, task) = Binary();
        int[] some = [.. Enumerable.Range(0, 20)];
        var head = EmbeddingHeads.Train(data, some, task, Options(1), TestContext.Current.CancellationToken)[0];
        var seen = some.SelectMany(i => data.Rows.Buckets(i).ToArray()).ToHashSet();
        Assert.All(Enumerable.Range(0, head.Weights.Length).Where(b => !seen.Contains(b)), b => Assert.Equal(0, head.Weights[b]));
        Assert.Contains(head.Weights, w => w != 0);
    }

    [Fact]
    public void It_can_be_stopped()
    {
        var (data, task) = Binary();
        Assert.Throws<OperationCanceledException>(() => EmbeddingHeads.Train(data, [0, 1], task, Options(1), new CancellationToken(canceled: true)));
    }

    private static DualOptions Options(double cost) => new(cost, new BlockScales(1, 1, 0.3f));

    private static (WeightedRows Data, TrainingTask Task) Binary()
    {
        var source = SomeCorpus.Rows().Rows.Take(200).ToArray();
        var task = TrainingTask.Binary("frustration", [.. source.Select(r => r.Positive)], [.. source.Select(_ => 1f)]);
        return (Weighted([.. source.Select(r => r.Text)], task), task);
    }

    private static WeightedRows Weighted(string[] texts, TrainingTask task)
    {
        var rows = NgramRows.Build(texts, 14, cancellation: TestContext.Current.CancellationToken);
        return new WeightedRows(rows, FeatureWeighting.Fit(rows, [.. Enumerable.Range(0, rows.Count)], i => task.Classes[i], task.ClassCount, Weighting.Idf, 1));
    }
}
