using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Metrics;

/// <summary>The labels known at an instant, by ticket, without those that were taken back.</summary>
/// <remarks>Immutable. Source: "Events, labels, episodes" in CONTRACTS.md.</remarks>
public sealed class LabelBook
{
    private static readonly Duration Horizon = Duration.FromDays(14);
    private readonly Dictionary<TicketId, List<Label>> byTicket = [];

    /// <summary>Reads labels in; undoing an undo brings the label back.</summary>
    /// <param name="labels">In any order.</param>
    /// <param name="canonical">The ticket that a ticket has become by merges.</param>
    /// <param name="asOf">Labels received later are not known.</param>
    public LabelBook(IEnumerable<Label> labels, Func<TicketId, TicketId> canonical, Instant asOf)
    {
        var inOrder = labels.Where(l => l.Received <= asOf).ToList();
        inOrder.Sort(HistoryOrder.Instance);
        var undone = new HashSet<string>(StringComparer.Ordinal);
        for (var i = inOrder.Count - 1; i >= 0; i--)
            if (inOrder[i] is { Kind: LabelKind.Undone, Undoes: { } target } undo && !undone.Contains(undo.Id)) undone.Add(target);
        foreach (var label in inOrder)
        {
            if (label.Kind == LabelKind.Undone || undone.Contains(label.Id)) continue;
            var ticket = canonical(label.TicketId);
            if (!byTicket.TryGetValue(ticket, out var list)) byTicket.Add(ticket, list = []);
            list.Add(label);
        }
    }

    /// <summary>Tickets with a label.</summary>
    public IReadOnlyCollection<TicketId> Tickets => byTicket.Keys;

    /// <summary>The labels of a ticket in the order of history.</summary>
    public IReadOnlyList<Label> Of(TicketId ticket) => byTicket.TryGetValue(ticket, out var list) ? list : [];

    /// <summary>The label that counts: person over import over generated, then the last; null without any.</summary>
    /// <param name="labels">In the order of history.</param>
    /// <param name="says">Whether a label says anything of the question.</param>
    public static Label? Winner(IEnumerable<Label> labels, Func<Label, bool> says)
    {
        Label? winner = null;
        foreach (var label in labels)
            if (says(label) && (winner is null || RankOf(label.Origin) >= RankOf(winner.Origin))) winner = label;
        return winner;
    }

    /// <summary>The labels of each of an arm's episodes of one ticket.</summary>
    /// <remarks>
    /// A label joins the arm's episode that overlaps its live episode the longest, else the latest one with label.at in [opened, ended + 14 days].
    /// The live episode of a label that names none is the one that it was given on, by the same times.
    /// </remarks>
    /// <param name="ticket">The ticket.</param>
    /// <param name="arm">The arm's episodes of the ticket.</param>
    /// <param name="live">The live episodes of the ticket.</param>
    /// <returns>One list an episode of the arm, in its order; a label without a place is in none.</returns>
    public IReadOnlyList<Label>[] Join(TicketId ticket, IReadOnlyList<Episode> arm, IReadOnlyList<Episode> live)
    {
        var joined = new IReadOnlyList<Label>[arm.Count];
        Array.Fill(joined, []);
        foreach (var label in Of(ticket))
        {
            var place = LiveEpisodeOf(label, live) is { } its ? LongestOverlap(arm, its) : -1;
            if (place < 0) place = LatestAround(arm, label.At);
            if (place >= 0) joined[place] = [.. joined[place], label];
        }
        return joined;
    }

    /// <summary>The arm's episode that overlaps a live one the longest, by its place; -1 without one. Touching is overlap.</summary>
    internal static int LongestOverlap(IReadOnlyList<Episode> arm, Episode live)
    {
        var (best, longest) = (-1, Duration.MinValue);
        for (var i = 0; i < arm.Count; i++)
        {
            var overlap = Instant.Min(EndOf(arm[i]), EndOf(live)) - Instant.Max(arm[i].OpenedAt, live.OpenedAt);
            if (overlap >= Duration.Zero && overlap > longest) (best, longest) = (i, overlap);
        }
        return best;
    }

    private static Episode? LiveEpisodeOf(Label label, IReadOnlyList<Episode> live)
    {
        if (label.EpisodeId is { } id)
        {
            foreach (var episode in live)
                if (episode.Id == id) return episode;
            return null;
        }
        if (label.Kind is not (LabelKind.Confirmed or LabelKind.Dismissed or LabelKind.TeamCorrected)) return null;
        return LatestAround(live, label.At) is var place && place >= 0 ? live[place] : null;
    }

    private static int LatestAround(IReadOnlyList<Episode> episodes, Instant at)
    {
        var latest = -1;
        for (var i = 0; i < episodes.Count; i++)
            if (episodes[i].OpenedAt <= at && (episodes[i].EndedAt is not { } ended || at <= ended + Horizon)
                && (latest < 0 || episodes[i].OpenedAt >= episodes[latest].OpenedAt)) latest = i;
        return latest;
    }

    private static Instant EndOf(Episode episode) => episode.EndedAt ?? Instant.MaxValue;

    private static int RankOf(LabelOrigin origin) => origin switch { LabelOrigin.Generated => 0, LabelOrigin.Import => 1, _ => 2 };
}
