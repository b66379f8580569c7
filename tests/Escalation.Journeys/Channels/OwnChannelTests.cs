using Escalation.Service.Intake.Channels;

namespace Escalation.Journeys.Channels;

public sealed class MappedChannelTests : IntakeChannelContract
{
    private const string Map = """
        { "type": "message", "columns": { "externalId": "case.no", "ticketId": { "template": "shop/{order}" }, "customerId": "buyer", "channel": { "value": "web" }, "author": { "value": "customer" }, "at": "case.time", "text": "words" },
          "attributes": ["order"], "ignore": ["case.colour"] }
        """;

    private string map = Map;

    private protected override string Settings => "\"kind\": \"webhook\", \"source\": \"shop\", \"map\": \"shop.json\"";

    private protected override IEnumerable<(string, string)> Files => [("shop.json", map)];

    private protected override SignatureScheme Scheme => SignatureScheme.Own;

    private protected override string Ticket => "shop/77";

    private protected override (string, string) Broken => ("""{ "case": { "no": 1, "time": "yesterday" }, "order": 77, "buyer": "b1", "words": "x" }""", "/case/time");

    private protected override string Sample(int n, string text, DateTimeOffset at) => $$"""{ "case": { "no": {{n}}, "time": "{{Time(at)}}", "colour": "red" }, "order": 77, "buyer": "b1", "words": {{Json(text)}} }""";

    [Fact]
    public async Task What_a_mended_map_can_read_is_taken_by_a_persons_retry()
    {
        using var scratch = new Scratch();
        var database = $"Data Source={scratch.At("escalation.db")};Default Timeout=1";
        var body = Sample(1, "Where is my order?", Noon).Replace("\"buyer\"", "\"season\": \"spring\", \"buyer\"", StringComparison.Ordinal);
        string id;
        await using (var running = await StartAsync(database))
        {
            var (status, problem) = await SendAsync(running, body);
            Assert.Equal((400, "/season"), (status, problem.GetProperty("pointer").GetString()));
            id = (await running.Service.Channels.Rejected.ListAsync(new(), Cancellation)).Single().Id;
        }
        map = Map.Replace("\"case.colour\"", "\"*\"", StringComparison.Ordinal);
        await using var mended = await StartAsync(database);
        var (taken, answer) = await mended.PostAsync($"/api/v1/rejected-deliveries/{id}/retry", new { actor = "anna", reason = "the map knows the season now" });
        Assert.Equal((200, "created"), (taken, answer.GetProperty("taken")[0].GetProperty("result").GetString()));
        Assert.Equal(["Where is my order?"], await TextsAsync(mended));
        Assert.Equal(200, (await SendAsync(mended, body)).Status);
        Assert.Equal("taken", (await mended.GetAsync($"/api/v1/rejected-deliveries/{id}")).Body.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_list_carries_the_beginning_of_a_long_body_and_the_delivery_itself_all_of_it()
    {
        await using var running = await StartAsync();
        var body = Sample(1, new string('x', 10_000), Noon).Replace("\"buyer\"", "\"season\": \"spring\", \"buyer\"", StringComparison.Ordinal);
        await SendAsync(running, body);
        var listed = (await running.Service.Channels.Rejected.ListAsync(new(), Cancellation)).Single();
        Assert.Equal((body.Length, 4_096), (listed.Bytes, listed.Delivery.Body.Length));
        Assert.Equal(body, (await running.GetAsync($"/api/v1/rejected-deliveries/{listed.Id}")).Body.GetProperty("body").GetString());
    }

    [Fact]
    public async Task Another_text_under_the_same_identity_is_kept_for_a_person_and_changes_nothing()
    {
        await using var running = await StartAsync();
        await SendAsync(running, Sample(1, "Where is my order?", Noon));
        Assert.Equal(400, (await SendAsync(running, Sample(1, "Something else", Noon))).Status);
        Assert.Equal(["Where is my order?"], await TextsAsync(running));
        Assert.Equal(1, await running.Service.Channels.Rejected.WaitingAsync(Cancellation));
    }
}

public sealed class ChatChannelTests : IntakeChannelContract
{
    private protected override string Settings => "\"kind\": \"chat\", \"source\": \"chat\"";

    private protected override SignatureScheme Scheme => SignatureScheme.Own;

    private protected override string Ticket => "chat/k7";

    private protected override (string, string) Broken => (Sample(1, "x", Noon).Replace("customer\"", "boss\"", StringComparison.Ordinal), "/messages/0/author");

    private protected override string Sample(int n, string text, DateTimeOffset at) => $$"""
        { "conversationId": "k7", "customerId": "c1", "messages": [ { "id": "{{n}}", "at": "{{Time(at)}}", "author": "customer", "text": {{Json(text)}} } ] }
        """;

    [Fact]
    public async Task One_bad_line_of_a_transcript_is_kept_and_the_others_are_taken()
    {
        await using var running = await StartAsync();
        var body = $$"""
            { "conversationId": "k7", "customerId": "c1", "messages": [
                { "at": "{{Time(Noon)}}", "author": "customer", "text": "It broke" }, { "at": "later", "author": "agent", "text": "Oh" }, { "at": "{{Time(Noon)}}", "author": "agent", "agentId": "a1", "text": "Which one?" } ] }
            """;
        var (status, answer) = await SendAsync(running, body);
        Assert.Equal(201, status);
        Assert.Equal("/messages/1/at", answer.GetProperty("problems").EnumerateArray().Single().GetProperty("pointer").GetString());
        Assert.Equal(["It broke", "Which one?"], await TextsAsync(running));
        Assert.Equal(answer.GetProperty("rejectedId").GetString(), (await running.Service.Channels.Rejected.ListAsync(new(), Cancellation)).Single().Id);
    }
}

public sealed class SocialChannelTests : IntakeChannelContract
{
    private protected override string Settings => "\"kind\": \"social\", \"source\": \"social\"";

    private protected override SignatureScheme Scheme => SignatureScheme.Own;

    private protected override string Ticket => "social/mastodon/t5";

    private protected override (string, string) Broken => (Sample(1, "x", Noon).Replace("\"authorId\"", "\"autorId\"", StringComparison.Ordinal), "/autorId");

    private protected override string Sample(int n, string text, DateTimeOffset at) => $$"""
        { "network": "mastodon", "id": "p{{n}}", "authorId": "@jane", "conversationId": "t5", "at": "{{Time(at)}}", "text": {{Json(text)}} }
        """;
}

public sealed class PhoneChannelTests : IntakeChannelContract
{
    private protected override string Settings => "\"kind\": \"phone\", \"source\": \"calls\"";

    private protected override SignatureScheme Scheme => SignatureScheme.Own;

    private protected override string Ticket => "calls/case-9";

    private protected override (string, string) Broken => (Sample(1, "x", Noon).Replace("\"callId\"", "\"call\"", StringComparison.Ordinal), "/call");

    private protected override string Sample(int n, string text, DateTimeOffset at) => $$"""
        { "callId": "call-{{n}}", "customerId": "c1", "ticketId": "case-9", "at": "{{Time(at)}}", "agentId": "a7", "text": {{Json(text)}} }
        """;
}
