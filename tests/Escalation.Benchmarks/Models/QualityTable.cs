using System.Globalization;
using Escalation.Inference.Evaluation;

namespace Escalation.Benchmarks.Models;

/// <summary>Figures of several models on the same rows, and their paired differences.</summary>
internal static class QualityTable
{
    /// <summary>Prints the first model's figures, the others', and first minus each other, with 95 % bootstrap intervals over groups.</summary>
    public static void Print(QualitySet set, IReadOnlyList<(string Name, double[][] Probabilities, string Note)> models, int resamples, int seed)
    {
        var clusters = Bootstrap.Clusters([.. set.Groups.Select(g => (string?)g.ToString(CultureInfo.InvariantCulture))]);
        var measures = Measures(set);
        Console.WriteLine($"{"",-24}{string.Concat(measures.Select(m => m.Name.PadRight(28)))}ECE");
        var figures = models.Select(m => measures.Select(measure => measure.Of(m.Probabilities)).ToArray()).ToArray();
        for (var i = 0; i < models.Count; i++)
        {
            var ece = Ece(set, models[i].Probabilities);
            Console.WriteLine($"{models[i].Name,-24}{string.Concat(figures[i].Select(f => Text(Bootstrap.Run(clusters, f, seed, resamples), "0.0000", "0.000")))}{ece.ToString("0.0000", CultureInfo.InvariantCulture)}");
        }
        for (var i = 1; i < models.Count; i++)
        {
            var peer = i;
            Console.WriteLine($"{$"ours - {models[i].Name}",-24}{string.Concat(measures.Select((_, m) => Text(Bootstrap.Run(clusters, w => figures[0][m](w) - figures[peer][m](w), seed, resamples), "+0.0000;-0.0000", "+0.0000;-0.0000")))}");
        }
        foreach (var (_, _, note) in models) Console.WriteLine(note);
    }

    private static IReadOnlyList<(string Name, Func<double[][], Func<double[], double>> Of)> Measures(QualitySet set)
    {
        var truth = set.ClassOf;
        bool[] positive = [.. truth.Select(c => c == 1)];
        if (set.IsBinary)
        {
            return
            [
                ("AUC", p => new RankedScores(p[1], positive).Auc),
                ("average precision", p => new RankedScores(p[1], positive).AveragePrecision),
                ("log-loss", p => Mean([.. positive.Select((t, i) => BinaryMetrics.LogLoss(p[1][i], t))])),
            ];
        }
        return
        [
            ("accuracy", p => Mean([.. truth.Select((t, i) => Best(p, i) == t ? 1.0 : 0)])),
            ("macro F1", p => MacroF1(truth, [.. truth.Select((_, i) => Best(p, i))], set.Classes.Length)),
            ("log-loss", p => Mean([.. truth.Select((t, i) => -Math.Log(Math.Max(1e-6, p[t][i])))])),
        ];
    }

    private static Func<double[], double> Mean(double[] values) => weights =>
    {
        double sum = 0, total = 0;
        for (var i = 0; i < values.Length; i++)
        {
            sum += weights[i] * values[i];
            total += weights[i];
        }
        return sum / total;
    };

    private static Func<double[], double> MacroF1(int[] truth, int[] said, int classes) => weights =>
    {
        double[] hit = new double[classes], called = new double[classes], there = new double[classes];
        for (var i = 0; i < truth.Length; i++)
        {
            called[said[i]] += weights[i];
            there[truth[i]] += weights[i];
            if (said[i] == truth[i]) hit[truth[i]] += weights[i];
        }
        return Enumerable.Range(0, classes).Where(k => called[k] + there[k] > 0).Average(k => 2 * hit[k] / (called[k] + there[k]));
    };

    private static int Best(double[][] probabilities, int row) => Enumerable.Range(0, probabilities.Length).MaxBy(k => probabilities[k][row]);

    private static double Ece(QualitySet set, double[][] probabilities)
    {
        var truth = set.ClassOf;
        if (set.IsBinary) return BinaryMetrics.ExpectedCalibrationError(probabilities[1], [.. truth.Select(c => c == 1)]);
        int[] best = [.. truth.Select((_, i) => Best(probabilities, i))];
        return BinaryMetrics.ExpectedCalibrationError([.. best.Select((k, i) => probabilities[k][i])], [.. best.Select((k, i) => k == truth[i])]);
    }

    private static string Text(Interval figure, string format, string bounds) =>
        $"{figure.Value.ToString(format, CultureInfo.InvariantCulture)} ({figure.Low.ToString(bounds, CultureInfo.InvariantCulture)}, {figure.High.ToString(bounds, CultureInfo.InvariantCulture)})".PadRight(28);
}
