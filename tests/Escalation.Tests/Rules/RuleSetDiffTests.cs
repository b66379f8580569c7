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

    private static IRuleSet WithClass(double confidence, params string[] words) => EditedRules.With(("keywords.json", "\"classes\": {",
        FormattableString.Invariant($$"""
        "classes": {"lost_music": {"confidence": {{confidence}}, "words": [{{string.Join(", ", words.Select(w => $"\"{w}\""))}}]},
        """))).Rules;

    private static IEnumerable<string> Lines(IRuleSet before, IRuleSet after) => RuleSetDiff.Between((RuleSet)before, (RuleSet)after).Select(c => c.ToString());
}
