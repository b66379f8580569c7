using Escalation.Inference.Registry;

namespace Escalation.Trainer.Evaluation;

/// <summary>Which threshold to choose: by what a miss costs against a false alarm, and by how many messages people can take.</summary>
/// <remarks>From out-of-fold probabilities, never from held-out rows: a threshold is a choice, and choices are not made where figures are measured.</remarks>
internal static class Thresholds
{
    /// <summary>Thresholds are whole parts of so many, as they are printed and typed: the figures beside one are those of the number that is used.</summary>
    private const int Parts = 1000;
    private static readonly double[] CostRatios = [1, 2, 5, 10];
    private static readonly double[] Capacities = [1, 2, 5, 10, 20, 40];
    private static readonly double[] DailyCapacities = [5, 10, 20, 40, 80, 160];

    /// <summary>A line for each cost ratio (t = 1 / (1 + ratio)) and each capacity: messages called of 100 and, where it is known how many come, a day.</summary>
    /// <param name="validation">Out-of-fold probabilities.</param>
    /// <param name="messagesADay">Null = unknown.</param>
    /// <remarks>A capacity that no threshold below 1 keeps to, or that calls nothing, has no line.</remarks>
    public static IReadOnlyList<CardThreshold> Of(Validation validation, double? messagesADay = null)
    {
        var all = validation.Weights.Sum();
        return
        [
            .. CostRatios.Select(ratio => Line(validation, ratio == 1 ? "a miss costs as much as a false alarm" : FormattableString.Invariant($"a miss costs {ratio} false alarms"), Math.Round(Parts / (1 + ratio)) / Parts)),
            .. Capacities.Select(share => (When: FormattableString.Invariant($"{share} of 100 messages can be taken"), Share: share / 100))
                .Concat(messagesADay is not { } daily ? [] : DailyCapacities.Where(c => c < daily).Select(c => (When: FormattableString.Invariant($"{c} of {daily:0} messages a day can be taken"), Share: c / daily)))
                .Select(c => (c.When, From: Taking(c.Share))).Where(c => c.From is not null).Select(c => Line(validation, c.When, c.From!.Value)),
        ];

        // The lowest threshold that calls no more than can be taken.
        double? Taking(double share)
        {
            double called = 0;
            double? lowest = null;
            var sorted = validation.Probabilities.Index().OrderByDescending(p => p.Item).Select(p => (Probability: p.Item, Weight: validation.Weights[p.Index])).ToArray();
            for (int i = 0, part = Parts - 1; part > 0; part--)
            {
                var threshold = (double)part / Parts;
                for (; i < sorted.Length && sorted[i].Probability >= threshold; i++) called += sorted[i].Weight;
                if (called > share * all) break;
                if (i > 0) lowest = threshold;
            }
            return lowest;
        }
    }

    private static CardThreshold Line(Validation validation, string when, double threshold)
    {
        bool IsCalled(int i) => validation.Probabilities[i] >= threshold;
        return new CardThreshold(when, threshold,
            WeightedShare.Of(validation.Weights, IsCalled, _ => true), WeightedShare.Of(validation.Weights, i => validation.Labels[i], IsCalled), WeightedShare.Of(validation.Weights, IsCalled, i => validation.Labels[i]));
    }
}
