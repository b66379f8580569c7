using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Replay;
using Escalation.Replay.Arms;
using Escalation.Replay.Reports;
using Escalation.Tests.History;
using Escalation.Tests.History.Synthetic;
using Escalation.Tests.Metrics;
using NodaTime;

namespace Escalation.Tests.Replay;

public sealed class ReplayEngineTests
{
    [Fact]
    public void Each_arm_forms_its_own_episodes_from_its_decisions_and_the_recorded_events()
    {
        using var result = SomeHistory.Run(SomeHistory.Records());
        var (baseline, candidate) = (result.Arms[0].Metrics, result.Arms[1].Metrics);
        Assert.Equal((.444444444, 9), baseline.Of("escalationRate"));      // lost, removed, both, moved of nine tickets
        Assert.Equal((.555555556, 9), candidate.Of("escalationRate"));     // unknown, found, false, both, moved
        Assert.Equal(new EpisodeBalance(4, 1, 3, 0, 0), baseline.Balance); // lost is resolved, both was reopened; the dismissal ends nothing in a replay
        Assert.Equal(new EpisodeBalance(5, 0, 5, 0, 0), candidate.Balance);
        Assert.Equal([(10L, 4L), (10L, 5L)], result.Arms.Select(a => (a.Messages, a.Bands[(int)Band.ImmediateEscalation])));
    }

    [Fact]
    public void Labels_join_the_episodes_of_each_arm()
    {
        using var result = SomeHistory.Run(SomeHistory.Records());
        Assert.Equal((.333333333, 3), result.Arms[0].Metrics.Of("falsePositiveRate"));     // removed of lost, removed, both
        Assert.Equal((.333333333, 3), result.Arms[1].Metrics.Of("falsePositiveRate"));     // false of found, false, both
        Assert.Equal((0d, 1), result.Arms[0].Metrics.Of("routingAccuracy"));               // both is for team two
        Assert.Equal((1d, 1), result.Arms[1].Metrics.Of("routingAccuracy"));
    }

    [Fact]
    public void A_rule_that_fired_on_a_ticket_that_was_merged_later_has_the_labels_of_the_one_that_stayed()
    {
        List<HistoryRecord> records =
        [
            SomeHistory.Message("gone", "an alarm", 0, "c"), SomeHistory.Message("stays", "an alarm", 1, "c"),
            Some.Event(EventKind.Merged, Some.Noon + Duration.FromHours(2), "gone") with { ToTicket = new TicketId("stays") },
            new Label
            {
                Id = "l",
                At = Some.Noon + Duration.FromHours(3),
                TicketId = new TicketId("stays"),
                Kind = LabelKind.Confirmed,
                Actor = new Actor("ann", ActorKind.Human),
                Origin = LabelOrigin.Agent,
            },
        ];
        using var merged = SomeHistory.Run(records, null, SomeHistory.Alarm);
        var rule = Assert.Single(merged.Arms[0].Rules, r => r.Rule == "keywords/alarm");
        Assert.Equal((2L, 1, 1, 0), (rule.Messages, rule.Tickets, rule.Needed, rule.Unknown));
    }

    [Fact]
    public void Without_a_label_the_bounds_say_what_could_be()
    {
        using var result = SomeHistory.Run(SomeHistory.Records());
        var candidate = result.Arms[1].Metrics;                             // five episodes, two of which nobody reviewed
        Assert.Equal((.4, 5), candidate.Of("falsePositiveRate.unreviewedShare"));
        Assert.Equal(.2, candidate.Find("falsePositiveRate.lowerBound")!.Value!.Value, 1e-9);
        Assert.Equal(.6, candidate.Find("falsePositiveRate.upperBound")!.Value!.Value, 1e-9);
        Assert.Equal(MetricStatus.NoLowerBound, candidate.Find("recall")!.Status);
        Assert.Equal((1, 1), (result.Comparisons[0].UnknownTickets, result.Comparisons[0].LabelsToSettle));
    }

    [Fact]
    public void Changed_decisions_are_listed_by_what_they_mean()
    {
        using var result = SomeHistory.Run(SomeHistory.Records());
        var comparison = Assert.Single(result.Comparisons);
        Assert.Equal("candidate-baseline", comparison.Name);
        Assert.Equal(
            ["LostTrueEscalation lost@0", "NewFalseAlarm false@4", "NewUnknown unknown@2", "NewTrueEscalation found@3", "RemovedFalseAlarm removed@1", "MovedInTime moved@6", "MovedInTime moved@30", "TeamMove both@5"],
            comparison.Examples.Select(e => $"{e.Kind} {e.Change.MessageId}"));
        Assert.Equal(8, comparison.Changes.Values.Sum());
        Assert.Equal((2, 2), comparison.Discordant);
        Assert.Equal(1, comparison.McNemar);
        var lost = comparison.Examples[0].Change;
        Assert.Equal((Band.ImmediateEscalation, "one", Band.None, ""), (lost.Before.Band, lost.Before.Team, lost.After.Band, lost.After.Team));
        Assert.Contains("alarm", lost.Before.Reasons, StringComparison.Ordinal);
    }

    [Fact]
    public void An_arm_against_itself_changes_nothing()
    {
        using var result = SomeHistory.Run(SomeHistory.Records(), null, SomeHistory.Alarm, SomeHistory.Alarm);
        Assert.Empty(result.Comparisons[0].Changes);
        Assert.All(result.Comparisons[0].Differences.Values, d => Assert.True(d.Value is null or 0));
        Assert.Equal(result.Arms[0].DecisionsHash, result.Arms[1].DecisionsHash);
    }

    [Fact]
    public void One_arm_alone_has_no_comparison()
    {
        using var result = SomeHistory.Run(SomeHistory.Records(), null, SomeHistory.Bell);
        Assert.Empty(result.Comparisons);
        Assert.Equal("candidate", Assert.Single(result.Arms).Arm.Name);
    }

    [Fact]
    public void The_window_counts_what_was_received_in_it_and_what_came_before_warms_up()
    {
        var records = SomeHistory.Records();
        using var late = SomeHistory.Run(records, new ReplayOptions { From = Some.Noon + Duration.FromHours(3), Workers = 1 });
        Assert.Equal(7, late.Arms[0].Messages);
        using var early = SomeHistory.Run(records, new ReplayOptions { To = Some.Noon + Duration.FromHours(3), Workers = 1 });
        Assert.Equal(3, early.Arms[0].Messages);
        Assert.Equal(2, early.Arms[0].Metrics.Balance.Total);
    }

    [Fact]
    public void The_report_has_the_same_hash_for_any_number_of_workers()
    {
        var records = Generated.History.Records.Take(12_000).ToList();
        var hashes = new List<string>();
        foreach (var workers in (int[])[1, 2, 5])
        {
            using var result = SomeHistory.Run(records, new ReplayOptions { Workers = workers }, SomeRules.Configuration, SomeHistory.Alarm);
            hashes.Add(ReportJson.HashOf(result));
        }
        Assert.Single(hashes.Distinct());
        Assert.Matches("^[0-9a-f]{64}$", hashes[0]);
    }

    [Fact]
    public void Cutting_the_future_off_changes_no_past_decision()
    {
        var records = Generated.History.Records.Take(14_000).ToList();
        var random = new Random(17);
        for (var round = 0; round < 6; round++)
        {
            var to = records[random.Next(10_000, records.Count)].Received;
            using var whole = SomeHistory.Run(records, new ReplayOptions { To = to, Workers = 1 }, SomeRules.Configuration);
            using var past = SomeHistory.Run([.. records.Where(r => r.Received < to)], null, SomeRules.Configuration);
            Assert.Equal((past.Arms[0].Messages, past.Arms[0].DecisionsHash), (whole.Arms[0].Messages, whole.Arms[0].DecisionsHash));
            Assert.True(past.Arms[0].Messages > 100);
        }
    }

    [Fact]
    public void Total_always_balances_and_pending_never_crashes_whatever_happened()
    {
        var random = new Random(29);
        for (var round = 0; round < 200; round++)
        {
            var records = WhateverHappens(random, 40);
            foreach (var isLive in (bool[])[false, true])
            {
                using var result = ReplayEngine.Run([new("arm", SomeHistory.Alarm, isLive)], records, new ReplayOptions { Workers = 1 }, TestContext.Current.CancellationToken);
                var balance = result.Arms[0].Metrics.Balance;
                Assert.Equal(balance.Total, balance.Resolved + balance.Pending + balance.Dismissed + balance.Merged);
                Assert.All(result.Arms[0].Metrics.Metrics.Values, m => Assert.Equal(m.N == 0, m.Value is null));
            }
        }
    }

    [Fact]
    public void Tickets_put_aside_and_read_back_change_nothing()
    {
        var random = new Random(41);
        var recalled = 0L;
        for (var round = 0; round < 300; round++)
        {
            var records = WhateverHappens(random, 80);
            foreach (var isLive in (bool[])[false, true])
                recalled += SameWhereverTicketsLie([new("arm", SomeHistory.Alarm, isLive), new("other", SomeHistory.Bell)], records, Duration.FromHours(random.Next(1, 60)));
        }
        Assert.True(recalled > 5_000, $"only {recalled} tickets were read back");
        recalled = SameWhereverTicketsLie([new("arm", SomeRules.Configuration, true), new("other", SomeHistory.Alarm)], [.. Generated.History.Records.Take(12_000)], Duration.FromHours(1));
        Assert.True(recalled > 300, $"only {recalled} tickets were read back");
    }

    /// <summary>Times that a ticket was read back.</summary>
    private static long SameWhereverTicketsLie(IReadOnlyList<ReplayArm> arms, IReadOnlyList<HistoryRecord> records, Duration settleAfter)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var held = ReplayEngine.Run(arms, records, new ReplayOptions { Workers = 1, AllSlices = true, SettleAfter = Duration.FromDays(10_000) }, cancellation);
        using var aside = ReplayEngine.Run(arms, records, new ReplayOptions { Workers = 1, AllSlices = true, SettleAfter = settleAfter }, cancellation);
        Assert.Equal(0, held.Recalled);
        Assert.Equal(ReportJson.HashOf(held), ReportJson.HashOf(aside));
        return aside.Recalled;
    }

    private static List<HistoryRecord> WhateverHappens(Random random, int most)
    {
        EventKind[] kinds = [EventKind.Resolved, EventKind.Closed, EventKind.Reopened, EventKind.Merged, EventKind.Escalated, EventKind.Assigned, EventKind.Acknowledged, EventKind.Snoozed];
        var labels = new List<Label>();
        return [.. Enumerable.Range(0, random.Next(1, most)).Select(HistoryRecord (i) =>
        {
            var (ticket, at) = ("t" + random.Next(5), Some.Noon + Duration.FromHours(random.Next(0, 900)));
            if (random.Next(2) == 0) return SomeHistory.Message(ticket, random.Next(3) == 0 ? "nothing" : "an alarm", random.Next(0, 900)) with { Id = "m" + i, ExternalId = "m" + i };
            if (random.Next(4) != 0) return Some.Event(kinds[random.Next(kinds.Length)], at, ticket) with { Id = "e" + i, ToTicket = new TicketId("t" + random.Next(5)), Band = Band.PriorityEscalation };
            var undone = labels.Count > 0 && random.Next(3) == 0 ? labels[random.Next(labels.Count)] : null;
            var label = SomeOutcomes.Label("l" + i, random.Next(2) == 0 ? LabelKind.Dismissed : LabelKind.Confirmed, at, undone?.TicketId.Value ?? ticket);
            if (undone is not null) label = label with { Kind = LabelKind.Undone, Undoes = undone.Id };
            labels.Add(label);
            return label;
        }).Order(HistoryOrder.Instance)];
    }

    [Fact]
    public void One_problem_that_hits_many_is_one_episode_with_its_members_linked()
    {
        List<HistoryRecord> records = [.. Enumerable.Range(0, 8).Select(i => Some.Message("The app crashes with an error", Some.Noon + Duration.FromMinutes(i), "t" + i, "c" + i, product: "app", id: "m" + i) with { Language = "en" })];
        using var result = SomeHistory.Run(records, null, SomeRules.Configuration);
        Assert.Equal(4, result.Arms[0].Rules.Single(r => r.Rule == "multi_user_incident").Messages);      // the fifth to the eighth
        Assert.Equal(1, result.Arms[0].Metrics.Balance.Total);
        using var slow = SomeHistory.Run([.. records.Select((r, i) => r with { At = Some.Noon + Duration.FromMinutes(i * 61) })], null, SomeRules.Configuration);
        Assert.DoesNotContain(slow.Arms[0].Rules, r => r.Rule == "multi_user_incident");
    }

    [Fact]
    public void Late_and_unordered_delivery_is_decided_by_what_was_known()
    {
        // The second message was written before the first but arrives after it: the first decision cannot see it, the third sees both.
        var first = SomeHistory.Message("t1", "nothing", 10) with { CustomerId = new("c") };
        var late = SomeHistory.Message("t1", "nothing", 2) with { CustomerId = new("c"), ReceivedAt = Some.Noon + Duration.FromHours(12) };
        var third = SomeHistory.Message("t1", "nothing", 20) with { CustomerId = new("c") };
        var configuration = SomeRules.Of(SomeRules.Signal("contacts", "contacts.SameIssue7d > 1", "repeat_contact", .7), SomeRules.Signal("many", "contacts.SameIssue7d > 2", "keyword_match", .7));
        using var result = SomeHistory.Run([first, late, third], null, configuration);
        Assert.Equal([("contacts", 1L), ("many", 1L)], result.Arms[0].Rules.Select(r => (r.Rule, r.Messages)));      // 1, then 1 (it is the first by its own time), then 3
    }

    [Fact]
    public void Late_delivery_read_from_shuffled_files_is_decided_as_it_was_live()
    {
        var random = new Random(31);
        var live = Generated.History.Records.TakeLast(4000).Concat(SomeHistory.Records())
            .Select(r => random.Next(4) == 0 ? r with { ReceivedAt = r.Received + Duration.FromMinutes(random.Next(1, 4000)) } : r)
            .Select(r => Lines.Read(Lines.Of(r)).Record!).Order(HistoryOrder.Instance).ToList();
        using var inOrder = SomeHistory.Run(live, null, SomeRules.Configuration);
        var shuffled = live.Select(Lines.Of).ToArray();
        random.Shuffle(shuffled);
        using var folder = new ScratchFolder();
        var files = new[] { folder.Write("a.jsonl", shuffled[..1500]), folder.Write("b.jsonl", shuffled[1500..]) };
        var source = HistorySource.Open(files, HistoryReadOptions.Strict, out _)!;
        using var fromFiles = ReplayEngine.Run([new("candidate", SomeRules.Configuration)], source, new ReplayOptions { Workers = 2 }, TestContext.Current.CancellationToken);
        Assert.Equal((inOrder.Arms[0].Messages, inOrder.Arms[0].DecisionsHash), (fromFiles.Arms[0].Messages, fromFiles.Arms[0].DecisionsHash));
        Assert.Equal(ReportJson.HashOf(inOrder), ReportJson.HashOf(fromFiles));
        Assert.True(inOrder.View.OutOfOrder > 50, "nothing came out of order");
    }

    [Fact]
    public void Cancelling_ends_between_two_records()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => ReplayEngine.Run([new("arm", SomeHistory.Alarm)], SomeHistory.Records(), new ReplayOptions(), source.Token));
    }
}
