using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Replay;
using NodaTime;

namespace Escalation.Tests.Replay.Coverage;

/// <summary>Whether the 95 % intervals of a replay hold what they claim: over many small histories of the same customers' world they cover what is so there.</summary>
/// <remarks>
/// A history: 100 customers of two tempers, with 1 to 8 tickets each, so that rows of one customer are alike; two arms; labels from agents on some of the live
/// escalations, and from a blind audit of the rest. What is so is counted over 200,000 further customers, or, for bounds, over the history itself with nothing unknown.
/// The table is seen by: Escalation.Tests -class "*CoverageTests" -showliveoutput
/// </remarks>
public sealed class CoverageTests
{
    private const int Customers = 100;
    private static readonly int[] TicketsOfCustomer = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 5, 8];

    private static readonly Configuration Alarm = Arm("alarm", "second");
    private static readonly Configuration Bell = Arm("bell", "other");

    private static readonly string[] Details =
    [
        "escalationRate.machine", "escalationRate.human", "escalationRate.episodesPerTicket", "falsePositiveRate.unreviewedShare", "falsePositiveRate.lowerBound", "falsePositiveRate.upperBound",
        "falsePositiveRate.classic", "routingAccuracy.macro", "routingAccuracy.unknownShare", "averageResolutionHours.median", "averageResolutionHours.p90", "averageResolutionHours.restrictedMean",
    ];

    private static readonly Lazy<(ArmTruth Alarm, ArmTruth Bell)> World = new(() => TruthOf(Draw(new Random(1), 200_000)));

    [Fact]
    public void Intervals_of_120_histories_cover_the_truth_about_as_often_as_they_say() => Study(120, least: .88, most: 1);

    [Fact, Trait("Category", "Long")]
    public void Intervals_of_2000_histories_cover_the_truth_in_93_to_97_of_100() => Study(2000, least: .93, most: .97);

    private static void Study(int histories, double least, double most)
    {
        var study = new CoverageTable();
        Parallel.For(0, histories, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, seed =>
        {
            var tickets = Draw(new Random(1000 + seed), Customers).ToList();
            List<HistoryRecord> records = [.. tickets.SelectMany(t => t.Records()), Some.Event(EventKind.Acknowledged, Some.Noon + Duration.FromDays(400), "none")];
            records.Sort(HistoryOrder.Instance);
            using var result = ReplayEngine.Run([new("alarm", Alarm), new("bell", Bell)], records, new ReplayOptions { Workers = 1 }, TestContext.Current.CancellationToken);
            lock (study) Take(study, result, TruthOf(tickets));
        });
        TestContext.Current.TestOutputHelper?.WriteLine(study.ToString());
        Assert.Empty(study.Outside(least, most));
    }

    private static void Take(CoverageTable study, ReplayResult result, (ArmTruth Alarm, ArmTruth Bell) own)
    {
        var (arm, comparison) = (result.Arms[1], result.Comparisons[0]);
        foreach (var id in MetricIds.All.Concat(Details))
        {
            if (id == MetricIds.Pending)
            {
                study.Bound("pending", own.Bell.Pending, arm.Metrics.Metrics[id].Low, arm.Metrics.Metrics[id].High);
                continue;
            }
            study.Interval(id, World.Value.Bell.Find(id)!.Value, arm.Metrics.Find(id)!);
            if (comparison.Differences.TryGetValue(id, out var difference)) study.Interval("difference of " + id, World.Value.Bell.Find(id)!.Value - World.Value.Alarm.Find(id)!.Value, difference);
        }
        foreach (var (id, truth) in new[] { (MetricIds.FalsePositiveRate, "everyAlarm"), (MetricIds.Recall, MetricIds.Recall), (MetricIds.RoutingAccuracy, "everyRoute") })
        {
            if (own.Bell.Find(truth) is not { } now) continue;
            study.Bound("bounds of " + id, now, arm.Unknown[id].Low, arm.Unknown[id].High);
            if (own.Alarm.Find(truth) is { } was) study.Bound("bounds of the difference of " + id, now - was, comparison.Unknown[id].Low, comparison.Unknown[id].High);
        }
        if (arm.Metrics.Find("falsePositiveRate.lowerBound") is { Low: { } low } && arm.Metrics.Find("falsePositiveRate.upperBound") is { High: { } high })
            study.Bound("bounds with their intervals", World.Value.Bell.Find("everyAlarm")!.Value, low, high);
    }

    private static (ArmTruth Alarm, ArmTruth Bell) TruthOf(IEnumerable<DrawnTicket> tickets)
    {
        var (alarm, bell) = (new ArmTruth(isBell: false), new ArmTruth(isBell: true));
        foreach (var ticket in tickets)
        {
            alarm.Take(ticket);
            bell.Take(ticket);
        }
        return (alarm, bell);
    }

    private static IEnumerable<DrawnTicket> Draw(Random random, int customers)
    {
        for (var i = 0; i < customers; i++)
        {
            var (isAngry, count) = (random.NextDouble() < .3, TicketsOfCustomer[random.Next(TicketsOfCustomer.Length)]);
            for (var number = 0; number < count; number++) yield return DrawnTicket.Draw(random, "c" + i, number, isAngry);
        }
    }

    private static Configuration Arm(string word, string teamWord) => SomeRules.Of([SomeRules.Signal("never", "contacts.Last7d > 999", "repeat_contact", .5)],
        $$"""
        [{"WorkflowName":"routing","Rules":[
          {"RuleName":"two","Expression":"keywords.Has(\"{{teamWord}}\")","Properties":{"team":"two","priority":"high","slaHours":4,"calendar":"always"} },
          {"RuleName":"one","Expression":"true","Properties":{"team":"one","priority":"high","slaHours":4,"calendar":"always"} }]}]
        """,
        ("teams.json", """{"teams":{"one":{"name":"1"},"two":{"name":"2"},"general-escalation":{"name":"G"}}}"""),
        ("keywords.json", $$"""{"classes":{"{{word}}":{"trigger":"legal_or_compliance","confidence":0.9,"words":["{{word}}"]},"{{teamWord}}":{"confidence":0.5,"words":["{{teamWord}}"]} } }"""));
}
