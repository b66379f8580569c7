using Escalation.Core.Tickets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>What people do with an escalation, by the API.</summary>
internal static class EscalationActions
{
    public static void MapActions(this RouteGroupBuilder group)
    {
        Map(group, "acknowledge", EventKind.Acknowledged, "Somebody looks at it");
        Map(group, "assign", EventKind.Assigned, "It goes to a team, an agent, or both");
        Map(group, "resolve", EventKind.Resolved, "It is done");
        Map(group, "snooze", EventKind.Snoozed, "It waits until a time; it stays open and its deadline holds");
        Map(group, "reopen", EventKind.Reopened, "A resolved one is not done after all");
        Map(group, "merge", EventKind.Merged, "Its ticket goes into another one");
    }

    private static void Map(RouteGroupBuilder group, string name, EventKind kind, string summary) =>
        group.MapPost("/{id}/" + name, (string id, HttpRequest request, EscalationService service, CancellationToken cancellation) => ActAsync(kind, id, request, service, cancellation))
            .WithSummary(summary).WithDescription("409 where the escalation does not take this as it stands, and where somebody else acted on it at the same moment. With If-Match, the version or ETag that you saw: 412 where it changed since. Both show how it stands, as escalation. A repeat under the same Idempotency-Key answers as the first time.")
            .Accepts<ActionBody>("application/json").ProducesProblem(404).ProducesProblem(412).WithIntakeProblems();

    private static async Task<Results<Ok<EpisodeView>, ProblemHttpResult>> ActAsync(
        EventKind kind, string id, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (body, unread) = await RequestBody.ReadAsync(request, cancellation);
        if (unread is not null) return Problems.Of(unread);
        var (key, badKey) = RequestBody.IdempotencyKey(request);
        if (badKey is not null) return Problems.Of(badKey);
        var acted = await service.Desk.ActAsync(kind, EscalationEndpoints.IdOf(id), body, key, RequestBody.IfMatch(request), cancellation);
        if (acted.Record is not { } record) return EscalationEndpoints.NotFound(id);
        var view = await EscalationEndpoints.ViewAsync(record, request.HttpContext, service, cancellation);
        return acted.Problem is { } problem ? Problems.Of(problem, view) : TypedResults.Ok(view);
    }
}
