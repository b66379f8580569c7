using NodaTime;

namespace Escalation.Core.Tickets;

/// <summary>Anything that history holds, with its two times.</summary>
/// <remarks>Immutable and safe to share between threads. Source: "Two times" in DESIGN.md.</remarks>
public abstract record HistoryRecord
{
    /// <summary>Identity inside its kind and source.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened. Windows and ages use this.</summary>
    public required Instant At { get; init; }

    /// <summary>When we learned of it; null where the source does not say. Visibility uses <see cref="Received"/>.</summary>
    public Instant? ReceivedAt { get; init; }

    /// <summary><see cref="ReceivedAt"/>, or <see cref="At"/> where that is missing.</summary>
    public Instant Received => ReceivedAt ?? At;

    /// <summary>The source account in the total order of history; empty for records that have none.</summary>
    public virtual string OrderSource => "";
}

/// <summary>The total order of history: (receivedAt, at, source, id), texts by ordinal.</summary>
/// <remarks>A decision sees only what stands before it. Source: "Numbers, order, identity" in CONTRACTS.md.</remarks>
public sealed class HistoryOrder : IComparer<HistoryRecord>
{
    /// <summary>The one instance.</summary>
    public static readonly HistoryOrder Instance = new();

    /// <inheritdoc/>
    public int Compare(HistoryRecord? x, HistoryRecord? y)
    {
        if (ReferenceEquals(x, y)) return 0;
        if (x is null) return -1;
        if (y is null) return 1;
        var order = x.Received.CompareTo(y.Received);
        if (order == 0) order = x.At.CompareTo(y.At);
        if (order == 0) order = string.CompareOrdinal(x.OrderSource, y.OrderSource);
        return order == 0 ? string.CompareOrdinal(x.Id, y.Id) : order;
    }
}
