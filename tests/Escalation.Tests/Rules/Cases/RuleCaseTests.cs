using Escalation.Rules;

namespace Escalation.Tests.Rules.Cases;

public sealed class RuleCaseTests
{
    private static readonly string Signals = $"""
        [{"{"}"WorkflowName":"signals","Rules":[{SomeRules.Signal("calls", "contacts.Last7d > 2", "repeat_contact", .9)},{SomeRules.Signal("angry", "frustration.Score > 0.5", "high_frustration", .9)},
        {SomeRules.Signal("idea", "context.Severity > 3", "keyword_match", .5, "'stage':'draft'")}]{"}"}]
        """;

    private static RuleSetLoadResult Load(string cases, FailingCases failingCases = FailingCases.Refuse) => RuleSetLoader.Load(
        ReferencePlaneTests.Folder(Signals, null, ("tests/some.json", cases), ("keywords.json", """{"classes":{"legal":{"trigger":"legal_or_compliance","confidence":0.9,"words":["lawyer"]}}}""")), failingCases);

    private static string Case(string body) => $$"""{"cases":[{"name":"one", {{body}} }]}""";

    [Theory,
     InlineData("\"facts\":{\"contacts.Last7d\":3},\"hits\":[\"calls\"],\"unavailable\":[\"angry\"],\"band\":\"immediate_escalation\",\"team\":\"general-escalation\",\"route\":\"all\""),
     InlineData("\"text\":\"My lawyer calls.\",\"hits\":[\"keywords/legal\"],\"misses\":[\"calls\"]"), InlineData("\"facts\":{\"keywords.Has\":[\"legal\"]},\"hits\":[\"keywords/legal\"]"),
     InlineData("\"facts\":{\"context.Severity\":4},\"hits\":[\"idea\",\"all\"],\"band\":\"none\""), InlineData("\"facts\":{\"frustration.Score\":0.6},\"hits\":[\"angry\"]"), InlineData("\"facts\":{\"frustration.Score\":null},\"unavailable\":[\"angry\"]")]
    public void A_case_that_goes_as_expected_lets_the_rules_load(string body)
    {
        var loaded = Load(Case(body));
        Assert.Empty(loaded.Problems);
        Assert.NotNull(loaded.RuleSet);
        Assert.Empty(Assert.Single(loaded.Cases.Cases).Failures);
    }

    [Theory,
     InlineData("\"facts\":{\"contacts.Last7d\":2},\"hits\":[\"calls\"]", "tests/some.json(1,64): one: calls: expected a hit, was a miss; contacts.Last7d is 2; the rule asks contacts.Last7d > 2"),
     InlineData("\"misses\":[\"angry\"]", "angry: expected a miss, was unavailable"), InlineData("\"facts\":{\"contacts.Last7d\":3},\"band\":\"none\"", "expected band none, was immediate_escalation with score 0.9 by calls"),
     InlineData("\"team\":\"general-escalation\"", "expected team general-escalation, was none, since it is not escalated")]
    public void A_case_that_goes_otherwise_keeps_the_rules_from_loading_and_says_where(string body, string expected)
    {
        var loaded = Load(Case(body));
        Assert.Null(loaded.RuleSet);
        Assert.Equal(1, loaded.Cases.Failed);
        Assert.Contains(expected, Assert.Single(loaded.Problems).ToString(), StringComparison.Ordinal);
        Assert.NotNull(Load(Case(body), failingCases: FailingCases.NotRun).RuleSet);

        var tried = Load(Case(body), FailingCases.Warn);
        Assert.NotNull(tried.RuleSet);
        Assert.Equal(1, tried.Cases.Failed);
        Assert.Contains(tried.Warnings, w => w.ToString().Contains(expected.Replace("): one", "): warning: one", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Theory,
     InlineData("\"hits\":[\"cals\"]", "tests/some.json(1,34): one: there is no rule \"cals\"; did you mean \"calls\"?"), InlineData("\"facts\":{\"contacts.Last7\":3},\"hits\":[\"calls\"]", "there is no fact \"contacts.Last7\"; did you mean \"contacts.Last7d\"?"),
     InlineData("\"facts\":{\"contacts.Last7d\":\"3\"},\"hits\":[\"calls\"]", "contacts.Last7d must be a whole number, not a text"), InlineData("\"facts\":{\"contacts.Last7d\":3.5},\"hits\":[\"calls\"]", "a whole number"),
     InlineData("\"facts\":{\"frustration.Available\":true},\"hits\":[\"calls\"]", "follows from other facts"), InlineData("\"facts\":{\"contacts.Last7d\":null},\"hits\":[\"calls\"]", "always known"),
     InlineData("\"facts\":{\"context.IssueType\":\"biling\"},\"hits\":[\"calls\"]", "did you mean \"billing\"?"), InlineData("\"facts\":{\"keywords.Has\":[\"leagl\"]},\"hits\":[\"calls\"]", "keywords.json has no class \"leagl\""),
     InlineData("\"facts\":{\"clock.Hour\":24},\"hits\":[\"calls\"]", "0 to 23"), InlineData("\"hit\":[\"calls\"],\"misses\":[\"calls\"]", "there is no key \"hit\""), InlineData("\"facts\":{}", "expects nothing"),
     InlineData("\"band\":\"moniter\"", "did you mean \"monitor\"?"), InlineData("\"team\":\"nobody\"", "teams.json has no team"), InlineData("\"route\":\"al\"", "there is no routing rule"), InlineData("\"at\":\"soon\",\"hits\":[\"calls\"]", "no date")]
    public void A_mistake_in_a_case_has_its_place(string body, string expected)
    {
        var loaded = Load(Case(body));
        Assert.Null(loaded.RuleSet);
        Assert.Contains(loaded.Problems, p => p.ToString().Contains(expected, StringComparison.Ordinal) && p is { File: "tests/some.json", Line: 1, Column: > 10 });
    }

    [Fact]
    public void Coverage_names_the_rules_that_no_case_fires_or_misses()
    {
        var report = Load("""{"cases":[{"name":"a","facts":{"contacts.Last7d":3},"hits":["calls"]},{"name":"b","misses":["calls","idea"]}]}""").Cases;
        Assert.Equal(["angry", "idea", "keywords/legal", "all"], report.NeverFired);
        Assert.Equal(["angry", "keywords/legal", "all"], report.NeverMissed);
    }

    [Fact]
    public void Cases_decide_nothing_and_are_not_part_of_the_version() =>
        Assert.Equal(Load(Case("\"hits\":[\"all\"]")).RuleSet!.Version, Load(Case("\"misses\":[\"calls\"]")).RuleSet!.Version);

    [Fact]
    public void Every_default_rule_has_a_case_that_fires_it_and_one_that_misses_it()
    {
        var loaded = RuleSetLoader.Load();
        Assert.Empty(loaded.Problems);
        Assert.Equal(loaded.RuleSet!.Describe().Count, loaded.Cases.Coverage.Count);
        Assert.Empty(loaded.Cases.NeverFired);
        // The last routing rule always matches, so that no case can miss it.
        Assert.Equal(["fallback"], loaded.Cases.NeverMissed);
    }
}
