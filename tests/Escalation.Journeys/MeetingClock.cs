using Microsoft.AspNetCore.Http;

namespace Escalation.Journeys;

/// <summary>A clock that goes on by hand, and at which requests can be made to wait for one another.</summary>
internal sealed class MeetingClock : TimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private long passed;
    private int missing;
    private int readings;
    private TaskCompletionSource met = new();

    /// <summary>Lets the next readings of the clock by requests wait until there are so many.</summary>
    public void LetMeet(int readers)
    {
        (met, readings, missing) = (new TaskCompletionSource(), readers, readers);
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time) => Interlocked.Add(ref passed, time.Ticks);

    public override DateTimeOffset GetUtcNow()
    {
        // What runs in the background reads the clock too, at any moment; it meets nobody.
        if (Volatile.Read(ref readings) > 0 && new HttpContextAccessor().HttpContext is not null && Interlocked.Decrement(ref readings) >= 0)
        {
            if (Interlocked.Decrement(ref missing) == 0) met.SetResult();
            met.Task.WaitAsync(Patience).GetAwaiter().GetResult();
        }
        return System.GetUtcNow().AddTicks(Volatile.Read(ref passed));
    }
}
