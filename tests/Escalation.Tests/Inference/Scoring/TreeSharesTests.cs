using Escalation.Core.Derived;
using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference.Scoring;

public sealed class TreeSharesTests
{
    private static readonly string[] Texts =
    [
        "still no answer", "Thank you!!", "I have called THREE times, three times, and nobody helps me :(", "@brand hello? 漢字 http://t.co/x", "", "...",
    ];

    private static readonly ScorerContent Linear = SomeModel.Content();
    private static readonly ScorerContent Content = Linear with { Trees = SomeTrees.Table(Linear.Schema, Texts) };

    public static TheoryData<string> All => new(Texts);

    [Theory, MemberData(nameof(All))]
    public void With_trees_the_parts_still_add_up_to_the_score(string text)
    {
        var scorer = Content.ToScorer();
        var shares = scorer.Shares(text, 2);
        Assert.Equal(2 * (scorer.Score(text) - scorer.Bias), shares.OfTokens.Sum() + shares.Unplaced, 1e-4);
        var model = new FrustrationModel(Content, default);
        var explanation = model.Explain(text);
        Assert.Equal(explanation.LogOdds, explanation.Base + explanation.Strongest.Sum((TextContribution w) => w.Contribution) + explanation.Others, 1e-4);
    }

    [Fact]
    public void An_ngrams_part_is_its_mean_gain_over_all_orders_of_joining()
    {
        const string text = "no answer yet";
        var table = SomeTrees.Table(Linear.Schema, [text], trees: 30, mostQuestions: 30, ngrams: 7);
        var trees = new TreeScorer(Linear.Schema, table);
        var shares = new TreeShares(trees, Linear.Schema, text);
        int[] asked = [.. table.Buckets.Where(trees.AsksFor)];
        Assert.Equal(7, asked.Length);
        var occurrences = new Occurrences([]);
        NgramEnumerator.Enumerate(text, Linear.Schema, ref occurrences);
        foreach (var bucket in asked)
        {
            var expected = 0.0;
            int[] others = [.. asked.Where(b => b != bucket)];
            for (var subset = 0; subset < 1 << others.Length; subset++)
            {
                var joined = others.Where((_, i) => (subset >> i & 1) != 0).ToHashSet();
                var gain = -SomeTrees.Walk(table, joined);
                var size = joined.Count;
                joined.Add(bucket);
                expected += (gain + SomeTrees.Walk(table, joined)) * Factorial(size) * Factorial(others.Length - size) / Factorial(asked.Length);
            }
            Assert.Equal(expected, shares.Of(bucket) * occurrences.Buckets.Count(b => b == bucket), 1e-6);
        }
    }

    [Fact]
    public void What_only_trees_say_of_a_word_is_given_to_that_word()
    {
        const string text = "please refund me";
        var word = WordOf("refund");
        var content = Linear with { Trees = new TreeTable([word], [new DecisionTree([0], [0], [0, 3])]) };
        var without = Linear.ToScorer().Shares(text, 1).OfTokens;
        var with = content.ToScorer().Shares(text, 1).OfTokens;
        Assert.Equal([0, 3, 0], with.Zip(without, (a, b) => Math.Round(a - b, 6)));
    }

    private static int WordOf(string word)
    {
        var rows = NgramRows.Build([word], Linear.Schema);
        return rows.Buckets(0)[0];
    }

    private static double Factorial(int n) => Enumerable.Range(1, n).Aggregate(1.0, (product, i) => product * i);

    private readonly struct Occurrences(List<int> buckets) : INgramSink
    {
        public List<int> Buckets => buckets;

        public void Word(int bucket) => buckets.Add(bucket);

        public void Characters(int bucket) => buckets.Add(bucket);

        public void Mark(int bucket) => buckets.Add(bucket);
    }
}
