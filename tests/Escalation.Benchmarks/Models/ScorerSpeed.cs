using System.Diagnostics;
using System.Globalization;
using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Learning;

namespace Escalation.Benchmarks.Models;

/// <summary>Time and memory of one score: our scorer beside ML.NET's PredictionEngine over FeaturizeText and logistic regression, in one warmed process.</summary>
internal static class ScorerSpeed
{
    private const int Rounds = 60;

    /// <summary>Prints the best of several rounds on tweets of about 100 characters, and on texts of about 2,000.</summary>
    /// <param name="dataFolder">With airline.train.csv.</param>
    public static int Run(string dataFolder)
    {
        var file = File.ReadAllBytes(Path.Combine(ModelRegistry.Open(Path.Combine(Checkout.Root, "models")).Choose(FrustrationModel.Target).Entry!.Folder!, ModelRegistry.ScorerName));
        // Before anything else, so that the first is the first of a process: the runtime's own start of what it needs is in it.
        var loads = Enumerable.Range(0, 15).Select(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            FrustrationModel.Load(file, "bundled");
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }).ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"load: first {loads[0]:0.0} ms, best {loads.Min():0.0} ms, {file.Length:N0} bytes"));
        var content = ScorerFile.Read(file, "bundled").Content;
        var rows = BundledData.Csv(Path.Combine(dataFolder, "airline.train.csv"));
        string[] texts = [.. rows.Take(3000).Select(r => r["text"])];
        string[] longTexts = [.. Enumerable.Range(0, 100).Select(i => string.Join(' ', texts.Skip(i * 19).Take(19)))];

        // An ensemble as training from the bundled model makes it holds two planes more; the second pair stands for them.
        var four = new FrustrationModel(content with { Planes = [.. content.Planes, .. content.Planes] }, default);
        var two = new FrustrationModel(content, default);
        var one = new FrustrationModel(content with { Planes = [content.Planes[0]] }, default);
        Measure("served: bundled", texts, t => two.Score(t));
        Measure("served: four planes", texts, t => four.Score(t));
        Measure("one compiled head", texts, t => one.Score(t));
        Measure("served, long texts", longTexts, t => two.Score(t));
        var grown = Trees(rows, content.Schema);
        FrustrationModel both = new(content with { Trees = grown }, default), all = new(content with { Planes = [.. content.Planes, .. content.Planes], Trees = grown }, default);
        Measure($"bundled, {grown.Trees.Count} trees", texts, t => both.Score(t));
        Measure($"four planes, {grown.Trees.Count} trees", texts, t => all.Score(t));

        using var engine = new TextPredictionEngine(rows.Select(r => (r["text"], r["frustrated"] == "1")));
        Measure("ML.NET PredictionEngine", texts, engine.Probability);
        return 0;
    }

    /// <summary>As many trees, questions and n-grams as training asks for first.</summary>
    private static TreeTable Trees(IReadOnlyList<IReadOnlyDictionary<string, string>> rows, FeatureSchema schema)
    {
        var task = TrainingTask.Binary(FrustrationModel.Target, [.. rows.Select(r => r["frustrated"] == "1")], [.. rows.Select(_ => 1f)]);
        return TreeTrainer.Train(NgramRows.Build([.. rows.Select(r => r["text"])], schema, 2), [.. Enumerable.Range(0, rows.Count)], task, TreeRecipe.From(TreeRecipe.First[0]), 1, CancellationToken.None).Table;
    }

    private static void Measure(string name, string[] texts, Func<string, float> score)
    {
        float sum = 0;
        foreach (var text in texts) sum += score(text);
        var best = double.MaxValue;
        long bytes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            foreach (var text in texts) sum += score(text);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / texts.Length);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / texts.Length;
        }
        GC.KeepAlive(sum);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {best:0.00} us a message = {1e6 / best:N0} a second, {bytes} bytes a message, {texts.Average(t => t.Length):0} characters on average"));
    }
}
