using System.Diagnostics;
using System.Globalization;
using CsvHelper;
using Escalation.Inference;
using Escalation.Inference.Evaluation;
using Escalation.Trainer;
using Escalation.Trainer.Data;

namespace Escalation.Benchmarks.Models;

/// <summary>Our training beside scikit-learn's TF-IDF + logistic regression, on rows that neither has seen; then the scorer's speed beside ML.NET's engine.</summary>
internal static class SklearnComparison
{
    private const int Seed = 7;
    private const string Python = "/usr/bin/python3";

    /// <summary>Prints one table and the speed.</summary>
    /// <param name="dataFolder">With airline.train.csv.</param>
    /// <returns>0; 3 where scikit-learn is missing (Debian: apt-get install python3-sklearn).</returns>
    public static int Run(string dataFolder)
    {
        var columns = new CsvColumns("text", "frustrated", "customer_id", "created_at");
        var read = new TrainingCsv(Path.Combine(dataFolder, "airline.train.csv"), columns).ReadAsync(CancellationToken.None).GetAwaiter().GetResult();
        if (read.Problems.Count > 0)
        {
            foreach (var problem in read.Problems) Console.Error.WriteLine(problem);
            return 2;
        }
        var rows = Duplicates.Remove(read.Rows);
        var split = HoldOut.By(rows, Bootstrap.Clusters([.. rows.Select(r => r.CustomerId)]), Seed);
        LabelledText[] train = [.. split.Train.Select(i => rows[i])], test = [.. split.Test.Select(i => rows[i])];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"airline.train.csv: {train.Length} rows to train, {test.Length} never seen; {split.Description}"));

        var started = Stopwatch.GetTimestamp();
        var outcome = new FrustrationTrainer(new TrainingOptions { Seed = Seed }, TimeProvider.System).Train(read with { Rows = train }, null, CancellationToken.None);
        var model = FrustrationModel.Load(outcome.Model!.Scorer, "the new scorer");
        var ours = new Candidate("escalation train", [.. test.Select(r => (double)model.Score(r.Text))], model.Threshold, Stopwatch.GetElapsedTime(started).TotalSeconds);

        var folder = Directory.CreateTempSubdirectory("escalation-sklearn");
        try
        {
            if (Sklearn(folder.FullName, train, test) is not { } theirs) return 3;
            Print([ours, .. theirs], [.. test.Select(r => r.Positive)], [.. test.Select(r => r.CustomerId)]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        ScorerSpeed.Print(train, test, model);
        return 0;
    }

    private static void Print(IReadOnlyList<Candidate> candidates, bool[] truth, string?[] customers)
    {
        var clusters = Bootstrap.Clusters(customers);
        var measured = candidates.Select(c => BinaryEvaluation.Compute(c.Probabilities, truth, customers, c.Threshold, Seed)).ToList();
        Console.WriteLine($"{"95 % bootstrap by customer",-39}{"AUC",-20} {"average precision",-20} {"F1",-20} {"log-loss",-20} {"ECE",-20} seconds");
        foreach (var (candidate, e) in candidates.Zip(measured))
        {
            var ece = Bootstrap.Run(clusters, w => WeightedEce(candidate.Probabilities, truth, w), Seed);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{candidate.Name,-38} {Figure(e.Auc)} {Figure(e.AveragePrecision)} {Figure(e.F1)} {Figure(e.LogLoss)} {Figure(ece)} {candidate.Seconds,7:0.0}"));
        }
        var ours = new RankedScores(candidates[0].Probabilities, truth);
        foreach (var candidate in candidates.Skip(1))
        {
            var theirs = new RankedScores(candidate.Probabilities, truth);
            double[] losses = [.. truth.Select((t, i) => BinaryMetrics.LogLoss(candidates[0].Probabilities[i], t) - BinaryMetrics.LogLoss(candidate.Probabilities[i], t))];
            Console.WriteLine($"{"ours - " + candidate.Name,-38} {Difference(clusters, w => ours.Auc(w) - theirs.Auc(w))} {Difference(clusters, w => ours.AveragePrecision(w) - theirs.AveragePrecision(w))} {"",-20} {Difference(clusters, w => losses.Zip(w, (l, weight) => l * weight).Sum() / w.Sum())}");
        }
        Console.WriteLine("differences: paired, both models on the same 1,000 resamples; seconds: ours with cross-validation, calibration and measuring, scikit-learn's one fit and prediction.");
    }

    private static string Figure(Interval figure) => string.Create(CultureInfo.InvariantCulture, $"{figure.Value:.0000} ({figure.Low:.000}-{figure.High:.000})").PadRight(20);

    private static string Difference(int[] clusters, Func<double[], double> figure)
    {
        var difference = Bootstrap.Run(clusters, figure, Seed, 1000);
        return string.Create(CultureInfo.InvariantCulture, $"{difference.Value:+.0000;-.0000} ({difference.Low:+.000;-.000},{difference.High:+.000;-.000})").PadRight(20);
    }

    private static double WeightedEce(double[] probabilities, bool[] truth, double[] weights)
    {
        var drawn = Enumerable.Range(0, truth.Length).SelectMany(i => Enumerable.Repeat(i, (int)weights[i])).ToArray();
        return BinaryMetrics.ExpectedCalibrationError(Array.ConvertAll(drawn, i => probabilities[i]), Array.ConvertAll(drawn, i => truth[i]));
    }

    private static List<Candidate>? Sklearn(string folder, LabelledText[] train, LabelledText[] test)
    {
        string trainFile = Path.Combine(folder, "train.csv"), testFile = Path.Combine(folder, "test.csv"), answer = Path.Combine(folder, "answer.csv");
        Write(trainFile, train);
        Write(testFile, test);
        if (ExternalTool.Run(Python, "install scikit-learn (Debian: python3-sklearn)", null, Path.Combine(AppContext.BaseDirectory, "Models", "sklearn_baseline.py"), trainFile, testFile, answer) is null) return null;
        using var csv = CsvReader.FromFile(answer);
        var rows = new List<string[]>();
        while (csv.Read()) rows.Add([.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)]);
        double Cell(int row, int column) => double.Parse(rows[row][column], CultureInfo.InvariantCulture);
        return [.. Enumerable.Range(1, csv.Headers.Count - 1).Select(c => new Candidate(
            csv.Headers[c], [.. Enumerable.Range(0, test.Length).Select(i => Cell(i, c))], Cell(test.Length, c), Cell(test.Length + 1, c)))];
    }

    private static void Write(string path, LabelledText[] rows)
    {
        using var csv = CsvWriter.ToFile(path);
        foreach (var name in (string[])["id", "text", "label", "group"]) csv.WriteField(name);
        csv.EndRecord();
        for (var i = 0; i < rows.Length; i++)
        {
            csv.WriteField(rows[i].Id);
            csv.WriteField(rows[i].Text);
            csv.WriteField(rows[i].Positive ? "1" : "0");
            csv.WriteField(rows[i].CustomerId ?? rows[i].Id);
            csv.EndRecord();
        }
    }

    private sealed record Candidate(string Name, double[] Probabilities, double Threshold, double Seconds);
}
