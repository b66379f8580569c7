using NodaTime;

namespace Escalation.History.View;

/// <summary>How long the view remembers. Facts are exact for deliveries up to <see cref="Late"/> after they happened.</summary>
public sealed record ViewRetention
{
    /// <summary>What CONTRACTS.md asks for.</summary>
    public static readonly ViewRetention Default = new();

    /// <summary>As <see cref="Default"/>, without texts: for a pass under configurations that do not change.</summary>
    public static readonly ViewRetention WithoutTexts = new() { KeepsTexts = false };

    /// <summary>Length of <c>Recent</c>.</summary>
    public Duration Window { get; init; } = Duration.FromDays(30);

    /// <summary>How late a delivery may come and still find its whole window.</summary>
    public Duration Late { get; init; } = Duration.FromDays(7);

    /// <summary>A ticket on which nothing was received for longer is forgotten; what comes then starts it anew.</summary>
    public Duration TicketIdle { get; init; } = Duration.FromDays(90);

    /// <summary>
    /// Whether texts are kept, so that what is held can be derived anew under another configuration. Without them every analyzer must have seen a
    /// message before it is taken; facts are the same.
    /// </summary>
    public bool KeepsTexts { get; init; } = true;

    /// <summary>How often what is out of every window is let go.</summary>
    public Duration SweepEvery { get; init; } = Duration.FromDays(1);
}

/// <summary>What a view holds and what happened to it.</summary>
public sealed class ViewCounters
{
    /// <summary>Records taken.</summary>
    public long Taken { get; internal set; }

    /// <summary>Messages and events held for windows.</summary>
    public long Held { get; internal set; }

    /// <summary>Tickets held.</summary>
    public int Tickets { get; internal set; }

    /// <summary>Customers held.</summary>
    public int Customers { get; internal set; }

    /// <summary>Messages and events let go because no window reaches them any more.</summary>
    public long Evicted { get; internal set; }

    /// <summary>Tickets forgotten.</summary>
    public long TicketsForgotten { get; internal set; }

    /// <summary>Records whose <c>at</c> lies before that of one taken earlier for the same ticket or customer.</summary>
    public long OutOfOrder { get; internal set; }

    /// <summary>Records received later after they happened than <see cref="ViewRetention.Late"/>: their windows may be cut short.</summary>
    public long TooLate { get; internal set; }

    /// <summary>Later revisions of a message that replaced its text.</summary>
    public long Revisions { get; internal set; }
}
