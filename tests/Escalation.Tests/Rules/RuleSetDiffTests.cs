using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Tests.Replay.Analysis;

namespace Escalation.Tests.Rules;

public sealed class RuleSetDiffTests
{
    [Fact]
    public void A_keyword_class_that_only_rules_ask_for_is_named_with_its_words()
    {
        var (plain, with) = (EditedRules.BuiltIn().Rules, WithClass(.3, "lost", "all ... gone"));

        Assert.Equal(["+ keywords/lost_music: words \"lost\", \"all ... gone\""], Lines(plain, with));
        Assert.Equal(["- keywords/lost_music: words \"lost\", \"all ... gone\""], Lines(with, plain));
        Assert.Equal(["~ keywords/lost_music: confidence 0.3 -> confidence 0.4", "~ keywords/lost_music: words + \"vanished\", - \"lost\""], Lines(with, WithClass(.4, "vanished", "all ... gone")));
    }

    [Fact]
    public void Of_a_json_file_the_values_that_differ_are_named_and_where_only_its_look_differs_its_size()
    {
        var policy = ("policy.json", "\"repeat_contact\": {", "\"repeat_contact\": {\n      \"joinsOnly\": true,");
        Assert.Equal(["+ policy.json: triggers.repeat_contact.joinsOnly: true"], Lines(EditedRules.BuiltIn().Rules, EditedRules.With(policy).Rules));
        Assert.Equal(["- policy.json: triggers.repeat_contact.joinsOnly: true"], Lines(EditedRules.With(policy).Rules, EditedRules.BuiltIn().Rules));
        Assert.Equal(["~ policy.json: triggers.repeat_contact.joinsOnly: true -> false"], Lines(EditedRules.With(policy).Rules, EditedRules.With((policy.Item1, policy.Item2, policy.Item3.Replace("true", "false", StringComparison.Ordinal))).Rules));
        Assert.StartsWith("~ policy.json: ", Assert.Single(Lines(EditedRules.BuiltIn().Rules, EditedRules.With(("policy.json", "\"repeat_contact\": {", "// again\n    \"repeat_contact\": {")).Rules)), StringComparison.Ordinal);
    }

    private static IRuleSet WithClass(double confidence, params string[] words) => EditedRules.With(("keywords.json", "\"classes\": {",
        FormattableString.Invariant($$"""
        "classes": {"lost_music": {"confidence": {{confidence}}, "words": [{{string.Join(", ", words.Select(w => $"\"{w}\""))}}]},
        """))).Rules;

    private static IEnumerable<string> Lines(IRuleSet before, IRuleSet after) => RuleSetDiff.Between((RuleSet)before, (RuleSet)after).Select(c => c.ToString());
}
