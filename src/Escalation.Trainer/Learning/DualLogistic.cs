namespace Escalation.Trainer.Learning;

/// <summary>L2-regularised logistic regression by coordinate descent in the dual.</summary>
/// <remarks>
/// Five times as fast on sparse text as L-BFGS, since a row is looked at only where it still teaches. One thread and a seeded order: the
/// same rows give the same bits. Source: Yu, Huang and Lin 2011, "Dual coordinate descent methods for logistic regression".
/// </remarks>
internal static class DualLogistic
{
    private const int MostNewtonSteps = 100;

    /// <summary>Trains on the selected rows.</summary>
    /// <param name="data">All rows.</param>
    /// <param name="selected">Row numbers to learn from.</param>
    /// <param name="positive">The label of a row number.</param>
    /// <param name="weight">The weight of a row number, above 0.</param>
    /// <param name="options">How strongly to fit.</param>
    /// <param name="cancellation">Ends between two passes.</param>
    public static LinearHead Train(
        WeightedRows data, int[] selected, Func<int, bool> positive, Func<int, float> weight, DualOptions options, CancellationToken cancellation) =>
        new State(data, selected, positive, weight, options).Train(cancellation);

    private sealed class State : DualState
    {
        private readonly double[] alpha;
        private readonly double lastTolerance;
        private double innerTolerance = 1e-2;

        public State(WeightedRows data, int[] selected, Func<int, bool> positive, Func<int, float> weight, DualOptions options)
            : base(data, selected, positive, weight, options)
        {
            lastTolerance = Math.Min(1e-8, options.Tolerance);
            alpha = new double[2 * selected.Length];
            for (var i = 0; i < selected.Length; i++)
            {
                alpha[2 * i] = Math.Min(0.001 * Cost[i], 1e-8);
                alpha[(2 * i) + 1] = Cost[i] - alpha[2 * i];
                Move(i, alpha[2 * i]);
            }
        }

        protected override double Pass(int[] order)
        {
            double largest = 0;
            var steps = 0;
            foreach (var i in order)
            {
                double a = Squares[i], b = Margin(i);
                int one = 2 * i, other = (2 * i) + 1, direction = 1;
                if ((0.5 * a * (alpha[other] - alpha[one])) + b < 0) (one, other, direction) = (other, one, -1);
                double before = alpha[one], z = before, c = Cost[i];
                if (c - z < 0.5 * c) z *= 0.1;
                var gradient = (a * (z - before)) + (direction * b) + Math.Log(z / (c - z));
                largest = Math.Max(largest, Math.Abs(gradient));
                var taken = 0;
                while (taken <= MostNewtonSteps && Math.Abs(gradient) >= innerTolerance)
                {
                    var next = z - (gradient / (a + (c / (c - z) / z)));
                    z = next <= 0 ? z * 0.1 : next;
                    gradient = (a * (z - before)) + (direction * b) + Math.Log(z / (c - z));
                    taken++;
                }
                steps += taken;
                if (taken == 0) continue;
                alpha[one] = z;
                alpha[other] = c - z;
                Move(i, direction * (z - before));
            }
            if (steps <= order.Length / 10) innerTolerance = Math.Max(lastTolerance, 0.1 * innerTolerance);
            return largest;
        }
    }
}
