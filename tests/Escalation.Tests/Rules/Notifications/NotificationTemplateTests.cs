using System.Text;
using Escalation.Rules;
using Escalation.Rules.Notifications;

namespace Escalation.Tests.Rules.Notifications;

public sealed class NotificationTemplateTests
{
    private static readonly Dictionary<string, object?> Facts = new()
    {
        ["step"] = "episode_raised",
        ["ticket"] = "t1",
        ["band"] = "immediate escalation",
        ["team"] = "Desk",
        ["reasons"] = new[] { "Angry words: “{{ url }}”", "Slow response" },
        ["excerpt"] = "{% raw %} <b>now</b>",
    };

    [Fact]
    public void The_built_in_template_says_what_happened_why_and_what_the_customer_wrote_and_fills_in_nothing_that_a_customer_wrote()
    {
        var (title, text) = NotificationTemplates.BuiltIn.Of("episode_raised").Render(Facts);
        Assert.Equal("[immediate escalation] t1 was raised for Desk", title);
        Assert.Equal("Why:\n- Angry words: “{{ url }}”\n- Slow response\nThe customer wrote: “{% raw %} <b>now</b>”", text.TrimEnd());
    }

    [Fact]
    public void A_folders_template_for_the_step_goes_before_that_for_its_kind_and_before_the_built_in_one()
    {
        var templates = Load(("templates/episode.liquid", "any {{ ticket }}"), ("templates/episode_raised.liquid", "\n  raised {{ ticket }}\n\n{% assign n = reasons.size %}{{ n }} reasons")).RuleSet!.Templates;
        Assert.Equal(("raised t1", "2 reasons"), templates.Of("episode_raised").Render(Facts));
        Assert.Equal(("any t1", ""), templates.Of("episode_opened").Render(Facts));
        Assert.Equal("Rule r is not run any more", templates.Of("rule_quarantined").Render(new Dictionary<string, object?> { ["rule"] = "r", ["step"] = "rule_quarantined" }).Title);
    }

    [Fact]
    public void A_template_is_no_part_of_the_version() =>
        Assert.Equal(RuleSetLoader.Load(RuleFiles.BuiltIn(), FailingCases.NotRun).RuleSet!.Version, Load(("templates/episode.liquid", "any {{ ticket }}")).RuleSet!.Version);

    [Theory]
    [InlineData("{{ ticket }}\n{% if team %}x", 2, 15, "'{% endif %}' was expected")]
    [InlineData("{{ ticket }}\n\n  {{ tikcet }}", 3, 6, "there is no \"tikcet\"; did you mean \"ticket\"?")]
    [InlineData("tikcet {{ ticket }}{{ tikcet }}", 1, 23, "there is no \"tikcet\"")]
    [InlineData("{{ ticket | upcas }}", 1, 13, "there is no filter \"upcas\"")]
    [InlineData("{{ ticket }}{% include 'other' %}", 1, 16, "{% include %} is not honoured")]
    [InlineData("{% for i in (1..1000000) %}{{ i }}{% endfor %}", 1, 1, "the template cannot be filled")]
    [InlineData("{% comment %}{{ ticket }}{% endcomment %}", 1, 1, "the template writes nothing")]
    public void A_broken_template_is_found_when_it_is_read_with_its_place(string template, int line, int column, string message)
    {
        var problem = Assert.Single(Load(("templates/episode.liquid", template)).Problems);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(("templates/episode.liquid", line, column), (problem.File, problem.Line, problem.Column));
    }

    [Fact]
    public void A_template_that_no_step_uses_is_warned_of() =>
        Assert.Contains("did you mean \"episode_opened\"?", Assert.Single(Load(("templates/episode_opend.liquid", "{{ ticket }}")).Warnings).Message, StringComparison.Ordinal);

    private static RuleSetLoadResult Load(params (string Path, string Content)[] files) =>
        RuleSetLoader.Load(files.Aggregate(RuleFiles.BuiltIn(), (all, f) => all.With(f.Path, Encoding.UTF8.GetBytes(f.Content))), FailingCases.NotRun);
}
