using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Rules.Notifications;
using Escalation.Service.Figures;
using Escalation.Service.Pipeline;
using Escalation.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Escalation.Service.FollowUp;

/// <summary>Has the figures of each week told once, on the day and hour that notifications.json names.</summary>
/// <remarks>The notice's key is the week, so that it is told once through restarts; a moment that was missed is made up for, but only the latest one. A week in which there was no ticket is not told: the service was not there yet.</remarks>
public sealed class WeeklyDigest : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly EscalationDatabase database;
    private readonly DecisionPipeline pipeline;
    private readonly WeeklySettings settings;
    private readonly OutboxStore outbox;
    private readonly Rounds rounds;
    private IsoWeek? told;

    private WeeklyDigest(EscalationDatabase database, DecisionPipeline pipeline, WeeklySettings settings, TimeProvider time, ILogger logger)
    {
        (this.database, this.pipeline, this.settings, outbox) = (database, pipeline, settings, new OutboxStore(database));
        rounds = new Rounds("The figures of the week could not be told", Every, LookAsync, time, logger);
    }

    /// <summary>Starts to wait for the day and hour.</summary>
    internal static WeeklyDigest Start(EscalationDatabase database, DecisionPipeline pipeline, WeeklySettings settings, TimeProvider time, ILogger logger) => new(database, pipeline, settings, time, logger);

    /// <summary>Ends with the round under way, or the next one.</summary>
    public Task Round => rounds.Round;

    /// <summary>Ends after the round under way.</summary>
    public ValueTask DisposeAsync() => rounds.DisposeAsync();

    private async Task LookAsync(Instant now, CancellationToken cancellation)
    {
        var calendar = pipeline.Configuration.DefaultCalendar;
        var zone = settings.Zone ?? calendar.Zone;
        var week = settings.WeekDueAt(now.InZone(zone).LocalDateTime);
        if (week == told) return;
        var key = $"weekly/{week}";
        if (await outbox.FindAsync(key, cancellation) is null
            && await WeeklyFigures.ComputeAsync(database, week, zone, now, calendar, cancellation) is var report && report.Tickets + report.Escalations > 0)
        {
            await using var transaction = await database.BeginAsync(cancellation);
            await OutboxStore.AddAsync(transaction, new OutboxRow(key, NotificationSettings.WeeklyStep, week.ToString(), now.ToUnixTimeMilliseconds(), JsonSerializer.Serialize(report)), cancellation);
            await transaction.CommitAsync(cancellation);
            pipeline.Noticed?.Invoke();
        }
        told = week;
    }
}
