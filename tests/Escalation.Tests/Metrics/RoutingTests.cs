using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using static Escalation.Tests.Metrics.SomeOutcomes;

namespace Escalation.Tests.Metrics;

public sealed class RoutingTests
{
    [Fact]
    public void Accuracy_is_first_team_right_over_episodes_with_a_known_right_team()
    {
        // Right team support: 4 of which 3 assigned right. Right team on-call: 1, assigned wrong. One unknown.
        // Accuracy 3/5; macro (3/4 + 0/1) / 2 = .375; robot 3/4, person 0/1; unknown 1/6; moves (0+0+0+1+2+0)/6 = .5.
        var metrics = Measure(
            Episode("t1").Routed("support", "support"), Episode("t2").Routed("support", "support"), Episode("t3").Routed("support", "support"),
            Episode("t4").Routed("executive", "support") with { TeamMoves = 1 },
            Episode("t5").Routed("support", "on-call") with { TeamMoves = 2, FirstTeamBy = ActorKind.Human },
            Episode("t6").Routed("support", null), Episode("t7"));
        Assert.Equal((.6, 5), metrics.Of("routingAccuracy"));
        Assert.Equal((.375, 5), metrics.Of("routingAccuracy.macro"));
        Assert.Equal((.75, 4), metrics.Of("routingAccuracy.robot"));
        Assert.Equal((0d, 1), metrics.Of("routingAccuracy.human"));
        Assert.Equal((.166666667, 6), metrics.Of("routingAccuracy.unknownShare"));
        Assert.Equal((.5, 6), metrics.Of("routingAccuracy.moves"));
        Assert.Equal(["executive", "on-call", "support"], metrics.Routing.Teams);
        Assert.Equal([[0, 0, 0], [0, 0, 1], [1, 0, 3]], metrics.Routing.Counts);   // [right][assigned]
    }

    [Fact]
    public void No_known_right_team_is_no_data()
    {
        var metrics = Measure(Episode("t1").Routed("support", null));
        Assert.Equal(MetricValue.NoData("share"), metrics.Find("routingAccuracy"));
        Assert.Equal(MetricValue.NoData("share"), metrics.Find("routingAccuracy.macro"));
    }
}
