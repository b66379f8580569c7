using Escalation.Rules.Channels;
using Escalation.Tests.History;

namespace Escalation.Tests.Rules.Channels;

public sealed class ChannelsDocumentTests
{
    [Fact]
    public void Secrets_come_from_the_environment_or_a_file_beside_it()
    {
        using var scratch = new ScratchFolder();
        scratch.Write("desk.secret", "from the file");
        var (channels, problems) = Read(scratch, """
            { "channels": { "a": { "kind": "zendesk", "source": "zendesk/acme", "secret": { "environment": "DESK" } }, "b": { "kind": "chat", "source": "chat", "secret": { "file": "desk.secret" }, "windowSeconds": 60 },
                            "c": { "kind": "webhook", "source": "shop", "map": "m.json", "unsigned": true } } }
            """);
        Assert.Empty(problems);
        Assert.Equal([("a", "from the environment", null), ("b", "from the file", 60), ("c", null, (int?)null)], channels.Select(c => (c.Name, c.Secret, c.WindowSeconds)));
        Assert.Equal(Path.Combine(scratch.Path, "m.json"), channels[2].Map);
    }

    [Theory]
    [InlineData("""{ "kind": "zendesk", "source": "z" }""", 1, 23, "\"secret\" is missing")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "secret": "abc" }""", 1, 69, "does not stand in this file")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "secret": { "environment": "NONE" } }""", 1, 86, "the variable NONE is not set")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "secret": { "environment": "SHORT" } }""", 1, 86, "fewer than 8 characters")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "secret": { "file": "gone" } }""", 1, 79, "cannot be read")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "secret": { "file": "a", "environment": "b" } }""", 1, 69, "comes from one place")]
    [InlineData("""{ "kind": "zendesk", "source": "z", "unsigned": true, "secret": { "environment": "DESK" } }""", 1, 87, "contradict")]
    [InlineData("""{ "kind": "zendsk", "source": "z", "unsigned": true }""", 1, 33, "did you mean \"zendesk\"?")]
    [InlineData("""{ "kind": "webhook", "source": "z", "unsigned": true }""", 1, 23, "\"map\" is missing")]
    [InlineData("""{ "kind": "zammad", "source": "z", "unsigned": true, "map": "m.json" }""", 1, 83, "takes no \"map\"")]
    [InlineData("""{ "kind": "zammad", "source": "z", "unsigned": true, "windowSeconds": 0 }""", 1, 93, "must lie from 1")]
    [InlineData("""{ "kind": "zammad", "source": "z", "unsigned": true, "colour": "red" }""", 1, 76, "no key \"colour\"")]
    [InlineData("""{ "kind": "zammad", "unsigned": true }""", 1, 23, "\"source\" is missing")]
    public void Whatever_is_wrong_is_named_with_its_place(string channel, int line, int column, string words)
    {
        using var scratch = new ScratchFolder();
        var (channels, problems) = Read(scratch, $$"""{ "channels": { "in": {{channel}} } }""");
        Assert.Empty(channels);
        var problem = Assert.Single(problems);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        Assert.Equal((line, column, "in"), (problem.Line, problem.Column, problem.Rule));
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
        var channels = ChannelsDocument.Read(path, name => name switch { "DESK" => "from the environment", "SHORT" => "short", _ => null }, out var problems);
        return (channels, problems);
    }
}
