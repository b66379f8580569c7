using System.Runtime.InteropServices;
using Escalation.Core.Metrics;
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
            Message message => Digest(1, message.Source, message.ExternalId, message.Revision),
            TicketEvent happened => Digest(2, happened.TicketId.Value, happened.Id, (int)happened.Kind),
            Label label => Digest(3, label.TicketId.Value, label.Id, 0),
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

    private static UInt128 Digest(uint kind, string first, string second, int number)
    {
        ulong a = 0x9E3779B97F4A7C15ul ^ kind, b = 0xC2B2AE3D27D4EB4Ful + kind;
        Mix(first, ref a, ref b);
        Mix(second, ref a, ref b);
        a = SplitMix.Mix(a ^ (uint)number);
        b = SplitMix.Mix(b + (uint)number * 0x165667B19E3779F9ul);
        return new UInt128(SplitMix.Mix(a + b), SplitMix.Mix(b ^ (a << 1)));
    }

    private static void Mix(string text, ref ulong a, ref ulong b)
    {
        foreach (var c in text)
        {
            a = (a ^ c) * 0x100000001B3ul;
            b = ((b << 5) | (b >> 59)) * 0x9FB21C651E98DF25ul + c;
        }
        a = SplitMix.Mix(a ^ (ulong)text.Length);
        b = SplitMix.Mix(b + (ulong)text.Length);
    }
}
