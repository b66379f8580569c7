using System.Globalization;
using Escalation.Core.Tickets;
using Escalation.Inference.Evaluation;
using Escalation.Inference.MlNet;
using Escalation.Trainer.Data;
using Escalation.Trainer.Learning;

namespace Escalation.Trainer.Labels;

/// <summary>What models that never saw a text, nor another by its customer, say of it: the witness against which a label is held.</summary>
/// <remarks>Copies of a text share one probability, since a copy in training would vouch for the label of the other. Immutable.</remarks>
internal sealed class OutOfFoldProbabilities
{
    private const int FoldCount = 5;
    private readonly Dictionary<string, double> byText;

    private OutOfFoldProbabilities(Dictionary<string, double> byText) => this.byText = byText;

    /// <summary>Fewest texts of each class that models of the folds are trained on.</summary>
    public const int FewestOfAClass = 20;

    /// <summary>Trains the models of the folds; null with a problem where there are too few labels.</summary>
    public static OutOfFoldProbabilities? Compute(IReadOnlyList<GivenLabel> labels, int seed, out string? problem, CancellationToken cancellation)
    {
        var texts = Duplicates.Remove([.. labels.Select(l => new LabelledText(l.Message.Text, l.Positive, l.Message.Customer, null, l.LabelId, l.Weight))]);
        var truth = texts.Select(t => t.Positive).ToArray();
        var positives = truth.Count(t => t);
        problem = Math.Min(positives, truth.Length - positives) >= FewestOfAClass ? null : string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Of(positives, "positive text")} and {truth.Length - positives} negative, without copies and those that people call both: at least {FewestOfAClass} of each are needed to tell which labels are likely wrong");
        if (problem is not null) return null;
        var rows = NgramRows.Build([.. texts.Select(t => t.Text)], new TrainingOptions().Bits, cancellation);
        var clusters = Bootstrap.Clusters([.. texts.Select(t => t.CustomerId)]);
        var weights = texts.Select(t => t.Weight).ToArray();
        var validation = CrossValidation.Run(rows, Folds.By([.. Enumerable.Range(0, rows.Count)], clusters, FoldCount, seed), truth, weights, new LearningOptions(seed), _ => { }, cancellation);
        var byText = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < validation.Rows.Length; i++) byText[Key(texts[validation.Rows[i]].Text)] = validation.Calibration.Probability(validation.Scores[i]);
        return new OutOfFoldProbabilities(byText);
    }

    /// <summary>The probability of a text; null for one that people call both yes and no equally often.</summary>
    public double? Of(string text) => byText.TryGetValue(Key(text), out var probability) ? probability : null;

    private static string Key(string text) => text.Trim();
}
