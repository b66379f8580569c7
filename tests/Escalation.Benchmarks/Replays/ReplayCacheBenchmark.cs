using System.Diagnostics;
using System.Globalization;
using Escalation.Benchmarks.Rules;
using Escalation.Cli;
using Escalation.Cli.Commands;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.History.Synthetic;
using Escalation.Replay;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Replay.Reports;

namespace Escalation.Benchmarks.Replays;

/// <summary>Two arms over a generated history: derived at each run, derived and kept, and decided from what was kept.</summary>
/// <remarks>Messages = lines of messages.jsonl. A pass is over when the last record was taken; outcomes and metrics of all tickets come after it and are part of the wall time, those by slice are of neither. All passes must come to one report hash.</remarks>
internal static class ReplayCacheBenchmark
{
    /// <summary>Edits of <see cref="EditedRuleSets.WithOneRule"/>: one that holds on few messages, the same with another number, and one that holds on most.</summary>
    private const int Narrow = 2, Edited = 10, Broad = 0;

    /// <summary>Prints the table.</summary>
    /// <param name="messages">Messages to generate.</param>
    /// <returns>0; 1 where two passes came to different reports; 2 where rules or model cannot be loaded.</returns>
    public static int Run(long messages)
    {
        var loaded = ConfigurationLoader.Load(new ConfigurationRequest(Path.Combine(Checkout.Root, "rules"), Path.Combine(Checkout.Root, "models")));
        foreach (var problem in loaded.Problems) Console.Error.WriteLine(problem);
        if (loaded.Configuration is not { } configuration) return 2;
        var folder = Directory.CreateTempSubdirectory("replays-");
        try
        {
            var history = Path.Combine(folder.FullName, "history");
            SyntheticFolder.Generate(new SyntheticOptions { Messages = messages, Seed = 7 }, history);
            return Passes(history, Path.Combine(folder.FullName, "cache"), configuration, messages);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Passes(string history, string cache, Configuration configuration, long messages)
    {
        string ShareOf(int edit)
        {
            using var analyzed = new AnalyzedHistory(cache, Open(history), null);
            var decided = analyzed.Open(With(edit), new ReplayOptions(), CancellationToken.None);
            return decided.Bits[0].Hit.Count.ToString(CultureInfo.InvariantCulture) + $" of {decided.Table.Count}";
        }

        Configuration With(int edit) => new(EditedRuleSets.WithOneRule(edit), configuration.Frustration, configuration.Team, configuration.Analyzer);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{messages:N0} messages, seed 7, two arms (default rules; one rule more); rules {configuration.Rules.Version.Short}, model {configuration.Frustration?.Version.Short ?? "none"}, {Environment.ProcessorCount} cores"));
        Console.WriteLine("pass                                                  messages/s    pass s    CPU s    wall s    x derived");
        var candidate = With(Narrow);
        var (derived, wall) = Measure("derived at each run", messages, 0, on => ReplayEngine.Run(Arms(configuration, candidate), Open(history), new ReplayOptions { OnProgress = on }, CancellationToken.None));
        var (kept, _) = Measure("derived and kept", messages, wall, on => Cached(history, cache, Arms(configuration, candidate), on));
        var (again, _) = Measure("from the cache, the same rules", messages, wall, on => Cached(history, cache, Arms(configuration, candidate), on));
        var (edited, _) = Measure($"from the cache, another rule ({ShareOf(Edited)})", messages, wall, on => Cached(history, cache, Arms(configuration, With(Edited)), on));
        var (single, _) = Measure("the same with 1 thread", messages, wall, on => Cached(history, cache, Arms(configuration, With(Edited)), on, 1));
        var (four, _) = Measure("the same with 4 threads", messages, wall, on => Cached(history, cache, Arms(configuration, With(Edited)), on, 4));
        Measure($"from the cache, a broad rule ({ShareOf(Broad)})", messages, wall, on => Cached(history, cache, Arms(configuration, With(Broad)), on));
        Configuration Otherwise(float power) => configuration.With(new Recalibrated(configuration.Frustration!, power), configuration.Team);
        var (model, _) = Measure("from the cache, another model", messages, wall, on => Cached(history, cache, Arms(configuration, Otherwise(.8f)), on));
        Measure("the same again", messages, wall, on => Cached(history, cache, Arms(configuration, Otherwise(.8f)), on));
        var (scored, _) = Measure("derived at each run, another model", messages, wall, on => ReplayEngine.Run(Arms(configuration, Otherwise(.8f)), Open(history), new ReplayOptions { OnProgress = on }, CancellationToken.None));
        var isSame = derived == kept && derived == again && edited == single && edited == four && model == scored;
        Console.WriteLine(isSame ? "report hashes are equal: derived, kept and from the cache, with one thread, two and four" : "REPORT HASHES DIFFER");
        return isSame ? 0 : 1;
    }

    private static List<ReplayArm> Arms(Configuration baseline, Configuration candidate) => [new("baseline", baseline), new("candidate", candidate)];

    private static ReplayResult Cached(string files, string cache, List<ReplayArm> arms, Action<long> onProgress, int? workers = null)
    {
        using var history = new AnalyzedHistory(cache, Open(files), null);
        return ReplayEngine.Run(arms, history, new ReplayOptions { Workers = workers ?? Environment.ProcessorCount, OnProgress = onProgress }, CancellationToken.None);
    }

    private static (string Hash, double Seconds) Measure(string name, long messages, double derived, Func<Action<long>, ReplayResult> pass)
    {
        GC.Collect();
        var (cpu, started) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var taken = TimeSpan.Zero;
        using var result = pass(_ => taken = Stopwatch.GetElapsedTime(started));
        var wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-52} {messages / taken.TotalSeconds,11:N0} {taken.TotalSeconds,9:0.00} {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds,8:0.00} {wall,9:0.00} {(derived > 0 ? derived / wall : 1),12:0.0}"));
        return (ReportJson.HashOf(result), wall);
    }

    /// <summary>A model whose every score is another: what it costs is what the model costs.</summary>
    private sealed class Recalibrated(IFrustrationModel model, float power) : IFrustrationModel
    {
        public ModelVersion Version => new(string.Create(CultureInfo.InvariantCulture, $"{model.Version.Value} to the power of {power}"));

        public bool Supports(string language) => model.Supports(language);

        public float Score(ReadOnlySpan<char> text) => MathF.Pow(model.Score(text), power);

        public TextExplanation Explain(ReadOnlySpan<char> text) => model.Explain(text);
    }

    private static HistorySource Open(string history) => HistorySource.Open([history], new HistoryReadOptions { Workers = Environment.ProcessorCount }, out _)!;
}
