using System.Runtime.InteropServices;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.Reading;

/// <summary>Drops what was delivered before: messages by (source, externalId, revision), events and labels by ticket and id.</summary>
/// <remarks>
/// Remembers 128-bit digests for at least 90 days of receivedAt, so that memory follows the traffic of that span and not the length of history.
/// A repeat that comes later than that counts as new. Unlike digests of different deliveries do not meet in practice (2^-64 at a billion).
/// </remarks>
public sealed class DeliveryFilter
{
    private static readonly Duration Span = Duration.FromDays(90);
    private readonly Dictionary<UInt128, byte> seen = [];      // digest to the parity of its span
    private Instant? since;
    private byte span;

    /// <summary>Repeats so far.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Digests held.</summary>
    public int Held => seen.Count;

    /// <summary>Whether a record is there for the first time. Records come in order of receivedAt.</summary>
    public bool IsNew(HistoryRecord record)
    {
        var digest = record switch
        {
            Message message => TextDigest.Of(1, message.Source, message.ExternalId, message.Revision),
            TicketEvent happened => TextDigest.Of(2, happened.TicketId.Value, happened.Id, (int)happened.Kind),
            Label label => TextDigest.Of(3, label.TicketId.Value, label.Id, 0),
            _ => UInt128.Zero,
        };
        if (digest == UInt128.Zero) return true;
        Turn(record.Received);
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, digest, out var exists);
        if (!exists)
        {
            known = span;
            return true;
        }
        Duplicates++;
        return false;
    }

    private void Turn(Instant received)
    {
        since ??= received;
        if (received - since.Value <= Span) return;
        (since, span) = (received, (byte)(1 - span));
        foreach (var (digest, its) in seen)
            if (its == span) seen.Remove(digest);
    }
}
