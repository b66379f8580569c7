using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Search;

namespace Escalation.Trainer.Learning;

/// <summary>Runs a trial: for each fold a member is trained on the others, and scores it.</summary>
/// <param name="cache">Featurized folds.</param>
/// <param name="seed">Of the learners.</param>
/// <param name="folder">Where the scores of trials are kept for a later run; null = in memory only.</param>
internal sealed class OutOfFoldRunner(FoldCache cache, int seed, string? folder) : ITrialRunner
{
    private readonly Lock gate = new();
    private readonly Dictionary<ParameterSet, double[][]> scores = [];

    /// <inheritdoc/>
    public TrialResult Run(TrialSettings settings, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var found = Scores(settings, cancellation);
            var loss = OutputCalibration.Loss(cache.Task, cache.All, found, OutputCalibration.Fit(cache.Task, cache.All, found));
            if (!double.IsFinite(loss)) return Failed("the scores are no numbers");
            if (settings.DataShare >= 1) Keep(settings, found);
            return Result(loss, OutputCalibration.Metric(cache.Task, cache.All, found), null);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or DllNotFoundException or TypeInitializationException or ArithmeticException or TrainingFailedException)
        {
            return Failed(e is TrainingFailedException ? e.Message : (e.InnerException ?? e).Message);
        }

        TrialResult Failed(string why) => Result(double.PositiveInfinity, double.NaN, why);

        TrialResult Result(double loss, double metric, string? failure) => new(
            settings, loss, metric, Stopwatch.GetElapsedTime(started).TotalSeconds, Process.GetCurrentProcess().PeakWorkingSet64 / (double)(1 << 20), failure);
    }

    /// <summary>Whether the scores of a trial are in memory or in the folder.</summary>
    public bool Has(TrialSettings settings) => settings.DataShare < 1 || Find(settings.Parameters) is not null;

    /// <summary>The scores of a trial on all rows: for each output one a row of <see cref="FoldCache.All"/>; null = never run.</summary>
    public double[][]? Find(ParameterSet parameters)
    {
        lock (gate)
        {
            if (scores.TryGetValue(parameters, out var found)) return found;
            return scores[parameters] = Load(parameters)!;
        }
    }

    private double[][] Scores(TrialSettings settings, CancellationToken cancellation)
    {
        var place = new Dictionary<int, int>();
        for (var i = 0; i < cache.All.Length; i++) place[cache.All[i]] = i;
        double[][] found = [.. cache.Task.Outputs.Select(_ => new double[cache.All.Length])];
        for (var fold = 0; fold < cache.Folds.Length; fold++)
        {
            var score = ScoreOf(settings, fold, cancellation);
            foreach (var row in cache.Folds[fold])
                for (var k = 0; k < found.Length; k++) found[k][place[row]] = score(row, k);
        }
        return found;
    }

    /// <summary>Trains without a fold: the member's score of a row for an output.</summary>
    private Func<int, int, double> ScoreOf(TrialSettings settings, int fold, CancellationToken cancellation)
    {
        var selected = cache.TrainingRows(fold, settings.DataShare);
        if (TreeRecipe.Is(settings.Parameters))
        {
            var trees = new TreeScorer(cache.Rows.Schema, TreeTrainer.Train(cache.Rows, selected, cache.Task, TreeRecipe.From(settings.Parameters), seed, cancellation).Table);
            return (row, _) => trees.Score(cache.Rows.Buckets(row));
        }
        var recipe = MemberRecipe.From(settings.Parameters);
        var data = cache.Weighted(recipe.Weighting, fold, settings.DataShare);
        var member = cache.Task.Train(data, selected, recipe, seed, cancellation);
        return (row, k) => member.Heads[k].Bias + data.Dot(row, member.Heads[k].Weights);
    }

    private void Keep(TrialSettings settings, double[][] found)
    {
        lock (gate) scores[settings.Parameters] = found;
        if (folder is null) return;
        Directory.CreateDirectory(folder);
        var bytes = new byte[8 + (found.Length * found[0].Length * sizeof(double))];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, found.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), found[0].Length);
        for (var k = 0; k < found.Length; k++) MemoryMarshal.AsBytes(found[k].AsSpan()).CopyTo(bytes.AsSpan(8 + (k * found[0].Length * sizeof(double))));
        var temporary = PathOf(settings.Parameters) + ".tmp";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, PathOf(settings.Parameters), overwrite: true);
    }

    private double[][]? Load(ParameterSet parameters)
    {
        if (folder is null || !File.Exists(PathOf(parameters))) return null;
        var bytes = File.ReadAllBytes(PathOf(parameters));
        int outputs = cache.Task.Outputs.Count, rows = cache.All.Length;
        if (bytes.Length != 8 + (outputs * rows * sizeof(double))) return null;
        return [.. Enumerable.Range(0, outputs).Select(k => MemoryMarshal.Cast<byte, double>(bytes.AsSpan(8 + (k * rows * sizeof(double)), rows * sizeof(double))).ToArray())];
    }

    private string PathOf(ParameterSet parameters) =>
        Path.Combine(folder!, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parameters.ToString())))[..24] + ".scores");
}
