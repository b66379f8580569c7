using Microsoft.Extensions.Time.Testing;

namespace Escalation.Journeys.Live;

/// <summary>A service that starts on what it recorded before.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task It_knows_the_corrected_text_of_earlier_messages_again()
    {
        using var scratch = new Scratch();
        var database = scratch.At("escalation.db");
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 14, 0, 0, TimeSpan.Zero));      // what lies months before its receipt is in no window
        await using (var first = await RunningService.StartAsync(time, database))
        {
            Assert.Equal(201, (await first.PostAsync("/api/v1/messages", Sent.Message("1", "Where is my order?"))).Status);
            Assert.Equal(201, (await first.PostAsync("/api/v1/messages", Sent.Message("1", "Where is my refund?", at: "2026-03-02T12:10:00Z").With("revision", 1))).Status);
            Assert.Equal(201, (await first.PostAsync("/api/v1/messages", Sent.Message("2", "Nobody answered so far.", at: "2026-03-02T13:00:00Z"))).Status);
        }
        await using var again = await RunningService.StartAsync(time, database);
        Assert.Equal(201, (await again.PostAsync("/api/v1/messages", Sent.Message("3", "Still nothing.", at: "2026-03-02T14:00:00Z"))).Status);
    }
}
