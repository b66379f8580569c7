using System.Diagnostics;
using System.Globalization;
using Escalation.Benchmarks.Models;
using Escalation.Benchmarks.Rules;
using Escalation.Cli;
using Escalation.Cli.Commands;
using Escalation.Core.Decisions;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.History.Synthetic;
using Escalation.Replay;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Rules;

namespace Escalation.Benchmarks.Replays;

/// <summary>A replay of two arms beside <see cref="StraightforwardReplay"/>, in one process.</summary>
internal static class ReplayReference
{
    /// <summary>Prints the table. Ours counts outcomes and metrics with their intervals as well, the reference does not.</summary>
    /// <param name="messages">Messages to generate.</param>
    /// <returns>0; 2 where rules or model cannot be loaded.</returns>
    public static int Run(long messages)
    {
        var loaded = ConfigurationLoader.Load(new ConfigurationRequest(Path.Combine(Checkout.Root, "rules"), Path.Combine(Checkout.Root, "models")));
        foreach (var problem in loaded.Problems) Console.Error.WriteLine(problem);
        if (loaded.Configuration is not { } configuration) return 2;
        var folder = Directory.CreateTempSubdirectory("replays-");
        try
        {
            var (history, cache) = (Path.Combine(folder.FullName, "history"), Path.Combine(folder.FullName, "cache"));
            SyntheticFolder.Generate(new SyntheticOptions { Messages = messages, Seed = 7 }, history);
            HistorySource Source() => HistorySource.Open([history], new HistoryReadOptions { Workers = Environment.ProcessorCount }, out _)!;
            List<ReplayArm> arms = [new("baseline", configuration), new("candidate", new Configuration(EditedRuleSets.WithOneRule(0), configuration.Frustration, configuration.Team, configuration.Analyzer))];
            using var engine = new TextPredictionEngine(BundledData.Corpus(Path.Combine(Checkout.Root, "data", "corpus")).Select(m => (m.Text, m.IsFrustrated)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{messages:N0} messages, seed 7, two arms of {configuration.Rules.SignalRules.Count} and {arms[1].Configuration.Rules.SignalRules.Count} signal rules; {Environment.ProcessorCount} cores"));
            Console.WriteLine("way                                     messages/s    CPU s    wall s   x reference");

            double reference = 0;
            void Measure(string name, Func<string> pass)
            {
                GC.Collect();
                var (cpu, started) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
                var said = pass();
                var wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
                if (reference == 0) reference = wall;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-38} {messages / wall,11:N0} {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds,8:0.00} {wall,9:0.00} {reference / wall,13:0.0}   {said}"));
            }
            static string Hits(IEnumerable<long> byArm) => "hits of signal rules " + string.Join(" and ", byArm.Select(h => h.ToString("N0", CultureInfo.InvariantCulture)));
            static IEnumerable<long> HitsOf(ReplayResult result) => result.Arms.Select(a => a.Rules.IntersectBy(a.Arm.Configuration.Rules.SignalRules.Select(r => r.Name), r => r.Rule).Sum(r => r.Messages + r.Suppressed));

            Measure("SQL windows, RulesEngine, ML.NET", () =>
            {
                using var straightforward = new StraightforwardReplay(configuration, arms.Select(a => ((RuleSet)a.Configuration.Rules).Files), engine);
                return Hits(straightforward.Run(Source().Read(CancellationToken.None)));
            });
            Measure("replay", () =>
            {
                using var result = ReplayEngine.Run(arms, Source(), new ReplayOptions(), CancellationToken.None);
                return Hits(HitsOf(result));
            });
            foreach (var name in new[] { "replay, kept in the cache", "replay from the cache" })
            {
                Measure(name, () =>
                {
                    using var analyzed = new AnalyzedHistory(cache, Source(), null);
                    using var result = ReplayEngine.Run(arms, analyzed, new ReplayOptions(), CancellationToken.None);
                    return Hits(HitsOf(result));
                });
            }
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
