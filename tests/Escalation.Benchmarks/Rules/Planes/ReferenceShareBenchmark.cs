using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Rules.Compilation;
using Escalation.Service.RuleHealth;
using Escalation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Escalation.Benchmarks.Rules.Planes;

/// <summary>What the sampled check of a running service (<c>serve --reference-share</c>) costs.</summary>
internal static class ReferenceShareBenchmark
{
    private const int Messages = 20_000;
    private const int Rounds = 9;
    private const int MostWaiting = 64;

    private static readonly double[] Shares = [0, .01, .1];

    /// <summary>Prints processor time a message, decision and comparison together, by share; the shares take turns, and each figure is a median over rounds.</summary>
    public static void Run(DerivedFacts[] facts, RuleSet rules, int count)
    {
        var configuration = new Configuration(rules, null, null);
        DerivedFacts[] decided = [.. facts.Take(Messages)];
        DecisionRecord[] records = [.. decided.Select((f, i) => Record(i, f, DecisionEngine.Decide(f, configuration)))];
        var samples = Shares.Select(share => new ReferenceSample(share, ReferencePlane.Of, NullLogger.Instance)).ToArray();
        var times = Shares.Select(_ => new List<double>()).ToArray();
        for (var round = -2; round < Rounds; round++)
            for (var i = 0; i < Shares.Length; i++)
            {
                GC.Collect();
                var cpu = Environment.CpuUsage.TotalTime;
                Decide(decided, records, configuration, samples[i], Shares[i]);
                if (round >= 0) times[i].Add((Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds / decided.Length);
            }
        var figures = samples.Select(s => s.Figures).ToArray();
        if (figures.Any(f => f.Dropped + f.Failed + f.Disagreed > 0)) throw new InvalidOperationException("messages were dropped, not compared, or disagreed upon");
        Console.WriteLine(FormattableString.Invariant(
            $"{count,3} rules, sampled reference check: {string.Join(", ", Shares.Select((share, i) => FormattableString.Invariant($"share {share:0.##} {times[i].Order().ElementAt(Rounds / 2):N0} ns")))} a message, decision included; {figures[^1].Checked:N0} messages compared at share {Shares[^1]}"));
        foreach (var sample in samples) sample.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <remarks>No faster than the check beside it: a running service waits for its disk, this one for the queue, so that nothing is dropped.</remarks>
    private static void Decide(DerivedFacts[] facts, DecisionRecord[] records, Configuration configuration, ReferenceSample sample, double share)
    {
        var settleEach = share == 0 ? int.MaxValue : (int)(MostWaiting / 2 / share);
        for (var i = 0; i < facts.Length; i++)
        {
            DecisionEngine.Decide(facts[i], configuration);
            sample.Offer(records[i], facts[i], (RuleSet)configuration.Rules);
            if (i % settleEach == settleEach - 1) Settle(sample);
        }
        Settle(sample);
    }

    private static void Settle(ReferenceSample sample) => sample.SettleAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <remarks>Which messages are drawn follows from the first digits of the id: here they are spread evenly.</remarks>
    private static DecisionRecord Record(int number, DerivedFacts facts, Decision decision) => new()
    {
        Id = "d-" + ((uint)number * 2_654_435_769u).ToString("x8", System.Globalization.CultureInfo.InvariantCulture),
        Source = "bench",
        ExternalId = facts.MessageId,
        Revision = 1,
        MessageId = new MessageId(facts.MessageId),
        TicketId = new TicketId("t"),
        CustomerId = new CustomerId("c"),
        DecidedAt = facts.DecidedAt,
        MessageText = facts.Message.Text,
        Decision = decision,
    };
}
