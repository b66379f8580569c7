using System.Diagnostics;
using Jint;

namespace Escalation.Rules.Functions;

/// <summary>The wall-clock limit of one call of a script. It counts once the engine is closed: what closes it is ours, and on a busy machine may take its time.</summary>
/// <remarks>Belongs to one engine; not thread-safe.</remarks>
internal sealed class CallTime : Constraint
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(ScriptLimits.Milliseconds);

    private long started;

    /// <summary>Whether it counts.</summary>
    public bool IsOn { get; set; }

    /// <inheritdoc/>
    public override void Reset() => started = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public override void Check()
    {
        if (IsOn && Stopwatch.GetElapsedTime(started) > Limit) throw new TimeoutException();
    }
}
