using Escalation.Core.Tickets;
using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>A ticket that a person must look at, or has looked at, because a rule that must escalate failed on it.</summary>
public sealed record ReviewView(
    string Id, string TicketId, string Rule, string Cause, string Detail, string DecisionId, string MessageId, string Since, string FailedAt, int Failures, ReviewLookView? LookedAt)
{
    /// <summary>The view of a review.</summary>
    public static ReviewView From(ReviewRecord record)
    {
        var failure = record.Failure;
        return new ReviewView(failure.Id, failure.Ticket.Value, failure.Rule, Wire.Name(failure.Cause), failure.Detail, failure.Decision, failure.Message.Value, Json.Time(record.Since)!, Json.Time(failure.At)!,
            record.Failures, record.Looked is { } look ? new ReviewLookView(Json.Time(look.At)!, look.Actor, look.Finding) : null);
    }
}

/// <summary>That somebody looked, and what they found.</summary>
public sealed record ReviewLookView(string At, string Actor, string Finding);

/// <summary>A page of reviews; next goes into cursor, null after the last page.</summary>
public sealed record ReviewPage(IReadOnlyList<ReviewView> Items, string? Next);

/// <summary>The body that says that somebody looked.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Finding">What they found, in their words.</param>
/// <param name="Failures">The number of failures that they saw; where it has failed again since, nothing is recorded. Left out = whichever.</param>
internal sealed record ReviewLookBody(string Actor, string Finding, int? Failures);

/// <summary>The review list.</summary>
internal static class ReviewEndpoints
{
    private static readonly string[] Statuses = ["waiting", "looked_at", "all"];

    public static void MapReviews(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/reviews").WithTags("Reviews");
        group.MapGet("", ListAsync).WithSummary("Tickets on which a rule that must escalate failed, the latest first; those that wait unless status says looked_at or all")
            .ProducesProblem(400).WithIntegerParameter("limit", 1, PageAsked.MostItems, PageAsked.DefaultItems);
        group.MapPost("/{id}/looked-at", LookAsync).WithSummary("Somebody looked at the ticket, and found something").Accepts<ReviewLookBody>("application/json")
            .WithDescription("409 where somebody had looked already, or where the rule failed again on the ticket since.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(415);
    }

    private static async Task<Results<Ok<ReviewPage>, ProblemHttpResult>> ListAsync(
        string? status, string? rule, string? limit, string? cursor, EscalationService service, CancellationToken cancellation)
    {
        if (!string.IsNullOrEmpty(status) && !Statuses.Contains(status)) return Problems.Of(400, $"status: \"{status}\" is none of {string.Join(", ", Statuses)}", "/status");
        var (page, problem) = PageAsked.Read(limit, cursor);
        if (problem is not null) return problem;
        var query = new ReviewQuery { Waiting = status switch { "all" => null, "looked_at" => false, _ => true }, Rule = string.IsNullOrEmpty(rule) ? null : rule, Limit = page.Limit, After = page.After };
        var records = await service.Reviews.ListAsync(query, cancellation);
        return TypedResults.Ok(new ReviewPage([.. records.Select(ReviewView.From)], page.Next(records, r => (r.Since, r.Failure.Id))));
    }

    private static async Task<Results<Ok<ReviewView>, ProblemHttpResult>> LookAsync(string id, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        if (await service.Reviews.FindAsync(id, cancellation) is null) return Problems.Of(404, $"there is no review {id}; GET /api/v1/reviews lists them");
        var (body, problem) = await BodyObject.ReadAsync(request, Read, cancellation);
        if (body is null) return Problems.Of(problem!);
        if (!await service.LookAtReviewAsync(id, body.Actor, body.Finding, body.Failures, cancellation))
            return Problems.Of(409, "somebody looked at it already, or the rule failed again on the ticket since; read it again");
        return TypedResults.Ok(ReviewView.From((await service.Reviews.FindAsync(id, cancellation))!));
    }

    private static ReviewLookBody Read(BodyObject body)
    {
        body.AllowOnly("actor", "finding", "failures");
        return new ReviewLookBody(body.Required("actor", "say who looked"), body.Required("finding", "say what they found"), body.Integer("failures", 1, int.MaxValue));
    }
}
