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
        Console.WriteLine("model                                AUC    AP     F1     log-loss  ECE    AUC of ours - this, 95 % paired bootstrap by customer     seconds");
        var ours = new RankedScores(candidates[0].Probabilities, truth);
        var clusters = Bootstrap.Clusters(customers);
        foreach (var candidate in candidates)
        {
            var ranked = new RankedScores(candidate.Probabilities, truth);
            var difference = Bootstrap.Run(clusters, w => ours.Auc(w) - ranked.Auc(w), Seed, 1000);
            var paired = candidate == candidates[0] ? "" : string.Create(CultureInfo.InvariantCulture, $"{difference.Value:+0.0000;-0.0000} [{difference.Low:+0.0000;-0.0000}, {difference.High:+0.0000;-0.0000}]");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{candidate.Name,-35}  {ranked.Auc():0.0000} {ranked.AveragePrecision():0.0000} {BinaryMetrics.F1(candidate.Probabilities, truth, candidate.Threshold):0.0000} {BinaryMetrics.LogLoss(candidate.Probabilities, truth):0.0000}    {BinaryMetrics.ExpectedCalibrationError(candidate.Probabilities, truth):0.0000} {paired,-58} {candidate.Seconds:0.0}"));
        }
        Console.WriteLine("seconds: ours with cross-validation, calibration and measuring; scikit-learn's one fit and prediction.");
    }

    private static List<Candidate>? Sklearn(string folder, LabelledText[] train, LabelledText[] test)
    {
        string trainFile = Path.Combine(folder, "train.csv"), testFile = Path.Combine(folder, "test.csv"), answer = Path.Combine(folder, "answer.csv");
        Write(trainFile, train);
        Write(testFile, test);
        using var process = Process.Start(new ProcessStartInfo(Python, [Path.Combine(AppContext.BaseDirectory, "Models", "sklearn_baseline.py"), trainFile, testFile, answer]));
        process?.WaitForExit();
        if (process?.ExitCode != 0)
        {
            Console.Error.WriteLine($"{Python} with scikit-learn did not run; install it with: apt-get install python3-sklearn");
            return null;
        }
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
