using System.Globalization;
using Escalation.Inference;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Evaluation;

namespace Escalation.Benchmarks.Models;

/// <summary>How the bundled model does on sets that it was never trained on.</summary>
internal sealed class BundledReport
{
    private const string Model = "this model";

    private readonly FrustrationModel model;
    private readonly List<IReadOnlyDictionary<string, string>> support, airline;

    /// <summary>Measures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="words">The baseline on words.</param>
    /// <param name="dataFolder">With both sets.</param>
    /// <param name="threshold">From which the model calls.</param>
    /// <param name="seed">Of the resamples.</param>
    public BundledReport(FrustrationModel model, TextScorer words, string dataFolder, double threshold, int seed)
    {
        this.model = model;
        support = BundledData.Csv(Path.Combine(dataFolder, "frust_support.train.csv"));
        airline = BundledData.Csv(Path.Combine(dataFolder, "airline.train.csv"));
        Support = Measured(support, "frust_support.train.csv: real support dialogues rated for frustration; measured only, never trained on", "dialogue_id");
        Airline = Measured(airline, "airline.train.csv: negative tweets to airlines, a proxy; measured only, never trained on", "customer_id");

        IReadOnlyList<CardMetrics> Measured(List<IReadOnlyDictionary<string, string>> rows, string on, string customer) => WithBaselines(
            new(Model, on, BinaryEvaluation.Compute(Probabilities(rows), Truth(rows), [.. rows.Select(r => (string?)r[customer])], threshold, seed)),
            [.. rows.Select(r => r["text"])], [.. rows.Select(r => Calibration.Identity.Probability(words.Score(r["text"])))], Truth(rows), [.. rows.Select(r => (string?)r[customer])], seed);
    }

    public IReadOnlyList<CardMetrics> Support { get; }

    public IReadOnlyList<CardMetrics> Airline { get; }

    /// <summary>A measure with those of the baselines after it; the probability for all is the share of these very rows.</summary>
    public static IReadOnlyList<CardMetrics> WithBaselines(CardMetrics own, IReadOnlyList<string> texts, double[] words, bool[] truth, string?[] customers, int seed) =>
        [own, .. Baselines.Of(texts, words, truth.Average(t => t ? 1.0 : 0)).Select(b => new CardMetrics(b.Name, own.MeasuredOn, BinaryEvaluation.Compute(b.Probabilities, truth, customers, .5, seed)))];

    /// <summary>One line a measure.</summary>
    public static void Print(IEnumerable<CardMetrics> metrics)
    {
        foreach (var (measured, on, e) in metrics)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{measured}, {on}: n {e.N}, positive {e.Positives}, AUC {e.Auc.Value:0.000} [{e.Auc.Low:0.000}, {e.Auc.High:0.000}], AP {e.AveragePrecision.Value:0.000}, F1 {e.F1.Value:0.000} at {e.Threshold:0.000}, log-loss {e.LogLoss.Value:0.000}, ECE {e.Ece:0.000}"));
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
