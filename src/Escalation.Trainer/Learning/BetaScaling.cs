using Escalation.Inference.Scoring;

namespace Escalation.Trainer.Learning;

/// <summary>Fits <see cref="ConfidenceCalibration"/> to confidences of models that had not been trained on the rows.</summary>
/// <remarks>
/// Newton's method with halved steps on the log-loss of "the likeliest class is right", with a price for moving away from the confidence as it is,
/// so that few rows move it little. A weight that would fall below 0 is held there. Source: Kull, Silva Filho and Flach 2017.
/// </remarks>
internal static class BetaScaling
{
    private const int MaximumSteps = 60, Parameters = 3;
    private const double Price = 10, Settled = 1e-9;
    private static readonly double[] AsItIs = [1, 1, 0];

    /// <param name="confidences">Of the likeliest class, 0 to 1.</param>
    /// <param name="isRight">Whether that class was right.</param>
    /// <param name="weights">How often each row counts.</param>
    public static ConfidenceCalibration Fit(IReadOnlyList<double> confidences, IReadOnlyList<bool> isRight, IReadOnlyList<float> weights)
    {
        double[][] rows = [.. confidences.Select(c => ConfidenceCalibration.Parts(c)).Select(p => new[] { p.Rising, p.Falling, 1 })];
        bool[] held = new bool[Parameters];
        while (true)
        {
            var found = Minimise(rows, isRight, weights, held);
            if (found[0] >= 0 && found[1] >= 0) return new ConfidenceCalibration(found[0], found[1], found[2]);
            held[found[0] < found[1] ? 0 : 1] = true;
        }
    }

    /// <summary>The parameters of the least loss; those that are held stay 0.</summary>
    private static double[] Minimise(double[][] rows, IReadOnlyList<bool> isRight, IReadOnlyList<float> weights, bool[] held)
    {
        double[] at = [.. AsItIs.Select((p, i) => held[i] ? 0 : p)];
        var loss = Loss(at);
        for (var step = 0; step < MaximumSteps; step++)
        {
            var move = NewtonStep(rows, isRight, weights, held, at);
            var size = 1.0;
            var next = Moved(size);
            while (Loss(next) >= loss && size > 1e-6) next = Moved(size /= 2);
            var there = Loss(next);
            if (there >= loss) break;
            at = next;
            var gained = loss - there;
            loss = there;
            if (gained < Settled) break;

            double[] Moved(double by) => [.. at.Select((p, i) => p - (by * move[i]))];
        }
        return at;

        double Loss(double[] parameters)
        {
            double sum = 0;
            for (var p = 0; p < Parameters; p++) sum += Price * (parameters[p] - AsItIs[p]) * (parameters[p] - AsItIs[p]) / 2;
            for (var i = 0; i < rows.Length; i++)
            {
                var z = Dot(rows[i], parameters);
                sum += weights[i] * (Math.Max(z, 0) - (isRight[i] ? z : 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))));
            }
            return sum;
        }
    }

    private static double[] NewtonStep(double[][] rows, IReadOnlyList<bool> isRight, IReadOnlyList<float> weights, bool[] held, double[] at)
    {
        var gradient = new double[Parameters];
        var curvature = new double[Parameters, Parameters];
        for (var p = 0; p < Parameters; p++) (gradient[p], curvature[p, p]) = (Price * (at[p] - AsItIs[p]), Price);
        for (var i = 0; i < rows.Length; i++)
        {
            var probability = 1 / (1 + Math.Exp(-Dot(rows[i], at)));
            for (var p = 0; p < Parameters; p++)
            {
                gradient[p] += weights[i] * (probability - (isRight[i] ? 1 : 0)) * rows[i][p];
                for (var q = 0; q < Parameters; q++) curvature[p, q] += weights[i] * probability * (1 - probability) * rows[i][p] * rows[i][q];
            }
        }
        for (var p = 0; p < Parameters; p++)
        {
            if (!held[p]) continue;
            for (var q = 0; q < Parameters; q++) curvature[p, q] = curvature[q, p] = p == q ? 1 : 0;
            gradient[p] = 0;
        }
        return Solve(curvature, gradient);
    }

    /// <summary>Gauss's elimination; the matrix is positive definite, so that no row has to change its place.</summary>
    private static double[] Solve(double[,] matrix, double[] right)
    {
        for (var p = 0; p < Parameters; p++)
            for (var row = p + 1; row < Parameters; row++)
            {
                var factor = matrix[row, p] / matrix[p, p];
                for (var column = p; column < Parameters; column++) matrix[row, column] -= factor * matrix[p, column];
                right[row] -= factor * right[p];
            }
        for (var p = Parameters - 1; p >= 0; p--)
        {
            for (var column = p + 1; column < Parameters; column++) right[p] -= matrix[p, column] * right[column];
            right[p] /= matrix[p, p];
        }
        return right;
    }

    private static double Dot(double[] row, double[] parameters) => (row[0] * parameters[0]) + (row[1] * parameters[1]) + (row[2] * parameters[2]);
}
