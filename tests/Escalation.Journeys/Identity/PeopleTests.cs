using System.Globalization;
using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Journeys.FollowUp;
using Escalation.Rules;
using Escalation.Service.Intake.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Escalation.Journeys.Identity;

/// <summary>One customer across channels: what joins by itself, what a person decides, and what taking it back does.</summary>
public sealed class PeopleTests : IDisposable
{
    private const string Secret = "a secret of eight and more";
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly Scratch scratch = new();
    private readonly FakeTimeProvider clock = new(Noon);
    private int calls;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_login_and_an_address_in_a_signed_delivery_make_one_person_of_three_channels_also_over_a_restart()
    {
        await using (var running = await StartAsync())
        {
            await MailAsync(running, "anna@x");
            Assert.Equal(201, await CallAsync(running, "calls", """ "customerId": "9", "loginId": "shop-77", "email": "Anna@X" """));
            Assert.Equal(3, await ContactsAsync(running, await MailAsync(running, "shop-77", "chat")));
            Assert.Equal(4, await ContactsAsync(running, await MailAsync(running, "anna@x")));
            var person = (await running.GetAsync("/api/v1/customers/signed%2F9")).Body;
            Assert.Equal("shop-77", person.GetProperty("id").GetString());
            Assert.Equal(["anna@x", "shop-77", "signed/9"], person.GetProperty("members").EnumerateArray().Select(m => m.GetString()).Order(StringComparer.Ordinal));
            Assert.Empty(await WaitingAsync(running));
        }
        await using var again = await StartAsync();
        Assert.Equal(5, await ContactsAsync(again, await MailAsync(again, "anna@x")));
    }

    [Fact]
    public async Task What_is_not_proven_waits_for_a_person_whose_word_stands_and_can_be_taken_back_and_given_again()
    {
        await using var running = await StartAsync();
        await MailAsync(running, "anna@x");
        Assert.Equal(201, await CallAsync(running, "open", """ "customerId": "9", "email": "anna@x" """));
        Assert.Equal(1, await ContactsAsync(running, await CallMessageAsync(running, "open", """ "customerId": "8" """)));
        var waiting = (await WaitingAsync(running)).Single();
        Assert.Equal(("unsigned/9", "anna@x", "suggested"), (waiting.GetProperty("customerId").GetString(), waiting.GetProperty("address").GetString(), waiting.GetProperty("state").GetString()));
        Assert.Equal(2, await ContactsAsync(running, await MailAsync(running, "anna@x")));

        Assert.Equal(200, (await LinkAsync(running, "unsigned/9", "anna@x", true)).Status);
        Assert.Empty(await WaitingAsync(running));
        Assert.Equal(4, await ContactsAsync(running, await MailAsync(running, "anna@x")));
        Assert.Equal(200, (await LinkAsync(running, "unsigned/9", "anna@x", false)).Status);
        Assert.Equal(4, await ContactsAsync(running, await MailAsync(running, "anna@x")));
        Assert.Equal(201, await CallAsync(running, "open", """ "customerId": "9", "email": "anna@x" """));      // the source says it again
        Assert.Equal(5, await ContactsAsync(running, await MailAsync(running, "anna@x")));
        Assert.Empty(await WaitingAsync(running));

        Assert.Equal(200, (await LinkAsync(running, "unsigned/9", "anna@x", true)).Status);
        Assert.Equal(8, await ContactsAsync(running, await MailAsync(running, "anna@x")));
        var latest = (await running.GetAsync("/api/v1/customer-links?latest=true")).Body.GetProperty("items")[0];
        Assert.Equal(("in_force", "lena", "they called"), (latest.GetProperty("state").GetString(), latest.GetProperty("decided").GetProperty("actor").GetString(), latest.GetProperty("decided").GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Where_somebody_says_who_a_customer_is_open_tickets_are_decided_again_and_a_fall_ends_nothing()
    {
        var rules = SmallRules.Of(SmallRules.Rule("often", "contacts.Last7d > 2"));
        await using (var running = await StartAsync(rules))
        {
            var (first, ended, last) = (await MailAsync(running, "anna@x"), await MailAsync(running, "anna@x"), await MailAsync(running, "shop-9", "chat"));
            await running.PostAsync("/api/v1/events", Sent.Event("e1", "resolved", ended, NextTime()));
            Assert.Empty(await running.Service.Outbox());

            Assert.Equal(200, (await LinkAsync(running, "shop-9", "anna@x", true)).Status);
            Assert.Equal([(false, 1), (true, 1)], await DecidedAsync(running, first));
            Assert.Equal([(false, 2)], await DecidedAsync(running, ended));
            Assert.Equal([(false, 1), (true, 3)], await DecidedAsync(running, last));
            var notice = Assert.Single(await running.Service.Outbox());
            Assert.Equal(("episode_opened", last + "#1"), (notice.Kind, notice.Subject));
            Assert.StartsWith("shop-9/", (await running.GetAsync("/api/v1/escalations/" + Uri.EscapeDataString(last + "#1"))).Body.GetProperty("decision").GetProperty("cause").GetString(), StringComparison.Ordinal);
            Assert.Contains("decided the last message again, because who the customer is has changed", await running.Client.GetStringAsync("/tickets/" + last, Cancellation), StringComparison.Ordinal);
            Assert.Null(await new Storage.AuditStore(running.Service.Database).FirstBrokenAsync(Cancellation));
        }
        await using var again = await StartAsync(rules);
        Assert.Equal([(false, 1), (true, 3)], await DecidedAsync(again, "t3"));
        Assert.Equal(200, (await LinkAsync(again, "shop-9", "anna@x", false)).Status);
        Assert.Equal([(false, 1), (true, 3), (true, 1)], await DecidedAsync(again, "t3"));
        Assert.Equal(Band.None, (await again.Service.Decisions.OfTicketAsync(new TicketId("t3"), Cancellation))[^1].Decision.Recommendation.Band);
        Assert.Equal(("open", "priority_escalation"), ((await again.GetAsync("/api/v1/escalations/t3%231")).Body.GetProperty("status").GetString(), (await again.GetAsync("/api/v1/escalations/t3%231")).Body.GetProperty("band").GetString()));
        Assert.Equal("episode_opened", Assert.Single(await again.Service.Outbox(), r => r.Kind.StartsWith("episode_", StringComparison.Ordinal)).Kind);

        static async Task<List<(bool Again, int Contacts)>> DecidedAsync(RunningService running, string ticket)
        {
            var decided = new List<(bool, int)>();
            foreach (var record in await running.Service.Decisions.OfTicketAsync(new TicketId(ticket), Cancellation))
                decided.Add((record.Cause is not null, (await running.Service.FactsOfAsync(record, Cancellation))!.Contacts.Last7d));
            return decided;
        }
    }

    [Fact]
    public async Task An_address_that_two_customers_claim_is_parked_and_a_person_settles_it()
    {
        await using var running = await StartAsync();
        await MailAsync(running, "info@firm");
        await CallAsync(running, "calls", """ "customerId": "1", "email": "info@firm" """);
        await CallAsync(running, "calls", """ "customerId": "2", "email": "info@firm" """);
        var parked = (await WaitingAsync(running)).Single();
        Assert.Equal(("signed/2", "conflict", "signed/1"), (parked.GetProperty("customerId").GetString(), parked.GetProperty("state").GetString(), parked.GetProperty("holderNow").GetString()));
        Assert.Equal(3, await ContactsAsync(running, await CallMessageAsync(running, "calls", """ "customerId": "1" """)));
        Assert.Equal(2, await ContactsAsync(running, await CallMessageAsync(running, "calls", """ "customerId": "2" """)));

        var refused = await LinkAsync(running, "signed/2", "info@firm", true);
        Assert.Equal((409, "/address"), (refused.Status, refused.Body.GetProperty("pointer").GetString()));
        Assert.Contains("belongs to signed/1", refused.Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await LinkAsync(running, "signed/1", "info@firm", false)).Status);
        Assert.Empty(await WaitingAsync(running));
        Assert.Equal(4, await ContactsAsync(running, await CallMessageAsync(running, "calls", """ "customerId": "2" """)));
    }

    [Fact]
    public async Task An_order_that_says_nothing_or_contradicts_itself_is_refused_with_the_way_out()
    {
        await using var running = await StartAsync();
        Assert.Equal(200, (await LinkAsync(running, "a", "b", true)).Status);
        foreach (var (customer, address, linked, pointer, words) in ((string, string, bool, string, string)[])
            [("a", "b", true, "/address", "already"), ("b", "a", true, "/customerId", "ring"), ("a", "a", true, "/address", "own id"), ("a", "c", false, "/address", "is not linked")])
        {
            var (status, body) = await LinkAsync(running, customer, address, linked);
            Assert.Equal((409, pointer), (status, body.GetProperty("pointer").GetString()));
            Assert.Contains(words, body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        Assert.Equal((400, "/linked"), Problem(await running.PostAsync("/api/v1/customer-links", new { customerId = "a", address = "b", actor = "lena", reason = "r" })));
        Assert.Equal((400, "/reason"), Problem(await running.PostAsync("/api/v1/customer-links", new { customerId = "a", address = "b", linked = true, actor = "lena", reason = " " })));
    }

    private static (int, string?) Problem((int Status, JsonElement Body) answer) => (answer.Status, answer.Body.GetProperty("pointer").GetString());

    private Task<RunningService> StartAsync(RuleSet? rules = null)
    {
        File.WriteAllText(scratch.At("secret"), Secret);
        File.WriteAllText(scratch.At("channels.json"), """
            { "channels": { "calls": { "kind": "phone", "source": "signed", "secret": { "file": "secret" } }, "open": { "kind": "phone", "source": "unsigned", "unsigned": true } } }
            """);
        var channels = ChannelCatalog.Load(scratch.At("channels.json"), out var problems);
        Assert.Empty(problems);
        return RunningService.StartAsync(clock, $"Data Source={scratch.At("escalation.db")};Default Timeout=1", rules, with: o => o with { Channels = channels });
    }

    /// <summary>Contacts are ten hours apart, so that each counts and all lie in thirty days.</summary>
    private string NextTime()
    {
        clock.Advance(TimeSpan.FromHours(10));
        return clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private async Task<string> MailAsync(RunningService running, string customer, string channel = "email")
    {
        var id = $"m{++calls}";
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message(id, customer: customer, ticket: "t" + calls, at: NextTime(), channel: channel))).Status);
        return "t" + calls;
    }

    private async Task<string> CallMessageAsync(RunningService running, string channel, string fields)
    {
        Assert.Equal(201, await CallAsync(running, channel, fields));
        return $"{(channel == "calls" ? "signed" : "unsigned")}/{calls}";
    }

    private async Task<int> CallAsync(RunningService running, string channel, string fields)
    {
        var body = Encoding.UTF8.GetBytes($$"""{ "callId": "{{++calls}}", "at": "{{NextTime()}}", "text": "It broke", {{fields}} }""");
        var time = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/channels/" + channel) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TryAddWithoutValidation(SignatureScheme.Own.Header, SignatureScheme.Own.Sign(Secret, time, body));
        request.Headers.TryAddWithoutValidation(SignatureScheme.Own.TimeHeader!, time);
        using var response = await running.Client.SendAsync(request, Cancellation);
        return (int)response.StatusCode;
    }

    /// <summary>Contacts of thirty days, as the decision on the only message of a ticket counted them.</summary>
    private static async Task<int> ContactsAsync(RunningService running, string ticket)
    {
        var record = (await running.Service.Decisions.OfTicketAsync(new TicketId(ticket), Cancellation)).Single();
        return (await running.Service.FactsOfAsync(record, Cancellation))!.Contacts.Last30d;
    }

    private async Task<(int Status, JsonElement Body)> LinkAsync(RunningService running, string customer, string address, bool linked)
    {
        NextTime();
        return await running.PostAsync("/api/v1/customer-links", new { customerId = customer, address, linked, actor = "lena", reason = "they called" });
    }

    private static async Task<IReadOnlyList<JsonElement>> WaitingAsync(RunningService running) =>
        [.. (await running.GetAsync("/api/v1/customer-links")).Body.GetProperty("items").EnumerateArray()];
}
