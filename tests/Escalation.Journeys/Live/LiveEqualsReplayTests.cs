using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Replay.Deciding;
using Escalation.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Escalation.Journeys.Live;

/// <summary>A history sent to the running service, late and unordered deliveries among it, is decided as a replay of what it recorded decides it.</summary>
public sealed class LiveEqualsReplayTests
{
    private const int Records = 700;
    private const int EveryLate = 17;
    private const int LateBy = 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_decision_of_the_service_is_the_decision_of_a_replay()
    {
        var sent = Shuffled(HistoryRecords().Take(Records).ToList());
        var time = new FakeTimeProvider(sent[0].At.ToDateTimeOffset());
        await using var running = await RunningService.StartAsync(time);
        var live = new List<(string Id, JsonElement Decision)>();
        foreach (var record in sent)
        {
            if (record.At.ToDateTimeOffset() > time.GetUtcNow()) time.SetUtcNow(record.At.ToDateTimeOffset());
            var path = record switch { Message => "messages", TicketEvent => "events", _ => "labels" };
            var (status, answer) = await running.PostAsync("/api/v1/" + path, BodyOf(record));
            Assert.True(status is 200 or 201, $"{record.Id}: {status} {answer}");
            if (status == 201 && record is Message { Author: Author.Customer }) live.Add((answer.GetProperty("id").GetString()!, answer.GetProperty("decision")));
        }

        var replayed = await ReplayAsync(running);
        Assert.Equal(live.Select(d => d.Id), replayed.Select(d => d.GetProperty("id").GetString()));
        Assert.True(live.Count(d => d.Decision.GetProperty("route").ValueKind == JsonValueKind.Object) >= 20, "too few escalations to show anything");
        for (var i = 0; i < live.Count; i++)
            Assert.All(["ticketId", "recommendation", "signals", "route", "degraded", "configuration"], (string part) => Assert.True(
                JsonElement.DeepEquals(live[i].Decision.GetProperty(part), replayed[i].GetProperty(part)),
                $"{live[i].Id}, {part}: live {live[i].Decision.GetProperty(part)}, replayed {replayed[i].GetProperty(part)}"));
    }

    [Fact]
    public async Task A_service_that_forgets_tickets_raises_what_one_that_keeps_them_raises()
    {
        var (kept, owned) = await EpisodesAsync(ticketsHeld: 20_000);
        Assert.True(kept.Count >= 20, "too few escalations to show anything");
        Assert.Equal("owner", owned);
        var (forgotten, still) = await EpisodesAsync(ticketsHeld: 3);
        Assert.Equal(kept, forgotten);
        Assert.Equal(owned, still);
    }

    /// <returns>All episodes with what became of them, and the customer of one that a person opened on a ticket long after its only message.</returns>
    private static async Task<(List<string> Episodes, string Owner)> EpisodesAsync(int ticketsHeld)
    {
        var sent = Shuffled(HistoryRecords().Take(Records).ToList());
        var time = new FakeTimeProvider(sent[0].At.ToDateTimeOffset());
        await using var running = await RunningService.StartAsync(time, with: o => o with { TicketsHeld = ticketsHeld });
        await running.PostAsync("/api/v1/messages", Sent.Message("first", ticket: "owned", text: "Good morning.").With("customerId", "owner").With("at", time.GetUtcNow().ToString("O")));
        foreach (var record in sent)
        {
            if (record.At.ToDateTimeOffset() > time.GetUtcNow()) time.SetUtcNow(record.At.ToDateTimeOffset());
            await running.PostAsync("/api/v1/" + (record switch { Message => "messages", TicketEvent => "events", _ => "labels" }), BodyOf(record));
        }
        Assert.Equal(201, (await running.PostAsync("/api/v1/events", Sent.Event("by hand", "escalated").With("ticketId", "owned").With("at", time.GetUtcNow().ToString("O")))).Status);
        var episodes = await running.Service.Episodes.AllAsync(Cancellation);
        return ([.. episodes.Select(r => $"{r.Episode with { Triggers = [], Signals = [] }} {string.Join(' ', r.Episode.Triggers)} {r.OpeningDecision} {r.LastDecision}")],
            episodes.Single(r => r.Episode.TicketId.Value == "owned").Episode.CustomerId.Value);
    }

    private static async Task<List<JsonElement>> ReplayAsync(RunningService running)
    {
        using var input = new MemoryStream();
        using (var writer = new HistoryJsonWriter(input))
        {
            await foreach (var record in new HistoryStore(running.Service.Database).StreamAsync(null, Cancellation)) writer.Write(record);
            writer.Flush();
            using var output = new MemoryStream();
            var summary = new InputSummary();
            DecideRun.Run(new MemoryStream(input.ToArray()), "recorded", output, running.Service.Configuration, new DecideOptions(running.Service.Now), summary, Cancellation);
            Assert.Equal(0, summary.RejectedCount);
            return [.. System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
        }
    }

    private static IEnumerable<HistoryRecord> HistoryRecords()
    {
        var source = HistorySource.Open([Path.Combine(AppContext.BaseDirectory, "data", "history")], HistoryReadOptions.Strict, out var problem);
        Assert.Null(problem);
        return source!.Read(Cancellation).Where(r => r is Message or TicketEvent or Label);
    }

    /// <summary>Some records are delivered after later ones.</summary>
    private static List<HistoryRecord> Shuffled(List<HistoryRecord> records)
    {
        for (var i = EveryLate; i + LateBy < records.Count; i += EveryLate)
        {
            var late = records[i];
            records.RemoveAt(i);
            records.Insert(i + LateBy, late);
        }
        return records;
    }

    private static string BodyOf(HistoryRecord record)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body)) HistoryJsonWriter.Append(json, record);
        return System.Text.Encoding.UTF8.GetString(body.ToArray());
    }
}
