using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>A rule as lists show it.</summary>
public sealed record RuleView(string Name, string Kind, string Stage, string? Trigger, string Expression, string? Confidence, string Effect, string? Note, string? Owner, string File, int Line);

/// <summary>The rules that decide; problems say why a followed folder, or the newest activation, is not in force.</summary>
public sealed record RulesView(string Version, string Configuration, IReadOnlyList<RuleView> Rules, IReadOnlyList<string> Problems);

/// <summary>A model as lists show it.</summary>
public sealed record ModelView(string Target, string Version, bool Champion);

/// <summary>How familiar this site's messages are to the frustration model in force: shares of their n-grams that it knows.</summary>
public sealed record FamiliarityView(int Messages, double Known, double? Usual, double ForeignBelow, bool WeakUntilRetrained, string Note);

/// <summary>The models there are; problem says why none is used, where that is so; familiarity is null with fewer than 50 messages.</summary>
public sealed record ModelsView(IReadOnlyList<ModelView> Models, string? Problem, FamiliarityView? Familiarity);

/// <summary>What decides: the rules and models in force.</summary>
internal static class CatalogEndpoints
{
    private static readonly string[] Targets = [FrustrationModel.Target, TeamModel.Target];

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/rules", Rules).WithTags("Rules").WithSummary("Every rule in file order");
        routes.MapGet("/api/v1/models", ModelsAsync).WithTags("Models").WithSummary("Every model version; the champions decide");
    }

    private static Ok<RulesView> Rules(EscalationService service) => TypedResults.Ok(new RulesView(service.Configuration.Rules.Version.Value, service.Configuration.Id.Value,
        [.. service.Rules.Describe().Select(View)], service.Follower.Problems));

    private static RuleView View(RuleDescription rule) =>
        new(rule.Name, rule.Kind, Wire.Name(rule.Stage), rule.Trigger, rule.Expression, rule.Confidence, rule.Effect, rule.Note, rule.Owner, rule.File, rule.Line);

    private static async Task<Ok<ModelsView>> ModelsAsync(EscalationService service, CancellationToken cancellation)
    {
        var familiarity = await service.FamiliarityAsync(cancellation) is { } f
            ? new FamiliarityView(f.Messages, Rounding.Score(f.Known), f.Usual, f.ForeignBelow, f.IsWeak, $"frustration model {service.Configuration.Frustration?.Version.Short}: {f.Words}")
            : null;
        return TypedResults.Ok(new ModelsView(
            [.. Targets.SelectMany(t => service.Options.Models.List(t)).Select(m => new ModelView(m.Target, m.Version, m.IsChampion))], service.ModelProblem, familiarity));
    }
}
