using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Service.Versions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Escalation.Service.Api;

/// <summary>The body of a promotion; for the description of the API.</summary>
/// <param name="Version">The first digits of a stored version; either this, or files.</param>
/// <param name="Files">Rule files by path that replace or join those of the active rule set; null takes one out.</param>
/// <param name="Expect">First digits of the version that you took to be active: another one refuses the promotion.</param>
/// <param name="DryRun">Only say what it would mean.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
internal sealed record PromoteBody(string? Version, IReadOnlyDictionary<string, string?>? Files, string? Expect, bool? DryRun, string By, string Reason);

/// <summary>The body of an approval.</summary>
internal sealed record ApproveBody(string By);

/// <summary>The body of a withdrawal.</summary>
internal sealed record WithdrawBody(string By, string Reason);

/// <summary>The body of a rollback; to = first digits of a version that was active, left out = the one before.</summary>
internal sealed record RollbackBody(string? To, string By, string? Reason);

/// <summary>Proposals that wait for a second person.</summary>
public sealed record ProposalList(IReadOnlyList<ProposalView> Items);

/// <summary>Ways to other active rules: the command line's, by the same code.</summary>
internal static class RulePromotionEndpoints
{
    public static void MapRulePromotion(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/rules").WithTags("Rules");
        group.MapPost("/promote", PromoteAsync).WithSummary("Makes a stored version, or the active rules with changed files, active; or proposes it where policy.json asks for a second person")
            .WithDescription("The whole effect is shown and recorded. 200: active, active already, or a dry run; 202: it waits for a second person; 409: another version than the expected one is active, which is named.")
            .Accepts<PromoteBody>("application/json").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);
        group.MapPost("/rollback", RollbackAsync).WithSummary("Makes a version that was active before active again; it stays until somebody promotes another")
            .Accepts<RollbackBody>("application/json").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(415);
        group.MapGet("/proposals", ProposalsAsync).WithSummary("Rule sets that wait for a second person, the newest first");
        group.MapPost("/proposals/{version}/approve", ApproveAsync).WithSummary("Makes a rule set that waits active, by somebody else than who proposed it")
            .Accepts<ApproveBody>("application/json").ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(415);
        group.MapPost("/proposals/{version}/withdraw", WithdrawAsync).WithSummary("Takes back a rule set that waits").Accepts<WithdrawBody>("application/json").ProducesProblem(400).ProducesProblem(404).ProducesProblem(415);
    }

    private static async Task<Results<Ok<PromotionView>, Accepted<PromotionView>, ProblemHttpResult>> PromoteAsync(HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (asked, refused) = await BodyObject.ReadAsync(request, ReadPromotion, cancellation);
        if (asked is null) return Problems.Of(refused!);
        var order = new PromotionOrder(asked.By, asked.Reason, asked.Expect, asked.DryRun == true);
        if (asked.Version is { } digits)
        {
            var (stored, problem) = await service.Versions.FindAsync(digits, cancellation);
            return stored is null ? Problems.Of(404, $"{digits}: {problem}", "/version") : Answer(await service.Promotion.PromoteAsync(stored, order, Configure(service), service.Now, cancellation));
        }
        // Changes are meant for the rules that they were joined to: where others came in between, it is a conflict.
        var active = await ActiveAsync(service, cancellation);
        var candidate = RuleSetLoader.Load(CandidateFiles.Of(active.Files, asked.Files!));
        if (candidate.RuleSet is not { } rules) return CandidateFiles.Broken(candidate);
        return Answer(await service.Promotion.PromoteAsync(rules, order with { Expect = asked.Expect ?? active.Version.Value }, Configure(service), service.Now, cancellation));
    }

    private static async Task<Results<Ok<PromotionView>, Accepted<PromotionView>, ProblemHttpResult>> RollbackAsync(HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (asked, refused) = await BodyObject.ReadAsync(request, ReadRollback, cancellation);
        if (asked is null) return Problems.Of(refused!);
        return Answer(await service.Promotion.RollbackAsync(asked.To, new PromotionOrder(asked.By, asked.Reason ?? ""), Configure(service), service.Now, cancellation));
    }

    private static async Task<Ok<ProposalList>> ProposalsAsync(EscalationService service, CancellationToken cancellation)
    {
        var inForce = await service.Versions.InForceAsync(cancellation);
        return TypedResults.Ok(new ProposalList([.. (await service.Promotion.OpenAsync(cancellation)).Select(p => ProposalView.Of(p, inForce))]));
    }

    private static async Task<Results<Ok<PromotionView>, Accepted<PromotionView>, ProblemHttpResult>> ApproveAsync(string version, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (asked, refused) = await BodyObject.ReadAsync(request, ReadApproval, cancellation);
        if (asked is null) return Problems.Of(refused!);
        return Answer(await service.Promotion.ApproveAsync(version, asked.By, Configure(service), service.Now, cancellation));
    }

    private static async Task<Results<Ok<PromotionView>, Accepted<PromotionView>, ProblemHttpResult>> WithdrawAsync(string version, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (asked, refused) = await BodyObject.ReadAsync(request, ReadWithdrawal, cancellation);
        if (asked is null) return Problems.Of(refused!);
        return Answer(await service.Promotion.WithdrawAsync(version, asked.By, asked.Reason, service.Now, cancellation));
    }

    private static PromoteBody ReadPromotion(BodyObject body)
    {
        body.AllowOnly("version", "files", "expect", "dryRun", "by", "reason");
        var (version, files, dry) = (body.Text("version"), CandidateFiles.Read(body), body.Flag("dryRun"));
        if (version is null == files is null) throw new BodyException(version is null ? "/files" : "/version", "send either \"version\", a stored one, or \"files\", changed rule files by path");
        return new PromoteBody(version, files, body.Text("expect"), dry, dry ? body.Text("by") ?? "" : body.Required("by", "say who"), dry ? body.Text("reason") ?? "" : body.Required("reason", "say why, for the record"));
    }

    private static RollbackBody ReadRollback(BodyObject body)
    {
        body.AllowOnly("to", "by", "reason");
        return new RollbackBody(body.Text("to"), body.Required("by", "say who"), body.Text("reason"));
    }

    private static ApproveBody ReadApproval(BodyObject body)
    {
        body.AllowOnly("by");
        return new ApproveBody(body.Required("by", "say who"));
    }

    private static WithdrawBody ReadWithdrawal(BodyObject body)
    {
        body.AllowOnly("by", "reason");
        return new WithdrawBody(body.Required("by", "say who"), body.Required("reason", "say why"));
    }

    private static async Task<RuleSet> ActiveAsync(EscalationService service, CancellationToken cancellation)
    {
        var running = service.Rules;
        return await service.Versions.InForceAsync(cancellation) is { } inForce && inForce.Rules != running.Version && await service.Versions.LoadAsync(inForce.Rules, cancellation) is { RuleSet: { } newer }
            ? newer : running;
    }

    private static Func<RuleSet, Configuration> Configure(EscalationService service) => rules => new Configuration(rules, service.Configuration.Frustration, service.Configuration.Team);

    private static Results<Ok<PromotionView>, Accepted<PromotionView>, ProblemHttpResult> Answer(PromotionResult result) => result.Outcome switch
    {
        PromotionOutcome.Proposed => TypedResults.Accepted("/api/v1/rules/proposals", PromotionView.Of(result)),
        PromotionOutcome.Overtaken => Conflict(result),
        PromotionOutcome.Refused => Problems.Of(403, result.Message),
        PromotionOutcome.NotFound => Problems.Of(404, result.Message),
        _ => TypedResults.Ok(PromotionView.Of(result)),
    };

    private static ProblemHttpResult Conflict(PromotionResult result) => TypedResults.Problem(result.Message, statusCode: 409, title: ReasonPhrases.GetReasonPhrase(409),
        extensions: new Dictionary<string, object?> { ["active"] = result.InForce is { } first ? ActiveView.Of(first) : null });
}
