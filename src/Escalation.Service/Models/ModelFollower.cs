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
/// changes nothing and is said once. What takes over is recorded as an activation, with its trail; where the database could not be written, in a later round.
/// </remarks>
internal sealed class ModelFollower(ModelRegistry models, RuleVersions versions, DecisionPipeline pipeline, TimeProvider time, ILogger logger)
{
    private string frustrationStamp = models.StampOf(FrustrationModel.Target), teamStamp = models.StampOf(TeamModel.Target);
    private volatile string? problem;
    private ActivationOrder? owed;

    /// <summary>Why a champion that the folder names does not decide; null while all is well.</summary>
    public string? Problem => problem;

    /// <summary>Puts other champions into force where there are some.</summary>
    /// <exception cref="Storage.StorageException">The database could not be written; the next round tries again.</exception>
    /// <exception cref="PipelineException">The service is ending.</exception>
    public async Task TakeAsync(CancellationToken cancellation)
    {
        await RecordAsync(cancellation);
        if (owed is not null) return;
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
        await pipeline.SwitchAsync(with(current), cancellation);
        var champion = models.CurrentOrNone(target);
        var reason = $"{target} model {version.Short} instead of {versionOf(current)?.Short ?? "none"}{(champion?.Way is { } way ? $" ({way.ToString().ToLowerInvariant()})" : "")}{(champion?.Reason is { } why ? $": {why}" : "")}";
        owed = new ActivationOrder(champion?.PromotedBy ?? "serve", reason);
        logger.LogWarning("Model {Version} is in force, by {Actor}: {Reason}", version.Short, owed.Actor, reason);
        await RecordAsync(cancellation);
    }

    /// <summary>Records the activation that is owed, unless other rules were made active meanwhile: those come into force first, or they would be undone.</summary>
    private async Task RecordAsync(CancellationToken cancellation)
    {
        if (owed is null) return;
        var current = pipeline.Configuration;
        var inForce = await versions.InForceAsync(cancellation);
        if (inForce is not null && inForce.Rules != current.Rules.Version) return;
        if (await versions.ActivateAsync(current, owed with { After = inForce?.Number ?? 0 }, time.Now(), cancellation) is not null) owed = null;
    }

    private void Refuse(string reason)
    {
        problem = reason;
        logger.LogError("The model in force stays: {Reason}", reason);
    }
}
