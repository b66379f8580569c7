using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Rules.Compilation;

namespace Escalation.Tests.Rules;

/// <summary>Random rules over random facts on both planes: which rule came to what is compared, rule for rule.</summary>
public sealed class DifferentialTests
{
    private const int Facts = 1_000;

    private static readonly string[] Leaves =
    [
        "frustration.Score > {0}", "frustration.Trend < {0}", "frustration.Available && frustration.Score >= {0}", "!(frustration.Max7d > {0})", "contacts.Last7d > {1}", "contacts.Last24h != {1}", "contacts.SameIssue7d in ({1}, 4)",
        "10 / (contacts.Last7d - {1}) > 1", "ticket.ReopenCount % (contacts.Last24h - {1}) == 0", "customer.LifetimeValue > {2}", "customer.LifetimeValueKnown && customer.LifetimeValue <= {2}", "ticket.AgeHours * {0} > ticket.WaitingHours",
        "message.Channel in ('chat', 'phone')", "message.Channel != 'email'", "message.Text.Contains('order')", "message.Text.StartsWith('t')", "message.Text.Length > {1}", "message.Shouting", "context.Product == 'app'",
        "context.Severity >= {1}", "context.Urgency.Contains('outage')", "context.Urgency.Count() > {1}", "!ticket.Tags.Any()", "attributes['plan'] == 'gold'", "attributes.Has('plan') && attributes['plan'] != 'gold'", "customer.Tier == 'gold'",
        "Math.Max(contacts.Last24h, contacts.Last7d) > {1}", "Math.Round(ticket.AgeHours / 10) == {1}", "(contacts.Last7d > {1} ? frustration.Score : {0}) > 0.4", "clock.Hour < 12 && clock.DayOfWeek == 'mon'", "incident.Customers - {1} > 5",
        "input1.contacts.Last30d > {1}", "(team.Confidence + {0}) / 2 > 0.4", "message.WordCount + contacts.Last7d * 2 > 15", "ticket.WaitingHours > policy.SlowHours", "context.IssueTypeKnown && context.IssueType != 'billing'",
    ];

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Random_rules_come_to_the_same_on_both_planes(int seed)
    {
        var random = new Random(seed);
        // Rules that nearly all or nearly no facts meet would agree whatever the planes do: only those between take part.
        string[] drawn = [.. Enumerable.Range(0, 150).Select(_ => Expression(random, 3))];
        var rates = Run(drawn, seed);
        string[] expressions = [.. drawn.Where((_, i) => rates[i] is > .1 and < .9)];
        Assert.True(expressions.Length >= 50, $"only {expressions.Length} rules are met now and then");
        Assert.All(Run(expressions, seed + 100), rate => Assert.InRange(rate, .05, .95));
    }

    [Fact]
    public void All_four_results_are_among_what_is_compared() =>
        Assert.Equal(Enum.GetValues<RuleResult>().Order(), Compare([.. Leaves.Select(l => Filled(l, new Random(9)))], 4).SelectMany(r => r).Distinct().Order());

    /// <summary>The share of facts that each rule is hit by, where both planes agree on all of them.</summary>
    private static double[] Run(string[] expressions, int seed)
    {
        var results = Compare(expressions, seed);
        return [.. expressions.Select((_, i) => results.Count(r => r[i] == RuleResult.Hit) / (double)results.Count)];
    }

    private static List<RuleResult[]> Compare(string[] expressions, int seed)
    {
        var rules = string.Join(",\n", expressions.Select((e, i) => SomeRules.Signal($"r{i}", e, "keyword_match", .5)));
        var files = ReferencePlaneTests.Folder($"[{{\"WorkflowName\":\"signals\",\"Rules\":[{rules}]}}]");
        var loaded = RuleSetLoader.Load(files);
        Assert.True(loaded.RuleSet is not null, string.Join('\n', loaded.Problems));
        var reference = ReferencePlane.Of(files);
        var facts = new RandomFacts(seed, []);
        var results = new RuleResults();
        var all = new List<RuleResult[]>();
        for (var round = 0; round < Facts; round++)
        {
            var derived = facts.Next();
            loaded.RuleSet.EvaluateSignals(derived, results);
            var expected = reference.EvaluateSignals(derived);
            for (var i = 0; i < expected.Count; i++)
            {
                Assert.True(expected[i] == results.Results[i], $"round {round}, {expressions[i]}: RulesEngine says {expected[i]}, the compiled rules {results.Results[i]}");
                Assert.Equal(expected[i], loaded.RuleSet.Single.Evaluate(i, derived, new RuleResults()));
            }
            all.Add([.. expected]);
        }
        return all;
    }

    private static string Expression(Random random, int depth) => random.Next(depth + 1) switch
    {
        0 => Filled(Leaves[random.Next(Leaves.Length)], random),
        1 => $"!({Expression(random, depth - 1)})",
        _ => $"({Expression(random, depth - 1)}) {(random.Next(2) == 0 ? "&&" : "||")} ({Expression(random, depth - 1)})",
    };

    private static string Filled(string leaf, Random random) =>
        string.Format(CultureInfo.InvariantCulture, leaf, Math.Round(random.NextDouble(), 2), random.Next(1, 5), random.Next(1, 20) * 1000);
}
