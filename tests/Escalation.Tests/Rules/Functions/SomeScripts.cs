using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Rules;

namespace Escalation.Tests.Rules.Functions;

/// <summary>Rule sets with one function <c>f</c> and the rule <c>asks</c> that calls it.</summary>
internal static class SomeScripts
{
    /// <param name="body">What stands in the function.</param>
    /// <param name="expression">The rule's condition; quotes as <c>'</c>.</param>
    /// <param name="top">What stands before the function.</param>
    public static RuleSetLoadResult Load(string body, string expression = "script('f')", string top = "") => LoadFile($"{top}function f() {{ {body} }}", expression);

    public static RuleFiles Files(string source, string expression = "script('f')", string confidence = "0.5") => ReferencePlaneTests.Folder(
        $"[{{\"WorkflowName\":\"signals\",\"Rules\":[{SomeRules.Rule("asks", expression, $"'trigger':'keyword_match','confidence':{confidence}")}]}}]", null,
        ("functions/f.js", source), ("keywords.json", """{"classes":{"legal":{"confidence":0.9,"words":["lawyer"]}}}"""), ("lists/vip.csv", "value\nc1\n"));

    public static RuleSetLoadResult LoadFile(string source, string expression = "script('f')") => RuleSetLoader.Load(Files(source, expression));

    public static RuleSet Sound(string body, string expression = "script('f')", string top = "")
    {
        var loaded = Load(body, expression, top);
        Assert.True(loaded.RuleSet is not null, string.Join('\n', loaded.Problems));
        return loaded.RuleSet;
    }

    public static (RuleResult Result, string? Error) Ask(RuleSet rules, DerivedFacts? facts = null)
    {
        var results = new RuleResults();
        rules.EvaluateSignals(facts ?? SomeFacts.Of(), results);
        return (results.Results[0], results.Errors.Count == 0 ? null : results.Errors[0].Message);
    }

    public static (RuleResult Result, string? Error) Ask(string body, DerivedFacts? facts = null) => Ask(Sound(body), facts);
}
