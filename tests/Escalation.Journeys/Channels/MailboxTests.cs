using System.Text;
using Escalation.Core.Tickets;
using Escalation.History.Mail;
using Escalation.Service.Intake.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Escalation.Journeys.Channels;

/// <summary>A mailbox that is fetched by IMAP from a real server.</summary>
public sealed class MailboxTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_new_mail_is_decided_once_also_over_a_restart_and_what_lay_there_before_is_left_to_the_import()
    {
        using var server = await Dovecot.StartAsync();
        using var scratch = new Scratch();
        await server.DeliverAsync(Mail("m0@x", "anna@x", "Long ago"));
        await using (var running = await StartAsync(server, scratch))
        {
            await PollAsync(running);
            Assert.Empty(await TextsAsync(running, "m0@x"));
            await server.DeliverAsync(Mail("m1@x", "anna@x", Sent.LegalThreat));
            Assert.Equal(1, await PollAsync(running));
            Assert.Equal(0, await PollAsync(running));
            Assert.Equal([Sent.LegalThreat], await TextsAsync(running, "m1@x"));
            Assert.Equal("immediate_escalation", (await running.GetAsync("/api/v1/escalations")).Body.GetProperty("items")[0].GetProperty("band").GetString());
        }
        await server.DeliverAsync(Mail("m2@x", "anna@x", "Still nothing", "m1@x"));
        await using var again = await StartAsync(server, scratch);
        await PollAsync(again);
        Assert.Equal([Sent.LegalThreat, "Still nothing"], await TextsAsync(again, "m1@x"));
        Assert.Equal(0, await PollAsync(again));
    }

    [Fact]
    public async Task Mails_whose_folder_was_made_anew_are_known_by_their_ids()
    {
        using var server = await Dovecot.StartAsync();
        using var scratch = new Scratch();
        await server.DeliverAsync(Mail("m1@x", "anna@x", "First"), "Support");
        await using var running = await StartAsync(server, scratch, "\"folder\": \"Support\", \"takeExisting\": true,");
        await PollAsync(running);
        await server.DeleteAsync("Support");
        await server.DeliverAsync(Mail("m1@x", "anna@x", "First"), "Support");
        await server.DeliverAsync(Mail("m2@x", "anna@x", "Second", "m1@x"), "Support");
        Assert.Equal(2, await PollAsync(running));
        Assert.Equal(["First", "Second"], await TextsAsync(running, "m1@x"));
    }

    [Fact]
    public async Task While_the_server_is_away_the_service_goes_on_and_afterwards_nothing_is_missing()
    {
        using var server = await Dovecot.StartAsync();
        using var scratch = new Scratch();
        await using var running = await StartAsync(server, scratch, "\"takeExisting\": true,");
        await server.DeliverAsync(Mail("m1@x", "anna@x", "First"));
        await PollAsync(running);
        await server.DeliverAsync(Mail("m2@x", "anna@x", "Second", "m1@x"));
        server.Down();
        await Assert.ThrowsAnyAsync<Exception>(() => PollAsync(running));
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("1"))).Status);
        await server.UpAsync();
        await server.DeliverAsync(Mail("m3@x", "anna@x", "Third", "m2@x"));
        Assert.Equal(2, await PollAsync(running));
        Assert.Equal(["First", "Second", "Third"], await TextsAsync(running, "m1@x"));
    }

    [Fact]
    public async Task A_server_that_refuses_the_password_is_named_where_channels_are_shown()
    {
        using var server = await Dovecot.StartAsync();
        using var scratch = new Scratch();
        await using var running = await StartAsync(server, scratch, password: "not this one");
        Assert.Contains("refuses the user support", (await running.GetAsync("/api/v1/channels")).Body[0].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await running.GetAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task Strangers_join_no_ticket_and_machines_are_not_decided()
    {
        using var server = await Dovecot.StartAsync();
        using var scratch = new Scratch();
        await using var running = await StartAsync(server, scratch, "\"takeExisting\": true,");
        await server.DeliverAsync(Mail("m1@x", "anna@x", "Where is my order?"));
        await server.DeliverAsync(Mail("m2@acme.com", "help@acme.com", "Which one?", "m1@x"));
        await server.DeliverAsync(Mail("m3@y", "bob@y", "My lawyer will hear of it", "m2@acme.com"));
        await server.DeliverAsync(Mail("m4@x", "anna@x", "I am out. In legal matters call my lawyer.", "m2@acme.com", "Auto-Submitted: auto-replied\n"));
        Assert.Equal(4, await PollAsync(running));
        var ticket = await running.Service.Messages.OfTicketAsync(new("mail/support/m1@x"), Cancellation);
        Assert.Equal([("m1@x", Author.Customer), ("m2@acme.com", Author.Agent), ("m4@x", Author.System)], ticket.OrderBy(m => m.ExternalId, StringComparer.Ordinal).Select(m => (m.ExternalId, m.Author)));
        var stranger = (await running.Service.Messages.OfTicketAsync(new("mail/support/m3@y"), Cancellation)).Single();
        Assert.Equal(("bob@y", "mail/support/m1@x"), (stranger.CustomerId.Value, stranger.Attributes["refersTo"]));
        Assert.Single(await running.Service.Decisions.OfTicketAsync(new("mail/support/m1@x"), Cancellation));
    }

    [Fact]
    public async Task A_person_may_answer_from_another_address_once_somebody_has_linked_it_and_a_forged_mail_is_nobodys()
    {
        using var server = await Dovecot.StartAsync();
        using var scratch = new Scratch();
        await using var running = await StartAsync(server, scratch, "\"takeExisting\": true,");
        await server.DeliverAsync(Mail("m1@x", "anna@x", "Where is my order?"));
        await server.DeliverAsync(Mail("m2@y", "anna@y", "It is I, from home", "m1@x"));
        await PollAsync(running);
        Assert.Equal(["It is I, from home"], await TextsAsync(running, "m2@y"));
        Assert.Equal(200, (await running.PostAsync("/api/v1/customer-links", new { customerId = "anna@x", address = "anna@y", linked = true, actor = "lena", reason = "she called" })).Status);
        await server.DeliverAsync(Mail("m3@y", "anna@y", "From home again", "m1@x"));
        await server.DeliverAsync(Mail("m4@y", "anna@y", "My lawyer", "m1@x", "Authentication-Results: mx.acme.com; dmarc=fail\n"));
        await PollAsync(running);
        Assert.Equal(["Where is my order?", "From home again"], await TextsAsync(running, "m1@x"));
        var forged = (await running.Service.Messages.OfTicketAsync(new("mail/support/m4@y"), Cancellation)).Single();
        Assert.Equal((CustomerId.Unknown, "true"), (forged.CustomerId, forged.Attributes["forged"]));
    }

    [Fact]
    public async Task A_mail_that_cannot_be_taken_waits_for_a_person_and_stops_no_other()
    {
        using var server = await Dovecot.StartAsync();
        using var scratch = new Scratch();
        await using var running = await StartAsync(server, scratch, "\"takeExisting\": true,");
        await server.DeliverAsync(Mail("m1@x", "anna@x", "First"));
        await server.DeliverAsync(Mail("m1@x", "eve@z", "Another text under the same id"));
        await server.DeliverAsync(Mail("m2@x", "anna@x", "Second", "m1@x"));
        Assert.Equal(3, await PollAsync(running));
        Assert.Equal(["First", "Second"], await TextsAsync(running, "m1@x"));
        var waiting = (await running.Service.Channels.Rejected.ListAsync(new(), Cancellation)).Single();
        Assert.Contains("was delivered before with another content", waiting.Delivery.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_mail_that_is_too_large_the_headers_wait_and_those_after_it_are_taken()
    {
        using var server = await Dovecot.StartAsync();
        using var scratch = new Scratch();
        await using var running = await StartAsync(server, scratch, "\"takeExisting\": true,");
        await server.DeliverAsync(Mail("m1@x", "anna@x", string.Concat(Enumerable.Repeat(new string('x', 70) + "\n", MailReader.MaxBytes / 71))));
        await server.DeliverAsync(Mail("m2@x", "anna@x", "Second"));
        Assert.Equal(2, await PollAsync(running));
        Assert.Equal(["Second"], await TextsAsync(running, "m2@x"));
        var waiting = (await running.Service.Channels.Rejected.ListAsync(new(), Cancellation)).Single();
        Assert.Equal("/size", waiting.Delivery.Problems[0].Pointer);
        Assert.Contains("Message-ID: <m1@x>", Encoding.UTF8.GetString(waiting.Delivery.Body), StringComparison.Ordinal);
        Assert.InRange(waiting.Bytes, 1, 1_000);
    }

    private static async Task<int> PollAsync(RunningService running) => await running.Service.Mailboxes.Single().PollAsync(Cancellation);

    private static async Task<IReadOnlyList<string>> TextsAsync(RunningService running, string ticket) =>
        [.. (await running.Service.Messages.OfTicketAsync(new($"mail/support/{ticket}"), Cancellation)).Select(m => m.Text)];

    /// <summary>The clock stands, so that the service makes one round by itself at its start and the test all others.</summary>
    private static async Task<RunningService> StartAsync(Dovecot server, Scratch scratch, string more = "", string password = Dovecot.Password)
    {
        File.WriteAllText(scratch.At("imap.secret"), password);
        File.WriteAllText(scratch.At("channels.json"), $$"""
            { "channels": { "mail": { "kind": "imap", "source": "mail/support", "host": "127.0.0.1", "port": {{server.Port}}, "security": "none", {{more}} "user": "support", "secret": { "file": "imap.secret" }, "own": ["@acme.com"] } } }
            """);
        var channels = ChannelCatalog.Load(scratch.At("channels.json"), out var problems);
        Assert.Empty(problems);
        var running = await RunningService.StartAsync(new FakeTimeProvider(Noon), $"Data Source={scratch.At("escalation.db")};Default Timeout=1", with: o => o with { Channels = channels });
        await running.Service.Mailboxes.Single().FirstRound;
        return running;
    }

    private static int minute;

    private static string Mail(string id, string from, string text, string? answers = null, string headers = "") => FormattableString.Invariant(
        $"Message-ID: <{id}>\n{(answers is null ? "" : $"In-Reply-To: <{answers}>\n")}From: {from}\nTo: help@acme.com\nDate: Mon, 02 Mar 2026 10:{Interlocked.Increment(ref minute) % 60:00}:00 +0000\n{headers}\n{text}\n");
}
