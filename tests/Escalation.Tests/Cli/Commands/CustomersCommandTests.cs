using Escalation.Tests.History;

namespace Escalation.Tests.Cli.Commands;

/// <summary><c>customers list|show|link|unlink</c> on a real database file.</summary>
public sealed class CustomersCommandTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_suggestion_is_listed_decided_and_taken_back()
    {
        folder.Write("history.jsonl",
            """{"type":"message","id":"1","source":"mail","externalId":"1","customerId":"anna@x","ticketId":"t1","channel":"email","at":"2026-03-02T12:00:00Z","author":"customer","text":"It broke"}""",
            """{"type":"message","id":"2","source":"chat","externalId":"2","customerId":"chat/7","ticketId":"t2","channel":"chat","at":"2026-03-02T13:00:00Z","author":"customer","text":"It broke"}""",
            """{"type":"identity","customerId":"chat/7","channel":"email","address":"anna@x","at":"2026-03-02T13:00:00Z","linked":true,"attested":false}""");
        (await Run("import", "--from", "jsonl", "history.jsonl", "--database", "a.db")).Ended(0);
        Assert.Contains("anna@x may be chat/7: nobody vouches for it", (await Run("customers", "list", "--database", "a.db")).Ended(0).Output, StringComparison.Ordinal);
        (await Run("customers", "link", "chat/7", "anna@x", "--reason", " ", "--database", "a.db")).Ended(2).Says("--reason: is blank");
        var linked = (await Run("customers", "link", "chat/7", "anna@x", "--reason", "she called", "--by", "lena", "--database", "a.db")).Ended(0).Output;
        Assert.Contains("chat/7  chat/7, anna@x", linked, StringComparison.Ordinal);
        Assert.Contains("(lena: she called)", linked, StringComparison.Ordinal);
        (await Run("customers", "link", "chat/7", "anna@x", "--reason", "again", "--database", "a.db")).Ended(2).Says("address: anna@x is linked to chat/7 already");
        Assert.Equal(0, (await Run("customers", "list", "--database", "a.db", "--json")).Ended(0).Json.GetArrayLength());
        Assert.Equal("chat/7", (await Run("customers", "show", "anna@x", "--database", "a.db", "--json")).Ended(0).Json.GetProperty("id").GetString());
        (await Run("customers", "unlink", "chat/7", "anna@x", "--reason", "her sister", "--database", "a.db")).Ended(0);
        Assert.Contains("anna@x  one id", (await Run("customers", "show", "anna@x", "--database", "a.db")).Ended(0).Output, StringComparison.Ordinal);
    }

    private Task<Ran> Run(params string[] args) => EscalationProcess.RunAsync(folder.Path, args);
}
