using System.Globalization;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Data;
using Escalation.Trainer.Drift;
using Escalation.Trainer.Evaluation;
using Escalation.Trainer.Learning;
using Escalation.Trainer.Publishing;
using Escalation.Trainer.Search;

namespace Escalation.Trainer;

/// <summary>Trains the frustration model: holds out, searches and selects out of fold, calibrates, looks at the held-out rows once, trains again on all rows.</summary>
public sealed class FrustrationTrainer(TrainingOptions options, TimeProvider clock)
{
    /// <summary>With so many trials the model is the default one, without a search.</summary>
    public const int UntunedTrials = MemberRecipe.UntunedCount;

    internal const int FoldCount = 5;
    private const int FewestOfAClass = 20;
    private const int Steps = 5;

    /// <summary>Trains on a source's rows.</summary>
    /// <param name="source">Rows without problems.</param>
    /// <param name="progress">Told after each step; may be null.</param>
    /// <param name="cancellation">Ends within one pass over the rows.</param>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was written.</exception>
    public TrainingOutcome Train(TrainingRows source, IProgress<TrainingProgress>? progress, CancellationToken cancellation) =>
        Train(source, progress, null, CancellationToken.None, cancellation);

    /// <summary>Trains on a source's rows, and can be stopped with what was found so far.</summary>
    /// <param name="source">Rows without problems.</param>
    /// <param name="progress">Told after each step; may be null.</param>
    /// <param name="monitor">Told about each trial; may be null.</param>
    /// <param name="stop">Ends the search, and the best of what was tried becomes the model.</param>
    /// <param name="cancellation">Ends within one pass over the rows, with nothing.</param>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was written but trials.</exception>
    public TrainingOutcome Train(
        TrainingRows source, IProgress<TrainingProgress>? progress, IMonitor? monitor, CancellationToken stop, CancellationToken cancellation)
    {
        var used = Duplicates.Remove([.. source.Rows.Where(r => !string.IsNullOrWhiteSpace(r.Text))]);
        var task = TrainingTask.Binary(FrustrationModel.Target, [.. used.Select(r => r.Positive)], [.. used.Select(r => r.Weight)]);
        var clusters = Clusters.Of(used, cancellation);
        if (HoldOut.Of(source.Name, used, clusters, options.Seed, out var problem) is not { } split) return new TrainingOutcome(null, problem);
        var groups = clusters.ForFolds;
        var positives = split.Train.Count(i => used[i].Positive);
        if (positives < FewestOfAClass || split.Train.Length - positives < FewestOfAClass)
            return new TrainingOutcome(null, string.Create(CultureInfo.InvariantCulture,
                $"{source.Name}: {positives} positive and {split.Train.Length - positives} negative rows to train on after removing duplicates and holding out; at least {FewestOfAClass} of each are needed"));

        var done = 0;
        void Done(string phase) => progress?.Report(new TrainingProgress(phase, ++done, Steps));
        var rows = NgramRows.Build([.. used.Select(r => r.Text)], options.Bits, 2, cancellation);
        Done($"counted the n-grams of {rows.Count} texts");
        var start = Start(used);
        var search = new SearchOptions(options.Seed, options.Limits, options.WorkFolder, options.IsResumed);
        EnsemblePlan plan;
        try
        {
            plan = EnsembleTrainer.Search(rows, Folds.By(split.Train, groups.Of, FoldCount, options.Seed), task, start, search, monitor, stop, cancellation);
        }
        catch (TrainingFailedException failed)
        {
            return new TrainingOutcome(null, $"{source.Name}: {failed.Message}");
        }
        Done($"tried {Counted.Of(plan.Trials.Count, "setting")}, chose {(plan.Count == 0 ? "none beside the model it starts from" : Counted.Of(plan.Count, "model"))}");

        var languages = TrainedLanguages.Of(options.Languages, used.Select(r => (r.Text, r.Positive ? "yes" : "no")));
        var schema = FeatureSchema.Current(options.Bits);
        var validation = Validation.Of(plan, task);
        ScorerContent Fold(Ensemble trained) =>
            trained.Fold(FrustrationModel.Target, schema, languages, [(FrustrationModel.Target, plan.Calibration)], validation.Threshold);
        var notes = Task.Run(() => RowNotes.Of(source), cancellation);
        var thresholds = Task.Run(() => Thresholds.Of(validation, source.MessagesADay), cancellation);
        var measured = Fold(plan.Train(rows, task, split.Train, search, cancellation)).Rounded();
        Done("trained without the held-out rows");
        var all = Task.Run(() => plan.Train(rows, task, [.. Enumerable.Range(0, rows.Count)], search, cancellation), cancellation);
        var report = HeldOutReport.Make(measured, used, split, validation, rows, task, start, search, cancellation);
        Done("looked at the held-out rows, once");
        var ensemble = all.GetAwaiter().GetResult();
        Done("trained on all rows");

        var leak = clusters.AcrossNote(split);
        var data = new CardData(source.Name, source.Sha256, source.Rows.Count, used.Count, used.Count(r => r.Positive), options.Licence) { Labels = LabelSources.Of(used) };
        var draft = new CardDraft([data], $"{split.Description}; {leak}",
            string.Create(CultureInfo.InvariantCulture, $"{schema}; {Counted.Of(plan.Trials.Count, "trial")}, {FoldCount}-fold out of fold by {groups.By}; greedy ensemble: {plan}; Platt scaling on its out-of-fold scores"),
            report, thresholds.GetAwaiter().GetResult(), [])
        {
            Warnings = [.. notes.GetAwaiter().GetResult(), .. clusters.WarningsOf(split)],
            Familiarity = KnownNgrams.FamiliarityOf(measured, [.. split.Test.Select(i => used[i].Text)]),
        };
        var model = CardWriter.Model(Fold(ensemble), [.. used.Select(r => r.Text)], draft, options.Seed, clock, TrialFile.Text(plan.Trials), ensemble.Trees);
        var scorer = measured.ToScorer();
        model.Tell(used, split, Array.ConvertAll(split.Test, i => measured.Outputs[0].Calibration.Probability(scorer.Score(used[i].Text))));
        return new TrainingOutcome(model, null);
    }

    private BaseModel? Start(IReadOnlyList<LabelledText> used) => options.Start is { } start && start.Content.Schema == FeatureSchema.Current(options.Bits)
        ? BaseModel.Of(start.Name, start.Content, [.. used.Select(r => r.Text)])
        : null;
}
