using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.FollowUp;

/// <summary>Where an incident stands.</summary>
public enum IncidentState
{
    /// <summary>Messages about it still come.</summary>
    Active,

    /// <summary>None has come for the length of policy.json's incident window, and somebody still has the escalation open.</summary>
    Quiet,

    /// <summary>Its escalations have ended.</summary>
    Ended,
}

/// <summary>A ticket of an incident.</summary>
/// <param name="Ticket">The ticket.</param>
/// <param name="At">When it became part of it.</param>
/// <param name="Episode">Its own escalation; null where it is linked to that of the incident.</param>
public sealed record IncidentMember(TicketId Ticket, Instant At, EpisodeId? Episode);

/// <summary>One problem that hit many customers.</summary>
/// <param name="Lead">The escalation that stands for it: the first one.</param>
/// <param name="Key">What its messages have in common, for example <c>product=checkout issueType=technical</c>.</param>
/// <param name="StartedAt">When the escalation was opened.</param>
/// <param name="LastAt">When a customer last wrote on one of its tickets, up to its end.</param>
/// <param name="EndedAt">When the last of its escalations ended; null while one is open.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Customers">Different customers who wrote on its tickets.</param>
/// <param name="Members">Its tickets, the one that made it active first.</param>
public sealed record Incident(Episode Lead, string Key, Instant StartedAt, Instant LastAt, Instant? EndedAt, IncidentState State, int Customers, IReadOnlyList<IncidentMember> Members);

/// <summary>Incidents that were escalated, open and past, as escalations and the tickets linked to them tell them.</summary>
/// <remarks>Thread-safe; only reads. Escalations of one key that were open at the same time are one incident.</remarks>
public sealed class Incidents(EscalationDatabase database, Func<IRuleSet> rules)
{
    private readonly EpisodeStore episodes = new(database);
    private readonly MessageStore messages = new(database);

    /// <summary>Incidents, the latest first.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="after">Start and escalation of the last one of the page before; null = the first page.</param>
    /// <param name="isOpen">Only those with an open escalation, or only the others; null = all.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<Incident>> ListAsync(int limit, (Instant At, string Id)? after, bool? isOpen, Instant now, CancellationToken cancellation)
    {
        var groups = Groups(await episodes.OfIncidentsAsync(cancellation)).Where(g => isOpen is null || isOpen == g.Exists(e => e.IsOpen))
            .OrderByDescending(g => g[0].OpenedAt).ThenByDescending(g => g[0].Id.Value, StringComparer.Ordinal)
            .Where(g => after is not var (at, id) || (g[0].OpenedAt, string.CompareOrdinal(g[0].Id.Value, id)).CompareTo((at, 0)) < 0).Take(limit).ToList();
        return await ToldAsync(groups, now, cancellation);
    }

    /// <summary>The incident that an escalation stands for, or belongs to by itself; null where it does neither.</summary>
    public async Task<Incident?> FindAsync(EpisodeId id, Instant now, CancellationToken cancellation) =>
        Groups(await episodes.OfIncidentsAsync(cancellation)).Find(g => g.Exists(e => e.Id == id)) is { } group ? (await ToldAsync([group], now, cancellation))[0] : null;

    private static List<List<Episode>> Groups(IReadOnlyList<EpisodeRecord> records)
    {
        var groups = new List<List<Episode>>();
        var latest = new Dictionary<string, List<Episode>>(StringComparer.Ordinal);
        foreach (var episode in records.Select(r => r.Episode))
            if (latest.TryGetValue(episode.IncidentKey!, out var group) && group.Exists(e => e.EndedAt is not { } ended || ended > episode.OpenedAt)) group.Add(episode);
            else groups.Add(latest[episode.IncidentKey!] = [episode]);
        return groups;
    }

    private async Task<IReadOnlyList<Incident>> ToldAsync(List<List<Episode>> groups, Instant now, CancellationToken cancellation)
    {
        var linked = (await episodes.LinkedAsync([.. groups.SelectMany(g => g).Select(e => e.Id)], cancellation)).ToLookup(l => l.Episode);
        var told = new List<Incident>();
        foreach (var group in groups)
        {
            Instant? ended = group.TrueForAll(e => !e.IsOpen) ? group.Max(e => e.EndedAt) : null;
            IncidentMember[] members = [.. group.Select(e => new IncidentMember(e.TicketId, e.OpenedAt, e.Id)).Concat(group.SelectMany(e => linked[e.Id]).Select(l => new IncidentMember(l.Ticket, l.At, null))).DistinctBy(m => m.Ticket)];
            var writers = await messages.WritersAsync([.. members.Select(m => m.Ticket)], ended ?? now, cancellation);
            var last = writers.Select(w => w.Last).Append(group[0].OpenedAt).Max();
            var state = ended is not null ? IncidentState.Ended : now - last <= Duration.FromMinutes(rules().Policy.Incident.WindowMinutes) ? IncidentState.Active : IncidentState.Quiet;
            told.Add(new Incident(group[0], group[0].IncidentKey!, group[0].OpenedAt, last, ended, state, writers.Where(w => w.Customer.IsKnown).Select(w => w.Customer).Distinct().Count(), members));
        }
        return told;
    }
}
