using System.Diagnostics;
using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Synthetic;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Replay;
using Escalation.Replay.Analysis;
using Escalation.Rules;

namespace Escalation.Benchmarks.Rules;

/// <summary>How long it takes to answer "what would this rule have done to the last messages", on all processors; the processor time of all threads is printed beside the clock.</summary>
internal static class RuleImpactBenchmark
{
    private const int Edits = 60;
    private const int WarmUps = 6;
    private const int BigSet = 200;

    /// <summary>Prints the figures.</summary>
    /// <param name="messages">Customer messages, at least; about as many agents' messages come with them.</param>
    /// <param name="cache">Folder of the columns; those of the run before are taken.</param>
    public static int Run(long messages, string cache)
    {
        var frustration = ModelRegistry.Open(null).Choose(FrustrationModel.Target, null).Entry!.Load();
        var baseline = new Configuration(RuleSetLoader.Load().RuleSet!, frustration, null);
        using var history = new AnalyzedHistory(cache, $"synthetic-history-of-{messages}-messages", _ => Generate(messages));
        var watch = Stopwatch.StartNew();
        var before = history.Open(baseline, new ReplayOptions { Workers = 1 }, CancellationToken.None);
        Print($"{before.Table.Count:N0} customer messages; derived, or columns opened, in {watch.Elapsed.TotalMilliseconds:N0} ms");
        watch.Restart();
        var escalated = before.Decisions.Escalated().Count;
        Print($"baseline: bits of {before.Bits.Count} rules and all decisions in {watch.Elapsed.TotalMilliseconds:N0} ms, once; {escalated:N0} escalated");

        var (matches, matchesCpu, impacts, impactsCpu, redecided) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), 0L);
        for (var edit = 0; edit < Edits + WarmUps; edit++)
        {
            // Another expression each time: nothing of it can be cached.
            var candidate = new Configuration(EditedRuleSets.WithOneRule(edit), frustration, null, baseline.Analyzer);
            var place = candidate.Rules.SignalRules.Select(r => r.Name).ToList().IndexOf("edited");
            _ = candidate.Rules is RuleSet { Single.Signals: var identities } ? identities.Count : 0;
            var (match, matchCpu, _) = Measure(() => new RuleBitStore(before.Table).Evaluate((RuleSet)candidate.Rules, place));
            var (impact, impactCpu, report) = Measure(() => ImpactAnalysis.Run(before, new DecidedHistory(before.Table, before.Store, candidate)));
            if (edit < WarmUps) continue;
            matches.Add(match);
            matchesCpu.Add(matchCpu);
            impacts.Add(impact);
            impactsCpu.Add(impactCpu);
            redecided += report.Redecided;
        }
        Print($"one edited rule, compiled and matched: {Figures(matchesCpu)} of processor time (aim 50 ms); wall clock {Figures(matches)}");
        Print($"whole impact, with its matches, bands, teams, labels, examples: {Figures(impactsCpu)} of processor time (aim p95 300 ms); wall clock {Figures(impacts)}; {redecided / Edits:N0} messages decided again on average");

        var big = new DecidedHistory(before.Table, before.Store, new Configuration(EditedRuleSets.Of(BigSet), frustration, null, baseline.Analyzer));
        watch.Restart();
        _ = big.Bits.Count;
        Print($"bits of {big.Bits.Count} rules (signals and keyword classes), where the cache has them not: {watch.Elapsed.TotalMilliseconds:N0} ms");
        watch.Restart();
        _ = big.Decisions.Escalated().Count;
        Print($"all decisions of {big.Bits.Count} rules: {watch.Elapsed.TotalMilliseconds:N0} ms");
        var (overlaps, overlapsCpu) = (new List<double>(), new List<double>());
        OverlapReport? found = null;
        for (var round = 0; round < 9; round++)
        {
            (var wall, var cpu, found) = Measure(() => OverlapAnalysis.Run(big));
            overlaps.Add(wall);
            overlapsCpu.Add(cpu);
        }
        Print($"overlap analysis of {big.Bits.Count} rules and {big.Rules.Single.Routes.Count} routing rules: {Figures(overlapsCpu)} of processor time (aim 500 ms); wall clock {Figures(overlaps)}; {found!.Findings.Count} findings, {found.Escalated:N0} escalated messages routed");
        return 0;
    }

    /// <summary>Milliseconds on the clock and of processor time, compiling of the runtime included.</summary>
    private static (double Wall, double Cpu, T Result) Measure<T>(Func<T> work)
    {
        var (cpu, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var result = work();
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds, result);
    }

    private static List<HistoryRecord> Generate(long messages)
    {
        var sink = new Sink();
        new SyntheticHistory(new SyntheticOptions { Messages = messages * 2, Seed = 1 }).Run(sink);
        return sink.Records;
    }

    private static string Figures(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"median {sorted[sorted.Length / 2]:0.0} ms, p95 {sorted[(int)(sorted.Length * .95)]:0.0} ms, most {sorted[^1]:0.0} ms");
    }

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    private sealed class Sink : ISyntheticSink
    {
        public List<HistoryRecord> Records { get; } = [];

        public void Take(HistoryRecord record, MessageTruth? truth) => Records.Add(record);
    }
}
