using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>What each n-gram of a text adds to the score of trees, against a text without any.</summary>
/// <remarks>
/// Shapley values of the game in which n-grams of the text join one by one in any order, starting from none: exact, they add up to the difference,
/// and an n-gram that the text does not hold gets nothing. A leaf that asks for the presence of p and the absence of a of the text's n-grams
/// gives each of the first (p-1)! a! / (p+a)! of its value, and takes p! (a-1)! / (p+a)! from each of the others.
/// Source: Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees", with one reference text.
/// </remarks>
internal sealed class TreeShares
{
    private readonly Dictionary<int, (int Times, double Part)> ofBuckets = [];
    private readonly TreeTable table;
    private readonly List<int> present = [], absent = [];

    /// <param name="trees">The trees.</param>
    /// <param name="schema">The features.</param>
    /// <param name="text">The text, as scored.</param>
    public TreeShares(TreeScorer trees, FeatureSchema schema, ReadOnlySpan<char> text)
    {
        table = trees.Table;
        var sink = new Occurrences(trees, ofBuckets);
        NgramEnumerator.Enumerate(text, schema, ref sink);
        foreach (var tree in table.Trees) Divide(tree, 0, tree.Ngrams.Length, 0);
    }

    /// <summary>What one occurrence of a bucket adds to the score: those of one bucket get the same.</summary>
    public double Of(int bucket) => ofBuckets.TryGetValue(bucket, out var found) ? found.Part / found.Times : 0;

    private void Divide(DecisionTree tree, int question, int count, int firstLeaf)
    {
        if (count == 0)
        {
            Give(tree.Leaves[firstLeaf]);
            return;
        }
        var (bucket, behind) = (table.Buckets[tree.Ngrams[question]], tree.AbsentQuestions[question]);
        if (!ofBuckets.ContainsKey(bucket)) Divide(tree, question + 1, behind, firstLeaf);
        else
        {
            // Where a path asks twice for an n-gram, the first answer stands.
            if (!present.Contains(bucket)) On(absent, question + 1, behind, firstLeaf);
            if (!absent.Contains(bucket)) On(present, question + 1 + behind, count - 1 - behind, firstLeaf + behind + 1);
        }

        void On(List<int> side, int next, int left, int leaf)
        {
            var isNew = !side.Contains(bucket);
            if (isNew) side.Add(bucket);
            Divide(tree, next, left, leaf);
            if (isNew) side.Remove(bucket);
        }
    }

    private void Give(double leaf)
    {
        var (p, a) = (present.Count, absent.Count);
        if (p + a == 0) return;
        double orders = 1;          // (p+a)! / (p! a!)
        for (var i = 1; i <= a; i++) orders *= (double)(p + i) / i;
        foreach (var bucket in present) Add(bucket, leaf / (p * orders));
        foreach (var bucket in absent) Add(bucket, -leaf / (a * orders));
    }

    private void Add(int bucket, double part)
    {
        var (times, sum) = ofBuckets[bucket];
        ofBuckets[bucket] = (times, sum + part);
    }

    private readonly struct Occurrences(TreeScorer trees, Dictionary<int, (int Times, double Part)> found) : INgramSink
    {
        public void Word(int bucket)
        {
            if (trees.AsksFor(bucket)) found[bucket] = (found.GetValueOrDefault(bucket).Times + 1, 0);
        }

        public void Characters(int bucket)
        {
        }

        public void Mark(int bucket) => Word(bucket);
    }
}
