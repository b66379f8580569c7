using Escalation.Core.Tickets;
using Escalation.Service.FollowUp;
using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>The body of a new mute; for the description of the API.</summary>
internal sealed record MuteBody(string Kind, string Subject, string Until, string Reason, string Actor);

/// <summary>The body of a mute's early end.</summary>
internal sealed record MuteEndBody(string Reason, string Actor);

/// <summary>A mute as answers show it. EndedAt, by and reason: who ended it before its time; null = nobody.</summary>
public sealed record MuteView(string Id, string Kind, string Subject, string From, string Until, string Reason, string Actor, bool InForce, string? EndedAt, string? EndedBy, string? EndedReason)
{
    /// <summary>The view as of an instant.</summary>
    public static MuteView Of(Mute m, Instant now) =>
        new(m.Id, Wire.Name(m.Kind), m.Subject, Json.Time(m.From)!, Json.Time(m.Until)!, m.Reason, m.Actor, m.IsInForceAt(now), Json.Time(m.EndedAt), m.EndedBy, m.EndedReason);
}

/// <summary>A list of mutes, newest first.</summary>
public sealed record MuteList(IReadOnlyList<MuteView> Items);

/// <summary>Mutes of customers, tickets and robots.</summary>
internal static class MuteEndpoints
{
    public static void MapMutes(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/mutes").WithTags("Notifications");
        group.MapGet("", ListAsync).WithSummary("Mutes of customers, tickets and robots; all=true shows those that are over too");
        group.MapPost("", StartAsync).WithSummary("Tells nobody of a customer, a ticket or a robot until an instant")
            .WithDescription("Escalations are decided, opened and shown as ever. Kind is customer, ticket or robot; of a robot, subject is the source of its messages.")
            .Accepts<MuteBody>("application/json").ProducesProblem(400).ProducesProblem(415);
        group.MapPost("/{id}/end", EndAsync).WithSummary("Ends a mute before its time").Accepts<MuteEndBody>("application/json").ProducesProblem(400).ProducesProblem(404).ProducesProblem(415);
    }

    private static async Task<Ok<MuteList>> ListAsync(bool? all, EscalationService service, CancellationToken cancellation)
    {
        var now = service.Now;
        return TypedResults.Ok(new MuteList([.. (await service.Mutes.AllAsync(cancellation)).Where(m => all == true || m.IsInForceAt(now)).Select(m => MuteView.Of(m, now))]));
    }

    private static async Task<Results<Created<MuteView>, ProblemHttpResult>> StartAsync(HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (order, refused) = await BodyObject.ReadAsync(request, ReadOrder, cancellation);
        if (order is null) return Problems.Of(refused!);
        var (mute, problem) = await service.Mutes.StartAsync(order, service.Now, cancellation);
        return mute is null ? Problems.Of(400, $"{problem!.Value.Field}: {problem.Value.Message}", "/" + problem.Value.Field) : TypedResults.Created($"/api/v1/mutes/{mute.Id}", MuteView.Of(mute, mute.From));
    }

    private static async Task<Results<Ok<MuteView>, ProblemHttpResult>> EndAsync(string id, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (body, refused) = await BodyObject.ReadAsync(request, ReadEnd, cancellation);
        if (body is null) return Problems.Of(refused!);
        return await service.Mutes.EndAsync(id, body.Actor, body.Reason, service.Now, cancellation) is { } ended
            ? TypedResults.Ok(MuteView.Of(ended, service.Now))
            : Problems.Of(404, $"there is no mute {id} in force; GET /api/v1/mutes lists them");
    }

    private static MuteOrder ReadOrder(BodyObject body)
    {
        body.AllowOnly("kind", "subject", "until", "reason", "actor");
        var kind = body.Required("kind", "say customer, ticket or robot");
        return new MuteOrder(Wire.TryParse<MuteKind>(kind, out var parsed) ? parsed : throw new BodyException("/kind", $"kind: \"{kind}\" is none of {string.Join(", ", Wire.All<MuteKind>())}"),
            body.Text("subject") ?? "", body.Time("until"), body.Text("reason") ?? "", body.Text("actor") ?? "");
    }

    private static MuteEndBody ReadEnd(BodyObject body)
    {
        body.AllowOnly("reason", "actor");
        return new MuteEndBody(body.Required("reason", "say why"), body.Required("actor", "say who"));
    }
}
