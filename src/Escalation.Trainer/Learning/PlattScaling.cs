using Escalation.Inference.Scoring;

namespace Escalation.Trainer.Learning;

/// <summary>Fits <see cref="Calibration"/> to scores that the model had not been trained on.</summary>
/// <remarks>
/// Newton's method with halved steps on standardised scores against Platt's targets (n+1)/(n+2), since the plain method diverged on
/// badly scaled scores. A slope that is not above 0 would turn the ranking round: then the scores carry nothing and the base rate stands
/// for all. Source: Platt 1999; Lin, Lin and Weng 2007.
/// </remarks>
internal static class PlattScaling
{
    private const int MaximumSteps = 60;

    public static Calibration Fit(IReadOnlyList<double> scores, IReadOnlyList<bool> labels, IReadOnlyList<float> weights)
    {
        double total = 0, mean = 0, positives = 0;
        for (var i = 0; i < scores.Count; i++)
        {
            total += weights[i];
            mean += weights[i] * scores[i];
            if (labels[i]) positives += weights[i];
        }
        mean /= total;
        double variance = 0;
        for (var i = 0; i < scores.Count; i++) variance += weights[i] * (scores[i] - mean) * (scores[i] - mean);
        var deviation = Math.Sqrt(variance / total) + 1e-9;

        var problem = new Problem(scores, labels, weights, mean, deviation, (positives + 1) / (positives + 2), 1 / (total - positives + 2));
        double slope = 1, offset = Math.Log((positives + 1) / (total - positives + 1));
        var loss = problem.Loss(slope, offset);
        for (var step = 0; step < MaximumSteps; step++)
        {
            var (bySlope, byOffset) = problem.NewtonStep(slope, offset);
            var size = 1.0;
            var next = problem.Loss(slope - bySlope, offset - byOffset);
            while (next >= loss && size > 1e-6)
            {
                size /= 2;
                next = problem.Loss(slope - (size * bySlope), offset - (size * byOffset));
            }
            if (next >= loss) break;
            slope -= size * bySlope;
            offset -= size * byOffset;
            var gained = loss - next;
            loss = next;
            if (gained < 1e-9) break;
        }
        return slope > 0
            ? new Calibration(slope / deviation, offset - (slope * mean / deviation))
            : new Calibration(1e-9, Math.Log((positives + 1) / (total - positives + 1)));
    }

    private sealed record Problem(
        IReadOnlyList<double> Scores, IReadOnlyList<bool> Labels, IReadOnlyList<float> Weights, double Mean, double Deviation, double High, double Low)
    {
        public double Loss(double slope, double offset)
        {
            double sum = 0;
            for (var i = 0; i < Scores.Count; i++)
            {
                var z = (slope * (Scores[i] - Mean) / Deviation) + offset;
                sum += Weights[i] * (Math.Max(z, 0) - (z * (Labels[i] ? High : Low)) + Math.Log(1 + Math.Exp(-Math.Abs(z))));
            }
            return sum;
        }

        public (double BySlope, double ByOffset) NewtonStep(double slope, double offset)
        {
            double g0 = 0, g1 = 0, h00 = 1e-6, h01 = 0, h11 = 1e-6;
            for (var i = 0; i < Scores.Count; i++)
            {
                var x = (Scores[i] - Mean) / Deviation;
                var p = 1 / (1 + Math.Exp(-((slope * x) + offset)));
                var difference = Weights[i] * (p - (Labels[i] ? High : Low));
                var curvature = Weights[i] * p * (1 - p);
                g0 += difference * x;
                g1 += difference;
                h00 += curvature * x * x;
                h01 += curvature * x;
                h11 += curvature;
            }
            var determinant = (h00 * h11) - (h01 * h01);
            return (((h11 * g0) - (h01 * g1)) / determinant, ((h00 * g1) - (h01 * g0)) / determinant);
        }
    }
}
