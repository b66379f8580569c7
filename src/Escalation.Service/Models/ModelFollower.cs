using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Service.Pipeline;
using Escalation.Service.Versions;
using Microsoft.Extensions.Logging;

namespace Escalation.Service.Models;

/// <summary>Takes up the champion that the models folder names while the service runs: calls go on, each decided wholly by one model or the other.</summary>
/// <remarks>
/// Belongs to the one loop that follows rules and models, so that neither change loses the other. A champion that cannot be read, or is damaged,
/// changes nothing and is said once. What takes over is recorded as an activation, with its trail.
/// </remarks>
internal sealed class ModelFollower(ModelRegistry models, RuleVersions versions, DecisionPipeline pipeline, TimeProvider time, ILogger logger)
{
    private string stamp = models.StampOf(FrustrationModel.Target);
    private volatile string? problem;

    /// <summary>Why the champion that the folder names does not decide; null while all is well.</summary>
    public string? Problem => problem;

    /// <summary>Puts another champion into force where there is one.</summary>
    /// <exception cref="Storage.StorageException">The database could not be written; the next round tries again.</exception>
    /// <exception cref="PipelineException">The service is ending.</exception>
    public async Task TakeAsync(CancellationToken cancellation)
    {
        var now = models.StampOf(FrustrationModel.Target);
        if (now == stamp) return;
        if (Load() is { } model) await UseAsync(model, cancellation);
        stamp = now;
    }

    private FrustrationModel? Load()
    {
        try
        {
            var choice = models.Choose(FrustrationModel.Target);
            if (choice.Entry is { } entry) return entry.Load();
            Refuse(choice.Problem!);
        }
        catch (ModelFormatException damaged)
        {
            Refuse(damaged.Message);
        }
        return null;
    }

    private async Task UseAsync(FrustrationModel model, CancellationToken cancellation)
    {
        problem = null;
        var current = pipeline.Configuration;
        if (current.Frustration?.Version == model.Version) return;
        var next = new Configuration(current.Rules, model, current.Team);
        await pipeline.SwitchAsync(next, cancellation);
        var champion = models.CurrentOrNone(FrustrationModel.Target);
        var reason = $"frustration model {model.Version.Short} instead of {current.Frustration?.Version.Short ?? "none"}{(champion?.Way is { } way ? $" ({way.ToString().ToLowerInvariant()})" : "")}{(champion?.Reason is { } why ? $": {why}" : "")}";
        await versions.ActivateAsync(next, new ActivationOrder(champion?.PromotedBy ?? "serve", reason), time.Now(), cancellation);
        logger.LogWarning("Model {Version} is in force, by {Actor}: {Reason}", model.Version.Short, champion?.PromotedBy ?? "serve", reason);
    }

    private void Refuse(string reason)
    {
        problem = reason;
        logger.LogError("The model in force stays: {Reason}", reason);
    }
}
