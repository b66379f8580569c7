using System.Globalization;
using Escalation.Inference;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;

namespace Escalation.Benchmarks.Models;

/// <summary>How the bundled model does on sets that it was never trained on.</summary>
internal sealed class BundledReport
{
    private readonly FrustrationModel model;
    private readonly List<IReadOnlyDictionary<string, string>> support, airline;

    /// <summary>Measures.</summary>
    public BundledReport(FrustrationModel model, string dataFolder, double threshold, int seed)
    {
        this.model = model;
        support = BundledData.Csv(Path.Combine(dataFolder, "frust_support.train.csv"));
        airline = BundledData.Csv(Path.Combine(dataFolder, "airline.train.csv"));
        Support = new("this model", "frust_support.train.csv: real support dialogues rated for frustration; measured only, never trained on", Evaluate(support, "dialogue_id"));
        Airline = new("this model", "airline.train.csv: negative tweets to airlines, a proxy; measured only, never trained on", Evaluate(airline, "customer_id"));

        BinaryEvaluation Evaluate(List<IReadOnlyDictionary<string, string>> rows, string customer) =>
            BinaryEvaluation.Compute(Probabilities(rows), Truth(rows), [.. rows.Select(r => (string?)r[customer])], threshold, seed);
    }

    public CardMetrics Support { get; }

    public CardMetrics Airline { get; }

    /// <summary>One line a measure.</summary>
    public static void Print(IEnumerable<CardMetrics> metrics)
    {
        foreach (var (_, on, e) in metrics)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{on}: n {e.N}, positive {e.Positives}, AUC {e.Auc.Value:0.000} [{e.Auc.Low:0.000}, {e.Auc.High:0.000}], AP {e.AveragePrecision.Value:0.000}, F1 {e.F1.Value:0.000} at {e.Threshold:0.000}, log-loss {e.LogLoss.Value:0.000}, ECE {e.Ece:0.000}"));
        }
    }

    /// <summary>One member alone.</summary>
    public void PrintMember(string name, TextScorer scorer, bool[] corpusTruth, double[] corpusScores)
    {
        double Auc(List<IReadOnlyDictionary<string, string>> rows) => BinaryMetrics.Auc([.. rows.Select(r => (double)scorer.Score(r["text"]))], Truth(rows));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  member {name}: frust_support AUC {Auc(support):0.000}, airline AUC {Auc(airline):0.000}, corpus out of fold {BinaryMetrics.Auc(corpusScores, corpusTruth):0.000}"));
    }

    /// <summary>What was said beside what was so.</summary>
    public void PrintReliability()
    {
        Reliability.Print("frust_support", Probabilities(support), Truth(support));
        Reliability.Print("airline", Probabilities(airline), Truth(airline));
    }

    /// <summary>How often it is right where it is sure.</summary>
    public string ClearNote(double level)
    {
        var called = support.Where(r => model.Score(r["text"]) > level).ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"Above {level}: {called.Length} of {support.Count} messages of frust_support, of which raters called {called.Count(r => r["frustrated"] == "1")} frustrated.");
    }

    private double[] Probabilities(List<IReadOnlyDictionary<string, string>> rows) => [.. rows.Select(r => (double)model.Score(r["text"]))];

    private static bool[] Truth(List<IReadOnlyDictionary<string, string>> rows) => [.. rows.Select(r => r["frustrated"] == "1")];
}
