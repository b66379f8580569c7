using System.Net.Http.Json;
using Escalation.Core.Tickets;
using Escalation.Journeys.Serving;
using Escalation.Storage;
using Microsoft.Data.Sqlite;

namespace Escalation.Journeys.Notifications;

/// <summary>kill -9 round the sending of a mail.</summary>
public sealed class NotificationKillTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_kill_between_the_servers_answer_and_our_commit_gives_one_second_copy_with_the_same_id()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch, SmtpSink.Hold);
        var (database, folder) = (scratch.At("killed.db"), FolderOf(scratch, sink.Port));
        await using (var serve = await ServeProcess.StartAsync(database, "--rules", folder))
        {
            Assert.Equal(201, (int)(await serve.Client.PostAsJsonAsync("/api/v1/messages", Sent.Message("1"), Cancellation)).StatusCode);
            await sink.CameAsync(1);
            await using var other = new SqliteConnection($"Data Source={database};Pooling=False");
            await other.OpenAsync(Cancellation);
            await using var holding = other.BeginTransaction(deferred: false);      // our commit has to wait
            sink.Answer(SmtpSink.Accept);
            await sink.AcceptedAsync(1);
            await serve.KillAsync();
        }
        await using (var again = await ServeProcess.StartAsync(database, "--rules", folder))
        {
            await sink.AcceptedAsync(2);
            await SentAsync(database);
        }
        await using (await ServeProcess.StartAsync(database, "--rules", folder)) Assert.Equal(2, sink.Mails.Count);
        Assert.Single(sink.Mails.Select(m => m.MessageId).Distinct());
    }

    [Fact]
    public async Task A_kill_before_the_answer_loses_nothing()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch, SmtpSink.Hold);
        var (database, folder) = (scratch.At("killed.db"), FolderOf(scratch, sink.Port));
        await using (var serve = await ServeProcess.StartAsync(database, "--rules", folder))
        {
            Assert.Equal(201, (int)(await serve.Client.PostAsJsonAsync("/api/v1/messages", Sent.Message("1"), Cancellation)).StatusCode);
            await sink.CameAsync(1);
            await serve.KillAsync();
        }
        sink.Answer(SmtpSink.Accept);
        await using var again = await ServeProcess.StartAsync(database, "--rules", folder);
        await SentAsync(database);
        Assert.Single(sink.Mails.Select(m => m.MessageId).Distinct());
    }

    private static string FolderOf(Scratch scratch, int port)
    {
        var folder = scratch.At("rules");
        foreach (var (path, content) in Told.Files($"\"mail\":{Told.Mail(port)}", """{"channel":"mail","to":"duty@desk.example"}""").Content)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllBytes(Path.Combine(folder, path), content);
        }
        return folder;
    }

    /// <summary>Waits until the only notification is recorded as sent.</summary>
    private static async Task SentAsync(string path)
    {
        var store = new NotificationStore(EscalationDatabase.At(path));
        for (var deadline = DateTime.UtcNow.AddMinutes(2); ; await Task.Delay(20, Cancellation))
        {
            var all = await store.ListAsync(new NotificationQuery(), Cancellation);
            if (all is [{ Status: NotificationStatus.Sent }]) return;
            Assert.True(DateTime.UtcNow < deadline, string.Join('\n', all.Select(n => $"{Wire.Name(n.Status)} {n.Attempts} {n.Detail}")));
        }
    }
}
