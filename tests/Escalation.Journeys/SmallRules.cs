using System.Text;
using Escalation.Rules;

namespace Escalation.Journeys;

/// <summary>Real rule sets of a few rules, for tests of what rules do rather than of the default ones.</summary>
internal static class SmallRules
{
    /// <summary>A condition that throws on the customer's first contact of the week and holds from the third on.</summary>
    public const string Throwing = "10 / (contacts.Last7d - 1) >= 0";

    /// <summary>A condition that reads an unknown fact unguarded.</summary>
    public const string Unguarded = "customer.LifetimeValue > 9000";

    /// <summary>A signal rule; <paramref name="must"/> makes it one that must escalate.</summary>
    public static string Rule(string name, string expression, bool must = false) => Rule(name, expression, must ? ",\"mustEscalate\":true" : "");

    /// <summary>A signal rule with more properties, each after a comma.</summary>
    public static string Rule(string name, string expression, string more) =>
        $$"""{"RuleName":"{{name}}","Expression":"{{expression.Replace("\"", "\\\"", StringComparison.Ordinal)}}","Properties":{"trigger":"keyword_match","confidence":0.9,"recommendation":"priority_escalation"{{more}} } }""";

    /// <summary>A routing rule to the only team.</summary>
    public static string RoutingRule(string name, string expression) =>
        $$"""{"RuleName":"{{name}}","Expression":"{{expression}}","Properties":{"team":"desk","priority":"high","slaHours":4,"calendar":"always"} }""";

    public static RuleFiles Files(string policy, params string[] rules) => Files(policy, [RoutingRule("all", "true")], rules);

    public static RuleFiles Files(string policy, string[] routing, string[] rules) => RuleFiles.Of(
        new Dictionary<string, byte[]>
        {
            ["signals.json"] = Encoding.UTF8.GetBytes($$"""[{"WorkflowName":"signals","Rules":[{{string.Join(",\n", rules)}}]}]"""),
            ["routing.json"] = Encoding.UTF8.GetBytes($$"""[{"WorkflowName":"routing","Rules":[{{string.Join(",\n", routing)}}]}]"""),
            ["teams.json"] = """{"teams":{"desk":{"name":"Desk"}}}"""u8.ToArray(),
            ["policy.json"] = Encoding.UTF8.GetBytes($$"""{"defaultCalendar":"always"{{policy}} }"""),
        }, "test rules");

    public static RuleSet Of(params string[] rules) => Loaded(Files("", rules));

    public static RuleSet Loaded(RuleFiles files)
    {
        var loaded = RuleSetLoader.Load(files);
        Assert.True(loaded.RuleSet is not null, string.Join('\n', loaded.Problems));
        return loaded.RuleSet;
    }
}
