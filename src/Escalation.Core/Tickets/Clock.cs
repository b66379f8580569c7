using NodaTime;

namespace Escalation.Core.Tickets;

/// <summary>The time as it is recorded.</summary>
public static class Clock
{
    /// <summary>Now, to the millisecond, as every record keeps it.</summary>
    public static Instant Now(this TimeProvider time) => Instant.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
