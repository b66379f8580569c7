using System.Net.Http.Json;
using System.Text.Json;
using Escalation.Storage;

namespace Escalation.Journeys.Serving;

/// <summary>kill -9 while several clients send: what was acknowledged is there once, and decided as if nothing had happened.</summary>
public sealed class KillTests
{
    private const int Clients = 4;                 // fewer customers than make an incident: a decision then rests on its own customer only
    private const int MessagesEach = 40;
    private const int LongKills = 20;

    private static readonly string[] Texts =
    [
        "Where is my order?", "You charged me twice for the same invoice!", "I did not authorise it.", "I am furious, this is unacceptable, nobody has replied.",
        Sent.LegalThreat, "Thanks, that works.", "The app crashes every time I open it, I am so frustrated!",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task One_kill_loses_and_doubles_nothing() => KillAsync(kills: 1);

    [Fact, Trait("Category", "Long")]
    public Task Twenty_kills_lose_and_double_nothing() => KillAsync(LongKills);

    private static async Task KillAsync(int kills)
    {
        using var scratch = new Scratch();
        var database = scratch.At("killed.db");
        var acknowledged = new HashSet<string>(StringComparer.Ordinal);
        var killed = 0;
        for (var round = 0; acknowledged.Count < Clients * MessagesEach; round++)
        {
            await using var serve = await ServeProcess.StartAsync(database);
            await HoldsAsync(database, acknowledged);
            // Every client resends from its first unacknowledged message on; the kill comes once a part of this round's share is acknowledged.
            var killAt = killed < kills ? acknowledged.Count + 1 + (Clients * MessagesEach * (round % 3 + 1) / (4 * kills)) : int.MaxValue;
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(c => SendAsync(serve, c, acknowledged, killAt)));
            if (killAt == int.MaxValue) continue;
            killed++;
            await serve.KillAsync();
        }
        Assert.Equal(kills, killed);

        var found = await HoldsAsync(database, acknowledged);
        var undisturbed = await UndisturbedAsync();
        Assert.Equal(undisturbed.Count, found.Count);
        Assert.All(undisturbed, p => Assert.Equal(p.Value, found[p.Key]));
    }

    private static async Task SendAsync(ServeProcess serve, int client, HashSet<string> acknowledged, int killAt)
    {
        for (var i = 0; i < MessagesEach; i++)
        {
            var id = Id(client, i);
            lock (acknowledged)
            {
                if (acknowledged.Contains(id)) continue;
                if (acknowledged.Count >= killAt) break;
            }
            try
            {
                using var response = await serve.Client.PostAsJsonAsync("/api/v1/messages", Body(client, i), Cancellation);
                Assert.True((int)response.StatusCode is 200 or 201, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(Cancellation)}");
                bool last;
                lock (acknowledged) last = acknowledged.Add(id) && acknowledged.Count == killAt;
                if (last) await serve.KillAsync();       // the other clients are in the middle of theirs
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    /// <summary>Every acknowledged message is recorded, nothing stands there twice, and the trail is whole.</summary>
    /// <returns>What was decided, by external id.</returns>
    private static async Task<Dictionary<string, string>> HoldsAsync(string path, HashSet<string> acknowledged)
    {
        var database = EscalationDatabase.At(path);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var c = 0; c < Clients; c++)
            foreach (var record in await new DecisionStore(database).OfTicketAsync(new($"t-c{c}"), Cancellation))
                Assert.True(found.TryAdd(record.ExternalId, Said(record)), record.ExternalId + " was decided twice");
        Assert.Subset(found.Keys.ToHashSet(), acknowledged);
        Assert.Equal(found.Count, (await new MessageStore(database).SummaryAsync(Cancellation)).Count);
        var episodes = await new EpisodeStore(database).AllAsync(Cancellation);
        Assert.True(episodes.Count <= Clients, "a ticket has two open episodes");
        Assert.Null(await new AuditStore(database).FirstBrokenAsync(Cancellation));
        database.Release();
        return found;
    }

    private static async Task<Dictionary<string, string>> UndisturbedAsync()
    {
        await using var running = await RunningService.StartAsync();
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var c = 0; c < Clients; c++)
        {
            for (var i = 0; i < MessagesEach; i++) Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Body(c, i))).Status);
            foreach (var record in await running.Service.Decisions.OfTicketAsync(new($"t-c{c}"), Cancellation)) said.Add(record.ExternalId, Said(record));
        }
        return said;
    }

    /// <summary>A decision without what depends on the wall clock, or on how the clients' messages lie between one another.</summary>
    private static string Said(DecisionRecord record) => JsonSerializer.Serialize(new
    {
        record.Id,
        record.EpisodeId,
        record.Decision.Recommendation,
        record.Decision.Signals,
        record.Decision.Route?.Team,
        Facts = record.Facts.EnumerateObject().Where(p => p.Name is "contacts" or "ticket" or "frustration" or "context" or "keywords").Select(p => p.Value.GetRawText()),
    });

    private static string Id(int client, int index) => $"c{client}-{index:000}";

    private static Dictionary<string, object?> Body(int client, int index) =>
        Sent.Message(Id(client, index), Texts[(client + index) % Texts.Length], $"c{client}", at: $"2026-03-{2 + index / 20:00}T{8 + index % 20 / 2:00}:{index % 2 * 30:00}:00Z");
}
