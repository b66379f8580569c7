using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Rules.Notifications;
using Escalation.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>Tells people what stands in the outbox, by the channels of notifications.json.</summary>
/// <remarks>
/// One a database: it runs only beside the ordered writer, whose claim on the database it shares. At least once: a second copy is only sent where the process was
/// killed between the server's answer and our commit, and it has the same id. A slow server holds up its own channel, never another one, nor the deciding.
/// </remarks>
public sealed class NotificationSender : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private readonly NotificationFanOut fanOut;
    private readonly IReadOnlyList<ChannelWorker> workers;
    private readonly IReadOnlyList<IDisposable> notifiers;
    private readonly Wakeup wakeup = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly ILogger logger;
    private readonly Task running;
    private bool troubled;

    private NotificationSender(EscalationDatabase database, NotificationSettings settings, NotificationTemplates templates, Func<IRuleSet> rules, AnswerLinks links, TimeProvider time, ILogger logger)
    {
        this.logger = logger;
        fanOut = new NotificationFanOut(database, settings, new NotificationHolds(settings, rules), time, logger);
        var composer = new NotificationComposer(database, settings, templates, rules, time, links);
        var schedule = new RetrySchedule(Duration.FromHours(settings.GiveUpAfterHours));
        var made = settings.Channels.Select(c => (Channel: c, Notifier: NotifierOf(c, time))).ToList();
        notifiers = [.. made.Select(m => m.Notifier).OfType<IDisposable>()];
        workers = [.. made.Select(m => new ChannelWorker(database, m.Channel, m.Notifier, composer, schedule, time, logger))];
        running = Task.Run(RunAsync);
    }

    /// <summary>Starts to send; the notices from before the first start of all are not told any more.</summary>
    /// <exception cref="StorageException">The database could not be written.</exception>
    internal static async Task<NotificationSender> StartAsync(
        EscalationDatabase database, NotificationSettings settings, NotificationTemplates templates, Func<IRuleSet> rules, AnswerLinks links, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        await using (var transaction = await database.BeginAsync(cancellation))
        {
            var skipped = await OutboxStore.BeginAsync(transaction, NotificationSettings.Steps, time.Now(), cancellation);
            await transaction.CommitAsync(cancellation);
            if (skipped > 0) logger.LogWarning("{Notices} notices were written before notifications were switched on, and are not sent", skipped);
        }
        return new NotificationSender(database, settings, templates, rules, links, time, logger);
    }

    /// <summary>What waits in the outbox although this version does not know how to tell it.</summary>
    public IReadOnlyList<UnknownNotices> Unknown => fanOut.Unknown;

    /// <summary>Something may stand in the outbox, or a person wants something sent again.</summary>
    public void Wake()
    {
        if (!stopping.IsCancellationRequested) wakeup.Call();
    }

    /// <summary>Takes nothing new; what is being sent is given a moment to end.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        await Task.WhenAll(workers.Select(w => w.DisposeAsync().AsTask()));
        foreach (var notifier in notifiers) notifier.Dispose();
        stopping.Dispose();
        wakeup.Dispose();
    }

    private static INotifier NotifierOf(NotificationChannel channel, TimeProvider time) => channel.Kind switch
    {
        NotificationChannelKind.Smtp => new SmtpNotifier(),
        NotificationChannelKind.Slack => new WebhookNotifier(time, WebhookShapes.Slack),
        NotificationChannelKind.Teams => new WebhookNotifier(time, WebhookShapes.Teams),
        NotificationChannelKind.HelpDesk => new HelpDeskNotifier(),
        _ => new WebhookNotifier(time, WebhookShapes.Signed),
    };

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await fanOut.RunAsync(stopping.Token);
                foreach (var worker in workers) worker.Wake();
                troubled = false;
                await wakeup.WaitAsync(Poll, stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                if (!troubled) logger.LogError("Notices could not be passed on, and are tried again: {Reason}", failure.Message);
                troubled = true;
                await Task.Delay(Poll, CancellationToken.None);
            }
        }
    }
}
