using System.Text.Json.Serialization;
using Escalation.Core.Metrics;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>A signal of an escalation record.</summary>
public sealed record RecordedSignal([property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("confidence")] double Confidence);

/// <summary>An escalation as the seed's own shape has it; signals as of opening.</summary>
public sealed record EscalationRecord(
    [property: JsonPropertyName("ticket_id")] string TicketId,
    [property: JsonPropertyName("timestamp")] string Timestamp,
    [property: JsonPropertyName("signals")] IReadOnlyList<RecordedSignal> Signals,
    [property: JsonPropertyName("assigned_team")] string? AssignedTeam,
    [property: JsonPropertyName("priority")] string? Priority,
    [property: JsonPropertyName("sla_deadline")] string? SlaDeadline);

/// <summary>Headline figures; null where n = 0.</summary>
public sealed record DashboardView(
    [property: JsonPropertyName("total_escalations")] int Total,
    [property: JsonPropertyName("average_resolution_hours")] double? AverageResolutionHours,
    [property: JsonPropertyName("re_escalation_rate")] double? ReEscalationRate,
    [property: JsonPropertyName("pending_escalations")] int Pending,
    [property: JsonPropertyName("resolved_escalations")] int Resolved,
    [property: JsonPropertyName("dismissed_escalations")] int Dismissed,
    [property: JsonPropertyName("merged_escalations")] int Merged,
    [property: JsonPropertyName("escalation_rate")] double? EscalationRate,
    [property: JsonPropertyName("false_positive_rate")] double? FalsePositiveRate,
    [property: JsonPropertyName("routing_accuracy")] double? RoutingAccuracy,
    [property: JsonPropertyName("first_contact_resolution")] double? FirstContactResolution);

/// <summary>No episode at all.</summary>
public sealed record NoDataView([property: JsonPropertyName("status")] string Status);

/// <summary>Two views in the shape of the seed: the records and the dashboard figures, snake_case.</summary>
internal static class CompatibleEndpoints
{
    private const int MostRecords = 10_000;
    private const int PageLength = 500;

    public static void MapCompatible(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/escalation-records", RecordsAsync).WithTags("Compatible").WithSummary("Escalations, newest first, with the signals as of opening; the newest 10,000");
        routes.MapGet("/api/dashboard-metrics", DashboardAsync).WithTags("Compatible").WithSummary("Headline figures; a figure without data is null, and {\"status\":\"no_data\"} stands where there is no escalation at all");
    }

    private static async Task<Ok<List<EscalationRecord>>> RecordsAsync(EscalationService service, CancellationToken cancellation)
    {
        var answer = new List<EscalationRecord>();
        EpisodeCursor? after = null;
        while (answer.Count < MostRecords)
        {
            var now = service.Now;
            var page = await service.Episodes.ListAsync(new EpisodeQuery { Now = now, Limit = PageLength, After = after }, cancellation);
            var levels = await service.Sla.OfAsync(page, now, cancellation);
            var decisions = await service.Decisions.FindAllAsync([.. page.Select(r => r.OpeningDecision).OfType<string>()], cancellation);
            foreach (var record in page) answer.Add(ViewOf(record, record.OpeningDecision is { } id ? decisions.GetValueOrDefault(id) : null, levels.GetValueOrDefault(record.Episode.Id)));
            if (page.Count < PageLength) break;
            after = new EpisodeCursor(page[^1].Episode.OpenedAt, page[^1].Episode.Id);
        }
        return TypedResults.Ok(answer);
    }

    private static EscalationRecord ViewOf(EpisodeRecord record, DecisionRecord? opening, SlaTimeline? sla)
    {
        var (episode, route) = (record.Episode, record.Episode.Route);
        var signals = (opening?.Decision.Signals ?? []).GroupBy(s => s.TriggerType, StringComparer.Ordinal).Select(g => g.MaxBy(s => s.Confidence)!);
        return new EscalationRecord(episode.TicketId.Value, Json.Time(episode.OpenedAt)!, [.. signals.Select(s => new RecordedSignal(s.TriggerType, s.Confidence))],
            episode.Team, route is null ? null : Wire.Name(route.Priority), Json.Time(sla?.Deadline));
    }

    private static async Task<Results<Ok<DashboardView>, JsonHttpResult<NoDataView>>> DashboardAsync(EscalationService service, CancellationToken cancellation)
    {
        var set = (await service.MetricsAsync(cancellation)).Set;
        if (set.Balance.Total == 0) return TypedResults.Json(new NoDataView("no_data"));
        return TypedResults.Ok(new DashboardView(set.Balance.Total, Figure(MetricIds.AverageResolutionHours), Figure(MetricIds.ReEscalationRate), set.Balance.Pending, set.Balance.Resolved,
            set.Balance.Dismissed, set.Balance.Merged, Figure(MetricIds.EscalationRate), Figure(MetricIds.FalsePositiveRate), Figure(MetricIds.RoutingAccuracy), Figure(MetricIds.FirstContactResolution)));

        double? Figure(string id) => set.Metrics[id].Value;
    }
}
