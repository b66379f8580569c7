using Escalation.Inference.Features;

namespace Escalation.Trainer.Labels;

/// <summary>Messages whose labels would teach a model most: those it is unsure of, each unlike the ones before it.</summary>
internal static class LearningQueue
{
    private const int PoolPerPlace = 12;
    private const int Bits = 18;

    /// <summary>The next messages to ask people about, the most useful first.</summary>
    /// <param name="messages">Messages of which nobody said anything.</param>
    /// <param name="probability">The model's probability of a text.</param>
    /// <param name="count">How many.</param>
    /// <remarks>Greedy: unsureness (1 at .5, 0 at 0 and 1) times distance to the nearest one chosen (1 - overlap of n-grams).</remarks>
    public static IReadOnlyList<ReviewedMessage> Choose(IReadOnlyList<ReviewedMessage> messages, Func<string, double> probability, int count)
    {
        var pool = messages.DistinctBy(m => m.Text.Trim(), StringComparer.Ordinal).Select(m => (Message: m, Unsure: 1 - Math.Abs((2 * probability(m.Text)) - 1)))
            .OrderByDescending(m => m.Unsure).ThenBy(m => m.Message.Id, StringComparer.Ordinal).Take(count * PoolPerPlace).ToList();
        var rows = NgramRows.Build([.. pool.Select(p => p.Message.Text)], Bits);
        var distance = Enumerable.Repeat(1.0, pool.Count).ToArray();
        var chosen = new List<ReviewedMessage>();
        while (chosen.Count < Math.Min(count, pool.Count))
        {
            var best = 0;
            for (var i = 1; i < pool.Count; i++)
                if (pool[i].Unsure * distance[i] > pool[best].Unsure * distance[best]) best = i;
            if (distance[best] < 0) break;
            chosen.Add(pool[best].Message);
            distance[best] = -1;
            for (var i = 0; i < pool.Count; i++)
                if (distance[i] >= 0) distance[i] = Math.Min(distance[i], 1 - Overlap(rows.Buckets(best), rows.Buckets(i)));
        }
        return chosen;
    }

    /// <summary>Jaccard's share of common n-grams, 0 to 1.</summary>
    private static double Overlap(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        int i = 0, j = 0, common = 0;
        while (i < a.Length && j < b.Length)
        {
            if (a[i] == b[j])
            {
                common++;
                i++;
                j++;
            }
            else if (a[i] < b[j]) i++;
            else j++;
        }
        return a.Length + b.Length == common ? 1 : (double)common / (a.Length + b.Length - common);
    }
}
