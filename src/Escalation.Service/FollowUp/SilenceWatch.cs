using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Service.Notifications;
using Escalation.Service.Pipeline;
using Escalation.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Escalation.Service.FollowUp;

/// <summary>Tells once when nothing comes any more from a source from which much usually does, and once when it works again.</summary>
/// <remarks>
/// A dead mailbox or webhook makes no error here: what does not come is the only sign. The notice's key is the source with the time of its last message, so it is told once through
/// restarts. After a start it waits a little: what could not be delivered while the service was away comes then. History that was imported says what is usual, but a source is watched only
/// where something has come from it live: one that was never connected is not silent.
/// </remarks>
public sealed class SilenceWatch : IAsyncDisposable
{
    private const string Silent = "channel_silent", Works = "channel_works_again";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly Duration Redelivery = Duration.FromMinutes(30), Forgetting = Duration.FromDays(1);

    private readonly EscalationDatabase database;
    private readonly DecisionPipeline pipeline;
    private readonly SilenceRules rules;
    private readonly MessageStore messages;
    private readonly OutboxStore outbox;
    private readonly Instant started;
    private readonly Rounds rounds;
    private readonly Dictionary<string, MessageRhythm> rhythms = new(StringComparer.Ordinal);
    private readonly HashSet<string> connected = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Silence> told = new(StringComparer.Ordinal);
    private Instant? read;
    private Instant forgotten;
    private volatile IReadOnlyList<Silence> silent = [];

    private SilenceWatch(EscalationDatabase database, DecisionPipeline pipeline, SilenceRules rules, TimeProvider time, ILogger logger)
    {
        (this.database, this.pipeline, this.rules, started) = (database, pipeline, rules, time.Now());
        (messages, outbox) = (new MessageStore(database), new OutboxStore(database));
        rounds = new Rounds("Whether a channel has gone silent could not be seen", Every, LookAsync, time, logger);
    }

    /// <summary>Starts to watch.</summary>
    internal static SilenceWatch Start(EscalationDatabase database, DecisionPipeline pipeline, SilenceRules rules, TimeProvider time, ILogger logger) => new(database, pipeline, rules, time, logger);

    /// <summary>Sources that were told to be silent and are so still, by name.</summary>
    public IReadOnlyList<Silence> Standing => silent;

    /// <summary>Ends with the round under way, or the next one.</summary>
    public Task Round => rounds.Round;

    /// <summary>Ends after the round under way.</summary>
    public ValueTask DisposeAsync() => rounds.DisposeAsync();

    /// <summary>How unusual it is that nothing came from a source since its last message, whether or not that is told.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="source">The source.</param>
    /// <param name="rules">How far back to look.</param>
    /// <param name="current">The rules in force, for their default calendar.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null where no message of a customer has come from there in that time.</returns>
    internal static async Task<Silence?> OfAsync(MessageStore messages, string source, SilenceRules rules, IRuleSet current, Instant now, CancellationToken cancellation)
    {
        var rhythm = new MessageRhythm(source);
        foreach (var count in await messages.CountsAsync(now - Needed(rules), cancellation))
            if (count.Source == source) rhythm.Add(count.Quarter, count.Count, count.Last);
        return rhythm.Of(now, rules, current.DefaultCalendar());
    }

    /// <summary>The silence that a notice tells of.</summary>
    internal static Silence SilenceOf(string source, Notice notice) => new(source, notice.Since!.Value, notice.Usual ?? 0, 0);

    private static Duration Needed(SilenceRules rules) => Duration.FromDays(7 * (rules.Weeks + 1) + 1);

    private async Task LookAsync(Instant now, CancellationToken cancellation)
    {
        if (read is null)
            foreach (var open in (await outbox.AllAsync([Silent, Works], cancellation)).GroupBy(r => r.Subject).Select(g => g.Last()).Where(r => r.Kind == Silent && !rules.Except.Contains(r.Subject)))
                told[open.Subject] = SilenceOf(open.Subject, Notice.Of(open.Payload));
        var counts = await messages.CountsAsync(read ?? now - Needed(rules), cancellation);
        foreach (var count in counts)
        {
            if (!rhythms.TryGetValue(count.Source, out var rhythm)) rhythms.Add(count.Source, rhythm = new MessageRhythm(count.Source));
            rhythm.Add(count.Quarter, count.Count, count.Last);
            if (count.CameLive) connected.Add(count.Source);
        }
        read = counts.Select(c => c.Last).Append(read ?? now - Needed(rules)).Max();
        Forget(now);
        await TellAsync([.. Due(now)], now, cancellation);
        silent = [.. told.Values.OrderBy(s => s.Source, StringComparer.Ordinal)];
    }

    private IEnumerable<(Silence Silence, Instant? WorksSince)> Due(Instant now)
    {
        var calendar = pipeline.Configuration.DefaultCalendar;
        foreach (var (source, rhythm) in rhythms)
        {
            if (told.TryGetValue(source, out var standing))
            {
                if (rhythm.Last > standing.Since) yield return (standing, rhythm.Last);
            }
            else if (connected.Contains(source) && !rules.Except.Contains(source) && now - started >= Redelivery && rhythm.At(now, rules, calendar) is { } silence) yield return (silence, null);
        }
    }

    private async Task TellAsync(List<(Silence Silence, Instant? WorksSince)> due, Instant now, CancellationToken cancellation)
    {
        if (due.Count == 0) return;
        await using (var transaction = await database.BeginAsync(cancellation))
        {
            foreach (var (silence, works) in due) await OutboxStore.AddAsync(transaction, RowOf(silence, works, now), cancellation);
            await transaction.CommitAsync(cancellation);
        }
        foreach (var (silence, works) in due)
            if (works is null) told[silence.Source] = silence;
            else told.Remove(silence.Source);
        pipeline.Noticed?.Invoke();
    }

    private static OutboxRow RowOf(Silence silence, Instant? works, Instant now)
    {
        var key = $"silence/{silence.Source}/{silence.Since.ToUnixTimeMilliseconds()}";
        var payload = JsonSerializer.Serialize(new { sinceMs = silence.Since.ToUnixTimeMilliseconds(), usual = silence.Usual, untilMs = works?.ToUnixTimeMilliseconds() });
        return new OutboxRow(works is null ? key : key + "/ended", works is null ? Silent : Works, silence.Source, now.ToUnixTimeMilliseconds(), payload);
    }

    private void Forget(Instant now)
    {
        if (now - forgotten < Forgetting) return;
        foreach (var rhythm in rhythms.Values) rhythm.Forget(MessageRhythm.QuarterOf(now - Needed(rules)));
        forgotten = now;
    }
}
