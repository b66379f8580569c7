namespace Escalation.Trainer.Learning;

/// <summary>A linear support vector machine with squared hinge loss by coordinate descent in the dual.</summary>
/// <remarks>
/// Where <see cref="DualLogistic"/> never has enough, this one leaves rows alone that stand clearly on their side: other errors, and often better
/// for the first place among several classes. Source: Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear SVM".
/// </remarks>
internal static class DualMargin
{
    /// <summary>Trains on the selected rows; see <see cref="DualLogistic.Train"/>.</summary>
    public static LinearHead Train(
        WeightedRows data, int[] selected, Func<int, bool> positive, Func<int, float> weight, DualOptions options, CancellationToken cancellation) =>
        new State(data, selected, positive, weight, options).Train(cancellation);

    private sealed class State(WeightedRows data, int[] selected, Func<int, bool> positive, Func<int, float> weight, DualOptions options)
        : DualState(data, selected, positive, weight, options)
    {
        private readonly double[] alpha = new double[selected.Length];

        protected override double Pass(int[] order)
        {
            double largest = 0;
            foreach (var i in order)
            {
                var diagonal = 0.5 / Cost[i];
                var gradient = Margin(i) - 1 + (alpha[i] * diagonal);
                var violation = alpha[i] == 0 ? Math.Min(gradient, 0) : gradient;
                largest = Math.Max(largest, Math.Abs(violation));
                if (violation == 0) continue;
                var before = alpha[i];
                alpha[i] = Math.Max(0, before - (gradient / (Squares[i] + diagonal)));
                Move(i, alpha[i] - before);
            }
            return largest;
        }
    }
}
