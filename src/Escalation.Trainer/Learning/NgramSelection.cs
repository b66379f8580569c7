using Escalation.Inference.Features;

namespace Escalation.Trainer.Learning;

/// <summary>Which n-grams of words, and which marks, tell most about a question of yes or no, by chi-square.</summary>
/// <remarks>Shorter lists are beginnings of longer ones, so that members of few and of many n-grams are served from one numbering.</remarks>
internal static class NgramSelection
{
    /// <summary>Buckets, those that tell most first; equals by number.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="selected">Those to learn from; no other row is looked at.</param>
    /// <param name="task">Labels.</param>
    /// <param name="minimumRows">Buckets of fewer selected rows tell nothing.</param>
    /// <param name="most">The longest list.</param>
    public static int[] Rank(NgramRows rows, int[] selected, TrainingTask task, int minimumRows, int most)
    {
        var (all, positive) = (new int[rows.Schema.Buckets], new int[rows.Schema.Buckets]);
        var positives = 0;
        foreach (var row in selected)
        {
            var counts = task.Positive(0, row) ? 1 : 0;
            positives += counts;
            foreach (var bucket in rows.Buckets(row))
            {
                all[bucket]++;
                positive[bucket] += counts;
            }
        }
        var share = positives / (double)selected.Length;
        return [.. Enumerable.Range(0, all.Length).Where(b => rows.Schema.IsWordOrMark(b) && all[b] >= minimumRows && all[b] < selected.Length).Select(b => (Bucket: b, Tells: ChiSquare(b)))
            .OrderByDescending(b => b.Tells).ThenBy(b => b.Bucket).Take(most).Select(b => b.Bucket)];

        double ChiSquare(int bucket)
        {
            var more = positive[bucket] - (share * all[bucket]);
            return more * more * selected.Length / (all[bucket] * (double)(selected.Length - all[bucket]));
        }
    }
}
