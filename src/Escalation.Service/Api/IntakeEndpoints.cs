using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Service.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>What became of a posted message.</summary>
public sealed record MessageAnswer(string Id, string TicketId, DecisionView? Decision);

/// <summary>What became of a posted event or label.</summary>
public sealed record RecordAnswer(string Id, string TicketId, string? EpisodeId, string? EpisodeStatus);

/// <summary>Messages, events and labels, one JSON object a call; the answer comes when it is durable.</summary>
internal static class IntakeEndpoints
{
    public static void MapIntake(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Intake");
        group.MapPost("/messages", PostMessageAsync).WithSummary("Takes one message and decides it")
            .WithDescription("The exact repeat of (source, externalId, revision) answers 200 with the first answer, another body 409; an Idempotency-Key with another body 422. receivedAt is set by the service.")
            .Accepts<MessageBody>("application/json").WithIntakeProblems();
        group.MapPost("/events", (HttpRequest r, EscalationService s, CancellationToken c) => PostAsync(r, s, RecordType.Event, c))
            .WithSummary("Takes one ticket event").Accepts<EventBody>("application/json").WithIntakeProblems();
        group.MapPost("/labels", (HttpRequest r, EscalationService s, CancellationToken c) => PostAsync(r, s, RecordType.Label, c))
            .WithSummary("Takes what a person says of a ticket, an episode or a message").Accepts<LabelBody>("application/json").WithIntakeProblems();
    }

    /// <summary>Hands a parsed item to the ordered writer; null with the problem where it is refused.</summary>
    internal static async Task<(IntakeAnswer? Answer, ProblemHttpResult? Problem)> SubmitAsync(
        HttpRequest request, EscalationService service, RecordType type, BodyContext? context, CancellationToken cancellation, ActionsSeen? seen = null)
    {
        var (body, unread) = await RequestBody.ReadAsync(request, cancellation);
        if (unread is not null) return (null, Problems.Of(unread));
        var (key, badKey) = RequestBody.IdempotencyKey(request);
        if (badKey is not null) return (null, Problems.Of(badKey));
        var (item, problem) = IntakeBody.Parse(body, type, key, context);
        if (problem is not null) return (null, Problems.Of(problem));
        if (item!.Record is Label { RightTeam: { } team } && Teams.Refusal(team, "rightTeam", service) is { } unknown) return (null, unknown);
        var answer = await service.Pipeline.SubmitAsync(item with { Seen = seen }, cancellation);
        return answer.Result switch
        {
            IntakeResult.Conflict => (null, Problems.Of(409, $"{Identity(answer.Record)} was recorded before with another content; send a higher revision, or another id", "")),
            IntakeResult.KeyReused => (null, Problems.Of(422, "this Idempotency-Key came before with another body; send a new key with a new body")),
            _ => (answer, null),
        };
    }

    private static async Task<Results<Created<MessageAnswer>, Ok<MessageAnswer>, ProblemHttpResult>> PostMessageAsync(
        HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (answer, problem) = await SubmitAsync(request, service, RecordType.Message, null, cancellation);
        if (problem is not null) return problem;
        var message = (Message)answer!.Record;
        var view = new MessageAnswer(message.Id, message.TicketId.Value, answer.Decision is { } decision ? DecisionView.From(decision) : null);
        return answer.Result == IntakeResult.Created ? TypedResults.Created((string?)null, view) : TypedResults.Ok(view);
    }

    private static async Task<Results<Created<RecordAnswer>, Ok<RecordAnswer>, ProblemHttpResult>> PostAsync(
        HttpRequest request, EscalationService service, RecordType type, CancellationToken cancellation)
    {
        var (answer, problem) = await SubmitAsync(request, service, type, null, cancellation);
        if (problem is not null) return problem;
        var view = await ViewAsync(answer!, service, cancellation);
        return answer!.Result == IntakeResult.Created ? TypedResults.Created((string?)null, view) : TypedResults.Ok(view);
    }

    private static async Task<RecordAnswer> ViewAsync(IntakeAnswer answer, EscalationService service, CancellationToken cancellation)
    {
        var ticket = answer.Record is Label label ? label.TicketId : ((TicketEvent)answer.Record).TicketId;
        var episode = answer.Episode;
        if (episode is null && await service.Episodes.OfTicketAsync(ticket, cancellation) is { Count: > 0 } known) episode = known[^1].Episode;
        return new RecordAnswer(answer.Record.Id, ticket.Value, episode?.Id.Value, episode is null ? null : Wire.Name(episode.Status));
    }

    private static string Identity(HistoryRecord record) => record switch
    {
        Message m => FormattableString.Invariant($"message {m.ExternalId} of {m.Source} in revision {m.Revision}"),
        TicketEvent e => $"event {e.Id}",
        _ => $"label {record.Id}",
    };

    internal static RouteHandlerBuilder WithIntakeProblems(this RouteHandlerBuilder route) =>
        route.ProducesProblem(400).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422).ProducesProblem(503);
}
