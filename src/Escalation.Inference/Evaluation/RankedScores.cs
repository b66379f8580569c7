namespace Escalation.Inference.Evaluation;

/// <summary>Scores sorted once, so that rank measures of many weighted resamples cost one pass each.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class RankedScores
{
    private readonly int[] order;
    private readonly bool[] positive;
    private readonly bool[] lastOfTie;

    /// <summary>Sorts by falling score.</summary>
    public RankedScores(IReadOnlyList<double> scores, IReadOnlyList<bool> labels)
    {
        order = Descending(scores);
        positive = Array.ConvertAll(order, i => labels[i]);
        lastOfTie = new bool[order.Length];
        for (var i = 0; i < order.Length; i++)
            lastOfTie[i] = i + 1 == order.Length || !scores[order[i + 1]].Equals(scores[order[i]]);
    }

    /// <summary>Row numbers by falling score; equal scores keep the order of rows.</summary>
    public static int[] Descending(IReadOnlyList<double> scores)
    {
        var order = new int[scores.Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(order, (a, b) => scores[b].CompareTo(scores[a]) is var byScore and not 0 ? byScore : a.CompareTo(b));
        return order;
    }

    /// <summary>Area under the ROC curve; NaN without a positive or a negative.</summary>
    /// <param name="weights">One a row, at least 0; null = 1 each.</param>
    public double Auc(IReadOnlyList<double>? weights = null)
    {
        double above = 0, area = 0, negatives = 0, tiedPositive = 0, tiedNegative = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var weight = weights is null ? 1 : weights[order[i]];
            if (positive[i]) tiedPositive += weight;
            else tiedNegative += weight;
            if (!lastOfTie[i]) continue;
            area += tiedNegative * (above + (tiedPositive / 2));
            above += tiedPositive;
            negatives += tiedNegative;
            tiedPositive = tiedNegative = 0;
        }
        return above * negatives > 0 ? area / (above * negatives) : double.NaN;
    }

    /// <summary>Average precision; NaN without a positive.</summary>
    /// <param name="weights">One a row, at least 0; null = 1 each.</param>
    public double AveragePrecision(IReadOnlyList<double>? weights = null)
    {
        double hits = 0, called = 0, sum = 0, tiedPositive = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var weight = weights is null ? 1 : weights[order[i]];
            called += weight;
            if (positive[i]) tiedPositive += weight;
            if (!lastOfTie[i]) continue;
            hits += tiedPositive;
            if (tiedPositive > 0) sum += tiedPositive * hits / called;
            tiedPositive = 0;
        }
        return hits > 0 ? sum / hits : double.NaN;
    }
}
