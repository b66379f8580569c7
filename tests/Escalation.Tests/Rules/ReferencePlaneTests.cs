using System.Text;
using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Rules.Compilation;
using NodaTime;

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

    [Fact]
    public void Effective_dates_silence_the_same_rules_on_both_planes()
    {
        var days = Enumerable.Range(0, 40).Select(i => (From: i % 3 == 0 ? -1 : i % 7, To: i % 4 == 0 ? -1 : 7 + (i % 5))).ToArray();
        var rules = string.Join(",", days.Select((d, i) =>
            $$"""{"RuleName":"r{{i}}","Expression":"contacts.Last7d > {{i % 4}}","Properties":{"trigger":"keyword_match","confidence":0.5{{Date("effectiveFrom", d.From)}}{{Date("effectiveTo", d.To)}}} }"""));
        var files = Folder($$"""[{"WorkflowName":"signals","Rules":[{{rules}}]}]""");
        var configuration = new Configuration(RuleSetLoader.Load(files).RuleSet!, null, null);
        var (reference, facts, results) = (ReferencePlane.Of(files), new RandomFacts(5, []), new RuleResults());
        var (silent, spoken) = (0, 0);
        for (var round = 0; round < 400; round++)
        {
            var at = Instant.FromUtc(2026, 3, 1, 0, 0) + Duration.FromHours(round % 300);
            var derived = facts.Next() with { At = at, DecidedAt = at };
            configuration.Rules.EvaluateSignals(derived, results, configuration.At(at).Off);
            Assert.Equal(reference.EvaluateSignals(derived, effectiveDates: true), results.Results);
            silent += reference.EvaluateSignals(derived).Zip(results.Results, (all, dated) => all == dated ? 0 : 1).Sum();
            spoken += results.Results.Count(r => r == RuleResult.Hit);
        }
        Assert.True(silent > 1_000 && spoken > 1_000, $"{silent} results were silenced, {spoken} rules hit");

        static string Date(string name, int day) => day < 0 ? "" : $",\"{name}\":\"2026-03-{day + 1:00}\"";
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
