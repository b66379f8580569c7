using Escalation.Core.Sla;
using Escalation.Rules;

namespace Escalation.Tests.Rules.Documents;

/// <summary><c>policy.json: sla</c>.</summary>
public sealed class SlaPolicyTests
{
    [Fact]
    public void What_the_policy_says_holds_and_the_rest_is_as_usual()
    {
        Assert.Equal(new SlaPolicy(), Load("").RuleSet!.Policy.Sla);
        Assert.Equal(new SlaPolicy(ReopenedSla.Continue), Load(""","sla":{"reopened":"continue"}""").RuleSet!.Policy.Sla);
        Assert.Equal(new SlaPolicy { WarnAt = .5, Warning = SlaTelling.Always, Breach = SlaTelling.Inside, ChainMinutes = 10, ChainMost = 1, Chain = SlaTelling.Always },
            Load(""","sla":{"warning":{"at":0.5,"hours":"always"},"breach":{"hours":"inside"},"chain":{"afterMinutes":10,"most":1,"hours":"always"}}""").RuleSet!.Policy.Sla);
    }

    [Theory]
    [InlineData("""{"reopened":"restrat"}""", "did you mean \"restart\"")]
    [InlineData("""{"reopend":"restart"}""", "did you mean \"reopened\"")]
    [InlineData("""{"warning":{"at":1}}""", "from 0 to 0.99")]
    [InlineData("""{"breach":{"hours":"never"}}""", "inside")]
    [InlineData("""{"chain":{"afterMinutes":0}}""", "from 1 to 10080")]
    [InlineData("""{"chain":{"levels":3}}""", "there is no key")]
    [InlineData("[]", "object")]
    public void What_is_wrong_is_named_with_its_place(string sla, string expected)
    {
        var problem = Assert.Single(Load(",\n\"sla\":" + sla).Problems);
        Assert.Equal(("policy.json", 2), (problem.File, problem.Line));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    private static RuleSetLoadResult Load(string more) => RuleSetLoader.Load(ReferencePlaneTests.Folder(
        $"[{{\"WorkflowName\":\"signals\",\"Rules\":[{SomeRules.Signal("a", "contacts.Last7d > 1", "keyword_match", .5)}]}}]", null, ("policy.json", $$"""{"defaultCalendar":"always"{{more}}}""")));
}
