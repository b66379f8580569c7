using Escalation.Core.Episodes;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Collecting;

/// <summary>What an arm collects of tickets.</summary>
/// <param name="Book">Its episodes at work.</param>
/// <param name="Ledger">All its episodes.</param>
internal sealed record ArmCases(EpisodeBook Book, EpisodeLedger Ledger);

/// <summary>Some of the tickets of a replay, with all that outcomes need of them.</summary>
/// <param name="Tickets">Those created in the window.</param>
/// <param name="Labels">What people said.</param>
/// <param name="Live">The recorded episodes.</param>
/// <param name="Opened">Each arm's episodes.</param>
/// <param name="Canonical">The ticket that a ticket has become by merges.</param>
/// <param name="TrailOf">The trail of a ticket; null where no episode was opened.</param>
/// <param name="NumberOf">The number of a ticket.</param>
internal sealed record CaseBatch(
    IReadOnlyList<TicketSummary> Tickets, IReadOnlyList<Label> Labels, IReadOnlyList<Episode> Live, IReadOnlyList<IReadOnlyList<OpenedEpisode>> Opened,
    Func<TicketId, TicketId> Canonical, Func<TicketId, TicketTrail?> TrailOf, Func<TicketId, int> NumberOf);

/// <summary>All tickets of a replay: in memory while something happens on them, else in a file.</summary>
/// <remarks>
/// A ticket on which nothing was received for a while is written out with everything that is held of it, and read back where something
/// comes after all: results are the same as if all were held. Tickets of a merge stay, since they are asked for one by the other.
/// </remarks>
/// <param name="arms">What each arm collects.</param>
/// <param name="idle">How long a ticket stays in memory.</param>
internal sealed class CaseBook(IReadOnlyList<ArmCases> arms, Duration idle) : IDisposable
{
    private const int BatchSize = 4096;

    private readonly SettledCases settled = new();
    private readonly Dictionary<TicketId, List<Label>> labels = [];
    private Instant? swept;

    /// <summary>The tickets in memory.</summary>
    public TicketLedger Tickets { get; } = new();

    /// <summary>Their recorded episodes.</summary>
    public RecordedEpisodes Live { get; } = new();

    /// <summary>Labels taken.</summary>
    public int Labels { get; private set; }

    /// <summary>Times that a ticket was read back.</summary>
    public long Recalled { get; private set; }

    /// <summary>Says that something is about to happen on a ticket. Has to be called for each that a record names, before anything is asked of it.</summary>
    /// <exception cref="IOException">The temporary file cannot be read or written.</exception>
    public void Touch(TicketId ticket, Instant received)
    {
        Sweep(received);
        if (Tickets.Touch(ticket, received) || !settled.TryTake(ticket, out var found)) return;
        Recalled++;
        Tickets.Recall(ticket, found.Entry);
        Tickets.Touch(ticket, received);
        if (found.Labels.Count > 0) labels.Add(ticket, [.. found.Labels]);
        Live.Recall(ticket, found.Live);
        for (var i = 0; i < arms.Count; i++)
        {
            arms[i].Ledger.Recall(ticket, found.Arms[i].Episodes);
            if (found.Arms[i].Memory is { } memory) arms[i].Book.Recall(ticket, memory);
        }
    }

    /// <summary>Takes a label.</summary>
    public void Take(Label label)
    {
        Labels++;
        if (!labels.TryGetValue(label.TicketId, out var ofTicket)) labels.Add(label.TicketId, ofTicket = new(1));
        ofTicket.Add(label);
    }

    /// <summary>All tickets, in parts of which no ticket needs another part.</summary>
    /// <param name="from">Start of the window.</param>
    /// <param name="to">The instant after its end.</param>
    public IEnumerable<CaseBatch> Batches(Instant from, Instant to)
    {
        yield return new CaseBatch(
            [.. Tickets.Summaries(from, to)], [.. labels.Values.SelectMany(l => l)], [.. Live.Held], [.. arms.Select(a => a.Ledger.Held.ToList())],
            Tickets.Canonical, Tickets.TrailOf, Tickets.IndexOf);
        foreach (var cases in settled.Read().Chunk(BatchSize)) yield return BatchOf(cases, from, to);
    }

    /// <inheritdoc/>
    public void Dispose() => settled.Dispose();

    private CaseBatch BatchOf(TicketCase[] cases, Instant from, Instant to)
    {
        var entries = cases.ToDictionary(c => c.Id, c => c.Entry);
        return new CaseBatch(
            [.. cases.Select(c => Tickets.SummaryOf(c.Id, c.Entry, from, to)).OfType<TicketSummary>()], [.. cases.SelectMany(c => c.Labels)], [.. cases.SelectMany(c => c.Live)],
            [.. arms.Select((_, i) => cases.SelectMany(c => c.Arms[i].Episodes).ToList())],
            ticket => ticket, ticket => entries[ticket].Trail, ticket => entries[ticket].Index);
    }

    private void Sweep(Instant now)
    {
        swept ??= now;
        if (now - swept.Value < idle) return;
        swept = now;
        foreach (var ticket in Tickets.IdleSince(now - idle))
            if (settled.HasRoomFor(ticket) && arms.All(a => a.Book.CanRelease(ticket))) settled.Add(Release(ticket));
    }

    private TicketCase Release(TicketId ticket) => new(
        ticket, Tickets.Release(ticket), labels.Remove(ticket, out var said) ? said : [], Live.Release(ticket),
        [.. arms.Select(a => new ArmCase(a.Ledger.Release(ticket), a.Book.Release(ticket)))]);
}
