using System.Diagnostics;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Rules;
using Escalation.Rules.Compilation;

namespace Escalation.Benchmarks.Rules.Planes;

/// <summary>The fused plane beside hand-written C# and beside RulesEngine, and what a reload costs.</summary>
internal static class RulePlanesBenchmark
{
    private const int Rounds = 9;
    private const int EngineMessages = 1_000;
    private const int Compared = 2_000;
    private const int Reloaded = 50;

    /// <summary>Prints the figures; the variants of a set take turns in one run, and each figure is a median over rounds of processor time.</summary>
    public static int Run(int messages, int reloads)
    {
        var facts = PlaneFacts.Of(messages);
        Print($"{messages:N0} facts, one thread, {Rounds} rounds; load average {ListBenchmark.LoadAverage()}");
        foreach (var count in (int[])[10, 50, 200]) Planes(facts, count);
        foreach (var count in (int[])[50, 200]) ReferenceShareBenchmark.Run(facts, Load(PlaneRules.Files(count), failingCases: FailingCases.NotRun), count);
        Loads(facts[0]);
        Reloads(reloads);
        Print($"load average at the end {ListBenchmark.LoadAverage()}");
        return 0;
    }

    private static void Planes(DerivedFacts[] facts, int count)
    {
        var rules = Load(PlaneRules.Files(count), failingCases: FailingCases.NotRun);
        var (results, byHand) = (new RuleResults(), new RuleResults());
        byHand.Reset(count);
        EngineAsUsed naive = new(count, isTuned: false), tuned = new(count, isTuned: true);
        var inputs = facts.Take(Math.Max(EngineMessages, Compared)).Select(EngineAsUsed.InputOf).ToArray();
        var hits = Agree(facts, inputs, count, rules, naive);

        void Fused()
        {
            foreach (var message in facts) rules.EvaluateSignals(message, results);
        }
        void ByHand()
        {
            foreach (var message in facts) HandWrittenRules.Evaluate(count, message, byHand.Results, byHand.Confidences);
        }
        void Engine(EngineAsUsed engine)
        {
            for (var i = 0; i < EngineMessages; i++) engine.Evaluate(inputs[i]);
        }
        Action[] variants = [ByHand, Fused, () => Engine(naive), () => Engine(tuned)];
        int[] sizes = [facts.Length, facts.Length, EngineMessages, EngineMessages];
        var times = variants.Select(_ => new double[Rounds]).ToArray();
        // The first two rounds let the runtime compile what it measures.
        for (var round = -2; round < Rounds; round++)
            for (var i = 0; i < variants.Length; i++)
            {
                var cpu = Environment.CpuUsage.TotalTime;
                variants[i]();
                if (round >= 0) times[i][round] = (Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds / sizes[i];
            }
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fused();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        // Ratios are taken within a round, so that what else the machine does weighs on both.
        double Ratio(int of, int to) => Median([.. times[of].Zip(times[to], (a, b) => a / b)]);
        Print($"{count,3} rules, {hits:0.0} hits a message: by hand {Median(times[0]),7:N0} ns, fused {Median(times[1]),7:N0} ns = {Ratio(1, 0):0.00} x by hand (aim 1.1), {(double)bytes / facts.Length:0.00} bytes a message; RulesEngine naive {Median(times[2]),9:N0} ns = {Ratio(2, 1):0.0} x fused (aim {(count == 10 ? 15 : 20)}), warm and tuned {Median(times[3]),9:N0} ns = {Ratio(3, 1):0.0} x fused (aim 12)");
    }

    /// <summary>Checks that all three give the same result for every rule; otherwise there is nothing to measure.</summary>
    private static double Agree(DerivedFacts[] facts, InputFacts[] inputs, int count, RuleSet rules, EngineAsUsed engine)
    {
        var (results, byHand) = (new RuleResults(), new RuleResults());
        byHand.Reset(count);
        var hits = 0;
        for (var i = 0; i < Compared; i++)
        {
            rules.EvaluateSignals(facts[i], results);
            HandWrittenRules.Evaluate(count, facts[i], byHand.Results, byHand.Confidences);
            var trees = engine.Evaluate(inputs[i]);
            for (var rule = 0; rule < count; rule++)
            {
                if (results.Results[rule] == RuleResult.Hit) hits++;
                if (results.Results[rule] != byHand.Results[rule] || results.Results[rule] == RuleResult.Hit != trees[rule].IsSuccess)
                    throw new InvalidOperationException($"rule_{rule} on {facts[i].MessageId}: compiled {results.Results[rule]}, by hand {byHand.Results[rule]}, RulesEngine {trees[rule].IsSuccess} {trees[rule].ExceptionMessage}");
            }
        }
        return (double)hits / Compared;
    }

    private static void Loads(DerivedFacts message)
    {
        var (serving, swapped) = (new List<double>(), new List<double>());
        var results = new RuleResults();
        for (var round = 0; round < Rounds; round++)
        {
            var files = PlaneRules.Files(200, 1 + round * 10);
            var cpu = Environment.CpuUsage.TotalTime;
            Load(files, failingCases: FailingCases.NotRun).EvaluateSignals(message, results);
            serving.Add((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
            cpu = Environment.CpuUsage.TotalTime;
            Load(files, failingCases: FailingCases.Refuse).EvaluateSignals(message, results);
            swapped.Add((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
        }
        Print($"200 rules, from files to the first message: {Median(serving):N0} ms of processor time (aim 250), most {serving.Max():N0}; with 200 cases run {Median(swapped):N0} ms (aim 800), most {swapped.Max():N0}");
    }

    private static void Reloads(int reloads)
    {
        for (var i = 0; i < 20; i++) Load(PlaneRules.Files(Reloaded, i), failingCases: FailingCases.Refuse);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < reloads; i++) Load(PlaneRules.Files(Reloaded, 100 + i), failingCases: FailingCases.Refuse);
        var wall = Stopwatch.GetElapsedTime(start);
        var more = GC.GetTotalMemory(forceFullCollection: true) - before;
        Print($"{reloads:N0} reloads of {Reloaded} rules, each other thresholds, cases run: {before / 1e6:0.0} MB before, {more / 1e6:+0.00;-0.00} MB after a full collection (aim 5); {wall.TotalMilliseconds / reloads:N0} ms each");
    }

    private static RuleSet Load(RuleFiles files, FailingCases failingCases)
    {
        var loaded = RuleSetLoader.Load(files, failingCases);
        return loaded.RuleSet ?? throw new InvalidOperationException(string.Join('\n', loaded.Problems));
    }

    private static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
