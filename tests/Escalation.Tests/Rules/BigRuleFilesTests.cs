using System.Diagnostics;
using System.Text;
using Escalation.Rules;

namespace Escalation.Tests.Rules;

public sealed class BigRuleFilesTests
{
    [Fact]
    public void Five_thousand_rules_load_within_a_minute()
    {
        var rules = string.Join(",\n", Enumerable.Range(0, 5_000).Select(i => SomeRules.Signal($"rule_{i}", $"contacts.Last7d > {i % 9} && message.WordCount > {i}", "keyword_match", .5)));
        var watch = Stopwatch.StartNew();
        var loaded = RuleSetLoader.Load(ReferencePlaneTests.Folder($"[{{\"WorkflowName\":\"signals\",\"Rules\":[{rules}]}}]"));
        Assert.True(loaded.RuleSet is not null, string.Join('\n', loaded.Problems.Take(3)));
        Assert.Equal(5_000, loaded.RuleSet.SignalRules.Count);
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"{watch.Elapsed}");
    }

    [Fact]
    public void Ten_megabytes_of_one_rule_are_refused_at_the_expression()
    {
        var rule = SomeRules.Signal("big", $"message.Text.Contains('{new string('x', 10_000_000)}')", "keyword_match", .5);
        var problem = Assert.Single(RuleSetLoader.Load(ReferencePlaneTests.Folder($"[{{\"WorkflowName\":\"signals\",\"Rules\":[{rule}]}}]")).Problems);
        Assert.Equal(("signals.json", "big"), (problem.File, problem.Rule));
        Assert.Contains("4000", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_megabytes_of_nested_rules_are_refused_and_never_overflow()
    {
        var nested = string.Join(',', Enumerable.Range(0, 200_000).Select(i => $$"""{"Expression":"contacts.Last7d > {{i % 9}}"}"""));
        var problems = RuleSetLoader.Load(ReferencePlaneTests.Folder($$"""[{"WorkflowName":"signals","Rules":[{"RuleName":"wide","Operator":"And","Rules":[{{nested}}],"Properties":{"trigger":"keyword_match","confidence":0.5} }]}]""")).Problems;
        Assert.Contains("1000 parts together", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_double_each_other_are_refused_before_they_grow()
    {
        var names = string.Join(',', Enumerable.Range(1, 60).Select(i => $$"""{"Name":"n{{i}}","Expression":"n{{i - 1}} + n{{i - 1}}"}"""));
        var rule = $$"""{"RuleName":"doubling","Expression":"n60 > 1","LocalParams":[{"Name":"n0","Expression":"contacts.Last7d"},{{names}}],"Properties":{"trigger":"keyword_match","confidence":0.5} }""";
        var problem = Assert.Single(RuleSetLoader.Load(ReferencePlaneTests.Folder($"[{{\"WorkflowName\":\"signals\",\"Rules\":[{rule}]}}]")).Problems);
        Assert.Contains("1000 parts", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Includes_are_refused_by_name_so_no_cycle_can_be()
    {
        var loaded = RuleSetLoader.Load(ReferencePlaneTests.Folder("""
            [{"WorkflowName":"a","WorkflowsToInject":["b"],"Rules":[{"RuleName":"x","Expression":"contacts.Last7d > 1","Properties":{"trigger":"keyword_match","confidence":0.5} }]},
             {"WorkflowName":"b","WorkflowsToInject":["a"],"Rules":[{"RuleName":"y","Expression":"contacts.Last7d > 1","Properties":{"trigger":"keyword_match","confidence":0.5} }]}]
            """));
        Assert.Equal([1, 2], loaded.Problems.Select(p => p.Line));
        Assert.All(loaded.Problems, p => Assert.Contains("WorkflowsToInject", p.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_mark_and_carriage_returns_leave_the_version_as_it_is()
    {
        var plain = $"[{{\"WorkflowName\":\"signals\",\n\"Rules\":[{SomeRules.Signal("a", "contacts.Last7d > 1", "keyword_match", .5)}]}}]";
        var files = ReferencePlaneTests.Folder(plain).Content.ToDictionary();
        files["signals.json"] = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(plain.Replace("\n", "\r\n", StringComparison.Ordinal))];
        Assert.Equal(RuleSetLoader.Load(ReferencePlaneTests.Folder(plain)).RuleSet!.Version, RuleSetLoader.Load(RuleFiles.Of(files, "with a mark")).RuleSet!.Version);
    }
}
