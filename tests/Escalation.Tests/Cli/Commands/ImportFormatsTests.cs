using System.Text.Json;
using Escalation.Tests.History;

namespace Escalation.Tests.Cli.Commands;

/// <summary><c>import --from mbox|zendesk|zammad</c> on a real database file.</summary>
public sealed class ImportFormatsTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_mailbox_is_threaded_decided_with_its_own_dates_and_the_second_run_changes_nothing()
    {
        folder.Write("box.mbox",
            "From a@x Tue Mar  3 12:00:00 2026", "Message-ID: <m2@x>", "In-Reply-To: <m1@x>", "From: anna@x", "To: help@acme.com", "Date: Tue, 3 Mar 2026 12:00:00 +0000", "", "I will sue you.", "",
            "From b@y Tue Mar  3 13:00:00 2026", "Message-ID: <m3@y>", "In-Reply-To: <m1@x>", "From: bob@y", "Date: Tue, 3 Mar 2026 13:00:00 +0000", "", "Me too", "",
            "From c@y Tue Mar  3 14:00:00 2026", "From: carl@y", "", "No date but the envelope's", "",
            "From d", "no header", "",
            "From e@y Tue Mar  3 15:00:00 2026", "Message-ID: <m2@x>", "From: anna@x", "Date: Tue, 3 Mar 2026 12:00:00 +0000", "", "The same id again", "");
        folder.Write("first.eml", "Message-ID: <m1@x>", "From: anna@x", "Date: Mon, 2 Mar 2026 12:00:00 +0000", "", "Where is my order?");
        folder.Write("broken.eml", "From: dora@y", "", "No date at all");

        var dry = (await Run("import", "--from", "mbox", "box.mbox", "first.eml", "broken.eml", "--own", "acme.com", "--dry-run", "--json", "--database", "a.db")).Ended(2).Says("broken.eml:1: Date: is missing");
        Assert.False(File.Exists(Path.Combine(folder.Path, "a.db")));
        Assert.Equal((6, 4, 1, 1), (dry.Json.GetProperty("read").GetInt32(), dry.Json.GetProperty("accepted").GetInt32(), dry.Json.GetProperty("duplicates").GetInt32(), dry.Json.GetProperty("rejectedCount").GetInt32()));

        for (var run = 0; run < 2; run++) (await Run("import", "--from", "mbox", "box.mbox", "first.eml", "broken.eml", "--own", "acme.com", "--database", "a.db")).Ended(2);
        (await Run("import", "--from", "mbox", "box.mbox", "first.eml", "--own", "acme.com", "--out", "out")).Ended(0);
        var messages = Messages("out");
        Assert.Equal(
            [("m1@x", "mail/m1@x", "2026-03-02T12:00:00.000Z"), ("m2@x", "mail/m1@x", "2026-03-03T12:00:00.000Z"), ("m3@y", "mail/m3@y", "2026-03-03T13:00:00.000Z")],
            messages.Where(m => !m.Id.EndsWith("@no-message-id", StringComparison.Ordinal)).Select(m => (m.Id, m.Ticket, m.At)));
        Assert.Equal("2026-03-03T14:00:00.000Z", messages.Single(m => m.Id.EndsWith("@no-message-id", StringComparison.Ordinal)).At);
        var figures = (await Run("metrics", "--database", "a.db", "--json")).Ended(0);
        Assert.Contains("escalationRate", figures.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zendesks_tickets_come_with_their_life_and_a_bad_comment_stops_no_other()
    {
        folder.Write("tickets.jsonl",
            """{"id":7,"created_at":"2026-03-02T12:00:00Z","updated_at":"2026-03-05T12:00:00Z","requester_id":1,"subject":"Printer","status":"solved","priority":"high","tags":["vip"],"via":{"channel":"email"},"solved_at":"2026-03-04T12:00:00Z","comments":[{"id":70,"created_at":"2026-03-02T12:00:00Z","author_id":1,"public":true,"plain_body":"It broke"},{"id":71,"created_at":"soon","author_id":2,"public":true,"body":"Oh"},{"id":72,"created_at":"2026-03-02T13:00:00Z","author_id":2,"public":false,"body":"Known"}]}""",
            "[1]", "{", """{"id":8}""");
        var ran = (await Run("import", "--from", "zendesk", "tickets.jsonl", "--source", "zendesk/acme", "--out", "out")).Ended(2)
            .Says("tickets.jsonl:1: comments.1.created_at: \"soon\" is no time", "tickets.jsonl:2: line: is a list", "tickets.jsonl:3: line: is not valid JSON", "tickets.jsonl:4: created_at: is missing");
        Assert.Contains("4 rows read, 0 taken, 4 rejected", ran.Output, StringComparison.Ordinal);
        Assert.Equal([("70", "zendesk/acme/7", "2026-03-02T12:00:00.000Z"), ("72", "zendesk/acme/7", "2026-03-02T13:00:00.000Z")], Messages("out").Select(m => (m.Id, m.Ticket, m.At)));
        Assert.Equal(["created", "resolved"], Records("out").Where(r => r.GetProperty("type").GetString() == "event").Select(r => r.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Zammads_tickets_come_with_ids_of_its_webhook()
    {
        folder.Write("tickets.jsonl",
            """{"ticket":{"id":81,"number":"10081","title":"T","group":"Service Desk","state":"closed","priority":"2 normal","customer":"emily@example.com","customer_id":8,"created_by":"emily@example.com","updated_by":"anna@acme.com","created_at":"2026-03-02T12:00:00Z","updated_at":"2026-03-05T12:00:00Z","close_at":"2026-03-04T12:00:00Z"},"articles":[{"id":104,"sender":"Customer","type":"email","content_type":"text/html","body":"<p>It broke</p>","internal":false,"created_by":"emily@example.com","created_at":"2026-03-02T12:00:00Z"}]}""");
        (await Run("import", "--from", "zammad", "tickets.jsonl", "--out", "out")).Ended(0);
        Assert.Equal([("104", "zammad/81", "2026-03-02T12:00:00.000Z")], Messages("out").Select(m => (m.Id, m.Ticket, m.At)));
        Assert.Equal("It broke", Records("out").Single(r => r.GetProperty("type").GetString() == "message").GetProperty("text").GetString());
        Assert.Equal(["created", "resolved"], Records("out").Where(r => r.GetProperty("type").GetString() == "event").Select(r => r.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Options_that_do_not_go_together_are_named()
    {
        folder.Write("a.mbox", "Subject: x", "", "y");
        (await Run("import", "--from", "mbox", "a.mbox", "--map", "m.json", "--dry-run")).Ended(2).Says("--map: mbox has a format of its own");
        (await Run("import", "--from", "mbox", "a.mbox", "--own", "acme", "--dry-run")).Ended(2).Says("\"acme\" is no address and no domain");
        (await Run("import", "--from", "zendesk", "a.mbox", "--own", "acme.com", "--dry-run")).Ended(2).Says("--own: is for --from mbox only");
    }

    private Task<Ran> Run(params string[] args) => EscalationProcess.RunAsync(folder.Path, args);

    private List<JsonElement> Records(string output) => [.. File.ReadAllLines(Path.Combine(folder.Path, output, "history.jsonl")).Select(l => JsonDocument.Parse(l).RootElement)];

    private IEnumerable<(string Id, string Ticket, string At)> Messages(string output) => Records(output).Where(r => r.GetProperty("type").GetString() == "message")
        .Select(r => (r.GetProperty("externalId").GetString()!, r.GetProperty("ticketId").GetString()!, r.GetProperty("at").GetString()!)).OrderBy(r => r.Item3, StringComparer.Ordinal);
}
