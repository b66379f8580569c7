using Escalation.Core.Tickets;
using Escalation.Service.FollowUp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>A ticket of an incident; episodeId: its own escalation, null where it is linked to that of the incident.</summary>
public sealed record IncidentMemberView(string TicketId, string At, string? EpisodeId);

/// <summary>An incident; id and ticketId are those of the escalation that stands for it. Members: only where one is asked for by id.</summary>
public sealed record IncidentView(
    string Id, string TicketId, string Key, string State, string StartedAt, string LastAt, string? EndedAt, int Tickets, int Customers, string? Team, string Band, IReadOnlyList<IncidentMemberView>? Members)
{
    /// <summary>The view of an incident.</summary>
    public static IncidentView From(Incident incident, bool withMembers) => new(
        incident.Lead.Id.Value, incident.Lead.TicketId.Value, incident.Key, Wire.Name(incident.State), Json.Time(incident.StartedAt)!, Json.Time(incident.LastAt)!, Json.Time(incident.EndedAt),
        incident.Members.Count, incident.Customers, incident.Lead.Team, Wire.Name(incident.Lead.Band),
        withMembers ? [.. incident.Members.Select(m => new IncidentMemberView(m.Ticket.Value, Json.Time(m.At)!, m.Episode?.Value))] : null);
}

/// <summary>A page of incidents, the latest first; next goes into cursor, null after the last page.</summary>
public sealed record IncidentPage(IReadOnlyList<IncidentView> Items, string? Next);

/// <summary>Problems that hit many customers at once.</summary>
internal static class IncidentEndpoints
{
    private static readonly string[] Statuses = ["open", "ended", "all"];

    public static void MapIncidents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/incidents").WithTags("Incidents");
        group.MapGet("", ListAsync).WithSummary("Incidents that were escalated, the latest first; all of them unless status says open or ended").ProducesProblem(400)
            .WithIntegerParameter("limit", 1, PageAsked.MostItems, PageAsked.DefaultItems);
        group.MapGet("/{id}", FindAsync).WithSummary("One incident with its tickets, by the escalation that stands for it or one of its own").ProducesProblem(404);
    }

    private static async Task<Results<Ok<IncidentPage>, ProblemHttpResult>> ListAsync(string? status, string? limit, string? cursor, EscalationService service, CancellationToken cancellation)
    {
        if (!string.IsNullOrEmpty(status) && !Statuses.Contains(status)) return Problems.Of(400, $"status: \"{status}\" is none of {string.Join(", ", Statuses)}", "/status");
        var (page, problem) = PageAsked.Read(limit, cursor);
        if (problem is not null) return problem;
        bool? isOpen = status switch { "open" => true, "ended" => false, _ => null };
        var incidents = await service.Incidents.ListAsync(page.Limit, page.After, isOpen, service.Now, cancellation);
        return TypedResults.Ok(new IncidentPage([.. incidents.Select(i => IncidentView.From(i, withMembers: false))], page.Next(incidents, i => (i.StartedAt, i.Lead.Id.Value))));
    }

    private static async Task<Results<Ok<IncidentView>, ProblemHttpResult>> FindAsync(string id, EscalationService service, CancellationToken cancellation) =>
        await service.Incidents.FindAsync(EscalationEndpoints.IdOf(id), service.Now, cancellation) is { } incident
            ? TypedResults.Ok(IncidentView.From(incident, withMembers: true))
            : Problems.Of(404, $"{EscalationEndpoints.IdOf(id).Value} stands for no incident; GET /api/v1/incidents lists them (in an address, # is written %23)");
}
