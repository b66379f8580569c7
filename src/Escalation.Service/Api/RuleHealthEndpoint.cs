using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Service.RuleHealth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>How one rule fares; evaluated is null for routing rules, which are only run where none before them matched.</summary>
public sealed record RuleCountView(string Rule, long? Evaluated, long Errors, long Unavailable, string? LastError, string? LastErrorAt)
{
    /// <summary>The view of a count.</summary>
    public static RuleCountView From(RuleCount count) => new(count.Rule, count.Evaluated, count.Errors, count.Unavailable, count.LastError, Json.Time(count.LastErrorAt));
}

/// <summary>A rule on which RulesEngine and the compiled rules came to something else, as first seen.</summary>
public sealed record DisagreementView(string Rule, string Rules, string Decision, string Reference, string Compiled, IReadOnlyDictionary<string, string> Facts)
{
    /// <summary>The view of a disagreement.</summary>
    public static DisagreementView From(SampledDisagreement found) =>
        new(found.Rule, found.Rules.Value, found.Decision, Wire.Name(found.Reference), Wire.Name(found.Compiled), found.Facts);
}

/// <summary>The sampled comparison with RulesEngine.</summary>
public sealed record ReferenceView(double Share, long Checked, long Disagreed, long Dropped, long Failed, IReadOnlyList<DisagreementView> Disagreements);

/// <summary>A rule that is not run because it kept failing.</summary>
public sealed record QuarantineView(string Id, string Rule, string Since, string Reason)
{
    /// <summary>The quarantines that hold now, the oldest first.</summary>
    public static async Task<IReadOnlyList<QuarantineView>> OfAsync(EscalationService service, CancellationToken cancellation) =>
        [.. (await service.Quarantines.OpenAsync(cancellation)).Select(q => From(q.Exception))];

    /// <summary>The view of a quarantine.</summary>
    public static QuarantineView From(RuleException quarantine) => new(quarantine.Id, quarantine.Rule, Json.Time(quarantine.From)!, quarantine.Reason);
}

/// <summary>How the rules fare since the service started.</summary>
public sealed record RuleHealthView(string Since, long Decided, IReadOnlyList<QuarantineView> Quarantined, IReadOnlyList<RuleCountView> Rules, ReferenceView Reference);

/// <summary>Errors and unavailable results per rule, and whether RulesEngine agrees.</summary>
internal static class RuleHealthEndpoint
{
    public static void MapRuleHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/rules/health", HealthAsync).WithTags("Rules").WithSummary("Evaluations, errors and unavailable results of every rule since the service started, and the sampled comparison with RulesEngine");

    private static async Task<Ok<RuleHealthView>> HealthAsync(EscalationService service, CancellationToken cancellation)
    {
        var (watch, sample) = (service.Watch, service.Watch.Reference);
        return TypedResults.Ok(new RuleHealthView(Json.Time(watch.Since)!, watch.Decided, await QuarantineView.OfAsync(service, cancellation), [.. watch.Counts.Select(RuleCountView.From)],
            new ReferenceView(sample.Share, sample.Checked, sample.Disagreed, sample.Dropped, sample.Failed, [.. sample.Disagreements.Select(DisagreementView.From)])));
    }
}
