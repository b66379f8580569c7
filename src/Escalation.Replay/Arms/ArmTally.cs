using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Replay.Changes;
using NodaTime;

namespace Escalation.Replay.Arms;

/// <summary>How often a rule fired in one arm.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Messages">Messages on which it made a signal that counted.</param>
/// <param name="Suppressed">Messages on which its signal lost all its spans to another's.</param>
/// <param name="Unavailable">Messages on which it read an unknown fact unguarded.</param>
/// <param name="Errors">Messages on which it threw.</param>
/// <param name="Tickets">Tickets on which it fired.</param>
/// <param name="Needed">Of those: labelled as needed.</param>
/// <param name="NotNeeded">Of those: labelled as not needed.</param>
public sealed record RuleTally(string Rule, long Messages, long Suppressed, long Unavailable, long Errors, int Tickets, int Needed, int NotNeeded)
{
    /// <summary>Tickets without a label on need.</summary>
    public int Unknown => Tickets - Needed - NotNeeded;
}

/// <summary>Counts what one arm decided on some tickets, and digests every decision.</summary>
/// <remarks>Those of parts of the tickets add up to that of all of them, once each was closed; neither the order of messages nor that of parts matters.</remarks>
internal sealed class ArmTally
{
    private readonly Dictionary<string, Hits> rules = new(StringComparer.Ordinal);
    private readonly DecisionDigest digest = new();
    private Instant first = Instant.MaxValue, last = Instant.MinValue;

    /// <summary>Customer messages decided in the window.</summary>
    public long Messages { get; private set; }

    /// <summary>Messages by band.</summary>
    public long[] Bands { get; } = new long[4];

    /// <summary>Decisions with a live rule that threw.</summary>
    public long Degraded { get; private set; }

    /// <summary>Decisions that a person must look at.</summary>
    public long NeedsReview { get; private set; }

    /// <summary>The highest score of every ticket.</summary>
    public HighestScores Scores { get; } = new();

    /// <summary>Days from the first to the last message decided.</summary>
    public double Days => Messages == 0 ? 0 : (last - first).TotalDays;

    /// <summary>Digest of all decisions on which a rule made a signal, 64 hex digits.</summary>
    public string Digest => digest.ToString();

    /// <summary>All rules that did anything, by name.</summary>
    public IReadOnlyList<RuleTally> Rules => [.. rules.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => r.Value.Of(r.Key))];

    /// <summary>Takes a message of the window on which no rule did anything.</summary>
    public void TakeNothing(Message message, int ticket) => Take(message, ticket, 0, Band.None);

    /// <summary>Takes a decision of the window.</summary>
    public void Take(Message message, int ticket, Decision decision)
    {
        Take(message, ticket, decision.Recommendation.Score, decision.Recommendation.Band);
        if (decision.Degraded) Degraded++;
        if (decision.NeedsReview) NeedsReview++;
        for (var i = 0; i < decision.Signals.Count; i++)
        {
            var hits = HitsOf(decision.Signals[i].Rule);
            hits.Messages++;
            hits.Tickets.Add(ticket);
        }
        for (var i = 0; i < decision.Suppressed.Count; i++) HitsOf(decision.Suppressed[i].Rule).Suppressed++;
        for (var i = 0; i < decision.Unavailable.Count; i++) HitsOf(decision.Unavailable[i]).Unavailable++;
        for (var i = 0; i < decision.Errors.Count; i++) HitsOf(decision.Errors[i].Rule).Errors++;
        for (var i = 0; i < decision.ShadowErrors.Count; i++) HitsOf(decision.ShadowErrors[i].Rule).Errors++;
        if (decision.Signals.Count > 0) digest.Add(message.Id, decision);
    }

    /// <summary>Counts tickets by what people said of them. Nothing is taken after it.</summary>
    /// <param name="needs">Which tickets needed an escalation.</param>
    /// <remarks>A ticket that was merged later counts as the one that it became, once.</remarks>
    public void Close(NumberedNeeds needs)
    {
        Scores.Close(needs);
        foreach (var hits in rules.Values) hits.Close(needs);
    }

    /// <summary>Adds a closed tally of other tickets to this closed one.</summary>
    public void Add(ArmTally other)
    {
        Messages += other.Messages;
        (first, last) = (Instant.Min(first, other.first), Instant.Max(last, other.last));
        for (var i = 0; i < Bands.Length; i++) Bands[i] += other.Bands[i];
        Degraded += other.Degraded;
        NeedsReview += other.NeedsReview;
        Scores.Add(other.Scores);
        digest.Add(other.digest);
        foreach (var (rule, hits) in other.rules) HitsOf(rule).Add(hits);
    }

    private void Take(Message message, int ticket, double score, Band band)
    {
        Messages++;
        if (message.Received < first) first = message.Received;
        if (message.Received > last) last = message.Received;
        Scores.Take(ticket, score);
        Bands[(int)band]++;
    }

    private Hits HitsOf(string rule)
    {
        if (!rules.TryGetValue(rule, out var hits)) rules.Add(rule, hits = new Hits());
        return hits;
    }

    private sealed class Hits
    {
        private int tickets, needed, notNeeded;

        public long Messages { get; set; }

        public long Suppressed { get; set; }

        public long Unavailable { get; set; }

        public long Errors { get; set; }

        public HashSet<int> Tickets { get; private set; } = [];

        public void Close(NumberedNeeds needs)
        {
            var staying = needs.AnyMerged ? Tickets.Select(needs.Staying).ToHashSet() : Tickets;
            tickets = staying.Count;
            foreach (var ticket in staying)
                if (needs.Of(ticket) is { } known) (needed, notNeeded) = known ? (needed + 1, notNeeded) : (needed, notNeeded + 1);
            Tickets = [];
        }

        public void Add(Hits other)
        {
            Messages += other.Messages;
            Suppressed += other.Suppressed;
            Unavailable += other.Unavailable;
            Errors += other.Errors;
            tickets += other.tickets;
            needed += other.needed;
            notNeeded += other.notNeeded;
        }

        public RuleTally Of(string rule) => new(rule, Messages, Suppressed, Unavailable, Errors, tickets, needed, notNeeded);
    }
}
