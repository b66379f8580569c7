using Escalation.Inference.Features;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Search;

namespace Escalation.Trainer.Learning;

/// <summary>How a search is run.</summary>
/// <param name="Seed">Of tuner and learners.</param>
/// <param name="Limits">When it ends.</param>
/// <param name="Folder">Where trials are kept; null = in memory.</param>
/// <param name="IsResumed">Whether the trials of an earlier run in the folder count.</param>
/// <param name="MinimumRows">Buckets of fewer rows are left out.</param>
/// <param name="MostCacheBytes">Of featurized folds.</param>
internal sealed record SearchOptions(int Seed, ExperimentLimits Limits, string? Folder = null, bool IsResumed = false, int MinimumRows = 2, long MostCacheBytes = 1L << 30);

/// <summary>Another model over the same features, whose planes may join in as they are: the champion that a new model starts from. Its trees stay behind.</summary>
/// <param name="Name">For cards.</param>
/// <param name="Content">Its scorer.</param>
/// <param name="PlaneScores">For each of its planes the score of every row.</param>
internal sealed record BaseModel(string Name, ScorerContent Content, IReadOnlyList<double[]> PlaneScores)
{
    /// <summary>Scores the texts; for models of one output.</summary>
    public static BaseModel Of(string name, ScorerContent content, IReadOnlyList<string> texts) => new(name, content, [.. content.Planes.Select(plane =>
    {
        var scorer = (content with { Planes = [plane], Trees = null }).ToScorer();
        return texts.Select(t => (double)scorer.Score(t)).ToArray();
    })]);

    /// <summary>A plane as a member.</summary>
    public Member MemberOf(int plane) => new(Content.Planes[plane].Features, [new LinearHead(Content.Planes[plane].Heads[0], Content.Outputs[0].Bias)]);
}

/// <summary>What the search found: how the members are trained, how they are joined, and how well that did on rows they had not seen.</summary>
/// <param name="Trials">Every trial.</param>
/// <param name="Members">Recipe and coefficient of each chosen linear member.</param>
/// <param name="Trees">The same of members of trees.</param>
/// <param name="BaseCoefficients">Of each plane of the base model; 0 = not used.</param>
/// <param name="Base">The base model; null = none.</param>
/// <param name="Rows">The rows scored out of fold, ascending.</param>
/// <param name="Scores">The ensemble's out-of-fold scores, for each output one a row.</param>
/// <param name="Calibration">Fitted to these scores.</param>
internal sealed record EnsemblePlan(
    IReadOnlyList<TrialResult> Trials, IReadOnlyList<(MemberRecipe Recipe, double Coefficient)> Members,
    IReadOnlyList<(TreeRecipe Recipe, double Coefficient)> Trees, double[] BaseCoefficients, BaseModel? Base,
    int[] Rows, double[][] Scores, Calibration Calibration)
{
    /// <summary>Of several classes: how sure to be of the likeliest, fitted to the same scores; null for yes or no.</summary>
    public ConfidenceCalibration? Confidence { get; init; }

    /// <summary>How many members were chosen, a base model's planes apart.</summary>
    public int Count => Members.Count + Trees.Count;

    /// <summary>Trains the members on some rows and joins them.</summary>
    /// <exception cref="TrainingFailedException">A trainer that an earlier run had is not there.</exception>
    public Ensemble Train(NgramRows rows, TrainingTask task, int[] selected, SearchOptions options, CancellationToken cancellation)
    {
        var planes = Members.Select(m => m.Recipe.Weighting).Distinct().ToDictionary(w => w, w => new Lazy<WeightedRows>(() => new WeightedRows(
            rows, FeatureWeighting.Fit(rows, selected, row => task.Classes[row], task.ClassCount, w, options.MinimumRows))));
        var trained = new Member[Members.Count];
        var trees = new TreeMember[Trees.Count];
        try
        {
            // Trees take longest, and so begin first.
            Parallel.For(0, Count, i =>
            {
                if (i < trees.Length) trees[i] = TreeTrainer.Train(rows, selected, task, Trees[i].Recipe, options.Seed, cancellation);
                else trained[i - trees.Length] = task.Train(planes[Members[i - trees.Length].Recipe.Weighting].Value, selected, Members[i - trees.Length].Recipe, options.Seed, cancellation);
            });
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.Any(inner => inner is OperationCanceledException))
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.OfType<TrainingFailedException>().FirstOrDefault() is { } failed)
        {
            throw new TrainingFailedException(failed.Message, failed);
        }
        var joined = trained.Select((m, i) => (m, Members[i].Coefficient));
        return new Ensemble([.. joined, .. BaseCoefficients.Select((c, p) => (p, c)).Where(b => b.c > 0).Select(b => (Base!.MemberOf(b.p), b.c))],
            [.. trees.Select((m, i) => (m, Trees[i].Coefficient))]);
    }

    /// <summary>One line for cards.</summary>
    public override string ToString()
    {
        return string.Join("; ", Members.Select(m => $"{Share(m.Coefficient)} {m.Recipe}").Concat(Trees.Select(t => $"{Share(t.Coefficient)} {t.Recipe}")).Concat(
            BaseCoefficients.Select((c, p) => (c, p)).Where(b => b.c > 0).Select(b => $"{Share(b.c)} the {Base!.Content.Planes[b.p].Features.Weighting} plane of {Base.Name}")));

        static string Share(double coefficient) => coefficient.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
    }
}

/// <summary>Searches members, joins them by what they add out of fold, and calibrates.</summary>
internal static class EnsembleTrainer
{
    private const int HalvingWidth = 36, HalvingRows = 50_000, LargestLibrary = 24;

    /// <summary>Runs the experiment and selects; looks at no row outside the folds.</summary>
    /// <exception cref="TrainingFailedException">No trial gave a result.</exception>
    public static EnsemblePlan Search(
        NgramRows rows, int[][] folds, TrainingTask task, BaseModel? start, SearchOptions options, IMonitor? monitor, CancellationToken stop, CancellationToken cancellation)
    {
        if (!options.IsResumed && options.Folder is not null && Directory.Exists(options.Folder)) Directory.Delete(options.Folder, recursive: true);
        var cache = new FoldCache(rows, folds, task, options.MinimumRows, options.MostCacheBytes);
        var runner = new OutOfFoldRunner(cache, options.Seed, options.Folder);
        ITrialLog log = options.Folder is null ? new MemoryTrialLog() : new TrialFile(options.Folder, runner.Has);
        var trials = new TrainingExperiment(Tuner(options, task, cache.All.Length), runner, monitor, log, options.Limits).Run(stop, cancellation);

        var good = trials.Where(t => t.Failure is null && t.Settings.DataShare >= 1).OrderBy(t => t.Loss).ThenBy(t => t.Settings.TrialId).Take(LargestLibrary).ToArray();
        if (good.Length == 0)
            throw new TrainingFailedException(trials.Count == 0 ? "stopped before the first trial ended" : $"no trial gave a model; the first said: {trials[0].Failure}");
        if (good.All(t => TreeRecipe.Is(t.Settings.Parameters))) throw new TrainingFailedException("no linear trial gave a model, and trees alone are none");
        List<LibraryMember> library = [.. good.Select(t => OfTrial(t.Settings.Parameters, runner.Find(t.Settings.Parameters)!))];
        var planes = start?.PlaneScores ?? [];
        library.AddRange(planes.Select((scores, p) => new LibraryMember(start!.Name, $"{start.Name} {p}", [Array.ConvertAll(cache.All, row => scores[row])])));

        var weights = GreedySelection.Choose(task, cache.All, library, ScorerContent.MostPlanes, cancellation);
        var scores = GreedySelection.Scores(library, weights);
        var chosen = good.Select((t, i) => (t.Settings.Parameters, Coefficient: weights[i] * library[i].Scale)).Where(m => m.Coefficient > 0).ToLookup(m => TreeRecipe.Is(m.Parameters));
        var calibration = OutputCalibration.Fit(task, cache.All, scores);
        return new EnsemblePlan(
            trials, [.. chosen[false].Select(m => (MemberRecipe.From(m.Parameters), m.Coefficient))], [.. chosen[true].Select(m => (TreeRecipe.From(m.Parameters), m.Coefficient))],
            [.. planes.Select((_, p) => weights[good.Length + p] * library[good.Length + p].Scale)], start, cache.All, scores, calibration)
        {
            Confidence = OutputCalibration.FitConfidence(task, cache.All, scores, calibration),
        };
    }

    private static LibraryMember OfTrial(ParameterSet parameters, double[][] scores) => TreeRecipe.Is(parameters)
        ? new LibraryMember(parameters.ToString(), parameters.ToString(), scores, IsTrees: true)
        : new LibraryMember(parameters.ToString(), parameters[MemberRecipe.WeightingParameter], scores);

    private static ITuner Tuner(SearchOptions options, TrainingTask task, int rows)
    {
        ITuner tuner = task.IsBinary
            ? new FallbackTuner(new CostFrugalTuner([MemberRecipe.Space, TreeRecipe.LightGbm, TreeRecipe.FastTree], [.. MemberRecipe.First.Take(TreeRecipe.Place), .. TreeRecipe.First, .. MemberRecipe.First.Skip(TreeRecipe.Place)], options.Seed), TreeRecipe.LightGbm, TreeRecipe.FastTree)
            : new CostFrugalTuner([MemberRecipe.Space], MemberRecipe.FirstOfClasses, options.Seed);
        return rows >= HalvingRows && options.Limits.MaximumTrials > HalvingWidth ? new HalvingTuner(tuner, HalvingWidth) : tuner;
    }
}

/// <summary>There is no model to be had from these rows; the message says why.</summary>
public sealed class TrainingFailedException(string message, Exception? inner = null) : Exception(message, inner);
