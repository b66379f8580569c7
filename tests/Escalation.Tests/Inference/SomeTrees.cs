using Escalation.Inference.Features;
using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference;

/// <summary>Trees of every shape over n-grams of given texts, from a fixed seed.</summary>
internal static class SomeTrees
{
    public static TreeTable Table(FeatureSchema schema, IReadOnlyList<string> texts, int trees = 40, int mostQuestions = 20, int ngrams = 200)
    {
        var random = new Random(11);
        var rows = NgramRows.Build(texts, schema);
        int[] buckets = [.. Enumerable.Range(0, rows.Count).SelectMany(row => rows.Buckets(row).ToArray()).Where(schema.IsWordOrMark).Distinct().Order()];
        random.Shuffle(buckets);
        buckets = [.. buckets.Take(ngrams)];
        return new TreeTable(buckets, [.. Enumerable.Range(0, trees).Select(_ => Tree(random, random.Next(mostQuestions + 1), buckets.Length))]);
    }

    /// <summary>The sum of all trees by a walk from question to question.</summary>
    public static double Walk(TreeTable table, ISet<int> present) => table.Trees.Sum(tree => (double)tree.Leaves[Leaf(tree, table.Buckets, present)]);

    private static int Leaf(DecisionTree tree, IReadOnlyList<int> buckets, ISet<int> present)
    {
        var (question, count, leaf) = (0, tree.Ngrams.Length, 0);
        while (count > 0)
        {
            var absent = tree.AbsentQuestions[question];
            (question, count, leaf) = present.Contains(buckets[tree.Ngrams[question]])
                ? (question + 1 + absent, count - 1 - absent, leaf + absent + 1)
                : (question + 1, absent, leaf);
        }
        return leaf;
    }

    private static DecisionTree Tree(Random random, int questions, int ngrams)
    {
        var (asked, absent) = (new List<ushort>(), new List<byte>());
        Grow(questions);
        return new DecisionTree([.. asked], [.. absent], [.. Enumerable.Range(0, questions + 1).Select(_ => random.NextSingle() - 0.5f)]);

        void Grow(int count)
        {
            if (count == 0) return;
            var behind = random.Next(count);
            asked.Add((ushort)random.Next(ngrams));
            absent.Add((byte)behind);
            Grow(behind);
            Grow(count - 1 - behind);
        }
    }
}
