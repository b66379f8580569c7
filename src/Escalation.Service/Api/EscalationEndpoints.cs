using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Service.FollowUp;
using Escalation.Service.Intake;
using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>Episodes: the list, one with its reasons, and what people do with it.</summary>
internal static class EscalationEndpoints
{
    public static void MapEscalations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/escalations").WithTags("Escalations");
        group.MapGet("", ListAsync).WithSummary("Escalations, newest first, with their reasons").ProducesProblem(400)
            .WithIntegerParameter("limit", 1, PageAsked.MostItems, PageAsked.DefaultItems);
        group.MapGet("/{id}", FindAsync).WithSummary("One escalation with the decision that opened or last raised it").ProducesProblem(404);
        group.MapGet("/{id}/explanation", ExplainAsync).WithSummary("Why, what would have changed it, and which rules nearly fired").ProducesProblem(404).ProducesProblem(409);
        group.MapPost("/{id}/labels", LabelAsync).WithSummary("What a person says of this escalation; ticket, time and what was shown are filled in")
            .WithDescription("With If-Match, the version or ETag that you saw: 412 where it changed since, with how it stands as escalation.")
            .Accepts<EscalationLabelBody>("application/json").ProducesProblem(404).ProducesProblem(412).WithIntakeProblems();
        group.MapActions();
    }

    private static async Task<Results<Ok<EpisodePage>, ProblemHttpResult>> ListAsync(
        string? status, string? team, string? band, string? limit, string? cursor, EscalationService service, CancellationToken cancellation)
    {
        var query = new EpisodeQuery { Now = service.Now, Team = string.IsNullOrEmpty(team) ? null : team };
        if (!string.IsNullOrEmpty(status) && status != "pending")
        {
            if (!Wire.TryParse<EpisodeStatus>(status, out var parsed)) return Unknown("status", status, ["pending", .. Wire.All<EpisodeStatus>()]);
            query = query with { Statuses = [parsed] };
        }
        if (!string.IsNullOrEmpty(band))
        {
            if (!Wire.TryParse<Band>(band, out var parsed)) return Unknown("band", band, Wire.All<Band>());
            query = query with { Band = parsed };
        }
        var (page, problem) = PageAsked.Read(limit, cursor);
        if (problem is not null) return problem;
        query = query with { OpenOnly = status == "pending", Limit = page.Limit, After = page.After is var (at, id) ? new EpisodeCursor(at, new EpisodeId(id)) : null };

        var records = await service.Episodes.ListAsync(query, cancellation);
        var decisions = await service.Decisions.FindAllAsync([.. records.Select(r => r.LastDecision).OfType<string>()], cancellation);
        var levels = await service.Sla.OfAsync(records, query.Now, cancellation);
        var actions = await service.Episodes.ActionsAsync([.. records.Select(r => r.Episode.TicketId).Distinct()], cancellation);
        var items = records.Select(r => EpisodeView.From(r.StandingAt(query.Now), EpisodeDesk.VersionOf(r.Episode, actions.GetValueOrDefault(r.Episode.TicketId)), r.LastDecision is { } last ? decisions.GetValueOrDefault(last) : null, levels.GetValueOrDefault(r.Episode.Id), told: null)).ToList();
        return TypedResults.Ok(new EpisodePage(items, page.Next(records, r => (r.Episode.OpenedAt, r.Episode.Id.Value))));
    }

    private static async Task<Results<Ok<EpisodeView>, ProblemHttpResult>> FindAsync(string id, HttpContext context, EscalationService service, CancellationToken cancellation) =>
        await service.Episodes.FindAsync(IdOf(id), cancellation) is { } record ? TypedResults.Ok(await ViewAsync(record, context, service, cancellation)) : NotFound(id);

    private static async Task<Results<Ok<ExplanationView>, ProblemHttpResult>> ExplainAsync(string id, EscalationService service, CancellationToken cancellation)
    {
        if (await service.Episodes.FindAsync(IdOf(id), cancellation) is not { } record) return NotFound(id);
        if (record.LastDecision is not { } decisionId || await service.Decisions.FindAsync(decisionId, cancellation) is not { } decision)
            return Problems.Of(409, $"{record.Episode.Id.Value} was raised by a person; there is no decision to explain");
        if (await service.FactsOfAsync(decision, cancellation) is not { } facts)
            return Problems.Of(409, $"{record.Episode.Id.Value} was decided by configuration {decision.Decision.Configuration.Short}, which is not the active one; start the service with that rule set and model to explain it");
        return TypedResults.Ok(ExplanationView.From(decision, Explainer.Explain(facts, decision.Decision, service.Configuration, decision.MessageText)));
    }

    private static async Task<Results<Created<RecordAnswer>, Ok<RecordAnswer>, ProblemHttpResult>> LabelAsync(
        string id, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        if (await service.Episodes.FindAsync(IdOf(id), cancellation) is not { } record) return NotFound(id);
        ActionsSeen? seen = null;
        if (RequestBody.IfMatch(request) is { } wanted)
        {
            seen = new ActionsSeen(record.Episode.TicketId, await service.Episodes.ActionsAsync(record.Episode.TicketId, cancellation));
            record = (await service.Episodes.FindAsync(record.Episode.Id, cancellation))!;               // not older than what was counted
            var isRepeat = RequestBody.IdempotencyKey(request).Key is { } key && await DeliveryStore.IsKnownAsync(service.Database, key, cancellation);
            if (!isRepeat && EpisodeDesk.VersionOf(record.Episode, seen.Count) != wanted) return await ChangedAsync(record, request.HttpContext, service, cancellation);
        }
        var context = EscalationLabels.ContextOf(record, await DecisionOf(record, service, cancellation), service.Now);
        var (answer, problem) = await IntakeEndpoints.SubmitAsync(request, service, RecordType.Label, context, cancellation, seen);
        if (problem is not null) return problem;
        if (answer!.Result == IntakeResult.Overtaken) return await ChangedAsync((await service.Episodes.FindAsync(record.Episode.Id, cancellation))!, request.HttpContext, service, cancellation);
        var after = await service.Episodes.FindAsync(record.Episode.Id, cancellation);
        var view = new RecordAnswer(answer.Record.Id, record.Episode.TicketId.Value, record.Episode.Id.Value, Wire.Name(after!.Episode.Status));
        return answer.Result == IntakeResult.Created ? TypedResults.Created((string?)null, view) : TypedResults.Ok(view);
    }

    private static async Task<ProblemHttpResult> ChangedAsync(EpisodeRecord record, HttpContext context, EscalationService service, CancellationToken cancellation)
    {
        var view = await ViewAsync(record, context, service, cancellation);
        return Problems.Of(EpisodeDesk.Changed(record.StandingAt(service.Now).Episode, view.Version), view);
    }

    /// <summary>One escalation as it stands now, its version also as the ETag.</summary>
    internal static async Task<EpisodeView> ViewAsync(EpisodeRecord record, HttpContext context, EscalationService service, CancellationToken cancellation)
    {
        var now = service.Now;
        var version = await service.Desk.VersionAsync(record.Episode, cancellation);
        context.Response.Headers.ETag = $"\"{version}\"";
        var told = await service.SlaNotices.OfAsync([record.Episode.Id], cancellation);
        return EpisodeView.From(record.StandingAt(now), version, await DecisionOf(record, service, cancellation), await service.Sla.OfAsync(record, now, cancellation), told[record.Episode.Id]);
    }

    private static async Task<DecisionRecord?> DecisionOf(EpisodeRecord record, EscalationService service, CancellationToken cancellation) =>
        record.LastDecision is { } id ? await service.Decisions.FindAsync(id, cancellation) : null;

    /// <remarks>ASP.NET leaves %2F in route values as it is, since a slash would start another segment.</remarks>
    internal static EpisodeId IdOf(string routeValue) => new(routeValue.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));

    internal static ProblemHttpResult NotFound(string id) => Problems.Of(404, $"there is no escalation {IdOf(id).Value}; GET /api/v1/escalations lists them (in an address, # is written %23)");

    private static ProblemHttpResult Unknown(string name, string value, IReadOnlyList<string> known) =>
        Problems.Of(400, $"{name}: \"{value}\" is none of {string.Join(", ", known)}", "/" + name);
}
