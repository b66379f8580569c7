using Escalation.Core.Decisions;
using Escalation.Inference.Evaluation;

namespace Escalation.Trainer.Weights;

/// <summary>Weights of the least log-loss plus a price for moving away from the hand-set ones.</summary>
/// <remarks>
/// Cyclic golden-section search, a parameter at a time: the formula takes maxima, so there is no gradient to follow, and there are few parameters.
/// Pure: rows in, weights out.
/// </remarks>
internal sealed class WeightFit(Policy policy, IReadOnlyList<WeightRow> rows)
{
    private const double PriorDeviation = .2, SlopeDeviation = 1, LargestSlope = 5, LargestOffset = 6, Settled = 1e-6;
    private const int MostSweeps = 40, Probes = 18;
    private static readonly double Golden = (Math.Sqrt(5) - 1) / 2;

    private readonly WeightModel model = new(policy);
    private readonly double[] handSet = [.. policy.Triggers.Select(t => t.Weight)];
    private readonly bool[] seen = [.. policy.Triggers.Select((_, t) => rows.Any(r => r.Confidences[t] > 0))];

    /// <summary>The hand-set weights with a slope and an offset of their own: what the learned ones must beat.</summary>
    public WeightModel.Parameters HandSet(double[] counts) => Minimise(new WeightModel.Parameters([.. handSet], 1, 0), counts, learnsWeights: false, MostSweeps);

    /// <summary>The learned weights.</summary>
    /// <param name="start">Where the search begins.</param>
    /// <param name="counts">How often each row counts.</param>
    /// <param name="sweeps">Most rounds over the parameters.</param>
    public WeightModel.Parameters Learn(WeightModel.Parameters start, double[] counts, int sweeps = MostSweeps) => Minimise(start, counts, learnsWeights: true, sweeps);

    /// <summary>Mean log-loss of some rows.</summary>
    public double LogLoss(in WeightModel.Parameters at, IReadOnlyList<WeightRow> of)
    {
        double sum = 0, total = 0;
        foreach (var row in of)
        {
            sum += row.Weight * BinaryMetrics.LogLoss(model.Probability(row.Confidences, at), row.Needed);
            total += row.Weight;
        }
        return total > 0 ? sum / total : double.NaN;
    }

    private WeightModel.Parameters Minimise(WeightModel.Parameters at, double[] counts, bool learnsWeights, int sweeps)
    {
        var weights = (double[])at.Weights.Clone();
        var (slope, offset) = (at.Slope, at.Offset);
        var before = Loss(new(weights, slope, offset), counts);
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            offset = Search(-LargestOffset, LargestOffset, x => Loss(new(weights, slope, x), counts));
            slope = Search(0, LargestSlope, x => Loss(new(weights, x, offset), counts));
            for (var t = 0; learnsWeights && t < weights.Length; t++)
            {
                if (!seen[t]) continue;
                weights[t] = Search(0, 1, x =>
                {
                    weights[t] = x;
                    return Loss(new(weights, slope, offset), counts);
                });
            }
            var now = Loss(new(weights, slope, offset), counts);
            if (before - now < Settled * Math.Abs(before)) break;
            before = now;
        }
        return new WeightModel.Parameters(weights, slope, offset);
    }

    private double Loss(in WeightModel.Parameters at, double[] counts)
    {
        double loss = Square((at.Slope - 1) / SlopeDeviation) / 2;
        for (var t = 0; t < handSet.Length; t++) loss += Square((at.Weights[t] - handSet[t]) / PriorDeviation) / 2;
        for (var i = 0; i < counts.Length; i++)
            if (counts[i] > 0) loss += counts[i] * BinaryMetrics.LogLoss(model.Probability(rows[i].Confidences, at), rows[i].Needed);
        return loss;
    }

    private static double Search(double low, double high, Func<double, double> loss)
    {
        var (left, right) = (high - (Golden * (high - low)), low + (Golden * (high - low)));
        var (atLeft, atRight) = (loss(left), loss(right));
        for (var probe = 0; probe < Probes; probe++)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (Golden * (high - low));
                atLeft = loss(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (Golden * (high - low));
                atRight = loss(right);
            }
        }
        // An end of the range may be the best: weights of 0 and 1 are ordinary.
        var (best, value) = atLeft <= atRight ? (left, atLeft) : (right, atRight);
        return loss(low) < value ? low : loss(high) < value ? high : best;
    }

    private static double Square(double x) => x * x;
}
