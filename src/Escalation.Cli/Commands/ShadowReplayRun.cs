using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Replay;
using Escalation.Replay.Reports;
using Escalation.Replay.Shadow;
using Escalation.Rules;
using Escalation.Service.Figures;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Cli.Commands;

/// <summary><c>replay --shadow</c>: the report of a replay, from the decisions that a running service recorded with its shadow rules.</summary>
/// <param name="load">Makes a configuration.</param>
/// <param name="clock">For the report's date.</param>
internal sealed class ShadowReplayRun(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
{
    /// <summary>Reads, reports, and judges.</summary>
    /// <param name="place">The database.</param>
    /// <param name="models">The models folder; null = the default.</param>
    /// <param name="options">Window and threads.</param>
    /// <param name="output">Judges, writes and prints; gives the exit code.</param>
    /// <param name="cancellation">Ends between two records.</param>
    public async Task<int> RunAsync(string place, string? models, ReplayOptions options, Func<ReplayResult, ReportProvenance, int> output, CancellationToken cancellation)
    {
        var database = EscalationDatabase.At(place);
        if (!File.Exists(database.Place)) return Refuse($"--database: {database.Place} is not there; name the database of the service that ran the shadow rules");
        await database.MigrateAsync(Instant.FromDateTimeOffset(clock.GetUtcNow()).ToUnixTimeMilliseconds(), cancellation);
        try
        {
            var history = new ShadowHistory(database);
            if (await history.InForceAsync(cancellation) is not { } inForce) return Refuse($"--database: {database.Place} has no active rules, so that nothing was decided with them");
            // The models that are in the folder now are asked for by version only where they are others than those in force: the embedded one has no folder.
            var wanted = new ConfigurationRequest(inForce.Rules.Value, models, null, null, place, IsTrial: true);
            var loaded = load(wanted);
            if (loaded.Configuration is { } now && (now.Frustration?.Version != inForce.Frustration || now.Team?.Version != inForce.Team))
                loaded = load(wanted with { Frustration = inForce.Frustration?.Value, Team = inForce.Team?.Value });
            foreach (var line in loaded.Problems) await Console.Error.WriteLineAsync(line);
            if (loaded.Configuration is not { Rules: RuleSet rules } configuration) return ExitCode.BadInput;
            var shadow = rules.Describe().Where(r => r.Stage == RuleStage.Shadow).Select(r => r.Name).ToList();
            if (shadow.Count == 0) return Refuse($"--shadow: the rules in force, {rules.Version.Short}, have no rule with \"stage\": \"shadow\"; promote a rule set with one and let it run for a while");
            if (options.From == Instant.MinValue) options = options with { From = await history.RunSinceAsync(inForce.Rules, cancellation) };
            return await Task.Run(() => Report(history, configuration, shadow, options, database.Place, output, cancellation), CancellationToken.None);
        }
        finally
        {
            database.Release();
        }
    }

    private int Report(ShadowHistory history, Configuration configuration, List<string> shadow, ReplayOptions options, string place, Func<ReplayResult, ReportProvenance, int> output, CancellationToken cancellation)
    {
        var progress = new ReplayProgress("records", () => 0);
        using var result = ShadowReplay.Run(configuration, history.ReadAsync(cancellation).ToBlockingEnumerable(cancellation), options with { OnProgress = progress.Report }, cancellation);
        progress.End();
        cancellation.ThrowIfCancellationRequested();
        if (result.Arms[0].Messages == 0) return Refuse($"{place} holds no decision in this window; leave --from and --to out, or wait for messages");
        var note = FormattableString.Invariant($"From recorded decisions: candidate is what would have been decided had {Counted.Of(shadow.Count, "shadow rule")} been live ({string.Join(", ", shadow)}), which had a part in {Counted.Of(history.WithShadow, "decision")}. It had no effect on tickets.");
        return output(result, new ReportProvenance(
            [place], options.From == Instant.MinValue ? null : options.From, options.To == Instant.MaxValue ? null : options.To, Instant.FromDateTimeOffset(clock.GetUtcNow()),
            Duration.FromTimeSpan(progress.Elapsed), options.Workers, Note: note));
    }

    private static int Refuse(string problem)
    {
        Console.Error.WriteLine(problem);
        return ExitCode.BadInput;
    }
}
