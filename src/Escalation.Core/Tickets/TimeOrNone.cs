using NodaTime;

namespace Escalation.Core.Tickets;

/// <summary>An instant or none in 8 bytes, exact to 100 ns; <c>default</c> is none.</summary>
public readonly record struct TimeOrNone
{
    private readonly long value;            // Unix ticks, those from 1970 on raised by one: 0 is free

    private TimeOrNone(long ticks) => value = ticks < 0 ? ticks : ticks + 1;

    /// <summary>The instant; null = none.</summary>
    public Instant? Time => value == 0 ? null : Instant.FromUnixTimeTicks(value < 0 ? value : value - 1);

    /// <summary>Whether there is none.</summary>
    public bool IsNone => value == 0;

    /// <summary>An instant, or none for null.</summary>
    public static TimeOrNone Of(Instant? time) => time is { } at ? new(at.ToUnixTimeTicks()) : default;

    /// <summary>The earlier of two; the other where one is none.</summary>
    public static TimeOrNone Earlier(TimeOrNone one, TimeOrNone other) => one.IsNone || (!other.IsNone && other.value < one.value) ? other : one;
}
