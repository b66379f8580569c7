using Escalation.Core.Tickets;
using Escalation.Journeys.Notifications;
using Escalation.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Escalation.Journeys.Failures;

/// <summary>A clock that is set back and forth while messages come in.</summary>
public sealed class ClockJumpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clock_that_jumps_changes_no_order_and_everybody_is_told_all_the_same()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        var rules = Told.Rules($"\"mail\":{Told.Mail(sink.Port)}", """{"channel":"mail","to":"duty@desk.example"}""", ""","storm":{"after":1000}""");
        await using var running = await RunningService.StartAsync(time, rules: rules);
        TimeSpan[] jumps = [TimeSpan.Zero, TimeSpan.FromHours(-3), TimeSpan.FromDays(1), TimeSpan.FromDays(-2), TimeSpan.FromSeconds(1)];
        for (var i = 0; i < jumps.Length; i++)
        {
            time.AdjustTime(time.GetUtcNow() + jumps[i]);
            Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message($"{i}", customer: $"c{i}"))).Status);
            await sink.AcceptedAsync(i + 1);
        }
        await running.StandAsync(jumps.Length, NotificationStatus.Sent);
        var received = new List<HistoryRecord>();
        await foreach (var record in new HistoryStore(running.Service.Database).StreamAsync(null, Cancellation)) received.Add(record);
        Assert.Equal(["0", "1", "2", "3", "4"], received.OfType<Message>().Select(m => m.ExternalId));
        Assert.Equal(received.Select(r => r.Received).Distinct().Order(), received.Select(r => r.Received));
        Assert.Null(await new AuditStore(running.Service.Database).FirstBrokenAsync(Cancellation));
    }
}
