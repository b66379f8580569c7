using System.Globalization;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Evaluation;
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

/// <summary>Trains the team model from right-team labels, in the steps of <see cref="FrustrationTrainer"/>: one head a team, and a bound below which it names none.</summary>
public sealed class TeamTrainer(TrainingOptions options, TimeProvider clock)
{
    /// <summary>Fewer buckets than for frustration, since every team has its own weights.</summary>
    public const int Bits = 18;

    private const int FewestOfATeam = 10, Steps = 5;

    /// <summary>Trains on a source's rows, and can be stopped with what was found so far.</summary>
    /// <param name="source">Rows without problems, each with its team.</param>
    /// <param name="progress">Told after each step; may be null.</param>
    /// <param name="monitor">Told about each trial; may be null.</param>
    /// <param name="stop">Ends the search, and the best of what was tried becomes the model.</param>
    /// <param name="cancellation">Ends within one pass over the rows, with nothing.</param>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was written but trials.</exception>
    public TrainingOutcome Train(
        TrainingRows source, IProgress<TrainingProgress>? progress, IMonitor? monitor, CancellationToken stop, CancellationToken cancellation)
    {
        var texts = Duplicates.RemoveByTeam([.. source.Rows.Where(r => !string.IsNullOrWhiteSpace(r.Text) && r.Team is not null)]);
        var byTeam = texts.GroupBy(r => r.Team!, StringComparer.Ordinal).ToLookup(g => g.Count() >= FewestOfATeam);
        string[] teams = [.. byTeam[true].Select(g => g.Key).Order(StringComparer.Ordinal)];
        if (teams.Length < 2)
            return new TrainingOutcome(null, string.Create(CultureInfo.InvariantCulture,
                $"{source.Name}: {Counted.Of(texts.Count, "text")}, and {Counted.Of(teams.Length, "team")} with at least {FewestOfATeam} of them: at least 2 are needed"));
        var used = texts.Where(r => teams.Contains(r.Team, StringComparer.Ordinal)).ToList();
        var task = new TrainingTask(TeamModel.Target, teams, [.. used.Select(r => Array.IndexOf(teams, r.Team))], [.. used.Select(r => r.Weight)]);
        var clusters = Clusters.Of(used, cancellation);
        if (HoldOut.Of(source.Name, used, clusters, options.Seed, out var problem) is not { } split) return new TrainingOutcome(null, problem);
        var groups = clusters.ForFolds;

        var done = 0;
        void Done(string phase) => progress?.Report(new TrainingProgress(phase, ++done, Steps));
        var rows = NgramRows.Build([.. used.Select(r => r.Text)], Bits, 2, cancellation);
        Done($"counted the n-grams of {rows.Count} texts for {teams.Length} teams");
        var search = new SearchOptions(options.Seed, options.Limits, options.WorkFolder, options.IsResumed);
        EnsemblePlan plan;
        try
        {
            plan = EnsembleTrainer.Search(rows, Folds.By(split.Train, groups.Of, FrustrationTrainer.FoldCount, options.Seed), task, null, search, monitor, stop, cancellation);
        }
        catch (TrainingFailedException failed)
        {
            return new TrainingOutcome(null, $"{source.Name}: {failed.Message}");
        }
        Done($"tried {Counted.Of(plan.Trials.Count, "setting")}, chose {(plan.Count == 0 ? "none beside the model it starts from" : Counted.Of(plan.Count, "model"))}");

        var notes = Task.Run(() => RowNotes.Of(source), cancellation);
        var validation = new TeamValidation(plan, task);
        var languages = TrainedLanguages.Of(options.Languages, used.Select(r => (r.Text, r.Team!)));
        ScorerContent Fold(Ensemble ensemble) => ensemble.Fold(TeamModel.Target, rows.Schema, languages, [.. teams.Select(t => (t, plan.Calibration))], validation.Bound, plan.Confidence);
        var measured = Fold(plan.Train(rows, task, split.Train, search, cancellation)).Rounded();
        Done("trained without the held-out rows");
        var all = Task.Run(() => Fold(plan.Train(rows, task, [.. Enumerable.Range(0, rows.Count)], search, cancellation)), cancellation);
        var model = new TeamModel(measured, default);
        var metrics = Measure(model, used, split, validation, rows, task, search, cancellation);
        var guesses = Array.ConvertAll(split.Test, i => model.Predict(used[i].Text).First);
        Done("looked at the held-out rows, once");
        var content = all.GetAwaiter().GetResult();
        Done("trained on all rows");

        var data = new CardData(source.Name, source.Sha256, source.Rows.Count, used.Count, 0, options.Licence) { Labels = LabelSources.Of(used) };
        var draft = new CardDraft([data], $"{split.Description}; {clusters.AcrossNote(split)}",
            string.Create(CultureInfo.InvariantCulture, $"{rows.Schema}; {Counted.Of(plan.Trials.Count, "trial")}, {FrustrationTrainer.FoldCount}-fold out of fold by {groups.By}; greedy ensemble: {plan}; soft maximum under one slope and beta calibration of the likeliest team, fitted out of fold"),
            [], validation.Thresholds(), LimitsOf(teams, byTeam[false].Select(g => (g.Key, g.Count()))))
        {
            ClassMetrics = metrics,
            Confusion = ClassConfusion.Of([.. guesses.Select(g => g.Confidence >= model.Bound ? g.Team : null)], [.. split.Test.Select(i => used[i].Team!)]),
            Warnings = [.. notes.GetAwaiter().GetResult(), .. clusters.WarningsOf(split)],
            Familiarity = KnownNgrams.FamiliarityOf(measured, [.. split.Test.Select(i => used[i].Text)]),
        };
        var trained = CardWriter.Model(content, [.. used.Select(r => r.Text)], draft, options.Seed, clock, TrialFile.Text(plan.Trials));
        trained.Tell(used, split, guesses);
        return new TrainingOutcome(trained, null);
    }

    private static IReadOnlyList<string> LimitsOf(string[] teams, IEnumerable<(string Team, int Texts)> tooFew)
    {
        var limits = new List<string> { $"Teams that it may name: {string.Join(", ", teams)}. Who takes what is as in the labels that it learned; another house divides its work otherwise." };
        if (tooFew.ToList() is { Count: > 0 } left)
            limits.Add($"Teams of fewer than {FewestOfATeam.ToString(CultureInfo.InvariantCulture)} texts, never named: {string.Join(", ", left.OrderBy(t => t.Team, StringComparer.Ordinal).Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Team} ({t.Texts})")))}.");
        return limits;
    }

    private static List<CardClassMetrics> Measure(TeamModel model, IReadOnlyList<LabelledText> used, HoldOut split, TeamValidation validation, NgramRows rows, TrainingTask task, SearchOptions search, CancellationToken cancellation)
    {
        const string heldOut = "held-out rows";
        double[] share = [.. task.Outputs.Select((_, k) => split.Train.Count(i => task.Classes[i] == k) / (double)split.Train.Length)];
        return
        [
            Metrics("this model, before training on all rows", heldOut, split.Test, Array.ConvertAll(split.Test, i => Asked(model, used[i].Text)), model.Bound),
            Metrics("baseline: one linear model on words", heldOut, split.Test, Words(split, rows, task, search, cancellation), 0),
            Metrics("baseline: the usual team for all", heldOut, split.Test, Array.ConvertAll(split.Test, _ => share), 0),
            Metrics("models of the folds", "training rows, out of fold (chosen and calibrated here)", validation.Rows, validation.Probabilities, validation.Bound),
        ];

        CardClassMetrics Metrics(string name, string on, int[] which, double[][] probabilities, double bound) => new(name, on, ClassEvaluation.Compute(
            probabilities, task.Outputs, Array.ConvertAll(which, i => used[i].Team!), Array.ConvertAll(which, i => used[i].CustomerId), bound, search.Seed));
    }

    private static double[] Asked(TeamModel model, string text)
    {
        var probabilities = new double[model.Teams.Count];
        model.Probabilities(text, probabilities);
        return probabilities;
    }

    private static double[][] Words(HoldOut split, NgramRows rows, TrainingTask task, SearchOptions search, CancellationToken cancellation)
    {
        var data = new WeightedRows(rows, FeatureWeighting.Fit(rows, split.Train, r => task.Classes[r], task.ClassCount, HeldOutReport.WordBaseline.Weighting, search.MinimumRows));
        var heads = task.Train(data, split.Train, HeldOutReport.WordBaseline, search.Seed, cancellation).Heads;
        return Array.ConvertAll(split.Test, row =>
        {
            double[] scores = [.. heads.Select(h => h.Bias + data.Dot(row, h.Weights))];
            new ClassCalibration(1).Apply(scores);
            return scores;
        });
    }
}
