using Escalation.Core.Sla;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Figures;

/// <summary>The figures of all that was recorded, computed again only where something came since and the last ones are some seconds old.</summary>
/// <remarks>Thread-safe; one computation at a time.</remarks>
internal sealed class MetricsCache(EscalationDatabase database, Func<BusinessCalendar> calendar) : IDisposable
{
    private static readonly Duration MinimumAge = Duration.FromSeconds(2);
    private readonly SemaphoreSlim gate = new(1, 1);
    private (RecordedMetrics Metrics, Instant ComputedAt, Instant? Through)? kept;

    public async Task<RecordedMetrics> AllAsync(Instant now, Instant? lastReceived, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (kept is { } known && known.Through == lastReceived && now - known.ComputedAt < MinimumAge) return known.Metrics;
            var metrics = await LiveMetrics.ComputeAsync(database, null, null, now, calendar(), cancellation);
            kept = (metrics, now, lastReceived);
            return metrics;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();
}
