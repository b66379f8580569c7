using System.Globalization;
using System.Text;
using System.Text.Json;
using Escalation.Service.Intake.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Escalation.Journeys.Channels;

/// <summary>What every channel holds to, whoever sends: one body run on each.</summary>
public abstract class IntakeChannelContract
{
    private protected const string Secret = "a secret of eight and more";
    private protected static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The entry of channels.json without its secret, for example <c>"kind": "zendesk", "source": "zendesk/acme"</c>.</summary>
    private protected abstract string Settings { get; }

    private protected abstract SignatureScheme Scheme { get; }

    /// <summary>How far the signed time may lie from ours.</summary>
    private protected virtual TimeSpan Window => TimeSpan.FromMinutes(5);

    /// <summary>The header value of a signed time.</summary>
    private protected virtual string TimeHeader(DateTimeOffset sent) => sent.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>A delivery of one customer message, the n-th of one ticket.</summary>
    private protected abstract string Sample(int n, string text, DateTimeOffset at);

    /// <summary>A delivery that lacks something, and the pointer to it.</summary>
    private protected abstract (string Body, string Pointer) Broken { get; }

    /// <summary>The ticket of the samples.</summary>
    private protected abstract string Ticket { get; }

    [Fact]
    public async Task A_signed_delivery_is_decided_and_its_replay_changes_nothing()
    {
        await using var running = await StartAsync();
        var body = Sample(1, Sent.LegalThreat, Noon);
        var (status, answer) = await SendAsync(running, body);
        Assert.Equal(201, status);
        var taken = answer.GetProperty("taken").EnumerateArray().Single(t => t.GetProperty("decision").ValueKind == JsonValueKind.Object);
        Assert.Equal(Ticket, taken.GetProperty("ticketId").GetString());
        Assert.Equal("immediate_escalation", taken.GetProperty("decision").GetProperty("recommendation").GetProperty("band").GetString());

        var (again, repeat) = await SendAsync(running, body);
        Assert.Equal(200, again);
        Assert.All(repeat.GetProperty("taken").EnumerateArray(), t => Assert.Equal("repeated", t.GetProperty("result").GetString()));
        Assert.Equal([Sent.LegalThreat], await TextsAsync(running));
    }

    [Fact]
    public async Task A_wrong_signature_or_none_is_401_and_leaves_nothing()
    {
        await using var running = await StartAsync();
        var body = Sample(1, "Where is my order?", Noon);
        var signature = Scheme.Sign(Secret, TimeHeader(Noon), Encoding.UTF8.GetBytes(body));
        Assert.Equal(401, (await SendAsync(running, body, signature: "")).Status);
        Assert.Equal(401, (await SendAsync(running, body, signature: Scheme.Sign(Secret + "!", TimeHeader(Noon), Encoding.UTF8.GetBytes(body)))).Status);
        Assert.Equal(401, (await SendAsync(running, body.Replace("order", "money", StringComparison.Ordinal), signature: signature)).Status);
        Assert.Equal(401, (await SendAsync(running, "{" + body, signature: signature)).Status);
        Assert.Equal(401, (await SendAsync(running, body + " ", signature: signature)).Status);
        Assert.Empty(await TextsAsync(running));
        Assert.Empty((await running.GetAsync("/api/v1/rejected-deliveries?state=all")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal(201, (await SendAsync(running, body, signature: signature)).Status);
    }

    [Fact]
    public async Task A_delivery_of_another_time_is_refused_and_one_at_the_edge_is_not()
    {
        await using var running = await StartAsync();
        foreach (var (n, distance) in new[] { Window + TimeSpan.FromSeconds(1), -Window - TimeSpan.FromSeconds(1) }.Index())
        {
            var sent = Noon - distance;
            var (status, problem) = await SendAsync(running, Sample(n + 1, "Where is my order?", sent), sent);
            Assert.Equal(401, status);
            Assert.Contains("windowSeconds", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        Assert.Equal(201, (await SendAsync(running, Sample(1, "Where is my order?", Noon - Window), Noon - Window)).Status);
        Assert.Single(await TextsAsync(running));
    }

    [Fact]
    public async Task Deliveries_beside_one_another_and_out_of_order_are_each_recorded_once_with_their_own_times()
    {
        await using var running = await StartAsync();
        var (first, second) = (Sample(1, "First words", Noon.AddSeconds(-100)), Sample(2, "Second words", Noon.AddSeconds(-40)));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(running, second)));
        Assert.Equal(1, answers.Count(a => a.Status == 201));
        Assert.Equal(7, answers.Count(a => a.Status == 200));
        Assert.Equal(201, (await SendAsync(running, first)).Status);
        Assert.Equal(["First words", "Second words"], await TextsAsync(running));
    }

    [Fact]
    public async Task A_body_that_cannot_be_taken_is_named_kept_for_a_person_and_stops_no_other()
    {
        await using var running = await StartAsync();
        var (broken, pointer) = Broken;
        var (status, problem) = await SendAsync(running, broken);
        Assert.Equal((400, pointer), (status, problem.GetProperty("pointer").GetString()));
        Assert.Equal(201, (await SendAsync(running, Sample(1, "Where is my order?", Noon))).Status);
        Assert.Equal(400, (await SendAsync(running, broken)).Status);

        var kept = (await running.GetAsync("/api/v1/rejected-deliveries")).Body.GetProperty("items").EnumerateArray().Single();
        Assert.Equal((2, pointer), (kept.GetProperty("deliveries").GetInt32(), kept.GetProperty("problems")[0].GetProperty("pointer").GetString()));
        var address = "/api/v1/rejected-deliveries/" + kept.GetProperty("id").GetString();
        Assert.Equal(broken, (await running.GetAsync(address)).Body.GetProperty("body").GetString());
        Assert.Equal(1, (await running.GetAsync("/health/ready")).Body.GetProperty("rejectedDeliveriesWaiting").GetInt32());
        Assert.Equal(422, (await running.PostAsync(address + "/retry", new { actor = "anna", reason = "try again" })).Status);
        Assert.Equal(200, (await running.PostAsync(address + "/discard", new { actor = "anna", reason = "a test of the sender's" })).Status);
        Assert.Equal(409, (await running.PostAsync(address + "/retry", new { actor = "anna", reason = "try again" })).Status);
        Assert.Equal("a test of the sender's", (await running.GetAsync(address)).Body.GetProperty("decided").GetProperty("reason").GetString());
    }

    [Theory, InlineData("{", ""), InlineData("[]", ""), InlineData("null", ""), InlineData("{}", null)]
    public async Task Anything_that_is_no_delivery_is_a_problem_with_a_pointer(string body, string? pointer)
    {
        await using var running = await StartAsync();
        var (status, problem) = await SendAsync(running, body);
        Assert.Equal(400, status);
        if (pointer is not null) Assert.Equal(pointer, problem.GetProperty("pointer").GetString());
        Assert.Equal(body, (await running.GetAsync($"/api/v1/rejected-deliveries/{(await running.Service.Channels.Rejected.ListAsync(new(), Cancellation)).Single().Id}")).Body.GetProperty("body").GetString());
    }

    /// <summary>A service with this channel alone, at noon, through a channels.json as a site would write it.</summary>
    private protected Task<RunningService> StartAsync(string? database = null)
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch.At("secret"), Secret + "\n");
        foreach (var (name, content) in Files) File.WriteAllText(scratch.At(name), content);
        File.WriteAllText(scratch.At("channels.json"), $$"""{ "channels": { "in": { {{Settings}}, "secret": { "file": "secret" } } } }""");
        var channels = ChannelCatalog.Load(scratch.At("channels.json"), out var problems);
        Assert.Empty(problems);
        return RunningService.StartAsync(new FakeTimeProvider(Noon), database, with: o => o with { Channels = channels });
    }

    /// <summary>Files beside channels.json.</summary>
    private protected virtual IEnumerable<(string Name, string Content)> Files => [];

    private protected async Task<(int Status, JsonElement Body)> SendAsync(RunningService running, string body, DateTimeOffset? sent = null, string? signature = null)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var time = TimeHeader(sent ?? Noon);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/channels/in") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        if (signature is not "") request.Headers.TryAddWithoutValidation(Scheme.Header, signature ?? Scheme.Sign(Secret, time, bytes));
        if (Scheme.TimeHeader is { } header) request.Headers.TryAddWithoutValidation(header, time);
        using var response = await running.Client.SendAsync(request, Cancellation);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement);
    }

    private protected async Task<IReadOnlyList<string>> TextsAsync(RunningService running) => [.. (await running.Service.Messages.OfTicketAsync(new(Ticket), Cancellation)).Select(m => m.Text)];

    private protected static string Json(string text) => JsonSerializer.Serialize(text);

    private protected static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
