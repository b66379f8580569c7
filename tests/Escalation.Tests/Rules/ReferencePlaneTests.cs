using System.Text;
using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Rules.Compilation;

namespace Escalation.Tests.Rules;

public sealed class ReferencePlaneTests
{
    [Fact]
    public void Compiled_default_rules_fire_exactly_where_RulesEngine_fires() => Compare(RuleFiles.BuiltIn(), 3000);

    [Fact]
    public void Unguarded_reads_guards_and_throwing_rules_give_the_same_result_on_both_planes()
    {
        string[] expressions =
        [
            "frustration.Score > 0.5", "!(frustration.Score > 0.5)", "contacts.Last7d > 2 || customer.LifetimeValue > 9000", "customer.LifetimeValueKnown && customer.LifetimeValue > 9000",
            "10 / (contacts.Last7d - contacts.Last24h) > 1", "context.Product == \\\"app\\\"", "attributes[\\\"plan\\\"] == \\\"gold\\\"", "attributes.Has(\\\"plan\\\") && attributes[\\\"plan\\\"] == \\\"gold\\\"",
            "message.Channel in (\\\"chat\\\", \\\"email\\\")", "context.Urgency.Contains(\\\"outage\\\") && context.Severity > 4", "Math.Max(contacts.Last24h, contacts.Last7d) > 3",
            "input1.contacts.Last7d > 2 && customer.Tier == \\\"gold\\\"", "frustration.Trend > 0.1 && frustration.Score > 0.5", "ticket.Tags.Contains(\\\"vip\\\")",
        ];
        var rules = string.Join(",", expressions.Select((e, i) => $$"""{"RuleName":"r{{i}}","Expression":"{{e}}","Properties":{"trigger":"keyword_match","confidence":0.5} }"""));
        var seen = Compare(Folder($$"""[{"WorkflowName":"signals","Rules":[{{rules}}]}]"""), 3000);
        Assert.Equal(Enum.GetValues<RuleResult>().Order(), seen.Distinct().Order());
    }

    private static List<RuleResult> Compare(RuleFiles files, int rounds)
    {
        var loaded = RuleSetLoader.Load(files);
        Assert.True(loaded.RuleSet is not null, string.Join("\n", loaded.Problems));
        var rules = loaded.RuleSet;
        var reference = ReferencePlane.Of(files);
        var facts = new RandomFacts(11, rules.Text.KeywordClasses);
        var results = new RuleResults();
        var hits = new int[rules.SignalRules.Count];
        var seen = new List<RuleResult>();
        for (var round = 0; round < rounds; round++)
        {
            var derived = facts.Next();
            results.Reset(rules.SignalRules.Count);
            rules.EvaluateSignals(derived, results);
            var expected = reference.EvaluateSignals(derived);
            for (var i = 0; i < expected.Count; i++)
            {
                if (expected[i] != results.Results[i]) Assert.Fail($"round {round}, {rules.SignalRules[i].Name}: RulesEngine says {expected[i]}, compiled {results.Results[i]}");
                if (expected[i] == RuleResult.Hit) hits[i]++;
                seen.Add(expected[i]);
            }
        }
        Assert.True(hits.Count(h => h > 0) > hits.Length * .7, $"only {hits.Count(h => h > 0)} of {hits.Length} rules were ever hit");
        return seen;
    }

    internal static RuleFiles Folder(string signals, string? routing = null, params (string Path, string Content)[] others)
    {
        var files = new Dictionary<string, byte[]>
        {
            ["signals.json"] = Encoding.UTF8.GetBytes(signals),
            ["routing.json"] = Encoding.UTF8.GetBytes(routing ??
                """[{"WorkflowName":"routing","Rules":[{"RuleName":"all","Expression":"true","Properties":{"team":"general-escalation","priority":"high","slaHours":4,"calendar":"always"}}]}]"""),
            ["teams.json"] = """{"teams":{"general-escalation":{"name":"General"}}}"""u8.ToArray(),
            ["policy.json"] = """{"defaultCalendar":"always"}"""u8.ToArray(),
        };
        foreach (var (path, content) in others) files[path] = Encoding.UTF8.GetBytes(content);
        return RuleFiles.Of(files, "test rules");
    }
}
