using System.Text;
using Escalation.Rules;
using Escalation.Rules.Notifications;

namespace Escalation.Tests.Rules.Documents;

public sealed class NotificationsDocumentTests
{
    private const string Mail = """{"kind":"smtp","host":"mail.example.com","from":"Escalation <e@example.com>"}""";
    private const string Signed = """{"kind":"webhook","url":"https://hooks.example.com","secret":{"env":"HOOK_KEY"}}""";

    [Fact]
    public void Sound_settings_are_read_and_are_no_part_of_the_version()
    {
        var loaded = Load("""
            {"publicUrl":"https://desk.example.com/","giveUpAfterHours":2,
             "channels":{"mail":{"kind":"smtp","host":"mail.example.com","port":465,"security":"tls","user":"u","password":{"file":"/run/secrets/smtp"},"from":"e@example.com","timeoutSeconds":5},
                         "chat":{"kind":"slack","url":{"env":"SLACK_URL"}}},
             "recipients":[{"channel":"mail","to":"duty@example.com","teams":["on-call"],"steps":["episode_opened","sla_breached"]},{"channel":"chat"}]}
            """);
        Assert.Empty(loaded.Problems);
        Assert.Empty(loaded.Warnings);
        var settings = loaded.RuleSet!.Notifications!;
        Assert.Equal(("https://desk.example.com", 2.0), (settings.PublicUrl, settings.GiveUpAfterHours));
        var mail = settings.Channel("mail")!;
        Assert.Equal((465, MailSecurity.Tls, "u", new SecretSource(null, "/run/secrets/smtp"), 5), (mail.Port, mail.Security, mail.User, mail.Password, mail.TimeoutSeconds));
        Assert.True(settings.Recipients[0].Wants("sla_breached", "on-call"));
        Assert.False(settings.Recipients[0].Wants("sla_breached", "executive"));
        Assert.False(settings.Recipients[0].Wants("episode_raised", "on-call"));
        Assert.True(settings.Recipients[1].Wants("rule_quarantined", null));
        Assert.Equal(RuleSetLoader.Load(RuleFiles.BuiltIn(), FailingCases.NotRun).RuleSet!.Version, loaded.RuleSet.Version);
    }

    [Theory]
    [InlineData("""{"channels":{},"recipients":[],"chanels":{}}""", 32, "there is no key \"chanels\" here; did you mean \"channels\"?")]
    [InlineData("""{"channels":{"mail":{"kind":"smtp","from":"e@example.com"}},"recipients":[]}""", 21, "\"host\" is missing")]
    [InlineData("""{"channels":{"mail":{"kind":"mail"}},"recipients":[]}""", 29, "\"kind\" is \"mail\"")]
    [InlineData("""{"channels":{"mail":{"kind":"smtp","host":"h","from":"nobody"}},"recipients":[]}""", 54, "\"from\" is no mail address")]
    [InlineData("""{"channels":{"m":{"kind":"smtp","host":"h","from":"e@e.org","user":"u","password":"geheim"}},"recipients":[]}""", 83, "\"password\" is a secret and must not stand here")]
    [InlineData("""{"channels":{"m":{"kind":"smtp","host":"h","from":"e@e.org","user":"u"}},"recipients":[]}""", 68, "\"user\" has no \"password\"")]
    [InlineData("""{"channels":{"m":{"kind":"smtp","host":"h","from":"e@e.org","user":"u","password":{"env":"P"},"security":"none"}},"recipients":[]}""", 106, "in the clear")]
    [InlineData("""{"channels":{"c":{"kind":"slack","url":"https://hooks.slack.com/x"}},"recipients":[]}""", 40, "\"url\" is a secret")]
    [InlineData("""{"channels":{"c":{"kind":"webhook","url":"https://h.example"}},"recipients":[]}""", 18, "\"secret\" is missing")]
    [InlineData("""{"channels":{"c":{"kind":"webhook","url":"ftp://h.example","secret":{"env":"K"}}},"recipients":[]}""", 42, "no http or https address")]
    [InlineData("""{"channels":{"c":{"kind":"teams","url":{}}},"recipients":[]}""", 40, "needs either \"env\"")]
    [InlineData("""{"channels":{"mail":MAIL},"recipients":[{"channel":"male","to":"a@e.org"}]}""", 0, "there is no channel \"male\" in this file; known are")]
    [InlineData("""{"channels":{"mail":MAIL},"recipients":[{"channel":"mail"}]}""", 0, "\"to\" is missing")]
    [InlineData("""{"channels":{"mail":MAIL},"recipients":[{"channel":"mail","to":"nobody"}]}""", 0, "\"nobody\" is no mail address")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[{"channel":"hook","to":"a@e.org"}]}""", 0, "leads to one place")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[{"channel":"hook","teams":["on-cal"]}]}""", 0, "teams.json has no team \"on-cal\"; did you mean \"on-call\"?")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[{"channel":"hook","steps":["episode_opend"]}]}""", 0, "there is no step \"episode_opend\"; did you mean \"episode_opened\"?")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[{"channel":"hook","hours":"busines"}]}""", 0, "there is no calendars/busines.json; did you mean \"business\"?")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[{"channel":"hook","always":["imediate_escalation"]}]}""", 0, "there is no band \"imediate_escalation\"; did you mean \"immediate_escalation\"?")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[],"storm":{"after":0}}""", 0, "it must lie from 1 to 1000")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[],"silence":{"below":0.5}}""", 0, "it must lie from")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[],"silence":{"weeks":1}}""", 0, "it must lie from 2 to 12")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[],"weekly":{"day":"monday"}}""", 0, "\"day\" is \"monday\"; known are mon, tue")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[],"weekly":{"hour":24}}""", 0, "it must lie from 0 to 23")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[],"weekly":{"timeZone":"Berlin"}}""", 0, "there is no time zone \"Berlin\"")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[],"pagesPerDay":{"on-cal":3}}""", 0, "teams.json has no team \"on-cal\"; did you mean \"on-call\"?")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[],"pagesPerDay":{"on-call":-1}}""", 0, "it must lie from 0 to")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[],"publicUrl":"desk"}""", 0, "\"publicUrl\" is no http or https address")]
    [InlineData("""{"channels":{"hook":HOOK},"recipients":[],"giveUpAfterHours":0}""", 0, "it must lie from 1 to 168")]
    public void What_is_wrong_is_said_with_its_place_and_a_way_out(string json, int column, string message)
    {
        var problem = Assert.Single(Load(json.Replace("MAIL", Mail, StringComparison.Ordinal).Replace("HOOK", Signed, StringComparison.Ordinal)).Problems);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(("notifications.json", 1), (problem.File, problem.Line));
        if (column > 0) Assert.Equal(column, problem.Column);
        Assert.DoesNotContain("geheim", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_read_at_every_use()
    {
        using var folder = new History.ScratchFolder();
        var file = Path.Combine(folder.Path, "secret");
        var source = new SecretSource(null, file);
        Assert.Contains("cannot be read", source.Read().Problem, StringComparison.Ordinal);
        File.WriteAllText(file, " one\n");
        Assert.Equal(("one", null), source.Read());
        File.WriteAllText(file, "two");
        Assert.Equal(("two", null), source.Read());
        File.WriteAllText(file, "\n");
        Assert.Contains("is empty", source.Read().Problem, StringComparison.Ordinal);
        Assert.Contains("ESCALATION_NO_SUCH_VARIABLE is not set", new SecretSource("ESCALATION_NO_SUCH_VARIABLE", null).Read().Problem, StringComparison.Ordinal);
    }

    private static RuleSetLoadResult Load(string json) => RuleSetLoader.Load(RuleFiles.BuiltIn().With(NotificationSettings.Path, Encoding.UTF8.GetBytes(json)), FailingCases.NotRun);
}
