using System.Text.Json;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Replay;
using Escalation.Replay.Collecting;
using Escalation.Replay.Reports;
using Escalation.Tests.History.Synthetic;
using Escalation.Tests.Metrics;
using NodaTime;

namespace Escalation.Tests.Replay;

public sealed class SliceTests
{
    private static readonly ReplayOptions Sliced = new() { Workers = 1, AllSlices = true };

    /// <summary>So many tickets that needed an escalation, one a customer, with a label that says so; a last message 40 days on makes them mature.</summary>
    private static IEnumerable<HistoryRecord> Needed(string name, Channel channel, string text, int count) => Enumerable.Range(0, count).SelectMany(IEnumerable<HistoryRecord> (i) =>
    [
        SomeHistory.Message($"{name}{i}", text, 0) with { Channel = channel },
        SomeOutcomes.Label($"{name}{i}", LabelKind.Missed, Some.Noon + Duration.FromHours(5), $"{name}{i}"),
    ]);

    private static List<HistoryRecord> BetterByMailWorseByChat() =>
        [.. Needed("mail", Channel.Email, "a bell", 200).Concat(Needed("chat", Channel.Chat, "an alarm", 40)).Append(SomeHistory.Message("late", "nothing", 24 * 40)).Order(HistoryOrder.Instance)];

    [Fact]
    public void A_change_that_looks_good_on_all_tickets_but_loses_true_escalations_in_one_slice_is_caught_by_the_gate()
    {
        using var result = SomeHistory.Run(BetterByMailWorseByChat(), Sliced);
        var all = result.Comparisons[0].Differences["recall"];
        Assert.Equal(.666666667, all.Value!.Value, 1e-9);                                       // 200 of 240 against 40 of 240
        Assert.True(all.Low > .5, "the change does not look good");
        Assert.Empty(Failures("""{"metric":"recall","difference":true,"bound":"low","min":-0.05}"""));
        Assert.Empty(Failures("""{"metric":"recall","difference":true,"bound":"low","min":-0.05,"slice":"channel=email"}"""));
        Assert.StartsWith("recall, difference candidate-baseline, slice channel=chat: low end -1", Assert.Single(Failures("""{"metric":"recall","difference":true,"bound":"low","min":-0.05,"slice":"channel=chat"}""")),
            StringComparison.Ordinal);
        Assert.Single(Failures("""{"metric":"recall","arm":"candidate","min":0.5,"slice":"channel=chat"}"""));

        IEnumerable<string> Failures(string check) =>
            GateParser.Parse($$"""{"checks":[{{check}}]}""", "gate.json").Definition!.Evaluate(result.GateArms, result.GateDifferences).Select(f => f.Text);
    }

    [Fact]
    public void A_slice_is_what_a_replay_of_its_tickets_alone_measures()
    {
        var records = BetterByMailWorseByChat();
        using var whole = SomeHistory.Run(records, Sliced);
        using var chats = SomeHistory.Run([.. records.Where(r => r is Message { Channel: Channel.Chat } or Label { TicketId.Value: ['c', ..] } or Message { TicketId.Value: "late" })], new ReplayOptions { Workers = 1 });
        foreach (var id in (string[])["recall", "falsePositiveRate", "averageResolutionHours"])
        {
            Assert.Equal(chats.Arms[1].Metrics.Metrics[id], whole.Arms[1].Slices["channel=chat"].Metrics[id]);
            Assert.Equal(chats.Comparisons[0].Differences[id], whole.Comparisons[0].Slices["channel=chat"][id]);
        }
        Assert.Equal((1d, 40), whole.Arms[0].Slices["channel=chat"].Of("escalationRate"));
        Assert.Equal((0d, 40), whole.Arms[1].Slices["channel=chat"].Of("escalationRate"));
    }

    [Fact]
    public void The_slices_of_every_dimension_add_up_to_all_tickets_for_both_arms()
    {
        var records = Generated.History.Records.Take(12_000).ToList();
        using var result = SomeHistory.Run(records, Sliced, SomeRules.Configuration, SomeHistory.Alarm);
        var tickets = result.Arms[0].Metrics.Find("escalationRate")!.N;
        var dimensions = result.Slices.GroupBy(s => s.Dimension, StringComparer.Ordinal).ToList();
        Assert.Equal(["channel", "product", "tier", "language", "team", "hour"], dimensions.Select(d => d.Key).Where(k => k != "brand"));
        foreach (var dimension in dimensions.Where(d => d.Key != "brand"))
        {
            Assert.Equal((dimension.Key, tickets), (dimension.Key, dimension.Sum(s => s.Tickets)));
            foreach (var arm in result.Arms) Assert.Equal((dimension.Key, tickets), (dimension.Key, dimension.Sum(s => arm.Slices[s.Name].Find("escalationRate")!.N)));
        }
    }

    [Fact]
    public void Small_slices_and_those_without_data_are_shown_as_such()
    {
        using var result = SomeHistory.Run(BetterByMailWorseByChat(), Sliced);
        var slices = JsonDocument.Parse(ReportJson.Write(result, new ReportProvenance([], null, null, Some.Noon, Duration.Zero, 1))).RootElement.GetProperty("slices");
        Assert.Equal((40, false), SizeOf("channel=chat"));
        Assert.Equal((200 + 40 + 1, false), SizeOf("hour=12"));
        var routing = slices.GetProperty("channel=chat").GetProperty("differences").GetProperty("candidate-baseline").GetProperty("routingAccuracy");
        Assert.Equal(("no_data", JsonValueKind.Null), (routing.GetProperty("status").GetString(), routing.GetProperty("value").ValueKind));
        using var few = SomeHistory.Run(SomeHistory.Records(), Sliced);
        Assert.True(Assert.Single(few.Slices, s => s.Name == "channel=email") is { Tickets: 9, IsSmall: true });
        var text = ReportText.Write(few, new ReportProvenance([], null, null, Some.Noon, Duration.Zero, 1));
        Assert.Matches(@"channel=email +9  0\.444 -> 0\.556 \[-?[0-9.]+, [0-9.]+\] 9\* +0\.333 -> 0\.333", text);

        (int, bool) SizeOf(string name) => (slices.GetProperty(name).GetProperty("tickets").GetInt32(), slices.GetProperty(name).GetProperty("small").GetBoolean());
    }

    [Fact]
    public void Of_a_dimension_with_very_many_values_the_largest_are_shown_and_the_rest_is_counted()
    {
        List<HistoryRecord> records = [.. Enumerable.Range(0, 100).Select(i => SomeHistory.Message("t" + i, "nothing", 0) with { Brand = "b" + (i < 10 ? 0 : i) })];
        using var result = SomeHistory.Run(records, Sliced with { Slices = ["brand=b99", "brand=none"] });
        var brands = result.Slices.Where(s => s.Dimension == "brand").ToList();
        Assert.Equal(41, brands.Count);                                      // the forty largest and the one asked for; nothing lies in brand=none
        Assert.Contains(new SliceSize("brand=b0", 10), brands);
        Assert.Contains(new SliceSize("brand=b99", 1), brands);
        Assert.Equal((50, 50), result.SlicesLeftOut["brand"]);
        Assert.Contains("brand: 50 smaller values with 50 tickets not shown", ReportText.Write(result, new ReportProvenance([], null, null, Some.Noon, Duration.Zero, 1)), StringComparison.Ordinal);
    }
}
