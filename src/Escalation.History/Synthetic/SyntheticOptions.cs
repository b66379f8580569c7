using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>What to generate. The same options give the same bytes.</summary>
public sealed record SyntheticOptions
{
    /// <summary>Messages a day of the full-sized organisation, agents' messages included.</summary>
    public const int FullRate = 1200;

    /// <summary>Days that even a small history spans.</summary>
    public const int LeastDays = 22;

    /// <summary>Messages in all, agents' and system messages included; at least 1.</summary>
    public required long Messages { get; init; }

    /// <summary>Any number.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether answers wait for a free agent; otherwise their times are drawn, whatever else there is to do.</summary>
    public bool HasQueue { get; init; }

    /// <summary>When the history begins.</summary>
    public Instant Start { get; init; } = Instant.FromUtc(2025, 1, 6, 0, 0);

    /// <summary>Messages a day: a small history has a smaller organisation, not a shorter time.</summary>
    public double MessagesPerDay => Math.Min(FullRate, Math.Max(8, Messages / (double)LeastDays));

    /// <summary>Size of the organisation against the full one, above 0 and at most 1.</summary>
    public double Scale => MessagesPerDay / FullRate;
}
