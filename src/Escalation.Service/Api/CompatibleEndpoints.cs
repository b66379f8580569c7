using System.Text.Json.Nodes;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>Two views in the shape of the seed: the records and the dashboard figures, snake_case.</summary>
internal static class CompatibleEndpoints
{
    private const int MostRecords = 10_000;

    public static void MapCompatible(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/escalation-records", RecordsAsync).WithTags("Compatible").WithSummary("Escalations, newest first, with the signals as of opening");
        routes.MapGet("/api/dashboard-metrics", DashboardAsync).WithTags("Compatible").WithSummary("Headline figures; a figure without data is null");
    }

    private static async Task<ContentHttpResult> RecordsAsync(EscalationService service, CancellationToken cancellation)
    {
        var answer = new JsonArray();
        EpisodeCursor? after = null;
        while (answer.Count < MostRecords)
        {
            var page = await service.Episodes.ListAsync(new EpisodeQuery { Limit = 500, After = after }, cancellation);
            var decisions = await service.Decisions.FindAllAsync([.. page.Select(r => r.OpeningDecision).OfType<string>()], cancellation);
            foreach (var record in page) answer.Add((JsonNode)Record(record, record.OpeningDecision is { } id ? decisions.GetValueOrDefault(id) : null));
            if (page.Count < 500) break;
            after = new EpisodeCursor(page[^1].Episode.OpenedAt, page[^1].Episode.Id);
        }
        return Text(answer);
    }

    private static JsonObject Record(EpisodeRecord record, DecisionRecord? opening)
    {
        var signals = (opening?.Decision.Signals ?? []).GroupBy(s => s.TriggerType, StringComparer.Ordinal).Select(g => g.MaxBy(s => s.Confidence)!);
        return new JsonObject
        {
            ["ticket_id"] = record.Episode.TicketId.Value,
            ["timestamp"] = Json.Time(record.Episode.OpenedAt),
            ["signals"] = new JsonArray([.. signals.Select(s => (JsonNode)new JsonObject { ["type"] = s.TriggerType, ["confidence"] = s.Confidence })]),
            ["assigned_team"] = record.Episode.Route?.Team ?? record.Episode.FirstTeam,
            ["priority"] = record.Episode.Route is { } route ? Wire.Name(route.Priority) : null,
            ["sla_deadline"] = Json.Time(record.Episode.Route?.SlaDeadline),
        };
    }

    private static async Task<ContentHttpResult> DashboardAsync(EscalationService service, CancellationToken cancellation)
    {
        var set = (await service.MetricsAsync(cancellation)).Set;
        if (set.Balance.Total == 0) return Text(new JsonObject { ["status"] = "no_data" });
        return Text(new JsonObject
        {
            ["total_escalations"] = set.Balance.Total,
            ["average_resolution_hours"] = set.Metrics[MetricIds.AverageResolutionHours].Value,
            ["re_escalation_rate"] = set.Metrics[MetricIds.ReEscalationRate].Value,
            ["pending_escalations"] = set.Balance.Pending,
            ["resolved_escalations"] = set.Balance.Resolved,
            ["dismissed_escalations"] = set.Balance.Dismissed,
            ["merged_escalations"] = set.Balance.Merged,
            ["escalation_rate"] = set.Metrics[MetricIds.EscalationRate].Value,
            ["false_positive_rate"] = set.Metrics[MetricIds.FalsePositiveRate].Value,
            ["routing_accuracy"] = set.Metrics[MetricIds.RoutingAccuracy].Value,
            ["first_contact_resolution"] = set.Metrics[MetricIds.FirstContactResolution].Value,
        });
    }

    private static ContentHttpResult Text(JsonNode node) => TypedResults.Text(node.ToJsonString(Json.Options), "application/json; charset=utf-8");
}
