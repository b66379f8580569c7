using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Rules;

namespace Escalation.Tests.Rules.Documents;

public sealed class DecisionTableTests
{
    private const string Teams = """{"teams":{"billing":{"name":"Billing"},"on-call":{"name":"On call"},"general-escalation":{"name":"General"}}}""";

    private const string Routing = """
        [{"WorkflowName":"routing","Rules":[
          {"RuleName":"first","Expression":"contacts.Last24h > 50","Properties":{"team":"on-call","priority":"urgent","slaHours":1}},
          {"RuleName":"desk","Properties":{"table":"desk","priority":"high","slaHours":4}},
          {"RuleName":"all","Expression":"true","Properties":{"team":"general-escalation","priority":"normal","slaHours":8}}
        ]}]
        """;

    private static RuleSetLoadResult Load(string table, string routing = Routing) =>
        RuleSetLoader.Load(ReferencePlaneTests.Folder(
            $"[{{\"WorkflowName\":\"signals\",\"Rules\":[{SomeRules.Signal("any", "contacts.Last7d > 2", "repeat_contact", .9)}]}}]", routing, ("teams.json", Teams), ("tables/desk.csv", table)));

    private static RuleSet Sound(string table, string routing = Routing)
    {
        var loaded = Load(table, routing);
        Assert.True(loaded.RuleSet is not null, string.Join('\n', loaded.Problems));
        return loaded.RuleSet;
    }

    private static RouteChoice? Route(RuleSet rules, DerivedFacts facts)
    {
        var errors = new List<RuleError>();
        var choice = rules.Route(facts, new RecommendationFacts(.9, Band.ImmediateEscalation, []), errors);
        Assert.Empty(errors);
        return choice;
    }

    private static DerivedFacts Facts(IssueType? issue, int severity, string? tier = null, int contacts = 1, params string[] urgency) => SomeFacts.Of(
        context: new ContextFacts { IssueTypeFound = new(issue, issue is null ? 0 : 1), Severity = severity, Urgency = urgency },
        customer: new CustomerFacts("c1", null, null, tier, 1), contacts: new ContactFacts(contacts, contacts, contacts, contacts, 1));

    private const string Desk = """
        rule,context.IssueType in,context.Severity >=,customer.Tier ==,context.Urgency contains,team,priority,slaHours
        gold,billing|fraud,5,gold,-,billing,urgent,0.5
        billing,billing,-,-,-,billing,-,-
        "outage, any",-,-,-,outage,on-call,urgent,1
        """;

    [Fact]
    public void The_first_row_that_fits_decides_at_the_place_where_routing_names_the_table()
    {
        var rules = Sound(Desk);
        Assert.Equal(("desk/gold", "billing", .5), Picked(Facts(IssueType.Billing, 5, "gold")));
        Assert.Equal(("desk/billing", "billing", 4d), Picked(Facts(IssueType.Billing, 4, "gold")));
        Assert.Equal(("desk/outage, any", "on-call", 1d), Picked(Facts(IssueType.Technical, 9, urgency: "outage")));
        Assert.Equal(("all", "general-escalation", 8d), Picked(Facts(IssueType.Technical, 9)));
        Assert.Equal(("first", "on-call", 1d), Picked(Facts(IssueType.Billing, 9, contacts: 51)));

        (string, string, double) Picked(DerivedFacts facts) => Route(rules, facts) is { } choice ? (choice.Rule, choice.Team, choice.SlaHours) : default;
    }

    [Fact]
    public void A_cell_fits_no_unknown_fact_and_the_row_is_a_miss()
    {
        Assert.Equal("desk/billing", Route(Sound(Desk), Facts(IssueType.Billing, 9, tier: null))!.Rule);
        Assert.Equal("all", Route(Sound(Desk), Facts(null, 9))!.Rule);
        Assert.Empty(Load(Desk).Warnings);
    }

    [Fact]
    public void Rows_are_rules_with_their_own_file_and_line()
    {
        var row = Assert.Single(Sound(Desk).Describe(), r => r.Name == "desk/billing");
        Assert.Equal(("tables/desk.csv", 3, "routing", "billing, high, 4 h"), (row.File, row.Line, row.Kind, row.Effect));
        Assert.Equal("desk/3", Assert.Single(Sound("context.Severity >=,team\n9,on-call\n5,billing").Describe(), r => r.Line == 3 && r.File == "tables/desk.csv").Name);
    }

    [Fact]
    public void RulesEngine_agrees_on_every_row()
    {
        const string wide = """
            context.Severity >=,context.Severity <,message.Channel in,customer.HighValue,context.Urgency not contains,contacts.Last7d !=,ticket.Status not in,message.Text contains,team
            2,6,email|chat,-,outage,-,-,-,billing
            -,-,-,TRUE,-,3,-,-,on-call
            -,-,-,-,-,-,open|new,-,on-call
            -,-,-,-,-,-,-,back\slash,billing
            -,-,-,-,-,-,-,o,billing
            """;
        var files = ReferencePlaneTests.Folder($"[{{\"WorkflowName\":\"signals\",\"Rules\":[{SomeRules.Signal("any", "contacts.Last7d > 2", "repeat_contact", .9)}]}}]", Routing, ("teams.json", Teams), ("tables/desk.csv", wide));
        var (rules, reference) = (Sound(wide), Escalation.Rules.Compilation.ReferencePlane.Of(files));
        var (facts, errors) = (new RandomFacts(3, []), new List<RuleError>());
        var hits = new int[rules.Single.Routes.Count];
        for (var round = 0; round < 1000; round++)
        {
            var derived = facts.Next();
            var recommendation = new RecommendationFacts(.5, Band.Monitor, []);
            var expected = reference.EvaluateRouting(derived, recommendation);
            for (var i = 0; i < hits.Length; i++)
            {
                Assert.Equal(expected[i], rules.Single.EvaluateRoute(i, derived, recommendation, errors));
                if (expected[i] == RuleResult.Hit) hits[i]++;
            }
        }
        int[] random = [hits[1], hits[2], hits[5]];
        Assert.True(random.All(h => h is > 0 and < 1000), string.Join(", ", hits));
    }

    [Theory,
     InlineData("frustration.Scor >,team\n0.5,billing", "tables/desk.csv(1,1): desk: \"frustration\" has no \"Scor\"; did you mean \"Score\"?"),
     InlineData("context.Severity =>,team\n5,billing", "tables/desk.csv(1,1): desk: there is no operator \"=>\"; did you mean"),
     InlineData("context.Severity atleast,team\n5,billing", "there is no operator \"atleast\""),
     InlineData("customer.Tier >,team\ngold,billing", "tables/desk.csv(1,1): desk: customer.Tier is a text, and \">\" does not fit"),
     InlineData("context.Urgency ==,team\noutage,billing", "context.Urgency is a list"),
     InlineData("context.Severity >=,taem\n5,billing", "tables/desk.csv(1,21): desk: there is no column \"taem\"; did you mean \"team\"?"),
     InlineData("context.Severity >=,team\n5,billing,x", "tables/desk.csv(2,11): desk: this row has 3 cells, the header has 2"),
     InlineData("context.Severity >=,team\n5", "this row has 1 cells, the header has 2"),
     InlineData("team,context.Severity >=\nbilling,high", "tables/desk.csv(2,9): desk/2: \"high\" is not a number, and context.Severity is"),
     InlineData("team,context.Severity in\nbilling,1|two", "\"two\" is not a number"),
     InlineData("team,incident.Active\nbilling,yes", "\"yes\" is not true or false"),
     InlineData("team,context.IssueType\nbilling,biling", "tables/desk.csv(2,9): desk/2: context.IssueType is never \"biling\"; did you mean \"billing\"?"),
     InlineData("team,message.Channel in\nbilling,email|emial", "message.Channel is never \"emial\""),
     InlineData("team,context.Severity >=\nbillings,5", "tables/desk.csv(2,1): desk/2: teams.json has no team \"billings\"; did you mean \"billing\"?"),
     InlineData("team,context.Severity >=\n-,5", "\"team\" is missing"),
     InlineData("team,context.Severity >=,slaHours\nbilling,5,soon", "tables/desk.csv(2,11): desk/2: \"slaHours\" must be a number"),
     InlineData("team,context.Severity >=\nbilling,", "tables/desk.csv(2,9): desk/2: the cell is blank; write - for any"),
     InlineData("team,context.Severity >=,context.Severity  >=\nbilling,5,5", "a second time"),
     InlineData("team;context.Severity >=\nbilling;5", "separated by commas"),
     InlineData("team,\"context.Severity >=\nbilling,5", "is not closed"),
     InlineData("rule,team,context.Severity >=\na,billing,5\na,billing,3", "a rule of this name stands in tables/desk.csv line 2 already"),
     InlineData("team,message.Text.ToLower() ==\nbilling,x", "ToLower"),
     InlineData("team,\"keywords.Has(\"\"leagl\"\")\"\nbilling,true", "keywords.json has no class \"leagl\""),
     InlineData("team,recommendation.Band\nbilling,immediat_escalation", "did you mean \"immediate_escalation\"?")]
    public void A_mistake_is_named_with_its_line_and_column(string table, string expected)
    {
        var loaded = Load(table);
        Assert.Null(loaded.RuleSet);
        Assert.Contains(loaded.Problems, p => p.ToString().Contains(expected, StringComparison.Ordinal));
        Assert.All(loaded.Problems, p => Assert.Equal("tables/desk.csv", p.File));
    }

    [Theory,
     InlineData("context.Severity >=,customer.Tier,team\n5,-,billing\n7,gold,on-call", "tables/desk.csv(3,1): warning: desk/3: is never reached: the row in line 2 (\"desk/2\")"),
     InlineData("context.Severity <,team\n5,billing\n4,on-call", "is never reached"),
     InlineData("customer.Tier in,team\ngold|silver,billing\nsilver,on-call", "is never reached"),
     InlineData("customer.Tier not in,team\ngold,billing\ngold|silver,on-call", "is never reached"),
     InlineData("message.Text contains,team\nbill,billing\nmy bill,on-call", "is never reached"),
     InlineData("context.Severity >=,team\n5,billing\n5,billing", "is a copy of the row in line 2")]
    public void A_row_behind_one_that_asks_no_more_is_a_warning(string table, string expected) =>
        Assert.Contains(Load(table).Warnings, w => w.ToString().Contains(expected, StringComparison.Ordinal));

    [Theory,
     InlineData("context.Severity >=,team\n7,billing\n5,on-call"), InlineData("customer.Tier in,team\ngold,billing\ngold|silver,on-call"),
     InlineData("context.Severity >=,customer.Tier,team\n5,gold,billing\n7,silver,on-call"), InlineData("context.Urgency contains,team\noutage,billing\nblocked,on-call")]
    public void A_row_that_can_still_be_reached_is_none(string table) => Assert.Empty(Load(table).Warnings);

    [Fact]
    public void A_table_that_is_not_there_or_not_named_is_said()
    {
        Assert.Contains("there is no tables/deks.csv; did you mean \"desk\"?", Assert.Single(Load(Desk, Routing.Replace("\"table\":\"desk\"", "\"table\":\"deks\"", StringComparison.Ordinal)).Problems).ToString(), StringComparison.Ordinal);
        var without = Routing.Replace("""{"RuleName":"desk","Properties":{"table":"desk","priority":"high","slaHours":4}},""", "", StringComparison.Ordinal);
        Assert.Contains("no rule of routing.json names this table", Assert.Single(Load(Desk, without).Warnings).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_of_the_entry_holds_for_every_row()
    {
        var rules = Sound(Desk, Routing.Replace("\"RuleName\":\"desk\"", "\"RuleName\":\"desk\",\"Expression\":\"contacts.Last7d > 2\"", StringComparison.Ordinal));
        Assert.Equal("all", Route(rules, Facts(IssueType.Billing, 9))!.Rule);
        Assert.Equal("desk/billing", Route(rules, Facts(IssueType.Billing, 9, contacts: 3))!.Rule);
    }

    [Fact]
    public void The_version_follows_the_table_and_not_its_line_ends()
    {
        Assert.Equal(Sound(Desk).Version, Sound(Desk.Replace("\n", "\r\n", StringComparison.Ordinal)).Version);
        Assert.NotEqual(Sound(Desk).Version, Sound(Desk.Replace("0.5", "0.6", StringComparison.Ordinal)).Version);
    }
}
