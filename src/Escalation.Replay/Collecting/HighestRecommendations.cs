using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Replay.Changes;
using NodaTime;

namespace Escalation.Replay.Collecting;

/// <summary>One of the highest recommendations of an arm.</summary>
/// <param name="TicketId">The ticket, after merges.</param>
/// <param name="MessageId">The message of the ticket that was recommended highest; of equals the first.</param>
/// <param name="At">When it was written.</param>
/// <param name="Side">What was decided, and why.</param>
/// <param name="Text">The message, in one line, cut after <see cref="HighestRecommendations.MaxText"/> characters.</param>
public sealed record HighestRecommendation(TicketId TicketId, string MessageId, Instant At, ChangeSide Side, string Text);

/// <summary>Keeps the highest recommendations by band, then score, then time; at most one a ticket.</summary>
/// <param name="most">How many are kept; 0 keeps none and costs nothing.</param>
internal sealed class HighestRecommendations(int most)
{
    /// <summary>Longest text that is kept, in UTF-16 units.</summary>
    public const int MaxText = 240;

    private readonly List<(HighestRecommendation Kept, long Place)> kept = new(most);

    /// <summary>The kept ones, the highest first.</summary>
    public IReadOnlyList<HighestRecommendation> All => [.. kept.Select(k => k.Kept)];

    /// <summary>Takes a decision; messages come in the order of history.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ticket">Its ticket, after merges.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="place">The message's place in the history.</param>
    /// <param name="shown">Gives what is shown of it: the decision with its reasons, and what the customer wrote.</param>
    public void Take(Message message, TicketId ticket, Decision decision, long place, Func<(ChangeSide Side, string Text)> shown)
    {
        if (most > 0 && decision.Recommendation.Score > 0 && (kept.Count < most || IsAbove(decision, kept[^1].Kept))) Keep(message, ticket, decision, place, shown);
    }

    /// <summary>Adds those of other tickets.</summary>
    public void Add(HighestRecommendations other)
    {
        kept.AddRange(other.kept);
        kept.Sort((a, b) => (b.Kept.Side.Band, b.Kept.Side.Score, a.Place).CompareTo((a.Kept.Side.Band, a.Kept.Side.Score, b.Place)));
        if (kept.Count > most) kept.RemoveRange(most, kept.Count - most);
    }

    private void Keep(Message message, TicketId ticket, Decision decision, long place, Func<(ChangeSide Side, string Text)> shown)
    {
        var earlier = kept.FindIndex(k => k.Kept.TicketId == ticket);
        if (earlier >= 0 && !IsAbove(decision, kept[earlier].Kept)) return;
        if (earlier >= 0) kept.RemoveAt(earlier);
        else if (kept.Count == most) kept.RemoveAt(most - 1);
        var at = kept.FindIndex(k => IsAbove(decision, k.Kept));
        var (side, text) = shown();
        kept.Insert(at < 0 ? kept.Count : at, (new HighestRecommendation(ticket, message.Id, message.At, side, OneLine(text)), place));
    }

    private static bool IsAbove(Decision decision, HighestRecommendation other) =>
        decision.Recommendation.Band != other.Side.Band ? decision.Recommendation.Band > other.Side.Band : decision.Recommendation.Score > other.Side.Score;

    /// <summary>A text in one line, cut.</summary>
    internal static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= MaxText) return line;
        return line[..(char.IsHighSurrogate(line[MaxText - 1]) ? MaxText - 1 : MaxText)] + "…";
    }
}
