using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Routing;
using NodaTime;

namespace Escalation.Tests.Routing;

/// <summary>The tiers of DESIGN.md through Derive and Decide with the default rules.</summary>
public sealed class DefaultRoutingTests
{
    private static Route RouteOf(ContextFacts? context = null, IncidentFacts? incident = null, Instant? at = null) =>
        DecisionEngine.Decide(SomeFacts.Of(.95, context: context, incident: incident, at: at), SomeRules.Configuration).Route!;

    private static ContextFacts Context(IssueType? issue = null, int severity = 0, BusinessImpact impact = BusinessImpact.None, string? product = null, params string[] urgency) => new()
    {
        ProductFound = new(product, product is null ? 0 : 1),
        IssueTypeFound = new(issue, issue is null ? 0 : 1),
        ImpactFound = new(impact, 1),
        Severity = severity,
        Urgency = urgency,
    };

    public static TheoryData<ContextFacts, string, TicketPriority, double> Tiers => new()
    {
        { Context(impact: BusinessImpact.Critical), "executive", TicketPriority.Urgent, 1 },
        { Context(IssueType.Technical, 9), "senior-engineer", TicketPriority.Urgent, 2 },
        { Context(urgency: "outage"), "on-call", TicketPriority.Urgent, 1 },
        { Context(IssueType.Billing), "senior-support", TicketPriority.High, 4 },
        { Context(product: "app"), "senior-support", TicketPriority.High, 4 },
        { Context(), "general-escalation", TicketPriority.High, 4 },
        { Context(IssueType.Other), "general-escalation", TicketPriority.High, 4 },
    };

    [Theory, MemberData(nameof(Tiers))]
    public void Every_tier_has_its_team_priority_and_hours(ContextFacts context, string team, TicketPriority priority, double hours)
    {
        var route = RouteOf(context);
        Assert.Equal((team, priority, hours), (route.Team, route.Priority, route.SlaHours));
    }

    [Fact]
    public void An_active_incident_goes_to_on_call_around_the_clock()
    {
        var night = Instant.FromUtc(2026, 3, 7, 3, 0);                  // a Saturday
        var route = RouteOf(incident: new IncidentFacts(true, 9, "k"), at: night);
        Assert.Equal(("on-call", "always", night + Duration.FromHours(1)), (route.Team, route.Calendar, route.SlaDeadline));
    }

    [Fact]
    public void The_order_is_critical_impact_then_severe_technical_then_outage_then_recognised()
    {
        Assert.Equal("executive", RouteOf(Context(IssueType.Technical, 10, BusinessImpact.Critical, "app", "outage"), new IncidentFacts(true, 9, "k")).Team);
        Assert.Equal("senior-engineer", RouteOf(Context(IssueType.Technical, 10, BusinessImpact.Major, "app", "outage"), new IncidentFacts(true, 9, "k")).Team);
        Assert.Equal("on-call", RouteOf(Context(IssueType.Technical, 8, BusinessImpact.Major, "app", "outage")).Team);
        Assert.Equal("senior-support", RouteOf(Context(IssueType.Technical, 8, BusinessImpact.Major, "app", "asap")).Team);
    }

    [Theory, InlineData(8, "senior-support"), InlineData(9, "senior-engineer"), InlineData(10, "senior-engineer")]
    public void Severity_eight_exactly_is_not_above_eight(int severity, string team) => Assert.Equal(team, RouteOf(Context(IssueType.Technical, severity)).Team);

    [Theory, InlineData(IssueType.Billing), InlineData(IssueType.Product), InlineData(IssueType.Fraud)]
    public void Severe_but_not_technical_stays_with_senior_support(IssueType issue) => Assert.Equal("senior-support", RouteOf(Context(issue, 10)).Team);

    [Fact]
    public void Below_priority_there_is_no_route() => Assert.Null(DecisionEngine.Decide(SomeFacts.Of(.5, context: Context(impact: BusinessImpact.Minor)), SomeRules.Configuration).Route);

    [Theory, InlineData(15, 0, 19, 0), InlineData(3, 0, 18, 0), InlineData(20, 30, 40, 30)]
    public void A_deadline_counts_business_hours_from_the_decision(int hour, int minute, int dueHour, int dueMinute)
    {
        // business: New York, 09:00 to 17:00 on weekdays; Tuesday, 3 March 2026, is before the change of the clock.
        var midnight = Instant.FromUtc(2026, 3, 3, 0, 0);
        var decided = midnight + Duration.FromHours(hour) + Duration.FromMinutes(minute);
        var deadline = RouteOf(at: decided).SlaDeadline;
        Assert.Equal(midnight + Duration.FromHours(dueHour) + Duration.FromMinutes(dueMinute), deadline);
        Assert.True(deadline > decided);
    }

    [Fact]
    public void Where_no_rule_matches_the_last_resort_still_routes()
    {
        var configuration = SomeRules.Of([SomeRules.Signal("a", "true", "legal_or_compliance", .95)],
            """[{"WorkflowName":"routing","Rules":[{"RuleName":"never","Expression":"contacts.Last7d > 99","Properties":{"team":"general-escalation","priority":"low","slaHours":9,"calendar":"always"}}]}]""");
        var route = DecisionEngine.Decide(SomeFacts.Of(), configuration).Route!;
        Assert.Equal(("general-escalation", TicketPriority.High, 4d, Some.Noon + Duration.FromHours(4)), (route.Team, route.Priority, route.SlaHours, route.SlaDeadline));
    }

    [Fact]
    public void The_first_match_in_file_order_wins_and_a_rule_that_throws_is_passed_over()
    {
        const string properties = "\"priority\":\"high\",\"slaHours\":4,\"calendar\":\"always\"";
        var configuration = SomeRules.Of([SomeRules.Signal("a", "true", "legal_or_compliance", .95)],
            $$"""
            [{"WorkflowName":"routing","Rules":[
              {"RuleName":"z_broken","Expression":"10 / (contacts.Last7d - contacts.Last24h) > 1","Properties":{"team":"one",{{properties}} } },
              {"RuleName":"y_unknown","Expression":"customer.LifetimeValue > 5","Properties":{"team":"one",{{properties}} } },
              {"RuleName":"x_first","Expression":"recommendation.Has(\"legal_or_compliance\") && recommendation.Score > 0.9","Properties":{"team":"two",{{properties}} } },
              {"RuleName":"a_second","Expression":"true","Properties":{"team":"general-escalation",{{properties}} } }
            ]}]
            """, ("teams.json", """{"teams":{"general-escalation":{"name":"G"},"one":{"name":"1"},"two":{"name":"2"}}}"""));
        var decision = DecisionEngine.Decide(SomeFacts.Of(), configuration);
        Assert.Equal(("two", "x_first"), (decision.Route!.Team, decision.Route.Rule));
        Assert.Equal((true, "z_broken"), (decision.Degraded, Assert.Single(decision.Errors).Rule));
    }
}
