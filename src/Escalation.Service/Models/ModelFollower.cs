using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Service.Pipeline;
using Escalation.Service.Versions;
using Microsoft.Extensions.Logging;

namespace Escalation.Service.Models;

/// <summary>Takes up the champions that the models folder names while the service runs: calls go on, each decided wholly by one model or the other.</summary>
/// <remarks>
/// Belongs to the one loop that follows rules and models, so that neither change loses the other. A champion that cannot be read, or is damaged,
/// changes nothing and is said once. What takes over is recorded as an activation, with its trail.
/// </remarks>
internal sealed class ModelFollower(ModelRegistry models, RuleVersions versions, DecisionPipeline pipeline, TimeProvider time, ILogger logger)
{
    private string frustrationStamp = models.StampOf(FrustrationModel.Target), teamStamp = models.StampOf(TeamModel.Target);
    private volatile string? problem;

    /// <summary>Why a champion that the folder names does not decide; null while all is well.</summary>
    public string? Problem => problem;

    /// <summary>Puts other champions into force where there are some.</summary>
    /// <exception cref="Storage.StorageException">The database could not be written; the next round tries again.</exception>
    /// <exception cref="PipelineException">The service is ending.</exception>
    public async Task TakeAsync(CancellationToken cancellation)
    {
        var now = models.StampOf(FrustrationModel.Target);
        if (now != frustrationStamp && Load(FrustrationModel.Target, e => e.Load()) is { } frustration)
            await UseAsync(FrustrationModel.Target, c => c.Frustration?.Version, frustration.Version, c => new Configuration(c.Rules, frustration, c.Team), cancellation);
        frustrationStamp = now;
        now = models.StampOf(TeamModel.Target);
        if (now != teamStamp && Load(TeamModel.Target, e => e.LoadTeam()) is { } team)
            await UseAsync(TeamModel.Target, c => c.Team?.Version, team.Version, c => new Configuration(c.Rules, c.Frustration, team), cancellation);
        teamStamp = now;
    }

    private TModel? Load<TModel>(string target, Func<ModelEntry, TModel> load) where TModel : class
    {
        try
        {
            var choice = models.Choose(target);
            if (choice.Entry is { } entry) return load(entry);
            Refuse(choice.Problem!);
        }
        catch (ModelFormatException damaged)
        {
            Refuse(damaged.Message);
        }
        return null;
    }

    private async Task UseAsync(string target, Func<Configuration, ModelVersion?> versionOf, ModelVersion version, Func<Configuration, Configuration> with, CancellationToken cancellation)
    {
        problem = null;
        var current = pipeline.Configuration;
        if (versionOf(current) is { } before && before == version) return;
        var next = with(current);
        await pipeline.SwitchAsync(next, cancellation);
        var champion = models.CurrentOrNone(target);
        var reason = $"{target} model {version.Short} instead of {versionOf(current)?.Short ?? "none"}{(champion?.Way is { } way ? $" ({way.ToString().ToLowerInvariant()})" : "")}{(champion?.Reason is { } why ? $": {why}" : "")}";
        await versions.ActivateAsync(next, new ActivationOrder(champion?.PromotedBy ?? "serve", reason), time.Now(), cancellation);
        logger.LogWarning("Model {Version} is in force, by {Actor}: {Reason}", version.Short, champion?.PromotedBy ?? "serve", reason);
    }

    private void Refuse(string reason)
    {
        problem = reason;
        logger.LogError("The model in force stays: {Reason}", reason);
    }
}
