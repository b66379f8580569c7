using Escalation.Core.Decisions;
using Escalation.Rules;

namespace Escalation.Tests.Rules;

/// <summary>Workflow files as others write them for Microsoft RulesEngine: they load, or are refused with the reason at its place.</summary>
public sealed class ForeignRuleFilesTests
{
    private const string Ours = "\"Properties\":{\"trigger\":\"keyword_match\",\"confidence\":0.5}";

    [Fact]
    public void GlobalParams_and_LocalParams_name_expressions_and_may_use_each_other()
    {
        var rules = Loaded($$"""
            [{"WorkflowName":"signals","GlobalParams":[{"Name":"often","Expression":"contacts.SameIssue7d > 2"}],
              "Rules":[{"RuleName":"named","SuccessEvent":"10","ErrorMessage":"One or more adjust rules failed.","LocalParams":[{"Name":"asked","Expression":"contacts.Last7d + 1"},{"Name":"much","Expression":"often && asked > 2"}],
                "RuleExpressionType":"LambdaExpression","Expression":"much == true",{{Ours}} }]}]
            """, out var warnings);
        Assert.Equal(RuleResult.Hit, Evaluate(rules, "named", 3));
        Assert.Equal(RuleResult.Miss, Evaluate(rules, "named", 2));
        Assert.Equal(2, warnings.Count(w => w.Message.Contains("read past", StringComparison.Ordinal)));
    }

    [Theory, InlineData("And", false), InlineData("Or", true), InlineData("AndAlso", false), InlineData("OrElse", true)]
    public void Nested_rules_are_joined_by_their_Operator(string joiner, bool expected)
    {
        var rules = Loaded($$"""
            [{"WorkflowName":"signals","Rules":[{"RuleName":"nested","Operator":"{{joiner}}",{{Ours}},"Rules":[
              {"RuleName":"first","Expression":"contacts.SameIssue7d > 2"},
              {"RuleName":"inner","Operator":"And","Rules":[{"RuleName":"a","Expression":"contacts.SameIssue7d > 90"},{"RuleName":"off","Enabled":false,"Expression":"true"}]}]}]}]
            """, out _);
        Assert.Equal(expected ? RuleResult.Hit : RuleResult.Miss, Evaluate(rules, "nested", 3));
    }

    [Fact]
    public void A_workflow_alone_without_a_list_round_it_loads() =>
        Assert.Equal(RuleResult.Hit, Evaluate(Loaded($$"""{"WorkflowName":"signals","Rules":[{"RuleName":"alone","Expression":"input1.contacts.SameIssue7d > 2",{{Ours}} }]}""", out _), "alone", 3));

    [Theory,
     InlineData("\"Actions\":{\"OnSuccess\":{\"Name\":\"OutputExpression\",\"Context\":{\"Expression\":\"input1.TotalBilled * 0.9\"}}}", "is not run"),
     InlineData("\"Actions\":{\"OnFailure\":{\"Name\":\"EvaluateRule\",\"Context\":{\"WorkflowName\":\"w\",\"ruleName\":\"r\"}}}", "is not run"),
     InlineData("\"WorkflowsToInject\":[\"other\"]", "adds the injected rules again"), InlineData("\"RuleExpressionType\":\"CSharp\"", "LambdaExpression"), InlineData("\"Operator\":\"And\"", "not both"),
     InlineData("\"ErrorType\":\"Warning\"", "ErrorType")]
    public void What_cannot_be_kept_is_refused_with_the_reason(string key, string reason)
    {
        var problem = Assert.Single(RuleSetLoader.Load(ReferencePlaneTests.Folder($$"""
            [{"WorkflowName":"signals","Rules":[
              {"RuleName":"theirs",{{key}},"Expression":"contacts.SameIssue7d > 2",{{Ours}} }]}]
            """)).Problems);
        Assert.Equal(("signals.json", 2, "theirs"), (problem.File, problem.Line, problem.Rule));
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Theory,
     InlineData("{\"RuleName\":\"GiveDiscount10\",\"SuccessEvent\":\"10\",\"ErrorMessage\":\"failed\",\"RuleExpressionType\":\"LambdaExpression\",\"Expression\":\"input1.country == \\\"india\\\" AND input1.loyaltyFactor <= 2\"}", "country"),
     InlineData("{\"RuleName\":\"x\",\"Expression\":\"Utils.CheckContains(input1.country, \\\"india,usa\\\") == true\"}", "Utils"),
     InlineData("{\"RuleName\":\"x\",\"Operator\":\"Xor\",\"Rules\":[{\"Expression\":\"contacts.Last7d > 1\"}]}", "did you mean"),
     InlineData("{\"RuleName\":\"x\",\"Operator\":\"And\",\"Rules\":[{\"RuleName\":\"y\",\"Expression\":\"contacts.Last7d > 1\",\"LocalParams\":[{\"Name\":\"n\",\"Expression\":\"1\"}]}]}", "nested rule"),
     InlineData("{\"RuleName\":\"x\",\"LocalParams\":[{\"Name\":\"message\",\"Expression\":\"1\"}],\"Expression\":\"contacts.Last7d > 1\"}", "is a fact already"),
     InlineData("{\"RuleName\":\"x\",\"Expression\":\"contacts.Last7d > 1\"}", "trigger")]
    public void Rules_about_other_facts_say_what_is_missing(string rule, string reason)
    {
        var problems = RuleSetLoader.Load(ReferencePlaneTests.Folder($"[{{\"WorkflowName\":\"Discount\",\"Rules\":[\n{rule}]}}]")).Problems;
        Assert.Contains(problems, p => p.Line == 2 && p.ToString().Contains(reason, StringComparison.Ordinal));
    }

    private static RuleSet Loaded(string signals, out IReadOnlyList<RuleProblem> warnings)
    {
        var loaded = RuleSetLoader.Load(ReferencePlaneTests.Folder(signals));
        Assert.True(loaded.RuleSet is not null, string.Join('\n', loaded.Problems));
        warnings = loaded.Warnings;
        return loaded.RuleSet;
    }

    private static RuleResult Evaluate(RuleSet rules, string rule, int sameIssue) => rules.Evaluate(rule, SomeFacts.Of(contacts: SomeFacts.Contacts(sameIssue)), []);
}
