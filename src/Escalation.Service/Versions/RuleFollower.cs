using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Service.Models;
using Escalation.Service.Pipeline;
using Escalation.Storage;
using Microsoft.Extensions.Logging;

namespace Escalation.Service.Versions;

/// <summary>Keeps a running service on the rules that its database names, and, where told to, puts a folder's edits into force.</summary>
/// <remarks>
/// The database is asked for its newest activation, the folder for its files, some times a second. A folder counts once its files stood still for
/// a whole round, so that a half-written file is not read; one with problems, or whose version was active before, changes nothing. Several
/// processes on one database follow it alike.
/// </remarks>
public sealed class RuleFollower : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    private readonly RuleVersions versions;
    private readonly DecisionPipeline pipeline;
    private readonly ModelFollower models;
    private readonly string? folder;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource ending = new();
    private readonly Task following;
    private int known;
    private long erasures;
    private string? seen, settled;
    private volatile IReadOnlyList<string> problems = [];
    private TaskCompletionSource round = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RuleFollower(RuleVersions versions, DecisionPipeline pipeline, ModelFollower models, int inForce, long erasures, string? folder, TimeProvider time, ILogger logger)
    {
        (this.versions, this.pipeline, this.models, known, this.erasures, this.folder, this.time, this.logger) = (versions, pipeline, models, inForce, erasures, folder, time, logger);
        settled = seen = folder is null ? null : StampOf(folder);
        following = Task.Run(FollowAsync);
    }

    /// <summary>Starts to follow.</summary>
    /// <param name="versions">The database's rule sets.</param>
    /// <param name="pipeline">Decides by them.</param>
    /// <param name="models">Followed in the same rounds.</param>
    /// <param name="inForce">Number of the activation that the pipeline runs.</param>
    /// <param name="erasures">Erasures from lists before its rules were loaded.</param>
    /// <param name="folder">A folder whose edits come into force; null = none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of every change and every refusal.</param>
    internal static RuleFollower Start(RuleVersions versions, DecisionPipeline pipeline, ModelFollower models, int inForce, long erasures, string? folder, TimeProvider time, ILogger logger) =>
        new(versions, pipeline, models, inForce, erasures, folder, time, logger);

    /// <summary>Why the folder as it stands, or the database's newest activation, is not in force; empty while all is well.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Ends with the round under way, or the next one.</summary>
    public Task Round => Volatile.Read(ref round).Task;

    /// <summary>Ends after the round under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await following;
        ending.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);     // no rounds are owed where the clock was set ahead
                try
                {
                    await TakeActivationAsync();
                    await TakeErasuresAsync();
                    if (folder is not null) await TakeFolderAsync(folder);
                    await models.TakeAsync(ending.Token);
                }
                catch (Exception failure) when (failure is StorageException or IOException or UnauthorizedAccessException or PipelineException)
                {
                    Refuse([failure.Message]);
                }
                Interlocked.Exchange(ref round, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    /// <summary>Puts into force what another process, or the command line, made the active rules.</summary>
    private async Task TakeActivationAsync()
    {
        if (await versions.InForceAsync(ending.Token) is not { } activation || activation.Number <= known) return;
        var current = pipeline.Configuration;
        if (activation.Rules != current.Rules.Version)
        {
            var loaded = await versions.LoadAsync(activation.Rules, ending.Token);
            if (loaded?.RuleSet is not { } rules)
            {
                Refuse(loaded is null ? [$"version {activation.Rules.Short} was activated, but its files are not in the database"] : [.. loaded.Problems.Select(p => p.ToString())]);
                known = activation.Number;
                return;
            }
            await pipeline.SwitchAsync(new Configuration(rules, current.Frustration, current.Team), ending.Token);
            logger.LogWarning("Rule set {Version} is in force: activation {Number} by {Actor}, {Reason}", rules.Version.Short, activation.Number, activation.Actor, activation.Reason);
        }
        known = activation.Number;
        problems = [];
    }

    /// <summary>Lets go of lists from which somebody was erased: the version stays, its lists are read again.</summary>
    private async Task TakeErasuresAsync()
    {
        var newest = await versions.ErasuresAsync(ending.Token);
        if (newest == erasures) return;
        var current = pipeline.Configuration;
        if ((await versions.LoadAsync(current.Rules.Version, ending.Token))?.RuleSet is { } rules) await pipeline.RenewAsync(current.With(rules), ending.Token);
        erasures = newest;
        logger.LogWarning("Somebody was erased from the lists; they were read again");
    }

    private async Task TakeFolderAsync(string path)
    {
        var stamp = StampOf(path);
        var moved = !string.Equals(stamp, seen, StringComparison.Ordinal);
        seen = stamp;
        if (moved || string.Equals(stamp, settled, StringComparison.Ordinal)) return;
        settled = stamp;
        var loaded = RuleSetLoader.Load(path);
        if (!string.Equals(StampOf(path), stamp, StringComparison.Ordinal))
        {
            settled = null;                          // changed while it was read: next round
            return;
        }
        if (loaded.RuleSet is not { } rules)
        {
            Refuse([.. loaded.Problems.Select(p => $"{path}/{p}")]);
            return;
        }
        problems = [];
        var current = pipeline.Configuration;
        if (rules.Version == current.Rules.Version) return;
        if (await versions.WasActiveAsync(rules.Version, ending.Token))
        {
            Refuse([$"{path} holds version {rules.Version.Short}, which was active before and does not come back by itself; 'escalation rules promote {path}' makes it active"]);
            return;
        }
        if (ApprovalNeeds.Of((RuleSet)current.Rules, rules) is { Count: > 0 } needs)
        {
            Refuse([$"{path} needs a second person's approval ({string.Join("; ", needs)}); 'escalation rules promote {path}' proposes it, and 'escalation rules approve' by somebody else makes it active"]);
            return;
        }
        var next = new Configuration(rules, current.Frustration, current.Team);
        var order = new ActivationOrder("serve", $"{path} was edited", known);
        if (await versions.ActivateAsync(next, order, time.Now(), ending.Token) is null) settled = null;
    }

    private void Refuse(IReadOnlyList<string> reasons)
    {
        if (reasons.SequenceEqual(problems)) return;
        problems = reasons;
        foreach (var reason in reasons) logger.LogError("The rules in force stay: {Reason}", reason);
    }

    /// <summary>Names, sizes and times of all files.</summary>
    private static string StampOf(string folder)
    {
        var files = new DirectoryInfo(folder);
        if (!files.Exists) return "";
        return string.Join('\n', files.EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(f => !f.Name.StartsWith('.')).OrderBy(f => f.FullName, StringComparer.Ordinal)
            .Select(f => FormattableString.Invariant($"{f.FullName} {f.Length} {f.LastWriteTimeUtc.Ticks}")));
    }
}
