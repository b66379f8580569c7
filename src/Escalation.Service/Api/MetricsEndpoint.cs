using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Service.Figures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>A figure with what is needed to judge it; null without data, never 0.</summary>
public sealed record FigureView(double? Value, int N, double? Low, double? High, string Unit, string Status)
{
    /// <summary>The view of a figure.</summary>
    public static FigureView From(MetricValue value) => new(value.Value, value.N, value.Low, value.High, value.Unit, Wire.Name(value.Status));
}

/// <summary>Episodes by where they stand; total = resolved + pending + dismissed + merged.</summary>
public sealed record BalanceView(int Total, int Resolved, int Pending, int Dismissed, int Merged);

/// <summary>The figures of a window.</summary>
public sealed record MetricsView(
    string From, string To, IReadOnlyDictionary<string, FigureView> Metrics, IReadOnlyDictionary<string, FigureView> Details, BalanceView Balance, int ImmatureTickets, int ImmatureEpisodes)
{
    /// <summary>The view of the figures.</summary>
    public static MetricsView Of(RecordedMetrics metrics)
    {
        var (set, balance) = (metrics.Set, metrics.Set.Balance);
        return new MetricsView(Json.Time(metrics.From)!, Json.Time(metrics.To)!, Views(set.Metrics), Views(set.Details),
            new BalanceView(balance.Total, balance.Resolved, balance.Pending, balance.Dismissed, balance.Merged), set.ImmatureTickets, set.ImmatureEpisodes);
    }

    private static Dictionary<string, FigureView> Views(IReadOnlyDictionary<string, MetricValue> values) => values.ToDictionary(p => p.Key, p => FigureView.From(p.Value));
}

/// <summary>The figures of what was recorded.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/metrics", ComputeAsync).WithTags("Metrics").WithSummary("Every figure with n, 95 % interval, unit and window").ProducesProblem(400);

    private static async Task<Results<Ok<MetricsView>, ProblemHttpResult>> ComputeAsync(string? from, string? to, EscalationService service, CancellationToken cancellation)
    {
        if (!TryTime(from, out var begin)) return Bad("from", from!);
        if (!TryTime(to, out var end)) return Bad("to", to!);
        if (begin >= end) return Problems.Of(400, "to: is not after from; the window is [from, to)", "/to");
        var metrics = begin is null && end is null
            ? await service.MetricsAsync(cancellation)
            : await LiveMetrics.ComputeAsync(service.Database, begin, end, service.Now, service.Configuration.DefaultCalendar, cancellation);
        return TypedResults.Ok(MetricsView.Of(metrics));
    }

    private static bool TryTime(string? text, out Instant? instant)
    {
        instant = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (WireTime.Read(System.Text.Encoding.UTF8.GetBytes(text), null, out var value, out _) != TimeReading.Done) return false;
        instant = value;
        return true;
    }

    private static ProblemHttpResult Bad(string name, string value) =>
        Problems.Of(400, $"{name}: \"{value}\" is no time with an offset; write it as 2026-03-02T12:00:00Z", "/" + name);
}
