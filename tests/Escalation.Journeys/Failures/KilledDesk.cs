using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Escalation.Core.Failures;
using Escalation.History.Formats;
using Escalation.Journeys.Notifications;
using Escalation.Journeys.Serving;
using Escalation.Replay.Deciding;
using Escalation.Rules;
using Escalation.Storage;
using Microsoft.Data.Sqlite;

namespace Escalation.Journeys.Failures;

/// <summary>A service that is killed again and again while customers write and mail goes out, and what must hold afterwards.</summary>
internal sealed class KilledDesk : IDisposable
{
    private const int Clients = 4;
    private const int MessagesATicket = 3;

    private static readonly string[] Texts =
        ["Where is my order?", Sent.LegalThreat, "You charged me twice for the same invoice!", "I am furious, this is unacceptable, nobody has replied.", "Thanks, that works."];

    private readonly Scratch scratch;
    private readonly SmtpSink sink;
    private readonly Random random;
    private readonly RuleFiles rules;
    private readonly string folder;
    private readonly string at = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);      // sent again, a message is the same
    private readonly HashSet<string> acknowledged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object?>[] next = new Dictionary<string, object?>[Clients];
    private readonly int[] sent = new int[Clients];
    private readonly List<(int MailsUntil, HashSet<string> Unsent)> kills = [];
    private readonly SortedDictionary<string, (int Kills, int Acknowledged, int StoredOnly)> histogram = new(StringComparer.Ordinal);

    /// <remarks>No notification is held back to go out with others: then each is a mail of its own.</remarks>
    public KilledDesk(Scratch scratch, SmtpSink sink, int seed)
    {
        (this.scratch, this.sink, random) = (scratch, sink, new Random(seed));
        rules = RuleFiles.BuiltIn().Without("tests").With("notifications.json", Encoding.UTF8.GetBytes($$$"""{"channels":{"mail":{{{Told.Mail(sink.Port)}}}},"recipients":[{"channel":"mail","to":"duty@desk.example"}],"storm":{"after":1000,"windowMinutes":0.01}}"""));
        folder = scratch.At("rules");
        foreach (var (path, content) in rules.Content)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllBytes(Path.Combine(folder, path), content);
        }
        for (var c = 0; c < Clients; c++) next[c] = Body(c, 0);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Database => scratch.At("killed.db");

    /// <summary>How often it was killed where, and what customers had heard of by then: answers they got, and messages that were stored while they got none.</summary>
    public string Histogram => string.Join('\n', histogram.Select(h => string.Create(CultureInfo.InvariantCulture, $"{h.Key,-24} {h.Value.Kills,4} kills {h.Value.Acknowledged,6} answered {h.Value.StoredOnly,4} stored without an answer")));

    /// <summary>Serves under load until it comes to a place, and kills it there.</summary>
    /// <param name="place">One of <see cref="PausePoint"/>; with :go it is killed up to 3 ms later; null = after some answer.</param>
    public async Task KillAsync(string? place)
    {
        await using var serve = await ServeProcess.StartAsync(Database, place, ["--rules", folder]);
        var before = acknowledged.Count;
        var answers = place is null ? random.Next(1, 40) : int.MaxValue;
        var load = Enumerable.Range(0, Clients).Select(c => SendAsync(serve, c, before + answers)).ToList();
        if (place is not null)
        {
            await serve.Paused.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
            if (place.EndsWith(":go", StringComparison.Ordinal)) SpinFor(random.NextDouble() * 3);
            await serve.KillAsync();
        }
        await Task.WhenAll(load);
        await serve.KillAsync();
        await CheckAsync(place?.Split(':') is [var name, ..] parts ? parts.Length > 2 ? name + " and on" : name : "anywhere", acknowledged.Count - before);
    }

    /// <summary>Starts it once more, lets it finish, and looks at everything.</summary>
    public async Task HoldsAsync()
    {
        await using (var serve = await ServeProcess.StartAsync(Database, "--rules", folder))
        {
            foreach (var body in next)
            {
                using var response = await serve.Client.PostAsJsonAsync("/api/v1/messages", body, Cancellation);
                Assert.True((int)response.StatusCode is 200 or 201, await response.Content.ReadAsStringAsync(Cancellation));
                acknowledged.Add((string)body["externalId"]!);
            }
            await AllSentAsync();
        }
        var stored = await ColumnAsync("SELECT external_id FROM messages");
        Assert.Equal(stored.Count, stored.Distinct().Count());
        Assert.Equal(acknowledged.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
        Assert.Equal(stored.Order(StringComparer.Ordinal), (await ColumnAsync("SELECT external_id FROM decisions")).Order(StringComparer.Ordinal));
        await MailsHoldAsync();
        await RecomputeAsync();
    }

    private async Task SendAsync(ServeProcess serve, int client, int killAt)
    {
        while (true)
        {
            try
            {
                using var response = await serve.Client.PostAsJsonAsync("/api/v1/messages", next[client], Cancellation);
                Assert.True((int)response.StatusCode is 200 or 201, await response.Content.ReadAsStringAsync(Cancellation));
                bool last;
                lock (acknowledged) last = acknowledged.Add((string)next[client]["externalId"]!) && acknowledged.Count == killAt;
                next[client] = Body(client, ++sent[client]);
                if (last) await serve.KillAsync();       // the other clients are in the middle of theirs
            }
            catch (HttpRequestException)
            {
                return;                                  // killed; the same message is sent again to the next process
            }
        }
    }

    private async Task CheckAsync(string place, int answered)
    {
        var stored = (await ColumnAsync("SELECT external_id FROM messages")).ToHashSet(StringComparer.Ordinal);
        Assert.True(acknowledged.IsSubsetOf(stored), $"killed at {place}: {string.Join(", ", acknowledged.Except(stored))} was answered and is gone");
        var database = EscalationDatabase.At(Database);
        Assert.Null(await new AuditStore(database).FirstBrokenAsync(Cancellation));
        database.Release();
        kills.Add((sink.Mails.Count, [.. await ColumnAsync("SELECT id FROM notifications WHERE status <> 'sent'")]));
        var known = histogram.GetValueOrDefault(place);
        histogram[place] = (known.Kills + 1, known.Acknowledged + answered, known.StoredOnly + stored.Count(s => !acknowledged.Contains(s)));
    }

    /// <summary>Every notification came at least once; a second copy only where a kill fell between the server's answer and our commit, and then as the same mail.</summary>
    private async Task MailsHoldAsync()
    {
        var mails = sink.Mails.Select((mail, i) => (Id: mail.Headers["X-Escalation-Notification"]!, mail.MessageId, Round: kills.Count(k => k.MailsUntil <= i))).ToList();
        Assert.Equal((await ColumnAsync("SELECT id FROM notifications")).Order(StringComparer.Ordinal), mails.Select(m => m.Id).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal((await ColumnAsync("SELECT id FROM episodes")).Order(StringComparer.Ordinal), (await ColumnAsync("SELECT DISTINCT subject FROM notifications WHERE kind = 'episode_opened'")).Order(StringComparer.Ordinal));
        var windows = 0;
        for (var round = 0; round < kills.Count; round++) windows += mails.Where(m => m.Round == round).Select(m => m.Id).Distinct().Count(id => kills[round].Unsent.Contains(id));
        var copies = mails.Count - mails.Select(m => m.Id).Distinct().Count();
        Assert.True(copies <= windows, $"{copies} second copies, but only {windows} kills between the server's answer and the commit");
        Assert.All(mails.GroupBy(m => m.Id), copies =>
        {
            Assert.Single(copies.Select(m => m.MessageId).Distinct());
            Assert.Equal(copies.Count(), copies.Select(m => m.Round).Distinct().Count());       // never two by one process
        });
        histogram["mail"] = (0, mails.Count, 0);
        histogram["mail, second copies"] = (0, copies, 0);
        histogram["mail, open windows"] = (0, windows, 0);
    }

    /// <summary>A replay of what was recorded comes to the same decisions.</summary>
    private async Task RecomputeAsync()
    {
        await using var running = await RunningService.StartAsync(database: Database, rules: SmallRules.Loaded(rules));
        using var input = new MemoryStream();
        using (var writer = new HistoryJsonWriter(input))
            await foreach (var record in new HistoryStore(running.Service.Database).StreamAsync(null, Cancellation)) writer.Write(record);
        using var output = new MemoryStream();
        DecideRun.Run(new MemoryStream(input.ToArray()), "recorded", output, running.Service.Configuration, new DecideOptions(running.Service.Now), new InputSummary(), Cancellation);
        var replayed = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(acknowledged.Count, replayed.Count);
        foreach (var again in replayed)
        {
            var (status, message) = await running.PostAsync("/api/v1/messages", BodyOf(again.GetProperty("id").GetString()!));
            Assert.Equal(200, status);
            Assert.All(["ticketId", "recommendation", "signals", "route", "configuration"], (string part) => Assert.True(
                JsonElement.DeepEquals(message.GetProperty("decision").GetProperty(part), again.GetProperty(part)),
                $"{again.GetProperty("id")}, {part}: recorded {message.GetProperty("decision").GetProperty(part)}, again {again.GetProperty(part)}"));
        }
        Assert.Null(await new AuditStore(running.Service.Database).FirstBrokenAsync(Cancellation));
    }

    private async Task AllSentAsync()
    {
        for (var deadline = DateTime.UtcNow.AddMinutes(2); ; await Task.Delay(20, Cancellation))
        {
            var waiting = await ColumnAsync("SELECT kind || ' ' || subject FROM outbox WHERE delivered_at_ms IS NULL UNION ALL SELECT status || ' ' || subject || ' ' || COALESCE(detail, '') FROM notifications WHERE status <> 'sent'");
            if (waiting.Count == 0) return;
            Assert.True(DateTime.UtcNow < deadline, string.Join('\n', waiting));
        }
    }

    private async Task<List<string>> ColumnAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var values = new List<string>();
        while (await reader.ReadAsync(Cancellation)) values.Add(reader.GetString(0));
        return values;
    }

    private Dictionary<string, object?> BodyOf(string id)
    {
        var parts = id[(id.IndexOf("/c", StringComparison.Ordinal) + 2)..].Split('-');
        return Body(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <remarks>Few customers at a time, and new ones all along: most tickets open an episode, and no product has an incident.</remarks>
    private Dictionary<string, object?> Body(int client, int index) =>
        Sent.Message($"c{client}-{index}", Texts[(client + index) % Texts.Length], $"c{client}-{index / MessagesATicket}", at: at);

    private static void SpinFor(double milliseconds)
    {
        for (var started = System.Diagnostics.Stopwatch.GetTimestamp(); System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds < milliseconds;) Thread.SpinWait(20);
    }

    public void Dispose() => TestContext.Current.TestOutputHelper?.WriteLine(Histogram);
}
