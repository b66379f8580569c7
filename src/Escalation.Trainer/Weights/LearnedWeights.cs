using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Inference.Evaluation;
using Escalation.Trainer.Learning;

namespace Escalation.Trainer.Weights;

/// <summary>The learned weight of one trigger.</summary>
/// <param name="Trigger">The trigger.</param>
/// <param name="HandSet">Its weight in the policy.</param>
/// <param name="Learned">The learned weight, 0 to 1.</param>
/// <param name="Low">Lower end of the 95 % interval, by customer.</param>
/// <param name="High">Upper end.</param>
/// <param name="Tickets">Labelled tickets that had a signal of it.</param>
/// <param name="Proposed">The weight for policy.json, 2 decimals: the learned one where the interval leaves the hand-set one out, else the hand-set one.</param>
public sealed record LearnedWeight(string Trigger, double HandSet, double Learned, double Low, double High, int Tickets, double Proposed);

/// <summary>What labels say of the policy's weights.</summary>
/// <param name="Rows">Labelled tickets.</param>
/// <param name="Needed">Those in need.</param>
/// <param name="Weights">One a trigger, in the policy's order.</param>
/// <param name="Calibration">From score to probability, for policy.json; null with too few labels.</param>
/// <param name="LogLoss">Mean log-loss, of learned and of hand-set weights, on labels later than those learned from; NaN where there are too few.</param>
/// <param name="LaterRows">Labels that it was measured on.</param>
public sealed record LearnedWeights(
    int Rows, int Needed, IReadOnlyList<LearnedWeight> Weights, ScoreCalibration? Calibration, (double Learned, double HandSet) LogLoss, int LaterRows)
{
    /// <summary>Fewest labelled tickets of each answer.</summary>
    public const int FewestOfAClass = 20;

    private const int FewestSignals = 10, FewestForCalibration = 30, Resamples = 100, WarmSweeps = 3;
    private const double SmallestChange = .05;

    /// <summary>Whether anything is to be changed.</summary>
    public bool IsChange => Calibration is not null || Weights.Any(w => w.Proposed != w.HandSet);

    /// <summary>Learns; null with a problem where the labels are too few.</summary>
    /// <param name="policy">The hand-set weights.</param>
    /// <param name="rows">Labelled tickets.</param>
    /// <param name="seed">Of the intervals.</param>
    /// <param name="problem">Why there is nothing.</param>
    /// <param name="cancellation">Ends between two resamples.</param>
    public static LearnedWeights? Of(Policy policy, IReadOnlyList<WeightRow> rows, int seed, out string? problem, CancellationToken cancellation)
    {
        problem = Lack(rows);
        if (problem is not null) return null;
        var fit = new WeightFit(policy, rows);
        double[] counts = Normalised(rows);
        var start = fit.HandSet(counts);
        var learned = fit.Learn(start, counts);
        var drawn = Drawn(fit, learned, rows, counts, seed, cancellation);
        var weights = policy.Triggers.Select((t, i) =>
        {
            var signals = rows.Count(r => r.Confidences[i] > 0);
            var (low, high) = (Quantile(drawn, i, .025), Quantile(drawn, i, .975));
            var isChange = signals >= FewestSignals && (t.Weight < low || t.Weight > high) && Math.Abs(learned.Weights[i] - t.Weight) >= SmallestChange;
            return new LearnedWeight(t.Name, t.Weight, learned.Weights[i], low, high, signals, isChange ? Math.Round(learned.Weights[i], 2) : t.Weight);
        }).ToList();
        var needed = rows.Count(r => r.Needed);
        var (loss, later) = Later(policy, rows);
        return new LearnedWeights(rows.Count, needed, weights, CalibrationOf(policy, rows, weights), loss, later);
    }

    /// <summary>The same from the earlier tickets alone, and when the later ones begin: what a replay of the later ones is honest with. Null where either part is too small.</summary>
    /// <param name="policy">The hand-set weights.</param>
    /// <param name="rows">Labelled tickets.</param>
    /// <param name="weights">One a trigger.</param>
    public static NodaTime.Instant? Earlier(Policy policy, IReadOnlyList<WeightRow> rows, out double[] weights)
    {
        weights = [];
        var (earlier, later) = Split(rows);
        if (Lack(earlier) is not null || later.Count == 0) return null;
        var fit = new WeightFit(policy, earlier);
        var counts = Normalised(earlier);
        weights = fit.Learn(fit.HandSet(counts), counts).Weights;
        return later.Min(r => r.At);
    }

    private static ((double, double), int) Later(Policy policy, IReadOnlyList<WeightRow> rows)
    {
        var (earlier, later) = Split(rows);
        if (Lack(earlier) is not null || later.Count < FewestOfAClass) return ((double.NaN, double.NaN), 0);
        var fit = new WeightFit(policy, earlier);
        var counts = Normalised(earlier);
        var handSet = fit.HandSet(counts);
        return ((fit.LogLoss(fit.Learn(handSet, counts), later), fit.LogLoss(handSet, later)), later.Count);
    }

    /// <summary>The first 70 % by time, and the rest but for customers of the first.</summary>
    private static (IReadOnlyList<WeightRow> Earlier, IReadOnlyList<WeightRow> Later) Split(IReadOnlyList<WeightRow> rows)
    {
        var ordered = rows.OrderBy(r => r.At).ThenBy(r => r.Ticket.Value, StringComparer.Ordinal).ToList();
        var cut = ordered.Count * 7 / 10;
        var known = ordered.Take(cut).Select(r => r.Customer).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return (ordered[..cut], [.. ordered.Skip(cut).Where(r => r.Customer is null || !known.Contains(r.Customer))]);
    }

    private static string? Lack(IReadOnlyList<WeightRow> rows)
    {
        var needed = rows.Count(r => r.Needed);
        return Math.Min(needed, rows.Count - needed) >= FewestOfAClass ? null : string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Of(needed, "labelled ticket")} in need and {rows.Count - needed} not: at least {FewestOfAClass} of each are needed to learn weights");
    }

    /// <remarks>Weights that add up to the number of rows, so that a drawn one speaks louder and the whole not.</remarks>
    private static double[] Normalised(IReadOnlyList<WeightRow> rows)
    {
        var scale = rows.Count / rows.Sum(r => r.Weight);
        return [.. rows.Select(r => r.Weight * scale)];
    }

    private static List<double[]> Drawn(WeightFit fit, WeightModel.Parameters learned, IReadOnlyList<WeightRow> rows, double[] counts, int seed, CancellationToken cancellation)
    {
        var clusters = Bootstrap.Clusters([.. rows.Select(r => r.Customer)]);
        var draws = new List<double[]>();
        var random = new Random(seed);
        for (var r = 0; r < Resamples; r++)
        {
            var times = new int[clusters.Max() + 1];
            for (var i = 0; i < times.Length; i++) times[random.Next(times.Length)]++;
            draws.Add([.. counts.Select((c, i) => c * times[clusters[i]])]);
        }
        var found = new double[Resamples][];
        Parallel.For(0, Resamples, new ParallelOptions { CancellationToken = cancellation }, r => found[r] = fit.Learn(learned, draws[r], WarmSweeps).Weights);
        return [.. found];
    }

    private static double Quantile(List<double[]> drawn, int trigger, double share)
    {
        var sorted = drawn.Select(w => w[trigger]).Order().ToArray();
        return sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }

    private static ScoreCalibration? CalibrationOf(Policy policy, IReadOnlyList<WeightRow> rows, IReadOnlyList<LearnedWeight> weights)
    {
        var needed = rows.Count(r => r.Needed);
        if (rows.Count < ScoreCalibration.FewestLabels || Math.Min(needed, rows.Count - needed) < FewestForCalibration) return null;
        var model = new WeightModel(policy);
        double[] proposed = [.. weights.Select(w => w.Proposed)];
        var scores = rows.Select(r => Math.Clamp(model.Score(r.Confidences, proposed), 1e-6, 1 - 1e-6)).Select(s => Math.Log(s / (1 - s))).ToArray();
        var platt = PlattScaling.Fit(scores, [.. rows.Select(r => r.Needed)], [.. rows.Select(r => (float)r.Weight)]);
        return new ScoreCalibration(Math.Round(platt.A, 4), Math.Round(platt.B, 4), rows.Count);
    }
}
