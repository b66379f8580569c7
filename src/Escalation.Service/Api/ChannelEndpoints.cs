using System.Text;
using Escalation.Core.Tickets;
using Escalation.History.HelpDesks;
using Escalation.Service.Intake;
using Escalation.Service.Intake.Channels;
using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>A channel as answers show it.</summary>
/// <remarks>Address: where its provider sends to; null for a mailbox, which is fetched. Problem: why a mailbox cannot be read; null while all is well.</remarks>
public sealed record ChannelView(string Name, string Kind, string Source, string? Address, string? Problem);

/// <summary>A record that a delivery held; result: created or repeated.</summary>
public sealed record TakenView(string Id, string? TicketId, string Result, DecisionView? Decision);

/// <summary>Something that could not be taken, with the JSON pointer to it.</summary>
public sealed record DeliveryProblemView(string Pointer, string Message);

/// <summary>What became of a delivery.</summary>
/// <remarks>Problems: what could not be taken, which waits under rejectedId. Ignored: what it is about, where nothing of that is followed.</remarks>
public sealed record ChannelAnswer(IReadOnlyList<TakenView> Taken, IReadOnlyList<DeliveryProblemView> Problems, string? RejectedId, string? Ignored)
{
    /// <summary>The view of an outcome.</summary>
    public static ChannelAnswer Of(ChannelOutcome outcome) => new(
        [.. outcome.Taken.Select(a => new TakenView(a.Record.Id, TicketOf(a.Record), Wire.Name(a.Result), a.Decision is { } decision ? DecisionView.From(decision) : null))],
        [.. outcome.Problems.Select(p => new DeliveryProblemView(p.Pointer, p.Message))], outcome.Rejected, outcome.Ignored);

    private static string? TicketOf(HistoryRecord record) => record switch { Message m => m.TicketId.Value, TicketEvent e => e.TicketId.Value, Label l => l.TicketId.Value, _ => null };
}

/// <summary>A delivery that could not be taken, or not wholly; body: only where one is asked for by id.</summary>
public sealed record RejectedView(
    string Id, string Channel, string FirstAt, string LastAt, int Deliveries, string State, IReadOnlyList<DeliveryProblemView> Problems, int Bytes, RejectedDecisionView? Decided, string? Body)
{
    /// <summary>The view of a record.</summary>
    public static RejectedView Of(RejectedRecord record, bool withBody) => new(
        record.Id, record.Delivery.Channel, Json.Time(record.FirstAt)!, Json.Time(record.LastAt)!, record.Deliveries, Wire.Name(record.State),
        [.. record.Delivery.Problems.Select(p => new DeliveryProblemView(p.Pointer, p.Message))], record.Bytes,
        record.Decided is { } decided ? new RejectedDecisionView(Json.Time(decided.At)!, decided.Actor, decided.Reason) : null, withBody ? Encoding.UTF8.GetString(record.Delivery.Body) : null);
}

/// <summary>Who took or threw away a rejected delivery, and why.</summary>
public sealed record RejectedDecisionView(string At, string Actor, string Reason);

/// <summary>A page of rejected deliveries; next goes into cursor, null after the last page.</summary>
public sealed record RejectedPage(IReadOnlyList<RejectedView> Items, string? Next);

/// <summary>The body of a decision on a rejected delivery.</summary>
internal sealed record RejectedBody(string Actor, string Reason);

/// <summary>What providers deliver, and what could not be taken of it.</summary>
internal static class ChannelEndpoints
{
    public static void MapChannels(this IEndpointRouteBuilder routes)
    {
        var channels = routes.MapGroup("/api/v1/channels").WithTags("Channels");
        channels.MapGet("", (EscalationService service) => TypedResults.Ok(service.Channels.Channels.Select(c => new ChannelView(c.Name, c.Kind, c.Source, c is IWebhookChannel ? $"/api/v1/channels/{c.Name}" : null, service.Mailboxes.FirstOrDefault(m => m.Name == c.Name)?.Problem)).ToList()))
            .WithSummary("The channels of this service, as channels.json names them");
        channels.MapPost("/{name}", TakeAsync).WithSummary("Takes what a provider delivers; its signature is checked over the raw bytes, with a time window")
            .WithDescription("201 where something new was recorded, 200 where all was known or nothing of it is followed. A body that cannot be taken is 400 with a pointer and waits in /api/v1/rejected-deliveries; of one with several parts the sound ones are taken.")
            .Accepts<Dictionary<string, object>>("application/json").Produces<ChannelAnswer>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(413).ProducesProblem(415).ProducesProblem(503);
        var rejected = routes.MapGroup("/api/v1/rejected-deliveries").WithTags("Channels");
        rejected.MapGet("", ListAsync).WithSummary("Deliveries that could not be taken, the latest first; those that wait unless state says taken, discarded or all")
            .ProducesProblem(400).WithIntegerParameter("limit", 1, PageAsked.MostItems, PageAsked.DefaultItems);
        rejected.MapGet("/{id}", FindAsync).WithSummary("One of them with its body").ProducesProblem(404);
        rejected.MapPost("/{id}/retry", RetryAsync).WithSummary("Takes it as its channel reads it now, for example after its map was mended").Accepts<RejectedBody>("application/json")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(415).ProducesProblem(422).ProducesProblem(503);
        rejected.MapPost("/{id}/discard", DiscardAsync).WithSummary("Throws it away, with the reason").Accepts<RejectedBody>("application/json")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(415).ProducesProblem(503);
    }

    private static async Task<Results<Ok<ChannelAnswer>, Created<ChannelAnswer>, ProblemHttpResult>> TakeAsync(string name, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        if (service.Channels.Find(name) is not IWebhookChannel channel) return Problems.Of(404, $"there is no channel {name}; GET /api/v1/channels lists them, and serve --channels FILE names their file");
        var (body, unread) = await RequestBody.ReadAsync(request, cancellation);
        if (unread is not null) return Problems.Of(unread);
        if (channel.Refusal(body, header => request.Headers[header], service.Now) is { } refusal) return Problems.Of(401, refusal);
        var outcome = await service.Channels.TakeAsync(channel, body, service.Now, cancellation);
        if (outcome is { Problems: [var first, ..], Taken.Count: 0 }) return Refused(400, first, outcome.Rejected!);
        return outcome.Taken.Any(t => t.Result == IntakeResult.Created) ? TypedResults.Created((string?)null, ChannelAnswer.Of(outcome)) : TypedResults.Ok(ChannelAnswer.Of(outcome));
    }

    private static async Task<Results<Ok<RejectedPage>, ProblemHttpResult>> ListAsync(string? state, string? channel, string? limit, string? cursor, EscalationService service, CancellationToken cancellation)
    {
        RejectedState? asked = RejectedState.Waiting;
        if (state == "all") asked = null;
        else if (!string.IsNullOrEmpty(state))
        {
            if (!Wire.TryParse<RejectedState>(state, out var one)) return Problems.Of(400, $"state: \"{state}\" is none of {string.Join(", ", Wire.All<RejectedState>())}, all", "/state");
            asked = one;
        }
        var (page, problem) = PageAsked.Read(limit, cursor);
        if (problem is not null) return problem;
        var query = new RejectedQuery { State = asked, Channel = string.IsNullOrEmpty(channel) ? null : channel, Limit = page.Limit, After = page.After };
        var records = await service.Channels.Rejected.ListAsync(query, cancellation);
        return TypedResults.Ok(new RejectedPage([.. records.Select(r => RejectedView.Of(r, withBody: false))], page.Next(records, r => (r.FirstAt, r.Id))));
    }

    private static async Task<Results<Ok<RejectedView>, ProblemHttpResult>> FindAsync(string id, EscalationService service, CancellationToken cancellation) =>
        await service.Channels.Rejected.FindAsync(id, cancellation) is { } record ? TypedResults.Ok(RejectedView.Of(record, withBody: true)) : Unknown(id);

    private static async Task<Results<Ok<ChannelAnswer>, ProblemHttpResult>> RetryAsync(string id, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (record, decision, refused) = await AskedAsync(id, request, service, cancellation);
        if (refused is not null) return refused;
        return await service.Channels.RetryAsync(record!, decision!, cancellation) switch
        {
            null => Problems.Of(409, $"the channel {record!.Delivery.Channel} is no longer there; name it in channels.json again, or discard the delivery"),
            { Problems: [var first, ..] } still => Refused(422, first, still.Rejected!),
            var taken => TypedResults.Ok(ChannelAnswer.Of(taken)),
        };
    }

    private static async Task<Results<Ok<RejectedView>, ProblemHttpResult>> DiscardAsync(string id, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (_, decision, refused) = await AskedAsync(id, request, service, cancellation);
        if (refused is not null) return refused;
        if (!await service.Channels.DecideAsync(id, RejectedState.Discarded, decision!, cancellation)) return Decided(id);
        return TypedResults.Ok(RejectedView.Of((await service.Channels.Rejected.FindAsync(id, cancellation))!, withBody: false));
    }

    private static async Task<(RejectedRecord? Record, RejectedDecision? Decision, ProblemHttpResult? Problem)> AskedAsync(string id, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        if (await service.Channels.Rejected.FindAsync(id, cancellation) is not { } record) return (null, null, Unknown(id));
        if (record.State != RejectedState.Waiting) return (null, null, Decided(id));
        var (body, problem) = await BodyObject.ReadAsync(request, Read, cancellation);
        return body is null ? (null, null, Problems.Of(problem!)) : (record, new RejectedDecision(service.Now, body.Actor, body.Reason), null);
    }

    private static RejectedBody Read(BodyObject body)
    {
        body.AllowOnly("actor", "reason");
        return new RejectedBody(body.Required("actor", "say who decides"), body.Required("reason", "say why, for the record"));
    }

    private static ProblemHttpResult Refused(int status, DeliveryProblem problem, string id) =>
        Problems.Of(status, $"{problem.Message}; it is kept as {id} and can be tried again by POST /api/v1/rejected-deliveries/{id}/retry", problem.Pointer);

    private static ProblemHttpResult Unknown(string id) => Problems.Of(404, $"there is no rejected delivery {id}; GET /api/v1/rejected-deliveries lists them");

    private static ProblemHttpResult Decided(string id) => Problems.Of(409, $"{id} waits no longer: it was taken or thrown away; GET /api/v1/rejected-deliveries/{id} says by whom");
}
