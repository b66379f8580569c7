using System.Security.Cryptography;
using System.Text;
using Escalation.Storage;

namespace Escalation.Journeys.Notifications;

/// <summary>Webhooks as their receivers see them.</summary>
public sealed class WebhookTests
{
    private const string Secret = "s3cret";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receiver_can_check_the_signature_and_tells_a_second_try_by_its_id()
    {
        using var scratch = new Scratch();
        await File.WriteAllTextAsync(scratch.At("secret"), Secret + "\n", Cancellation);
        await using var receiver = await WebhookReceiver.StartAsync(503);
        var rules = Told.Rules($"\"hook\":{Told.Hook(receiver.Address, scratch.At("secret"))}", """{"channel":"hook"}""");
        await using var running = await RunningService.StartAsync(rules: rules);
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        var (first, second) = (await receiver.NextAsync(), await receiver.NextAsync());

        foreach (var post in (Posted[])[first, second])
        {
            var signed = Encoding.UTF8.GetBytes(post.Headers["X-Escalation-Timestamp"] + ".").Concat(post.Body).ToArray();
            Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed)), post.Headers["X-Escalation-Signature"]);
            Assert.InRange(long.Parse(post.Headers["X-Escalation-Timestamp"]), DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        }
        Assert.Equal(first.Headers["X-Escalation-Notification"], second.Headers["X-Escalation-Notification"]);
        Assert.Equal(("episode_opened", "t-c1#1", "priority_escalation", "desk"),
            (first.Json.GetProperty("kind").GetString(), first.Json.GetProperty("episode").GetString(), first.Json.GetProperty("band").GetString(), first.Json.GetProperty("team").GetString()));
        Assert.Equal(["failed", "sent"], await running.ResultsAsync(Assert.Single(await running.StandAsync(1, NotificationStatus.Sent)).Id));
        Assert.True(receiver.IsQuiet);
    }

    [Theory]
    [InlineData(404, NotificationStatus.Dead)]
    [InlineData(301, NotificationStatus.Dead)]
    [InlineData(429, NotificationStatus.Sent)]
    [InlineData(500, NotificationStatus.Sent)]
    public async Task An_answer_that_will_not_change_is_not_asked_for_again(int answer, NotificationStatus end)
    {
        using var scratch = new Scratch();
        await using var receiver = await WebhookReceiver.StartAsync(answer);
        await File.WriteAllTextAsync(scratch.At("url"), receiver.Address, Cancellation);
        await using var running = await RunningService.StartAsync(rules: Told.Rules($"\"chat\":{Told.Chat("slack", scratch.At("url"))}", """{"channel":"chat"}"""));
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        await running.StandAsync(1, end);
    }

    [Fact]
    public async Task Slack_and_Teams_get_the_shapes_they_take_and_a_customer_can_mention_nobody()
    {
        using var scratch = new Scratch();
        await using var slack = await WebhookReceiver.StartAsync();
        await using var teams = await WebhookReceiver.StartAsync();
        await File.WriteAllTextAsync(scratch.At("slack"), slack.Address, Cancellation);
        await File.WriteAllTextAsync(scratch.At("teams"), teams.Address, Cancellation);
        await using var running = await RunningService.StartAsync(rules: Told.Rules(
            $"\"chat\":{Told.Chat("slack", scratch.At("slack"))},\"office\":{Told.Chat("teams", scratch.At("teams"))}", """{"channel":"chat"},{"channel":"office"}"""));
        await running.PostAsync("/api/v1/messages", Sent.Message("1", "<!channel> & **now** " + new string('x', 5_000)));

        var section = (await slack.NextAsync()).Json.GetProperty("blocks")[0];
        Assert.Equal(("section", "mrkdwn"), (section.GetProperty("type").GetString(), section.GetProperty("text").GetProperty("type").GetString()));
        var text = section.GetProperty("text").GetProperty("text").GetString()!;
        Assert.Contains("The customer wrote: “&lt;!channel&gt; &amp; **now** xxx", text, StringComparison.Ordinal);
        Assert.True(text.Length < 3_000, $"{text.Length} characters");

        var card = (await teams.NextAsync()).Json.GetProperty("attachments")[0];
        Assert.Equal("application/vnd.microsoft.card.adaptive", card.GetProperty("contentType").GetString());
        Assert.Contains(card.GetProperty("content").GetProperty("body").EnumerateArray(), b => b.GetProperty("inlines")[0].GetProperty("text").GetString()!.Contains("“<!channel> & **now**", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_that_is_missing_is_said_and_once_it_is_there_what_waits_is_sent()
    {
        using var scratch = new Scratch();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var running = await RunningService.StartAsync(rules: Told.Rules($"\"chat\":{Told.Chat("slack", scratch.At("url"))}", """{"channel":"chat"}"""));
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        Assert.Contains($"the file {scratch.At("url")} cannot be read", Assert.Single(await running.StandAsync(1, n => n.Attempts > 0)).Detail, StringComparison.Ordinal);
        await File.WriteAllTextAsync(scratch.At("url"), receiver.Address, Cancellation);
        await running.StandAsync(1, NotificationStatus.Sent);
    }
}
