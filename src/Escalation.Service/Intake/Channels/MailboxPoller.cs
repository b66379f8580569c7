using System.Net.Sockets;
using Escalation.Core.Tickets;
using Escalation.History.HelpDesks;
using Escalation.History.Mail;
using Escalation.Rules.Notifications;
using Escalation.Service.Pipeline;
using Escalation.Storage;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using Microsoft.Extensions.Logging;

namespace Escalation.Service.Intake.Channels;

/// <summary>Fetches a mailbox by IMAP, again and again: each mail once, in the order of the server, whatever becomes of the connection.</summary>
/// <remarks>
/// UIDVALIDITY and the last UID are kept in the database. They are written after the mails: where the process ends in between, those are fetched again and known by their Message-ID.
/// Nothing on the server is changed, flags neither. Source: RFC 3501, 2.3.1.1.
/// </remarks>
public sealed class MailboxPoller : IAsyncDisposable
{
    /// <summary>Mails after which the position is written.</summary>
    private const int PositionEvery = 20;

    private const int TimeoutMs = 30_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly MailChannel channel;
    private readonly ChannelIntake intake;
    private readonly MailboxStore positions;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly SemaphoreSlim one = new(1);
    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task polling;
    private volatile string? problem;

    private MailboxPoller(MailChannel channel, ChannelIntake intake, MailboxStore positions, TimeProvider time, ILogger logger)
    {
        (this.channel, this.intake, this.positions, this.time, this.logger) = (channel, intake, positions, time, logger);
        polling = Task.Run(RunAsync);
    }

    /// <summary>The channel's name.</summary>
    public string Name => channel.Name;

    /// <summary>Why the last round failed; null while all is well.</summary>
    public string? Problem => problem;

    /// <summary>Ends with the first round, however it went.</summary>
    internal Task FirstRound => firstRound.Task;

    /// <summary>Starts to poll.</summary>
    internal static MailboxPoller Start(MailChannel channel, ChannelIntake intake, MailboxStore positions, TimeProvider time, ILogger logger) => new(channel, intake, positions, time, logger);

    /// <summary>One round.</summary>
    /// <returns>Mails taken from the server now.</returns>
    /// <exception cref="Exception">The server or the database cannot be reached, or does not do as it should; the position stands at the last mail that was recorded.</exception>
    internal async Task<int> PollAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            using var client = new ImapClient { Timeout = TimeoutMs };
            var box = channel.Mailbox;
            await client.ConnectAsync(box.Host, box.Port, SecurityOf(box.Security), cancellation);
            await client.AuthenticateAsync(box.User, box.Password, cancellation);
            var folder = string.Equals(box.Folder, "INBOX", StringComparison.OrdinalIgnoreCase) ? client.Inbox : await client.GetFolderAsync(box.Folder, cancellation);
            await folder!.OpenAsync(FolderAccess.ReadOnly, cancellation);
            var taken = await TakeNewAsync(folder, cancellation);
            await client.DisconnectAsync(quit: true, cancellation);
            problem = null;
            return taken;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Ends with the mail under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await polling;
        ending.Dispose();
        one.Dispose();
    }

    private async Task<int> TakeNewAsync(IMailFolder folder, CancellationToken cancellation)
    {
        var known = await positions.FindAsync(channel.Name, cancellation);
        // At the first contact what lies there is history, which 'import' takes silently; in a folder that was made anew everything may be new, and what is not is known by its id.
        var last = known?.UidValidity == folder.UidValidity ? known.LastUid
            : known is null && !channel.Mailbox.TakeExisting ? (folder.UidNext?.Id ?? 1) - 1 : 0;
        if (known?.UidValidity != folder.UidValidity) await positions.SaveAsync(channel.Name, new MailboxPosition(folder.UidValidity, last), time.Now(), cancellation);
        if (last == uint.MaxValue || folder.Count == 0) return 0;
        var range = new UniqueIdRange(folder.UidValidity, last + 1, uint.MaxValue);
        var (taken, saved) = (0, last);
        try
        {
            foreach (var summary in (await folder.FetchAsync(range, MessageSummaryItems.UniqueId | MessageSummaryItems.Size, cancellation)).OrderBy(s => s.UniqueId.Id))
            {
                if (summary.UniqueId.Id <= last) continue;          // "5:*" names the last mail even where its UID is 4
                await TakeAsync(folder, summary, cancellation);
                last = summary.UniqueId.Id;
                if (++taken % PositionEvery == 0) await positions.SaveAsync(channel.Name, new MailboxPosition(folder.UidValidity, saved = last), time.Now(), cancellation);
            }
        }
        finally
        {
            if (saved != last) await positions.SaveAsync(channel.Name, new MailboxPosition(folder.UidValidity, last), time.Now(), CancellationToken.None);
        }
        return taken;
    }

    private async Task TakeAsync(IMailFolder folder, IMessageSummary summary, CancellationToken cancellation)
    {
        if (summary.Size > MailReader.MaxBytes)
        {
            var headers = await BytesAsync(await folder.GetStreamAsync(summary.UniqueId, "HEADER", cancellation), cancellation);
            await intake.KeepAsync(channel, headers, [new DeliveryProblem("/size", FormattableString.Invariant($"the mail has {summary.Size:N0} bytes, at most {MailReader.MaxBytes:N0} are taken: these are its headers, which a retry takes alone"))], time.Now(), cancellation);
            return;
        }
        byte[] bytes;
        try
        {
            bytes = await BytesAsync(await folder.GetStreamAsync(summary.UniqueId, cancellation), cancellation);
        }
        catch (MessageNotFoundException)
        {
            return;        // somebody took it away in between
        }
        try
        {
            await intake.TakeAsync(channel, bytes, time.Now(), cancellation);
        }
        catch (PipelineException undecided) when (!undecided.IsTransient)
        {
            logger.LogError("Mail {Uid} of {Channel} could not be decided and waits among the rejected deliveries: {Reason}", summary.UniqueId.Id, channel.Name, undecided.Message);
            await intake.KeepAsync(channel, bytes, [new DeliveryProblem("", undecided.Message)], time.Now(), cancellation);
        }
    }

    private async Task RunAsync()
    {
        var every = TimeSpan.FromSeconds(channel.Mailbox.EverySeconds);
        var failures = 0;
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await PollAsync(ending.Token);
                failures = 0;
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                failures++;
                var why = Explain(failure);
                if (why != problem) logger.LogWarning("Mailbox {Channel} cannot be read and is tried again: {Reason}", channel.Name, why);
                problem = why;
            }
            firstRound.TrySetResult();
            var wait = failures == 0 ? every : TimeSpan.FromTicks(Math.Min(Math.Max(every.Ticks, LongestWait.Ticks), every.Ticks * (1L << Math.Min(failures, 8))));
            try
            {
                await Task.Delay(wait, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private string Explain(Exception failure)
    {
        var server = FormattableString.Invariant($"{channel.Mailbox.Host}:{channel.Mailbox.Port}");
        return failure switch
        {
            MailKit.Security.AuthenticationException or System.Security.Authentication.AuthenticationException => $"{server} refuses the user {channel.Mailbox.User}: {failure.Message}; check \"user\" and the secret in channels.json",
            SslHandshakeException => $"{server}: no safe connection: {failure.Message}",
            FolderNotFoundException => $"{server} has no folder {channel.Mailbox.Folder}; name another in channels.json",
            SocketException => $"{server} cannot be reached: {failure.Message}",
            StorageException => failure.Message,
            _ => $"{server}: {failure.Message}",
        };
    }

    private static SecureSocketOptions SecurityOf(MailSecurity security) => security switch
    {
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    private static async Task<byte[]> BytesAsync(Stream stream, CancellationToken cancellation)
    {
        await using (stream)
        {
            using var buffer = new MemoryStream();
            await stream.CopyToAsync(buffer, cancellation);
            return buffer.ToArray();
        }
    }
}
