using NodaTime;

namespace Escalation.History.Formats;

/// <summary>How history is read.</summary>
public sealed record HistoryReadOptions
{
    /// <summary>Strict reading of files.</summary>
    public static readonly HistoryReadOptions Strict = new();

    /// <summary>Characters that a text may have at most (UTF-16).</summary>
    public const int MaxTextLength = 1_000_000;

    /// <summary>The zone of times without an offset; null refuses them.</summary>
    public DateTimeZone? TimeZone { get; init; }

    /// <summary>Where set, messages may lack all but the text: this instant stands for a missing <c>at</c>, the line number for a missing id.</summary>
    public Instant? FillMissingAt { get; init; }

    /// <summary>Threads that parse; at least 1. The result does not depend on it.</summary>
    public int Workers { get; init; } = Math.Max(1, Environment.ProcessorCount);
}
