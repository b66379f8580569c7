using Escalation.Core.Metrics;
using NodaTime;
using static Escalation.Tests.Metrics.SomeOutcomes;

namespace Escalation.Tests.Metrics;

public sealed class UnknownLabelsTests
{
    [Fact]
    public void The_bounds_of_an_arm_take_all_that_is_unknown_one_way_and_the_other()
    {
        var bounds = UnknownLabels.Of(new Outcomes(
            [Ticket("a", needed: true), Ticket("b", needed: true), Ticket("c", needed: false), Ticket("d"), Ticket("e"), Ticket("f")],
            [
                Episode("a").Said(ReviewVerdict.Confirmed).Routed("one", "one"), Episode("c").Said(ReviewVerdict.Dismissed).Routed("one", "two"),
                Episode("d").Routed("one", null), Episode("x").Said(ReviewVerdict.ProcessError),
            ], AsOf));
        Assert.Equal(new UnknownBounds(.333333333, .666666667, 2, 1), bounds["falsePositiveRate"]);    // 1 of 3, 2 of 3; the process error is in neither
        Assert.Equal(new UnknownBounds(.25, .666666667, 2, 3), bounds["recall"]);                      // 1 of a, b, e, f; a and d of a, b, d
        Assert.Equal(new UnknownBounds(.333333333, .666666667, 2, 1), bounds["routingAccuracy"]);
    }

    [Fact]
    public void What_both_arms_do_alike_cannot_turn_the_sign_of_their_difference()
    {
        // Both escalate u1 .. u6 and nobody said whether that was needed; the arm also finds one that was.
        var shared = Enumerable.Range(1, 6).Select(i => Episode($"u{i}")).ToList();
        TicketOutcome[] tickets = [.. Enumerable.Range(1, 6).Select(i => Ticket($"u{i}")), Ticket("found", needed: true)];
        var open = Between(tickets, shared, [.. shared, Episode("found").Said(ReviewVerdict.Confirmed)])["recall"];
        Assert.Equal((0, 0, true), (open.Tickets, open.LabelsToSettle, open.IsSettled));
        Assert.Equal((.142857143, 1), (open.Low, open.High));      // 1 of 7 where all are needed, 1 of 1 where none is
    }

    [Fact]
    public void The_bounds_of_a_difference_hold_for_every_labelling_and_are_reached_by_one()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            var tickets = Enumerable.Range(0, 7).Select(i => Ticket($"t{i}", needed: random.Next(3) switch { 0 => true, 1 => false, _ => null })).ToList();
            var (before, after) = (Arm(), Arm());
            var open = Between(tickets, before, after);
            var unknown = tickets.Where(t => t.Needed is null).Select(t => t.TicketId).ToList();
            var (recalls, alarms) = (new List<double>(), new List<double>());
            for (var bits = 0; bits < 1 << unknown.Count; bits++)
            {
                bool? NeedOf(TicketOutcome ticket) => unknown.IndexOf(ticket.TicketId) is var at && at < 0 ? ticket.Needed : (bits & (1 << at)) != 0;
                var labelled = tickets.Select(t => t with { Needed = NeedOf(t) }).ToList();
                var (was, isNow) = (Measure(labelled, Labelled(before)), Measure(labelled, Labelled(after)));
                if (isNow.Minus(was)["recall"].Value is { } recall) recalls.Add(recall);
                if (isNow.Minus(was)["falsePositiveRate"].Value is { } rate) alarms.Add(rate);

                IEnumerable<EpisodeOutcome> Labelled(IEnumerable<EpisodeOutcome> arm) =>
                    arm.Select(e => e.Said(labelled.Single(t => t.TicketId == e.TicketId).Needed == true ? ReviewVerdict.Confirmed : ReviewVerdict.Dismissed));
            }
            if (recalls.Count > 0 && recalls.Count == 1 << unknown.Count) AssertReached(recalls, open["recall"], round);
            if (alarms.Count > 0) AssertReached(alarms, open["falsePositiveRate"], round);

            List<EpisodeOutcome> Arm() => [.. tickets.Where(_ => random.Next(2) == 0).Select(t => Episode(t.TicketId.Value).Said(t.Needed switch
            {
                true => ReviewVerdict.Confirmed,
                false => ReviewVerdict.Dismissed,
                _ => ReviewVerdict.Unreviewed,
            }))];
        }

        static void AssertReached(List<double> found, UnknownDifference open, int round)
        {
            Assert.True(Math.Abs(found.Min() - open.Low) < 1e-8, $"round {round}: least {found.Min()}, bound {open.Low}");
            Assert.True(Math.Abs(found.Max() - open.High) < 1e-8, $"round {round}: most {found.Max()}, bound {open.High}");
        }
    }

    [Fact]
    public void So_many_blind_labels_tell_the_sign_as_the_sample_size_of_a_finite_population_asks()
    {
        // 100 tickets only the arm escalates, nobody said anything; of 20 known ones that only the arm escalates 15 are needed, and it loses 40.
        var known = Enumerable.Range(0, 20).Select(i => Ticket($"k{i}", needed: i < 15)).ToList();
        var lost = Enumerable.Range(0, 40).Select(i => Ticket($"l{i}", needed: true)).ToList();
        var unknown = Enumerable.Range(0, 100).Select(i => Ticket($"u{i}")).ToList();
        var open = Between([.. known, .. lost, .. unknown], lost.Select(t => Episode(t.TicketId.Value)), known.Concat(unknown).Select(t => Episode(t.TicketId.Value)))["recall"];
        // Tickets treated apart that are known: 60, needed 55: share p = 11/12. Sum expected: 15 - 40 + 100 p = 66.67; S = sqrt(p (1 - p)) = .2764.
        // 1/n = 66.67^2 / (1.96 x .2764 x 100)^2 + 1/100 = 1.5145 + .01, n = .656: one label is enough, although the worst case is -25.
        Assert.Equal((100, 1), (open.Tickets, open.LabelsToSettle));
        Assert.True(open.Low < 0 && open.High > 0);

        // With only 5 of the known needed and 8 lost: p = 13/28 = .4643, S = .4987, sum = 5 - 8 + 10 x .4643 = 1.643 over ten unknown ones:
        // 1/n = 1.643^2 / (1.96 x .4987 x 10)^2 + 1/10 = .02825 + .1, n = 7.8.
        var few = Enumerable.Range(0, 20).Select(i => Ticket($"k{i}", needed: i < 5)).ToList();
        var some = Between([.. few, .. lost.Take(8), .. unknown.Take(10)], lost.Take(8).Select(t => Episode(t.TicketId.Value)), few.Concat(unknown.Take(10)).Select(t => Episode(t.TicketId.Value)))["recall"];
        Assert.Equal((10, 8), (some.Tickets, some.LabelsToSettle));
    }

    [Fact]
    public void The_right_team_of_a_ticket_is_one_and_the_same_for_both_arms()
    {
        // Known: both send k to its team. Unknown: u goes to one before and to two after, s to one in both.
        TicketOutcome[] tickets = [Ticket("k"), Ticket("u"), Ticket("s")];
        EpisodeOutcome[] before = [Episode("k").Routed("one", "one"), Episode("u").Routed("one", null), Episode("s").Routed("one", null)];
        EpisodeOutcome[] after = [Episode("k").Routed("one", "one"), Episode("u").Routed("two", null), Episode("s").Routed("one", null)];
        var open = Between(tickets, before, after)["routingAccuracy"];
        Assert.Equal((-.333333333, .333333333, 1), (open.Low, open.High, open.Tickets));
        Assert.Equal(1, open.LabelsToSettle);
    }

    [Fact]
    public void Without_an_episode_or_a_ticket_nothing_is_open()
    {
        Assert.Empty(UnknownLabels.Of(new Outcomes([], [], AsOf)));
        Assert.Empty(Between([], [], []));
        var young = Ticket("young", at: AsOf - Duration.FromDays(3));
        Assert.Empty(Between([young], [], [Episode("young", at: young.CreatedAt)]));      // its labels may still come
    }

    private static IReadOnlyDictionary<string, UnknownDifference> Between(IReadOnlyList<TicketOutcome> tickets, IEnumerable<EpisodeOutcome> before, IEnumerable<EpisodeOutcome> after) =>
        UnknownLabels.Between(new Outcomes(tickets, before, AsOf), new Outcomes(tickets, after, AsOf));
}
