using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Service.Intake;
using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>What people do with an escalation: each is a ticket event that the address and the clock complete.</summary>
internal static class EscalationActions
{
    public static void MapActions(this RouteGroupBuilder group)
    {
        Map(group, "acknowledge", EventKind.Acknowledged, "Somebody looks at it");
        Map(group, "assign", EventKind.Assigned, "It goes to a team, an agent, or both");
        Map(group, "resolve", EventKind.Resolved, "It is done");
        Map(group, "snooze", EventKind.Snoozed, "It waits until a time; it stays open and its deadline holds");
    }

    private static void Map(RouteGroupBuilder group, string name, EventKind kind, string summary) =>
        group.MapPost("/{id}/" + name, (string id, HttpRequest request, EscalationService service, CancellationToken cancellation) => ActAsync(kind, id, request, service, cancellation))
            .WithSummary(summary).WithDescription("409 where the escalation has ended, where it is acknowledged already, and where somebody else acted on it at the same moment. A repeat under the same Idempotency-Key answers as the first time.")
            .Accepts<ActionBody>("application/json").ProducesProblem(404).WithIntakeProblems();

    private static async Task<Results<Ok<EpisodeView>, ProblemHttpResult>> ActAsync(
        EventKind kind, string id, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        if (await service.Episodes.FindAsync(EscalationEndpoints.IdOf(id), cancellation) is not { } record) return EscalationEndpoints.NotFound(id);
        var episode = record.Episode;
        var seen = new ActionsSeen(episode.TicketId, await service.Episodes.ActionsAsync(episode.TicketId, cancellation));
        episode = (await service.Episodes.FindAsync(episode.Id, cancellation))!.Episode;       // not older than what was counted
        var context = ContextOf(episode, kind, service.Now);
        var (body, unread) = await RequestBody.ReadAsync(request, cancellation);
        if (unread is not null) return Problems.Of(unread);
        var (key, badKey) = RequestBody.IdempotencyKey(request);
        if (badKey is not null) return Problems.Of(badKey);
        var (item, problem) = IntakeBody.Parse(body, RecordType.Event, key, context);
        if (problem is not null) return Problems.Of(problem);
        var isRepeat = key is not null && await DeliveryStore.IsKnownAsync(service.Database, key, cancellation);
        if (!isRepeat && Refusal((TicketEvent)item!.Record, episode, service) is { } refused) return refused;
        var answer = await service.Pipeline.SubmitAsync(item! with { Seen = seen }, cancellation);
        return answer.Result switch
        {
            IntakeResult.Overtaken => Problems.Of(409, $"somebody else acted on {episode.Id.Value} at the same moment; look at it again, and act again where it is still needed"),
            IntakeResult.KeyReused => Problems.Of(422, "this Idempotency-Key came before with another body; send a new key with a new body"),
            IntakeResult.Conflict => Problems.Of(409, $"event {item!.Record.Id} was recorded before with another content; leave out the id, or send another", "/id"),
            _ => TypedResults.Ok(await EscalationEndpoints.ViewAsync((await service.Episodes.FindAsync(episode.Id, cancellation))!, service, cancellation)),
        };
    }

    /// <summary>What an action on an escalation says by itself: which one, what, and when.</summary>
    internal static BodyContext ContextOf(Episode episode, EventKind kind, Instant now) => new($"escalations/{episode.Id.Value}/{Wire.Name(kind)}",
        new Dictionary<string, object> { ["ticketId"] = episode.TicketId.Value, ["kind"] = Wire.Name(kind), ["episodeId"] = episode.Id.Value },
        new Dictionary<string, object> { ["at"] = Json.Time(now)! });

    private static ProblemHttpResult? Refusal(TicketEvent happened, Episode episode, EscalationService service)
    {
        if (!episode.IsOpen) return Problems.Of(409, $"{episode.Id.Value} is already {Wire.Name(episode.Status)}; a ticket event of the kind reopened opens it again");
        if (happened.At < episode.OpenedAt)
            return Problems.Of(400, $"at: {Json.Time(happened.At)} is before {episode.Id.Value} was opened ({Json.Time(episode.OpenedAt)}); leave it out for now", "/at");
        return happened.Kind switch
        {
            EventKind.Acknowledged when episode.Status == EpisodeStatus.Acknowledged => Problems.Of(409, $"{episode.Id.Value} is already acknowledged; assign, snooze or resolve it"),
            EventKind.Assigned when happened.Team is null && happened.Assignee is null => Problems.Of(400, "team: is missing; name the team or the assignee that it goes to", "/team"),
            EventKind.Assigned when happened.Team is { } team => Teams.Refusal(team, "team", service),
            EventKind.Snoozed when happened.Until is null => Problems.Of(400, "until: is missing; say until when, for example 2026-03-02T12:00:00Z", "/until"),
            EventKind.Snoozed when happened.Until <= happened.At => Problems.Of(400, $"until: {Json.Time(happened.Until)} is not after {Json.Time(happened.At)}", "/until"),
            _ => null,
        };
    }
}
