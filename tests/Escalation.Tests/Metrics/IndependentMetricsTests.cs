using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Inference.Evaluation;
using Escalation.Replay.Changes;

namespace Escalation.Tests.Metrics;

/// <summary>Our figures against those of scikit-learn and SciPy, which share no line with them.</summary>
public sealed class IndependentMetricsTests
{
    private const string Script = """
        import json, sys
        import numpy as np
        from sklearn.metrics import roc_auc_score, average_precision_score
        from scipy.stats import binomtest, bootstrap

        def ece(p, y, bins=15):
            at = np.minimum(np.floor(p * bins).astype(int), bins - 1)
            return sum(np.sum(at == b) / len(p) * abs(p[at == b].mean() - y[at == b].mean()) for b in np.unique(at))

        def ratio(num, den, axis=-1):
            return num.sum(axis=axis) / den.sum(axis=axis)

        def difference(a, b, c, d, axis=-1):
            return a.sum(axis=axis) / b.sum(axis=axis) - c.sum(axis=axis) / d.sum(axis=axis)

        def interval(columns, statistic):
            found = bootstrap([np.array(c, float) for c in columns], statistic, paired=True, vectorized=True, n_resamples=6000, method="percentile", random_state=7).confidence_interval
            return [found.low, found.high]

        asked = json.load(sys.stdin)
        answer = {
            "wilson": [list(binomtest(k, n).proportion_ci(method="wilson")) for k, n in asked["wilson"]],
            "mcNemar": [binomtest(a, a + b, .5).pvalue for a, b in asked["mcNemar"]],
            "ranked": [[roc_auc_score(r["labels"], r["scores"]), average_precision_score(r["labels"], r["scores"]), ece(np.array(r["scores"]), np.array(r["labels"], float))] for r in asked["ranked"]],
            "mean": interval(asked["clusters"][:2], ratio),
            "difference": interval(asked["clusters"], difference),
        }
        json.dump(answer, sys.stdout)
        """;

    [Fact]
    public void Wilson_McNemar_AUC_average_precision_and_ECE_agree_to_1e9_and_the_bootstrap_within_its_own_noise()
    {
        var random = new Random(23);
        int[][] wilson = [.. Enumerable.Range(0, 60).Select(_ => random.Next(1, 400)).Select(n => new[] { random.Next(0, n + 1), n }), [0, 1], [1, 1], [0, 7], [7, 7]];
        int[][] mcNemar = [[1, 0], [3, 3], [0, 12], [7, 19], [140, 101], .. Enumerable.Range(0, 30).Select(_ => new[] { random.Next(0, 60), random.Next(1, 60) })];
        // Scores with many ties, none, and all but one of a class.
        var ranked = new[] { (300, 20), (500, 100_000), (40, 3), (60, 1000) }.Select((kind, i) => (
            Scores: Enumerable.Range(0, kind.Item1).Select(_ => random.Next(0, kind.Item2 + 1) / (double)kind.Item2).ToArray(),
            Labels: Enumerable.Range(0, kind.Item1).Select(row => i == 3 ? row == 5 : random.Next(3) == 0).ToArray())).ToList();
        var clusters = Enumerable.Range(0, 400).Select(_ => random.Next(1, 6)).Select(rows => (
            Rows: rows, Before: Enumerable.Range(0, rows).Select(_ => random.NextDouble() * random.Next(1, 80)).ToArray(), After: Enumerable.Range(0, rows).Select(_ => random.NextDouble() * 30).ToArray())).ToList();

        var answer = Ask(JsonSerializer.Serialize(new
        {
            wilson,
            mcNemar,
            ranked = ranked.Select(r => new { scores = r.Scores, labels = r.Labels.Select(l => l ? 1 : 0) }),
            clusters = new[] { clusters.Select(c => c.After.Sum()), clusters.Select(c => (double)c.Rows), clusters.Select(c => c.Before.Sum()), clusters.Select(c => (double)c.Rows) },
        }));

        foreach (var (i, its) in answer.GetProperty("wilson").EnumerateArray().Index())
        {
            var (low, high) = Wilson.Interval((double)wilson[i][0] / wilson[i][1], wilson[i][1]);
            Assert.Equal(its[0].GetDouble(), low, 1e-9);
            Assert.Equal(its[1].GetDouble(), high, 1e-9);
        }
        foreach (var (i, its) in answer.GetProperty("mcNemar").EnumerateArray().Index()) Assert.Equal(its.GetDouble(), Comparison.McNemarExact(mcNemar[i][0], mcNemar[i][1]), 1e-9);
        foreach (var (i, its) in answer.GetProperty("ranked").EnumerateArray().Index())
        {
            Assert.Equal(its[0].GetDouble(), BinaryMetrics.Auc(ranked[i].Scores, ranked[i].Labels), 1e-9);
            Assert.Equal(its[1].GetDouble(), BinaryMetrics.AveragePrecision(ranked[i].Scores, ranked[i].Labels), 1e-9);
            Assert.Equal(its[2].GetDouble(), BinaryMetrics.ExpectedCalibrationError(ranked[i].Scores, ranked[i].Labels), 1e-9);
        }
        var (before, after) = (new RatioSample(MetricValue.Hours, isShare: false), new RatioSample(MetricValue.Hours, isShare: false));
        foreach (var (i, cluster) in clusters.Index())
        {
            var key = new Cluster(new CustomerId($"c{i}"), new TicketId("t"));
            foreach (var value in cluster.Before) before.Add(key, value);
            foreach (var value in cluster.After) after.Add(key, value);
        }
        AssertNear(answer.GetProperty("mean"), after.Estimate());
        AssertNear(answer.GetProperty("difference"), after.Minus(before));

        // An end of a percentile interval from 1000 draws is itself uncertain by about 4 % of the interval's length (its standard error).
        static void AssertNear(JsonElement its, MetricValue ours)
        {
            var tolerance = .12 * (its[1].GetDouble() - its[0].GetDouble());
            Assert.Equal(its[0].GetDouble(), ours.Low!.Value, tolerance);
            Assert.Equal(its[1].GetDouble(), ours.High!.Value, tolerance);
        }
    }

    /// <summary>What Python says; the test is skipped, and says so, where it or its packages are missing.</summary>
    private static JsonElement Ask(string question)
    {
        // Another Python may stand before that of the system, which the packages were installed for.
        foreach (var python in (string[])["python3", "/usr/bin/python3"])
            if (Answer(python, question) is { } answer) return answer;
        Assert.Skip("python3 with scikit-learn and SciPy is missing: install the packages python3-sklearn and python3-scipy");
        return default;
    }

    private static JsonElement? Answer(string python, string question)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(python, ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            return null;
        }
        using (process)
        {
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            try
            {
                process.StandardInput.Write(question);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it read: what it says tells why.
            }
            var answer = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (error.Result.Contains("ModuleNotFoundError", StringComparison.Ordinal)) return null;
            Assert.True(process.ExitCode == 0, error.Result);
            return JsonDocument.Parse(answer).RootElement.Clone();
        }
    }
}
