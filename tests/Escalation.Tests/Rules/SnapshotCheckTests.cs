using Escalation.Rules;

namespace Escalation.Tests.Rules;

/// <summary>What a snapshot is refused or warned for, and where.</summary>
public sealed class SnapshotCheckTests
{
    [Fact]
    public void A_shadow_rule_without_an_end_is_warned_of_and_loads()
    {
        var endless = Load(SomeRules.Signal("try", "message.Shouting", "keyword_match", .5, "'stage':'shadow'"));
        Assert.NotNull(endless.RuleSet);
        Assert.Matches(@"^signals\.json\(\d+,\d+\): warning: try: a shadow run should end: add ""effectiveTo""", Assert.Single(endless.Warnings).ToString());
        Assert.Empty(Load(SomeRules.Signal("try", "message.Shouting", "keyword_match", .5, "'stage':'shadow','effectiveTo':'2099-01-01'")).Warnings);
        Assert.Empty(Load(SomeRules.Signal("try", "message.Shouting", "keyword_match", .5, "'stage':'draft'")).Warnings);
    }

    [Theory,
     InlineData("message.Channel == \\\"emial\\\"", "\\\"emial", "did you mean \"email\""), InlineData("message.Subject == \\\"a\\u00e4\\\" && message.Channel == \\\"emial\\\"", "\\\"emial", "did you mean \"email\""),
     InlineData("\\u0063lock.Hour > 1 && message.Txt.Length > 1", "Txt", "did you mean \"Text\""), InlineData("message.Channel in (\\\"chat\\\", \\\"fone\\\")", "\\\"fone", "never \"fone\""),
     InlineData("context.Urgency.Contains(\\\"outrage\\\")", "\\\"outrage", "did you mean \"outage\""), InlineData("message.Text.ToLower() == \\\"a\\\"", "ToLower", "OrdinalIgnoreCase"),
     InlineData("message.Text.ToUpperInvariant() == \\\"A\\\"", "ToUpperInvariant", "OrdinalIgnoreCase"), InlineData("frustration.Score > \\\"0.5\\\"", "\\\"0.5", "take the quotes away"),
     InlineData("contacts.Last7d == \\\"3\\\"", "\\\"3", "take the quotes away"), InlineData("clock.Hour > 1 && message.Text == 5", "== 5", "a text and a number"), InlineData("mesage.Text == \\\"a\\\"", "mesage", "did you mean \"message\""),
     InlineData("clock.DayOfWeek == \\\"monday\\\"", "\\\"monday", "never \"monday\""), InlineData("Score > 0.5", "Score", "frustration.Score"),
     InlineData("contacts.Last7d / 0 > 1", "0", "division by zero"), InlineData("message.Text.Contains(null)", "null", "write a text"), InlineData("frustration.Score > 0,75", ",75", "0.75"),
     InlineData("contacts.Last7d >", "", "ends behind >"), InlineData("contacts.Last7d > 1 && && true", "&& true", "missing before &&"), InlineData("contacts.Last7d > 1 AND true", "AND", "joined by &&")]
    public void Refuses_at_the_very_character(string expression, string at, string expected)
    {
        const string before = "  {\"RuleName\":\"bad\",\"Expression\":\"";
        var result = Load($"{before}{expression}\",\"Properties\":{{\"trigger\":\"keyword_match\",\"confidence\":0.5}}}}");
        var problem = Assert.Single(result.Problems);
        Assert.Equal((2, before.Length + expression.LastIndexOf(at, StringComparison.Ordinal) + 1), (problem.Line, problem.Column));
        Assert.Contains(expected, problem.ToString(), StringComparison.Ordinal);
    }

    [Theory,
     InlineData("false"), InlineData("1 > 2"), InlineData("contacts.Last7d > 3 && false"), InlineData("contacts.Last7d > 5 && contacts.Last7d < 3"), InlineData("3 < contacts.Last7d && contacts.Last7d <= 3"),
     InlineData("message.Channel == 'chat' && message.Channel == 'email'"), InlineData("frustration.Available && frustration.Score > 75"), InlineData("clock.Hour >= 24"),
     InlineData("(contacts.Last7d > 5 && contacts.Last7d < 3) || 1 > 2"), InlineData("contacts.Last7d == 2 && contacts.Last7d == 4")]
    public void Warns_of_conditions_that_never_hold(string expression)
    {
        var result = Load(SomeRules.Signal("never", expression, "keyword_match", .5));
        Assert.NotNull(result.RuleSet);
        var warning = Assert.Single(result.Warnings, w => w.Message.StartsWith("this condition never holds", StringComparison.Ordinal));
        Assert.Equal(("signals.json", 2, "never"), (warning.File, warning.Line, warning.Rule));
    }

    [Theory,
     InlineData("true"), InlineData("contacts.Last7d > 3 && contacts.Last7d < 5"), InlineData("contacts.Last7d > 5 || contacts.Last7d < 3"), InlineData("contacts.Last7d >= 3 && contacts.Last7d <= 3"),
     InlineData("message.Channel == 'chat' || message.Channel == 'email'"), InlineData("frustration.Available && frustration.Score > 0.99"), InlineData("1 > 2 || contacts.Last7d > 1")]
    public void Does_not_warn_of_what_may_hold(string expression) =>
        Assert.DoesNotContain(Load(SomeRules.Signal("may", expression, "keyword_match", .5)).Warnings, w => w.Message.Contains("never holds", StringComparison.Ordinal));

    [Theory, InlineData("\"Enabeld\":false", "Enabled"), InlineData("\"Expresion\":\"true\"", "Expression"), InlineData("\"Actions\":{}", "Actions")]
    public void Refuses_keys_that_say_nothing(string key, string expected)
    {
        var rule = $$"""{"RuleName":"bad",{{key}},"Expression":"contacts.Last7d > 1","Properties":{"trigger":"keyword_match","confidence":0.5} }""";
        var problem = Assert.Single(Load(rule).Problems);
        Assert.Equal((2, rule.IndexOf(key, StringComparison.Ordinal) + 1), (problem.Line, problem.Column));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("""{"RuleName":"a","Expression":"true"}""", "move it into"), InlineData("""{"rules":[],"name":"x"}""", "this is no workflow")]
    public void What_stands_where_a_workflow_belongs_is_one_problem(string json, string expected)
    {
        var problem = Assert.Single(RuleSetLoader.Load(ReferencePlaneTests.Folder($"[{json}]", null)).Problems);
        Assert.Equal(("$[0]", 2), (problem.Path, problem.Column));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_second_rule_of_a_name_and_says_where_the_first_stands()
    {
        var problem = Assert.Single(Load(SomeRules.Signal("twice", "contacts.Last7d > 1", "keyword_match", .5) + ",\n" + SomeRules.Signal("twice", "contacts.Last7d > 2", "keyword_match", .5)).Problems);
        Assert.Equal(3, problem.Line);
        Assert.Contains("signals.json line 2", problem.Message, StringComparison.Ordinal);
    }

    private static RuleSetLoadResult Load(string rules) => RuleSetLoader.Load(ReferencePlaneTests.Folder($"[{{\"WorkflowName\":\"signals\",\"Rules\":[\n{rules}]}}]"));
}
