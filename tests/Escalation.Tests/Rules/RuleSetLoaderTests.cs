using System.Text;
using Escalation.Rules;

namespace Escalation.Tests.Rules;

public sealed class RuleSetLoaderTests
{
    [Fact]
    public void The_default_rules_are_sound_and_at_least_forty()
    {
        var result = RuleSetLoader.Load();
        Assert.Empty(result.Problems);
        Assert.Empty(result.Warnings);
        Assert.True(result.RuleSet!.Describe().Count >= 40);
        Assert.Equal(64, result.RuleSet.Version.Value.Length);
    }

    [Theory,
     InlineData("frustration.Scor > 0.5", "Score"), InlineData("message.Text.ToLower() == \\\"a\\\"", "ToLower"), InlineData("\\\"\\\".GetType() != null", "GetType"),
     InlineData("DateTime.Now.Hour > 5", "DateTime"), InlineData("Guid.NewGuid() != null", "Guid"), InlineData("\\\"a\\\".PadLeft(100000000).Length > 1", "PadLeft"),
     InlineData("Enumerable.Range(0, 200000000).Count() > 1", "Enumerable"), InlineData("message.Channel == \\\"emial\\\"", "email"), InlineData("keywords.Has(\\\"leagl\\\")", "leagl"),
     InlineData("lists.Has(\\\"vpi\\\", \\\"x\\\")", "vpi"), InlineData("contacts.Last7d >", "signals.json(2,"), InlineData("contacts.Last7d", "signals.json(2,")]
    public void A_bad_condition_is_named_with_its_place(string expression, string expected)
    {
        var result = RuleSetLoader.Load(ReferencePlaneTests.Folder($$"""
            [{"WorkflowName":"signals","Rules":[
              {"RuleName":"bad","Expression":"{{expression}}","Properties":{"trigger":"keyword_match","confidence":0.5} }
            ]}]
            """));
        Assert.Null(result.RuleSet);
        Assert.All(result.Problems, p => Assert.Equal(("signals.json", 2, "bad"), (p.File, p.Line, p.Rule)));
        Assert.All(result.Problems, p => Assert.True(p.Column > 20, p.ToString()));
        Assert.Contains(result.Problems, p => p.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_problem_of_every_file_is_reported_at_once()
    {
        var result = RuleSetLoader.Load(ReferencePlaneTests.Folder(
            """[{"WorkflowName":"signals","WorkflowsToInject":["x"],"Rules":[{"RuleName":"a","Enabeld":false,"Expression":"true && contacts.Last7d > 1","Properties":{"trigger":"no_such","confidence":2}},{"RuleName":"a","Expression":"contacts.Last7d > 1","Properties":{"trigger":"keyword_match","confidence":0.5,"sev":1}}]}]""",
            """[{"WorkflowName":"routing","Rules":[{"RuleName":"r","Expression":"contacts.Last7d > 1","Properties":{"team":"nobody","priority":"hihg","slaHours":4,"calendar":"never"}}]}]""",
            ("keywords.json", """{"classes":{"legal":{"trigger":"legal_or_compliance","confidence":0.9,"words":["*gal"]}}}""")));
        var all = string.Join("\n", result.Problems);
        foreach (var expected in (string[])["WorkflowsToInject", "Enabeld", "no_such", "sev", "nobody", "hihg", "never", "*gal"]) Assert.Contains(expected, all, StringComparison.Ordinal);
        Assert.All(result.Problems, p => Assert.True(p.Line > 0 && p.Column > 0));
    }

    [Theory, InlineData("keywords.json", "{"), InlineData("teams.json", "{"), InlineData("functions/often.js", "function often() { return }}")]
    public void What_a_file_that_cannot_be_read_would_have_named_is_no_further_problem(string path, string content)
    {
        var files = new Dictionary<string, byte[]>(RuleFiles.BuiltIn().Content) { [path] = Encoding.UTF8.GetBytes(content) };
        var signals = Encoding.UTF8.GetString(files["signals.json"]);
        files["signals.json"] = Encoding.UTF8.GetBytes(signals.Replace("\"Rules\": [", $"\"Rules\": [{SomeRules.Signal("asks", "contacts.Last7d > 1 && script('often')", "keyword_match", .5)},", StringComparison.Ordinal));
        if (!path.StartsWith("functions", StringComparison.Ordinal)) files["functions/often.js"] = "function often() { return true; }"u8.ToArray();
        var problem = Assert.Single(RuleSetLoader.Load(RuleFiles.Of(files, "there")).Problems);
        Assert.Equal(path, problem.File);
    }

    [Fact]
    public void A_fault_of_the_schema_says_its_JSON_path_and_one_inside_an_expression_its_column_only()
    {
        var result = RuleSetLoader.Load(ReferencePlaneTests.Folder(
            """
            [{"WorkflowName":"signals","Rules":[
              {"RuleName":"a","Expression":"contacts.Last7d > 1","Properties":{"trigger":"keyword_match","confidence":true,"sev 1":1}},
              {"RuleName":"b","Expression":"contacts.Last7 > 1","Properties":{"trigger":"keyword_match","confidence":2}}]}]
            """, null, ("policy.json", """{"defaultCalendar":"always","quarantine":{"errors":9,"evaluations":5}}""")));
        Assert.Equal(
            [
                ("policy.json", "$.quarantine"), ("signals.json", "$[0].Rules[0].Properties.confidence"), ("signals.json", "$[0].Rules[0].Properties['sev 1']"),
                ("signals.json", null), ("signals.json", "$[0].Rules[1].Properties.confidence"),
            ],
            result.Problems.Select(p => (p.File, p.Path)));
        Assert.All(result.Problems, p => Assert.Equal(p.Path is not null, p.ToString().EndsWith($" (at {p.Path})", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", 20, 50)]
    [InlineData(""","quarantine":{"errors":3}""", 3, 50)]
    [InlineData(""","quarantine":{"errors":0,"evaluations":10}""", 0, 10)]
    public void The_policy_says_when_a_rule_is_quarantined(string policy, int errors, int evaluations)
    {
        var result = RuleSetLoader.Load(ReferencePlaneTests.Folder($"[{{\"WorkflowName\":\"signals\",\"Rules\":[{SomeRules.Signal("a", "contacts.Last7d > 1", "keyword_match", .5)}]}}]", null, ("policy.json", $$"""{"defaultCalendar":"always"{{policy}}}""")));
        Assert.Empty(result.Problems);
        Assert.Equal(new Escalation.Core.Decisions.QuarantinePolicy(errors, evaluations), result.RuleSet!.Policy.Quarantine);
    }

    [Fact]
    public void A_must_escalate_rule_has_to_say_what_it_lifts_to()
    {
        var result = RuleSetLoader.Load(ReferencePlaneTests.Folder($"[{{\"WorkflowName\":\"signals\",\"Rules\":[{SomeRules.Signal("must", "contacts.Last7d > 2", "repeat_contact", .9, "'mustEscalate':true")}]}}]"));
        Assert.Null(result.RuleSet);
        Assert.Contains("\"recommendation\"", Assert.Single(result.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_follows_what_decides_and_not_notes_owners_drafts_or_layout()
    {
        var first = Version(Rule("contacts.Last7d > 2", "\"note\":\"one\",\"owner\":\"ann\""));
        Assert.Equal(first, Version("\n " + Rule("contacts.Last7d > 2", "\"note\":\"two\",\"owner\":\"bob\"")));
        Assert.NotEqual(first, Version(Rule("contacts.Last7d > 3", "\"note\":\"one\",\"owner\":\"ann\"")));

        static string Rule(string expression, string more) =>
            $$"""[{"WorkflowName":"signals","Rules":[{"RuleName":"a","Expression":"{{expression}}","Properties":{"trigger":"keyword_match","confidence":0.5,{{more}} } }]}]""";

        static string Version(string signals) => RuleSetLoader.Load(ReferencePlaneTests.Folder(signals)).RuleSet!.Version.Value;
    }
}
