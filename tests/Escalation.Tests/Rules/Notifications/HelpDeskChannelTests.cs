using System.Text;
using Escalation.Rules;
using Escalation.Rules.Notifications;

namespace Escalation.Tests.Rules.Notifications;

/// <summary>Channels of kind help_desk of notifications.json.</summary>
public sealed class HelpDeskChannelTests
{
    [Fact]
    public void Texts_are_filled_in_and_what_comes_out_blank_is_left_out_with_its_key()
    {
        var (settings, problems) = Load("""{"kind":"help_desk","source":"desk","method":"PUT","url":"https://h/{{ number }}","body":{"a":"{{ priority }}","b":"{{ help_desk_group }}","c":["{{ tag }}","{{ help_desk_group }}"],"d":{"e":"{{ help_desk_group }}"},"f":5,"g":null,"h":"{% for r in reasons %}{{ r }};{% endfor %}"}}""");
        Assert.Empty(problems);
        var desk = settings!.Channels[0].HelpDesk!;
        var values = new Dictionary<string, object?> { ["priority"] = "hi\"gh", ["help_desk_group"] = null, ["tag"] = "t", ["number"] = "7", ["reasons"] = new[] { "x", "{{ y }}" } };
        Assert.Equal("""{"a":"hi\u0022gh","c":["t"],"f":5,"g":null,"h":"x;{{ y }};"}""", Encoding.UTF8.GetString(desk.Body.Render(values)));
        Assert.Equal("https://h/7", desk.Url(values));
        Assert.True(desk is { IsEnabled: true, Authorization: null });
        Assert.True(desk.IsOf("desk/7") && !desk.IsOf("desk2/7") && !desk.IsOf(null));
    }

    [Theory]
    [InlineData("\"method\":\"GET\"", "\"method\":\"PUT\"", "\"GET\"", "one of POST, PUT, PATCH")]
    [InlineData("\"url\":\"ftp://h\"", "\"url\":\"https://h/{{ number }}\"", "\"ftp", "no http or https address")]
    [InlineData("\"url\":\"http://h\",\"authorization\":{\"env\":\"E\"}", "\"url\":\"https://h/{{ number }}\"", "\"http", "in the clear")]
    [InlineData("\"body\":\"x\"", "\"body\":{\"a\":\"b\"}", "\"x\"", "must be an object")]
    [InlineData("\"body\":{\"a\":\"b {{ prority }}\"}", "\"body\":{\"a\":\"b\"}", "prority", "did you mean \"priority\"?")]
    [InlineData("\"body\":{\"a\":\"{% if %}\"}", "\"body\":{\"a\":\"b\"}", null, "no Liquid template")]
    public void What_is_wrong_is_named_with_its_place(string wrong, string right, string? at, string words)
    {
        var channel = """{"kind":"help_desk","source":"desk","method":"PUT","url":"https://h/{{ number }}","body":{"a":"b"}}""".Replace(right, wrong, StringComparison.Ordinal);
        var (_, problems) = Load(channel);
        var problem = Assert.Single(problems);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        if (at is not null) Assert.Equal(Settings(channel).IndexOf(at, StringComparison.Ordinal) + 1, problem.Column);
    }

    private static string Settings(string channel) => $$"""{"channels":{"desk":{{channel}}},"recipients":[{"channel":"desk"}]}""";

    private static (NotificationSettings? Settings, IReadOnlyList<RuleProblem> Problems) Load(string channel)
    {
        var result = RuleSetLoader.Load(RuleFiles.BuiltIn().With("notifications.json", Encoding.UTF8.GetBytes(Settings(channel))));
        return (result.RuleSet?.Notifications, result.Problems);
    }
}
