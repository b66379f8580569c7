using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
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

/// <summary>Counts what one arm decided, and digests every decision.</summary>
internal sealed class ArmTally : IDisposable
{
    private const int BlockBytes = 1 << 16;

    private readonly Dictionary<string, Hits> rules = new(StringComparer.Ordinal);
    private readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] block = new byte[BlockBytes];
    private int used;
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

    /// <summary>Takes a decision of the window.</summary>
    public void Take(Message message, int ticket, Decision decision)
    {
        Messages++;
        if (message.Received < first) first = message.Received;
        if (message.Received > last) last = message.Received;
        Scores.Take(ticket, decision.Recommendation.Score);
        Bands[(int)decision.Recommendation.Band]++;
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
        Digest(message, decision);
    }

    /// <summary>SHA-256 over all decisions in order, 64 hex digits.</summary>
    public string DigestOfDecisions()
    {
        Flush();
        return Convert.ToHexStringLower(digest.GetCurrentHash());
    }

    /// <summary>All rules that did anything, by name.</summary>
    /// <param name="needs">Which tickets needed an escalation.</param>
    /// <remarks>A ticket that was merged later counts as the one that it became, once.</remarks>
    public IReadOnlyList<RuleTally> Rules(NumberedNeeds needs)
    {
        var tallies = new List<RuleTally>(rules.Count);
        foreach (var (rule, hits) in rules.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            int needed = 0, notNeeded = 0;
            var tickets = hits.Tickets.Select(needs.Staying).ToHashSet();
            foreach (var ticket in tickets)
                if (needs.Of(ticket) is { } known) (needed, notNeeded) = known ? (needed + 1, notNeeded) : (needed, notNeeded + 1);
            tallies.Add(new RuleTally(rule, hits.Messages, hits.Suppressed, hits.Unavailable, hits.Errors, tickets.Count, needed, notNeeded));
        }
        return tallies;
    }

    public void Dispose() => digest.Dispose();

    private Hits HitsOf(string rule)
    {
        if (!rules.TryGetValue(rule, out var hits)) rules.Add(rule, hits = new Hits());
        return hits;
    }

    private void Digest(Message message, Decision decision)
    {
        var team = decision.Route is { } sent ? sent.Team.AsSpan(0, Math.Min(100, sent.Team.Length)) : default;
        MakeRoom(Encoding.UTF8.GetMaxByteCount(message.Id.Length) + Encoding.UTF8.GetMaxByteCount(team.Length) + 32 + decision.Signals.Count * 8);
        used += Encoding.UTF8.GetBytes(message.Id, block.AsSpan(used));
        block[used++] = (byte)decision.Recommendation.Band;
        block[used++] = (byte)decision.Signals.Count;
        Put(decision.Recommendation.Score);
        for (var i = 0; i < decision.Signals.Count; i++) Put(decision.Signals[i].Confidence);
        if (decision.Route is not { } route) return;
        BinaryPrimitives.WriteInt64LittleEndian(block.AsSpan(used), route.SlaDeadline.ToUnixTimeMilliseconds());
        used += 8 + Encoding.UTF8.GetBytes(team, block.AsSpan(used + 8));
    }

    private void Put(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(block.AsSpan(used), value);
        used += 8;
    }

    /// <summary>Hashing block by block: a call for each decision would cost more than the decision.</summary>
    private void MakeRoom(int bytes)
    {
        if (used + bytes <= block.Length) return;
        Flush();
        if (bytes > block.Length) block = new byte[bytes];
    }

    private void Flush()
    {
        digest.AppendData(block, 0, used);
        used = 0;
    }

    private sealed class Hits
    {
        public long Messages { get; set; }

        public long Suppressed { get; set; }

        public long Unavailable { get; set; }

        public long Errors { get; set; }

        public HashSet<int> Tickets { get; } = [];
    }
}
