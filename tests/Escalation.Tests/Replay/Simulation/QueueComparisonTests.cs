using Escalation.Core.Decisions;
using Escalation.Replay.Analysis;
using Escalation.Replay.Simulation;

namespace Escalation.Tests.Replay.Simulation;

public sealed class QueueComparisonTests
{
    private static readonly QueueOptions Options = new() { Seeds = 4, Availability = 1, MisplacedMinutes = .2 };

    private static SimulationReport Run(QueueTrace trace, QueueOptions? options = null) =>
        QueueComparison.Run(trace, SomeQueue.Always(1), HandlingTimes.Exponential(1), options ?? Options, TestContext.Current.CancellationToken);

    /// <summary>Work that was in fact served first-in-first-out at a load, one in twelve needed, of which four in five are flagged, and of the others one in twenty.</summary>
    private static QueueTrace Trace(double load, ulong recordedSeed = 77, int count = 4000)
    {
        var random = new Random(5);
        var jobs = SomeQueue.Poisson(9, count, load, 1);
        WorkItem[] items = [.. jobs.Select((j, i) =>
        {
            var needed = random.NextDouble() < 1 / 12.0;
            var flagged = random.NextDouble() < (needed ? .8 : .05);
            return new WorkItem
            {
                Number = i,
                TicketId = new($"t{i}"),
                ArrivalMs = j.ArrivalMs,
                AnsweredMs = 0,
                Team = "team",
                NeedMs = j.ArrivalMs,
                Needed = needed,
                Flag = flagged ? new Flag(j.ArrivalMs, Band.PriorityEscalation, .7, "team", j.ArrivalMs + 240 * SomeQueue.Minute) : null,
            };
        })];
        var planned = new JobPlanner(items, ["team"], Options).Plan(QueueArm.FirstInFirstOut, JobPlanner.Handling(items, HandlingTimes.Exponential(1), recordedSeed));
        var run = SomeQueue.Run(planned, SomeQueue.Always(1));
        return new QueueTrace([.. items.Select((item, i) => item with { AnsweredMs = run.EndMs[i] })], 0, [], [], [], HasTruth: true);
    }

    [Fact]
    public void Work_that_came_from_a_queue_is_reproduced_and_what_is_needed_is_answered_sooner_at_the_cost_of_the_others()
    {
        var report = Run(Trace(.8, count: 30_000));
        Assert.True(report.Check.IsValid, report.Check.Refusal);
        var against = report.Comparisons.Single(c => c.Needed is { Arm: QueueArm.Candidate, Baseline: QueueArm.FirstInFirstOut });
        Assert.InRange(against.Needed!.Mean.Value, .4, .65);      // by Cobham, false alarms free: .48
        Assert.True(against.Others!.Mean.Value < 0, "somebody pays for it");
        Assert.InRange(report.Capture!.Value, .5, 1);
        Assert.True(against.Needed.OverDays.Low < against.Needed.OverDays.Value && against.Needed.OverDays.Value < against.Needed.OverDays.High);
        Assert.Contains("sooner", SimulationText.Write([new ArmSimulation("candidate", report, [])]), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_claimed_where_the_recorded_times_are_not_those_of_the_queue()
    {
        var trace = Trace(.85);
        var report = Run(trace with { Items = [.. trace.Items.Select(i => i with { AnsweredMs = i.AnsweredMs + (i.AnsweredMs - i.ArrivalMs) / 2 })] });
        Assert.False(report.Check.IsValid);
        Assert.Contains("median -", report.Check.Refusal, StringComparison.Ordinal);
        Assert.Empty(report.Arms);
        Assert.Empty(report.Comparisons);
        Assert.DoesNotContain("sooner", SimulationText.Write([new ArmSimulation("candidate", report, [])]), StringComparison.Ordinal);
    }

    [Fact]
    public void Availability_is_found_on_the_first_half_where_agents_gave_half_of_their_time()
    {
        var trace = Trace(.8);
        var half = QueueComparison.Run(trace, SomeQueue.Always(1), HandlingTimes.Exponential(.5), Options with { Availability = null }, TestContext.Current.CancellationToken);
        Assert.InRange(half.Teams[0].Availability, .45, .55);     // half the work in the same time
        Assert.True(half.Check.N < trace.Items.Count * .55);
    }

    [Fact]
    public void A_report_depends_on_the_seed_and_not_on_the_number_of_threads()
    {
        var trace = Trace(.7, count: 800);
        string Json(QueueOptions options) => RuleAnalysisJson.Write(Run(trace, options));
        Assert.Equal(Json(Options with { Workers = 1 }), Json(Options with { Workers = 4 }));
        Assert.NotEqual(Json(Options), Json(Options with { Seed = 2 }));
    }

    [Fact]
    public void An_item_takes_the_same_time_in_every_arm_of_a_seed_and_another_one_in_another_seed()
    {
        var items = Trace(.7, count: 300).Items;
        var planner = new JobPlanner(items, ["team"], Options);
        var (one, other) = (JobPlanner.Handling(items, HandlingTimes.Exponential(1), 1), JobPlanner.Handling(items, HandlingTimes.Exponential(1), 2));
        foreach (var arm in Enum.GetValues<QueueArm>())
            Assert.Equal(one, planner.Plan(arm, one).Select(j => (j.ChangedVisits.Count > 0 ? j.ChangedVisits : j.Visits)[^1].ServiceMs));
        Assert.True(one.Zip(other).Count(p => p.First == p.Second) < 10);
    }

    [Fact]
    public void A_false_alarm_costs_its_team_time_and_then_waits_as_it_would_have()
    {
        var item = Trace(.7, count: 10).Items[0] with { Needed = false, Flag = new Flag(0, Band.ImmediateEscalation, .9, "senior", 1), MovedFrom = "first" };
        string[] teams = ["first", "senior", "team"];
        var jobs = new JobPlanner([item], teams, Options).Plan(QueueArm.Candidate, [60_000]);
        Assert.Equal([(1, 12_000L), (0, 12_000L), (2, 60_000L)], jobs[0].Visits.Select(v => (v.Team, v.ServiceMs)));
        var misrouted = new JobPlanner([item with { Needed = true, RightTeam = "first" }], teams, Options).Plan(QueueArm.Candidate, [60_000]);
        Assert.Equal([(1, 12_000L), (0, 60_000L)], misrouted[0].Visits.Select(v => (v.Team, v.ServiceMs)));
        Assert.True(misrouted[0].Visits[1].Key.Class < jobs[0].Visits[1].Key.Class);
    }
}
