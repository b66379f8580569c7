using System.Globalization;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Trainer.Data;
using Escalation.Trainer.Evaluation;
using Escalation.Trainer.Learning;
using Escalation.Trainer.Search;

namespace Escalation.Trainer.Labels;

/// <summary>What models that never saw a text, nor one nearly the same, nor another by its customer, say of it: the witness against which a label is held.</summary>
/// <remarks>Copies of a text share one probability, since a copy in training would vouch for the label of the other. Immutable.</remarks>
internal sealed class OutOfFoldProbabilities
{
    private readonly Dictionary<string, double> byText;

    private OutOfFoldProbabilities(Dictionary<string, double> byText) => this.byText = byText;

    // One fewer would be the default model, and finds fewer flipped labels: label-noise prints it.
    private const int Members = 2;

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
        var rows = NgramRows.Build([.. texts.Select(t => t.Text)], new TrainingOptions().Bits, 2, cancellation);
        var folds = Folds.By([.. Enumerable.Range(0, rows.Count)], Clusters.Of(texts, cancellation).ForFolds.Of, FrustrationTrainer.FoldCount, seed);
        var task = TrainingTask.Binary(FrustrationModel.Target, truth, [.. texts.Select(t => t.Weight)]);
        var untuned = new SearchOptions(seed, new ExperimentLimits { MaximumTrials = Members });
        var found = Validation.Of(EnsembleTrainer.Search(rows, folds, task, null, untuned, null, CancellationToken.None, cancellation), task);
        var byText = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < found.Rows.Length; i++) byText[Key(texts[found.Rows[i]].Text)] = found.Probabilities[i];
        return new OutOfFoldProbabilities(byText);
    }

    /// <summary>The probability of a text; null for one that people call both yes and no equally often.</summary>
    public double? Of(string text) => byText.TryGetValue(Key(text), out var probability) ? probability : null;

    private static string Key(string text) => text.Trim();
}
