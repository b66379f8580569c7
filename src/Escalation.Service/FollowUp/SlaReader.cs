using Escalation.Core.Episodes;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.FollowUp;

/// <summary>Service levels of escalations, counted from what is recorded whenever somebody asks.</summary>
/// <remarks>Thread-safe; used by the running service and by the command line beside it. A few queries for any number of escalations.</remarks>
public sealed class SlaReader(EscalationDatabase database)
{
    private static readonly EventKind[] Kinds =
        [EventKind.WaitingCustomer, EventKind.WaitingAgent, EventKind.Resolved, EventKind.Closed, EventKind.Reopened, EventKind.Merged];

    private readonly SlaRuleHistory history = new(database);
    private readonly EventStore events = new(database);
    private readonly LabelStore labels = new(database);
    private readonly MessageStore messages = new(database);
    private readonly DecisionStore decisions = new(database);

    /// <summary>The service level of one escalation; null where nothing was promised, because a person raised it.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<SlaTimeline?> OfAsync(EpisodeRecord record, Instant now, CancellationToken cancellation) =>
        (await OfAsync([record], now, cancellation)).GetValueOrDefault(record.Episode.Id);

    /// <summary>The service levels of escalations; those without a promise are left out.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<IReadOnlyDictionary<EpisodeId, SlaTimeline>> OfAsync(IReadOnlyList<EpisodeRecord> records, Instant now, CancellationToken cancellation)
    {
        var timelines = new Dictionary<EpisodeId, SlaTimeline>();
        if (records.Count == 0) return timelines;
        var rules = await history.ReadAsync(cancellation);
        var promises = await decisions.PromisesAsync([.. records.SelectMany(r => (string?[])[r.OpeningDecision, r.LastDecision]).OfType<string>().Distinct(StringComparer.Ordinal)], cancellation);
        var known = await HappenedAsync(records, cancellation);
        foreach (var record in records)
        {
            SlaPromise[] made = [.. ((string?[])[record.OpeningDecision, record.LastDecision]).OfType<string>().Distinct(StringComparer.Ordinal)
                .Select(promises.GetValueOrDefault).OfType<SlaPromise>().OrderBy(p => p.From)];
            if (made.Length > 0 && Timeline(made, known.StepsOf(record.Episode), rules, now) is { } timeline) timelines.Add(record.Episode.Id, timeline);
        }
        return timelines;
    }

    /// <remarks>A calendar that was promoted later and never opens leaves an escalation without a deadline, and all others as they are.</remarks>
    private static SlaTimeline? Timeline(SlaPromise[] promises, IReadOnlyList<SlaStep> steps, SlaRules rules, Instant now)
    {
        try
        {
            return SlaTimeline.Of(promises, steps, rules, now);
        }
        catch (CalendarClosedException)
        {
            return null;
        }
    }

    private async Task<Happened> HappenedAsync(IReadOnlyList<EpisodeRecord> records, CancellationToken cancellation)
    {
        var tickets = records.SelectMany(r => (TicketId[])[r.Episode.OpenedOn, r.Episode.TicketId]).ToHashSet();
        var found = (await events.OfTicketsAsync(tickets, Kinds, cancellation)).ToList();
        // A ticket may have been merged into one that was merged again.
        for (IReadOnlyList<TicketEvent> newest = found; newest.Where(e => e.Kind == EventKind.Merged).Select(e => e.ToTicket).OfType<TicketId>().Where(tickets.Add).ToArray() is { Length: > 0 } further;)
        {
            newest = await events.OfTicketsAsync(further, Kinds, cancellation);
            found.AddRange(newest);
        }
        var waited = found.Where(e => e.Kind == EventKind.WaitingCustomer).Select(e => e.TicketId).ToHashSet();
        var answers = (await messages.AnswersAsync(waited.Count == 0 ? [] : tickets.Count == waited.Count ? tickets : Related(waited, found), cancellation)).Select(a => new CustomerAnswer(a.Ticket, a.At));
        var judged = await labels.JudgementsAsync(records.Where(r => r.Episode.JudgedBy is not null).SelectMany(r => (TicketId[])[r.Episode.OpenedOn, r.Episode.TicketId]).ToHashSet(), cancellation);
        return new Happened(found.ToLookup(e => e.TicketId), judged.ToLookup(l => l.TicketId), answers.ToLookup(a => a.TicketId));
    }

    /// <summary>Tickets with those that they were merged into: an answer may come on either.</summary>
    private static HashSet<TicketId> Related(HashSet<TicketId> tickets, List<TicketEvent> events)
    {
        var related = new HashSet<TicketId>(tickets);
        var merges = events.Where(e => e is { Kind: EventKind.Merged, ToTicket: not null }).ToLookup(e => e.TicketId, e => e.ToTicket!.Value);
        var next = new Queue<TicketId>(tickets);
        while (next.TryDequeue(out var ticket))
            foreach (var into in merges[ticket])
                if (related.Add(into)) next.Enqueue(into);
        return related;
    }

    private sealed record Happened(ILookup<TicketId, TicketEvent> Events, ILookup<TicketId, Label> Labels, ILookup<TicketId, CustomerAnswer> Answers)
    {
        public IReadOnlyList<SlaStep> StepsOf(Episode episode)
        {
            var tickets = new List<TicketId> { episode.OpenedOn };
            for (var i = 0; i < tickets.Count; i++)
                foreach (var merge in Events[tickets[i]])
                    if (merge is { Kind: EventKind.Merged, ToTicket: { } into } && !tickets.Contains(into)) tickets.Add(into);
            if (!tickets.Contains(episode.TicketId)) tickets.Add(episode.TicketId);
            return SlaSteps.Of(episode, [.. tickets.SelectMany(t => Events[t])], [.. tickets.SelectMany(t => Labels[t])], [.. tickets.SelectMany(t => Answers[t])]);
        }
    }
}
