using Escalation.Rules.Channels;
using Escalation.Rules.Notifications;
using Escalation.Tests.History;

namespace Escalation.Tests.Rules.Channels;

public sealed class ChannelsDocumentTests
{
    public ChannelsDocumentTests()
    {
        Environment.SetEnvironmentVariable("ESCALATION_TEST_DESK", "from the environment");
        Environment.SetEnvironmentVariable("ESCALATION_TEST_SHORT", "short");
    }

    [Fact]
    public void Secrets_come_from_the_environment_or_a_file_beside_it()
    {
        using var scratch = new ScratchFolder();
        scratch.Write("desk.secret", "from the file");
        var (channels, problems) = Read(scratch, """
            { "channels": { "a": { "kind": "zendesk", "source": "zendesk/acme", "secret": { "env": "ESCALATION_TEST_DESK" } }, "b": { "kind": "chat", "source": "chat", "secret": { "file": "desk.secret" }, "windowSeconds": 60 },
                            "c": { "kind": "webhook", "source": "shop", "map": "m.json", "unsigned": true } } }
            """);
        Assert.Empty(problems);
        Assert.Equal([("a", "from the environment", null), ("b", "from the file", 60), ("c", null, (int?)null)], channels.Select(c => (c.Name, c.Secret, c.WindowSeconds)));
        Assert.Equal(Path.Combine(scratch.Path, "m.json"), channels[2].Map);
    }

    [Theory]
    [InlineData("""{ "kind": "zendesk", "source": "z" }""", 1, 23, "\"secret\" is missing")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "secret": "abc" }""", 1, 69, "must not stand here")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "secret": { "env": "ESCALATION_TEST_NONE" } }""", 1, 69, "variable ESCALATION_TEST_NONE is not set")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "secret": { "env": "ESCALATION_TEST_SHORT" } }""", 1, 69, "fewer than 8 characters")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "secret": { "file": "gone" } }""", 1, 69, "cannot be read")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "secret": { "file": "a", "env": "b" } }""", 1, 69, "needs either")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "unsigned": true, "secret": { "env": "ESCALATION_TEST_DESK" } }""", 1, 87, "contradict")]
    [InlineData("""{ "kind": "zendsk", "source": "z", "unsigned": true }""", 1, 33, "did you mean \"zendesk\"?")]
    [InlineData("""{ "kind": "webhook", "source": "z", "unsigned": true }""", 1, 23, "\"map\" is missing")]
    [InlineData("""{ "kind": "zammad", "source": "z", "unsigned": true, "map": "m.json" }""", 1, 83, "takes no \"map\"")]
    [InlineData("""{ "kind": "zammad", "source": "z", "unsigned": true, "windowSeconds": 0 }""", 1, 93, "must lie from 1")]
    [InlineData("""{ "kind": "zammad", "source": "z", "unsigned": true, "colour": "red" }""", 1, 76, "no key \"colour\"")]
    [InlineData("""{ "kind": "zammad", "unsigned": true }""", 1, 23, "\"source\" is missing")]
    [InlineData("""{ "kind": "imap", "source": "m", "host": "h", "user": "u" }""", 1, 23, "where the password of the mailbox is")]
    [InlineData("""{ "kind": "imap", "source": "m", "user": "u", "secret": { "env": "ESCALATION_TEST_SHORT" } }""", 1, 23, "\"host\" is missing")]
    [InlineData("""{ "kind": "imap", "source": "m", "host": "h", "user": "u", "security": "none", "secret": { "env": "ESCALATION_TEST_SHORT" } }""", 1, 94, "in the clear")]
    [InlineData("""{ "kind": "imap", "source": "m", "host": "h", "user": "u", "own": ["@a.b", "acme"], "secret": { "env": "ESCALATION_TEST_SHORT" } }""", 1, 98, "is no address")]
    [InlineData("""{ "kind": "imap", "source": "m", "host": "h", "user": "u", "unsigned": true, "secret": { "env": "ESCALATION_TEST_SHORT" } }""", 1, 82, "no key \"unsigned\"")]
    public void Whatever_is_wrong_is_named_with_its_place(string channel, int line, int column, string words)
    {
        using var scratch = new ScratchFolder();
        var (channels, problems) = Read(scratch, $$"""{ "channels": { "in": {{channel}} } }""");
        Assert.Empty(channels);
        var problem = Assert.Single(problems);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        Assert.Equal((line, column, "in"), (problem.Line, problem.Column, problem.Rule));
    }

    [Theory]
    [InlineData("", 993, MailSecurity.Tls), InlineData("\"port\": 143,", 143, MailSecurity.StartTls), InlineData("\"security\": \"start_tls\",", 143, MailSecurity.StartTls), InlineData("\"port\": 1993, \"security\": \"tls\",", 1993, MailSecurity.Tls)]
    public void A_mailbox_is_spoken_to_safely_unless_told_otherwise(string more, int port, MailSecurity security)
    {
        using var scratch = new ScratchFolder();
        var (channels, problems) = Read(scratch, $$"""{ "channels": { "in": { "kind": "imap", "source": "m", "host": "imap.acme.com", {{more}} "user": "u", "secret": { "env": "ESCALATION_TEST_SHORT" } } } }""");
        Assert.Empty(problems);
        var box = Assert.Single(channels).Mailbox!;
        Assert.Equal((port, security, "INBOX", 60, "short"), (box.Port, box.Security, box.Folder, box.EverySeconds, box.Password));
    }

    [Fact]
    public void A_name_that_cannot_stand_in_an_address_is_refused()
    {
        using var scratch = new ScratchFolder();
        var (_, problems) = Read(scratch, """{ "channels": { "My Desk": { "kind": "chat", "source": "c", "unsigned": true } } }""");
        Assert.Contains("stands in the address", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    private static (IReadOnlyList<ChannelSettings> Channels, IReadOnlyList<Escalation.Rules.RuleProblem> Problems) Read(ScratchFolder scratch, string content)
    {
        var path = scratch.Write("channels.json", content);
        var channels = ChannelsDocument.Read(path, out var problems);
        return (channels, problems);
    }
}
