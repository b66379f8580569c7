using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Collecting;

/// <summary>What a <see cref="TicketLedger"/> knows of a ticket.</summary>
/// <param name="index">Its number in the ledger.</param>
internal sealed class LedgerEntry(int index)
{
    public int Index => index;

    public CustomerId Customer { get; set; } = CustomerId.Unknown;

    public Instant? CreatedAt { get; set; }

    public Instant? FirstMessageAt { get; set; }

    public Instant? RaisedAt { get; set; }

    /// <summary>When something was last received of it, as Unix ticks; kept only by who asks for idle tickets.</summary>
    public long LastTicks { get; set; } = long.MinValue;

    /// <summary>The team that has it; kept in place of the event, which would keep all its texts.</summary>
    public TeamStep? Holder { get; set; }

    public TicketTrail? Trail { get; set; }

    /// <summary>The slices that its first message tells.</summary>
    public IReadOnlyList<string>? Slices { get; set; }

    /// <summary>The slices that only its first decided message tells.</summary>
    public IReadOnlyList<string>? Further { get; set; }
}
