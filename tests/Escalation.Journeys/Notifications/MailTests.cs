using System.Text;
using Escalation.Rules;
using Escalation.Storage;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace Escalation.Journeys.Notifications;

/// <summary>Mail by a real SMTP server: who is told, once, and what happens where the server does not do what it should.</summary>
public sealed class MailTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_escalation_is_mailed_once_to_those_of_its_team_with_its_reasons()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var settings = $$"""
            {"publicUrl":"https://desk.example/e/","channels":{"mail":{{Told.Mail(sink.Port)}}},
             "recipients":[{"channel":"mail","to":"board@desk.example","teams":["executive"]},{"channel":"mail","to":"board@desk.example","steps":["episode_opened"]},
                           {"channel":"mail","to":"lead@desk.example","teams":["senior-support","on-call","senior-engineer","general-escalation"]}]}
            """;
        await using var running = await RunningService.StartAsync(rules: SmallRules.Loaded(RuleFiles.BuiltIn().Without("tests").With("notifications.json", Encoding.UTF8.GetBytes(settings))));
        var (_, body) = await running.PostAsync("/api/v1/messages", Sent.Message("1", Sent.LegalThreat + " All our customers are hit, we are losing money."));
        await running.PostAsync("/api/v1/messages", Sent.Message("1", Sent.LegalThreat + " All our customers are hit, we are losing money."));
        Assert.Equal("executive", body.GetProperty("decision").GetProperty("route").GetProperty("team").GetString());

        var told = Assert.Single(await running.StandAsync(1, NotificationStatus.Sent));      // twice named, told once; the others not at all
        var mail = Assert.Single(sink.Mails);
        Assert.Equal($"{told.Id}@desk.example", mail.MessageId);
        Assert.Equal("auto-generated", mail.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal(["board@desk.example"], mail.To.Mailboxes.Select(m => m.Address));
        Assert.Equal("[immediate escalation] t-c1 for Executive escalations", mail.Subject);
        var text = mail.TextBody!.ReplaceLineEndings("\n");
        Assert.Contains("\n- Legal or compliance: “my lawyer”", text, StringComparison.Ordinal);
        Assert.Contains("https://desk.example/e/tickets/t-c1\n", text, StringComparison.Ordinal);
        Assert.Equal(["sent"], await running.ResultsAsync(told.Id));
    }

    [Fact]
    public async Task A_server_that_is_down_gets_it_once_it_is_up()
    {
        const int Many = 8;         // so many failures that the channel is given a rest
        using var scratch = new Scratch();
        var port = SmtpSink.FreePort();
        await using var running = await RunningService.StartAsync(rules: Told.ByMail(port));
        for (var i = 0; i < Many; i++) Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message($"{i}", customer: $"c{i}"))).Status);
        await running.StandAsync(Many, n => n is { Status: NotificationStatus.Waiting, Attempts: > 0 });

        await using var sink = await SmtpSink.StartAsync(scratch, port: port);
        var sent = await running.StandAsync(Many, NotificationStatus.Sent);
        Assert.Equal(Many, sink.Mails.Select(m => m.MessageId).Distinct().Count());
        Assert.Equal(Many, sink.Mails.Count);
        foreach (var one in sent)
        {
            var results = await running.ResultsAsync(one.Id);
            Assert.Equal(("failed", "sent"), (results[0], results[^1]));
        }
    }

    [Fact]
    public async Task An_hour_without_the_server_delays_what_is_told_and_loses_and_doubles_nothing()
    {
        const int before = 6, minutes = 6;
        using var scratch = new Scratch();
        var (port, time) = (SmtpSink.FreePort(), new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero)));
        await using var running = await RunningService.StartAsync(time, rules: Told.ByMail(port));
        for (var i = 0; i < before; i++) Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message($"{i}", customer: $"c{i}"))).Status);
        var standing = await running.StandTogetherAsync(before, all => all.Sum(n => n.Attempts) >= before - 1);        // the last try may be spared: the server is given a rest
        for (var passed = 0; passed < 60; passed += minutes)
        {
            var tried = standing.Sum(n => n.Attempts);
            time.Advance(TimeSpan.FromMinutes(minutes));
            standing = await running.StandTogetherAsync(before, all => all.Sum(n => n.Attempts) > tried);
            Assert.All(standing, n => Assert.Equal(NotificationStatus.Waiting, n.Status));
        }
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("late", customer: "late", at: time.GetUtcNow().ToString("O")))).Status);

        await using var sink = await SmtpSink.StartAsync(scratch, port: port);
        time.Advance(TimeSpan.FromMinutes(minutes));
        await running.StandAsync(before + 1, NotificationStatus.Sent);
        Assert.Equal(before + 1, sink.Mails.Select(m => m.MessageId).Distinct().Count());
        Assert.Equal(before + 1, sink.Mails.Count);
    }

    [Fact]
    public async Task Once_somebody_acknowledged_or_the_ticket_is_resolved_nothing_more_is_sent()
    {
        using var scratch = new Scratch();
        var port = SmtpSink.FreePort();
        await using var running = await RunningService.StartAsync(rules: Told.ByMail(port));
        foreach (var customer in (string[])["c1", "c2", "c3"]) await running.PostAsync("/api/v1/messages", Sent.Message(customer, customer: customer));
        await running.StandAsync(3, n => n.Attempts > 0);
        Assert.Equal(200, (await running.PostAsync("/api/v1/escalations/t-c1%231/acknowledge", Sent.By())).Status);
        Assert.Equal(200, (await running.PostAsync("/api/v1/escalations/t-c2%231/resolve", Sent.By())).Status);

        await using var sink = await SmtpSink.StartAsync(scratch, port: port);
        var ended = await running.StandAsync(3, n => n.Status is NotificationStatus.Sent or NotificationStatus.Stopped);
        Assert.Equal([("t-c1#1", NotificationStatus.Stopped), ("t-c2#1", NotificationStatus.Stopped), ("t-c3#1", NotificationStatus.Sent)], ended.Select(n => (n.Subject, n.Status)).Order());
        Assert.Contains("somebody took the escalation up", ended.Single(n => n.Subject == "t-c1#1").Detail, StringComparison.Ordinal);
        Assert.Equal("[priority escalation] t-c3 for Desk", Assert.Single(sink.Mails).Subject);
    }

    [Fact]
    public async Task A_raise_after_an_acknowledgement_is_told()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        await using var running = await RunningService.StartAsync(rules: Told.ByMail(sink.Port));
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        await sink.AcceptedAsync(1);
        await running.PostAsync("/api/v1/escalations/t-c1%231/acknowledge", Sent.By());
        var raise = Sent.Event("e1", "escalated").With("band", "immediate_escalation").With("at", DateTimeOffset.UtcNow.ToString("O"));
        Assert.Equal(201, (await running.PostAsync("/api/v1/events", raise)).Status);
        await running.StandAsync(2, NotificationStatus.Sent);
        Assert.Equal("[immediate escalation] t-c1 was raised for Desk", sink.Mails[1].Subject);
        Assert.Equal(sink.Mails[0].References, sink.Mails[1].References);
    }

    [Fact]
    public async Task Many_that_are_due_at_once_are_each_sent_once()
    {
        const int Many = 150;       // so many that the sender looks for what is due while others have just been sent
        using var scratch = new Scratch();
        var port = SmtpSink.FreePort();
        await using var running = await RunningService.StartAsync(rules: Told.ByMail(port, ",\"parallel\":8"));
        for (var i = 0; i < Many; i++) Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message($"{i}", customer: $"c{i:000}"))).Status);
        await using var sink = await SmtpSink.StartAsync(scratch, port: port);
        await running.StandAsync(Many, NotificationStatus.Sent);
        Assert.Equal(Many, sink.Mails.Select(m => m.MessageId).Distinct().Count());
        Assert.Equal(Many, sink.Mails.Count);
    }

    [Fact]
    public async Task A_server_that_accepts_and_then_hangs_holds_up_neither_deciding_nor_another_channel()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch, SmtpSink.Hold);
        await using var receiver = await WebhookReceiver.StartAsync();
        await File.WriteAllTextAsync(scratch.At("secret"), "s3cret\n", Cancellation);
        var rules = Told.Rules(
            $"\"mail\":{Told.Mail(sink.Port, ",\"timeoutSeconds\":1,\"parallel\":1")},\"hook\":{Told.Hook(receiver.Address, scratch.At("secret"))}",
            """{"channel":"mail","to":"duty@desk.example"},{"channel":"hook"}""");
        await using var running = await RunningService.StartAsync(rules: rules);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message($"{i}", customer: $"c{i}"))).Status);
            Assert.Equal($"t-c{i}", (await receiver.NextAsync()).Json.GetProperty("ticket").GetString());
        }
        Assert.Equal(0, sink.Accepted);
        await running.StandAsync(6, n => n.Channel == "hook" ? n.Status == NotificationStatus.Sent : n is { Status: NotificationStatus.Waiting, Attempts: > 0 });
        var stuck = (await running.Service.Notifications.ListAsync(new NotificationQuery { Status = NotificationStatus.Waiting }, Cancellation))[0];
        Assert.Equal("no answer within 1 s", stuck.Detail);

        sink.Answer(SmtpSink.Accept);
        await running.StandAsync(6, NotificationStatus.Sent);
    }

    [Fact]
    public async Task A_refusal_for_now_is_tried_again_and_one_for_good_waits_for_a_person()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch, "451 4.3.0 come back later");
        var log = new KeptLog();
        await using var running = await RunningService.StartAsync(rules: Told.ByMail(sink.Port), logger: log);
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        Assert.Contains("come back later", Assert.Single(await running.StandAsync(1, n => n is { Status: NotificationStatus.Waiting, Attempts: > 0 })).Detail, StringComparison.Ordinal);
        Assert.Empty(log.Errors);

        sink.Answer("550 5.1.1 no such user");
        var dead = Assert.Single(await running.StandAsync(1, NotificationStatus.Dead));
        Assert.Contains("no such user", dead.Detail, StringComparison.Ordinal);
        Assert.Contains($"escalation notifications retry {dead.Id}", Assert.Single(log.Errors), StringComparison.Ordinal);
        Assert.Equal(dead.Id, Assert.Single((await running.GetAsync("/api/v1/notifications?status=dead")).Body.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());

        sink.Answer(SmtpSink.Accept);
        Assert.Equal(200, (await running.PostAsync($"/api/v1/notifications/{dead.Id}/retry", new { actor = "ann" })).Status);
        await running.StandAsync(1, NotificationStatus.Sent);
        Assert.Equal(409, (await running.PostAsync($"/api/v1/notifications/{dead.Id}/retry", "")).Status);
        Assert.Equal(404, (await running.PostAsync("/api/v1/notifications/n-0/retry", "")).Status);
        var results = await running.ResultsAsync(dead.Id);
        Assert.Equal(["refused", "sent"], results.TakeLast(2));
        Assert.All(results.SkipLast(2), r => Assert.Equal("failed", r));
    }

    [Fact]
    public async Task What_nobody_wants_to_hear_of_is_listed_as_such()
    {
        await using var running = await RunningService.StartAsync(rules: Told.Rules($"\"mail\":{Told.Mail(1)}", """{"channel":"mail","to":"a@desk.example","steps":["rule_quarantined"]}"""));
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        Assert.Equal(("episode_opened", "desk"), Assert.Single((await running.StandAsync(1, NotificationStatus.Unaddressed)).Select(n => (n.Kind, n.Team))));
    }

    [Fact]
    public async Task Notices_from_before_notifications_were_switched_on_are_not_sent()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        await using (var before = await RunningService.StartAsync(database: scratch.At("e.db"), rules: SmallRules.Of(Told.Every)))
            await before.PostAsync("/api/v1/messages", Sent.Message("1"));
        await using var running = await RunningService.StartAsync(database: scratch.At("e.db"), rules: Told.ByMail(sink.Port));
        await running.PostAsync("/api/v1/messages", Sent.Message("2", customer: "c2"));
        Assert.Equal("t-c2#1", Assert.Single(await running.StandAsync(1, NotificationStatus.Sent)).Subject);
    }

    [Fact]
    public async Task A_template_of_the_folder_words_the_mail()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var files = Told.Files($"\"mail\":{Told.Mail(sink.Port)}", """{"channel":"mail","to":"duty@desk.example"}""")
            .With("templates/episode.liquid", Encoding.UTF8.GetBytes("{{ ticket | upcase }} of {{ customer }}\n{{ reasons | join: ', ' }}\n{{ excerpt }}"));
        await using var running = await RunningService.StartAsync(rules: SmallRules.Loaded(files));
        await running.PostAsync("/api/v1/messages", Sent.Message("1", "Where\n is\tit?\r\nBcc: everybody@desk.example\n{{ url }}"));
        await sink.AcceptedAsync(1);
        var mail = Assert.Single(sink.Mails);
        Assert.Equal("T-C1 of c1", mail.Subject);
        Assert.Equal(["Telling words", "Where is it? Bcc: everybody@desk.example {{ url }}"], mail.TextBody!.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(l => l.StartsWith("Telling words", StringComparison.Ordinal) ? "Telling words" : l));
        Assert.Empty(mail.Bcc);
    }
}
