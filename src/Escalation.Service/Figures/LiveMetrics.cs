using Escalation.Core.Metrics;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Replay.Collecting;
using Escalation.Service.FollowUp;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Figures;

/// <summary>The figures of what was recorded in a window, by the one metric library.</summary>
/// <param name="From">Begin of the window; tickets created and episodes opened from here on count.</param>
/// <param name="To">Its end, exclusive.</param>
/// <param name="Set">The figures.</param>
public sealed record RecordedMetrics(Instant From, Instant To, MetricSet Set);

/// <summary>Computes metrics from the database: dashboard, metrics endpoint and <c>metrics</c> command call it.</summary>
public static class LiveMetrics
{
    /// <summary>The figures of a window.</summary>
    /// <param name="database">The database; only read.</param>
    /// <param name="from">Begin; null = from the first record on.</param>
    /// <param name="to">End, exclusive; null = <paramref name="asOf"/>.</param>
    /// <param name="asOf">What came later is not known.</param>
    /// <param name="businessHours">The calendar to count resolutions in.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <param name="options">Numbers that metrics depend on; null = the usual ones.</param>
    public static async Task<RecordedMetrics> ComputeAsync(
        EscalationDatabase database, Instant? from, Instant? to, Instant asOf, BusinessCalendar businessHours, CancellationToken cancellation, MetricOptions? options = null)
    {
        var records = await new EpisodeStore(database).AllAsync(cancellation);
        var issues = records.Where(r => r.IssueKey is not null).ToDictionary(r => r.Episode.Id, r => r.IssueKey);
        var tickets = new TicketLedger();
        var labels = new List<Label>();
        var first = (Instant?)null;
        foreach (var record in records) tickets.Follow(record.Episode.TicketId);
        await foreach (var record in new HistoryStore(database).StreamAsync(null, cancellation))
        {
            first ??= record.At;
            switch (record)
            {
                case Message message: tickets.Take(message); break;
                case TicketEvent happened: tickets.Take(happened); break;
                case Label label: labels.Add(label); break;
            }
        }
        var (begin, end) = (from ?? first ?? asOf, to ?? asOf + Duration.FromMilliseconds(1));
        var episodes = records.Select(r => r.Episode).ToList();
        var inWindow = records.Where(r => r.Episode.OpenedAt >= begin && r.Episode.OpenedAt < end).ToList();
        var levels = await new SlaReader(database).OfAsync([.. inWindow.Where(r => r.Episode.IsOpen)], asOf, cancellation);
        var builder = new OutcomeBuilder(labels, episodes, tickets.Canonical, asOf)
        {
            BusinessHours = businessHours,
            TrailOf = tickets.TrailOf,
            IssueKeyOf = e => issues.GetValueOrDefault(e.Id),
            DeadlineOf = e => levels.GetValueOrDefault(e.Id)?.Deadline,
        };
        return new RecordedMetrics(begin, end, EscalationMetrics.Compute(builder.Build(tickets.Summaries(begin, end), inWindow.Select(r => r.Episode), isLive: true), options));
    }
}
