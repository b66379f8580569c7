using Escalation.Core.Tickets;
using Escalation.Service.Versions;
using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>The body of a new snooze; for the description of the API.</summary>
internal sealed record SnoozeBody(string Rule, string? CustomerId, string? Product, string Until, string Reason, string Actor, bool? MustEscalate);

/// <summary>The body of an early end.</summary>
internal sealed record SnoozeEndBody(string Reason, string Actor);

/// <summary>A snooze or quarantine as answers show it.</summary>
/// <remarks>Ended: who ended it before its time; null = nobody.</remarks>
public sealed record RuleExceptionView(
    string Id, string Kind, string Rule, string? CustomerId, string? Product, string From, string? Until, string Reason, string Actor, bool InForce, RuleExceptionEndView? Ended)
{
    /// <summary>The view as of an instant.</summary>
    public static RuleExceptionView Of(RecordedException recorded, Instant now)
    {
        var e = recorded.Exception;
        return new RuleExceptionView(e.Id, Wire.Name(e.Kind), e.Rule, e.Customer?.Value, e.Product, Json.Time(e.From)!, Json.Time(e.Until), e.Reason, e.Actor, e.IsInForceAt(now),
            recorded.Ended is { } end ? new RuleExceptionEndView(Json.Time(end.At)!, end.Actor, end.Reason) : null);
    }
}

/// <summary>An early end as answers show it.</summary>
public sealed record RuleExceptionEndView(string At, string Actor, string Reason);

/// <summary>A list of snoozes and quarantines.</summary>
public sealed record RuleExceptionList(IReadOnlyList<RuleExceptionView> Items);

/// <summary>Snoozes of one rule for one customer or product.</summary>
internal static class RuleSnoozeEndpoints
{
    public static void MapRuleSnoozes(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/rules/snoozes").WithTags("Rules");
        group.MapGet("", ListAsync).WithSummary("Snoozes and quarantines of rules; all=true shows those that are over too");
        group.MapPost("", StartAsync).WithSummary("Snoozes one rule for one customer or one product until an instant")
            .WithDescription("It holds from the next message on. A rule that must escalate is refused unless mustEscalate is true.")
            .Accepts<SnoozeBody>("application/json").ProducesProblem(400).ProducesProblem(415);
        group.MapPost("/{id}/end", EndAsync).WithSummary("Ends a snooze or a quarantine before its time").Accepts<SnoozeEndBody>("application/json").ProducesProblem(400).ProducesProblem(404).ProducesProblem(415);
    }

    private static async Task<Ok<RuleExceptionList>> ListAsync(bool? all, EscalationService service, CancellationToken cancellation)
    {
        var now = service.Now;
        return TypedResults.Ok(new RuleExceptionList([.. (await service.Snoozes.AllAsync(cancellation)).Where(e => all == true || e.Exception.IsInForceAt(now)).Select(e => RuleExceptionView.Of(e, now))]));
    }

    private static async Task<Results<Created<RuleExceptionView>, ProblemHttpResult>> StartAsync(HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (order, refused) = await BodyObject.ReadAsync(request, ReadOrder, cancellation);
        if (order is null) return Problems.Of(refused!);
        var (snooze, problem) = await service.Snoozes.StartAsync(order, service.Rules, service.Options.Time, cancellation);
        if (snooze is null)
        {
            var field = problem!.Field == "customer" ? "customerId" : problem.Field;
            return Problems.Of(400, $"{field}: {problem.Message}", "/" + field);
        }
        return TypedResults.Created($"/api/v1/rules/snoozes/{snooze.Id}", RuleExceptionView.Of(new RecordedException(snooze, null), snooze.From));
    }

    private static async Task<Results<Ok<RuleExceptionEndView>, ProblemHttpResult>> EndAsync(string id, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (body, refused) = await BodyObject.ReadAsync(request, ReadEnd, cancellation);
        if (body is null) return Problems.Of(refused!);
        return await service.Snoozes.EndAsync(id, body.Actor, body.Reason, service.Options.Time, cancellation) is { } end
            ? TypedResults.Ok(new RuleExceptionEndView(Json.Time(end.At)!, end.Actor, end.Reason))
            : Problems.Of(404, $"there is no snooze or quarantine {id} in force; GET /api/v1/rules/snoozes lists them");
    }

    private static SnoozeOrder ReadOrder(BodyObject body)
    {
        body.AllowOnly("rule", "customerId", "product", "until", "reason", "actor", "mustEscalate");
        return new SnoozeOrder(body.Text("rule") ?? "", body.Text("customerId"), body.Text("product"), body.Time("until"), body.Text("reason") ?? "", body.Text("actor") ?? "", body.Flag("mustEscalate"));
    }

    private static SnoozeEndBody ReadEnd(BodyObject body)
    {
        body.AllowOnly("reason", "actor");
        return new SnoozeEndBody(body.Required("reason", "say why"), body.Required("actor", "say who"));
    }
}
