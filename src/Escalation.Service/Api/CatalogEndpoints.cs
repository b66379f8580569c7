using Escalation.Core.Tickets;
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

/// <summary>The models there are; problem says why none is used, where that is so.</summary>
public sealed record ModelsView(IReadOnlyList<ModelView> Models, string? Problem);

/// <summary>What decides: the rules and models in force.</summary>
internal static class CatalogEndpoints
{
    private static readonly string[] Targets = ["frustration", "team"];

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/rules", Rules).WithTags("Rules").WithSummary("Every rule in file order");
        routes.MapGet("/api/v1/models", Models).WithTags("Models").WithSummary("Every model version; the champions decide");
    }

    private static Ok<RulesView> Rules(EscalationService service) => TypedResults.Ok(new RulesView(service.Configuration.Rules.Version.Value, service.Configuration.Id.Value,
        [.. service.Rules.Describe().Select(View)], service.Follower.Problems));

    private static RuleView View(RuleDescription rule) =>
        new(rule.Name, rule.Kind, Wire.Name(rule.Stage), rule.Trigger, rule.Expression, rule.Confidence, rule.Effect, rule.Note, rule.Owner, rule.File, rule.Line);

    private static Ok<ModelsView> Models(EscalationService service) => TypedResults.Ok(new ModelsView(
        [.. Targets.SelectMany(t => service.Options.Models.List(t)).Select(m => new ModelView(m.Target, m.Version, m.IsChampion))], service.ModelProblem));
}
