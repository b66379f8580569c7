using System.Globalization;
using Escalation.Core.Metrics;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Data;
using NodaTime;

namespace Escalation.Trainer.Publishing;

/// <summary>The guarded way to another champion: compared on rows that neither model had learned when it answered, replayed with the rules, and never over somebody else's promotion.</summary>
public sealed class ModelPromotion(ModelRegistry registry, IPromotionReplay replay)
{
    /// <summary>Compares a candidate with the champion and checks the gate; changes nothing.</summary>
    /// <param name="candidate">A version of the registry's folder.</param>
    /// <param name="rows">Labelled rows; null = none were given.</param>
    /// <param name="gate">The checks.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ModelFormatException">The candidate's files are damaged.</exception>
    public async Task<PromotionReport> CheckAsync(ModelEntry candidate, TrainingRows? rows, GateDefinition gate, CancellationToken cancellation)
    {
        var champion = UsableChampion(candidate);
        var paired = rows is null ? PairedRows.None(candidate.Target, champion is not null, "no rows were given to compare on; name a file with --data, or a database with labels") : PairedRows.Of(rows, candidate, champion);
        var replayed = await replay.RunAsync(champion, candidate, PromotionGate.SlicesOf(gate), cancellation);
        return PromotionGate.Evaluate(gate, paired, replayed);
    }

    /// <summary>Makes a checked candidate the champion.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="report">What <see cref="CheckAsync"/> found.</param>
    /// <param name="by">Who promotes.</param>
    /// <param name="reason">Needed where checks failed; that is recorded as forced.</param>
    /// <param name="after">The champion that it was compared with.</param>
    /// <param name="at">When.</param>
    /// <returns>The new champion; null, and nothing done, where another promotion came in between.</returns>
    /// <exception cref="ArgumentException">Checks failed and no reason is given.</exception>
    /// <exception cref="ModelFormatException">The candidate's files are damaged; the champion stays.</exception>
    /// <exception cref="IOException">The disk refused; the champion stays.</exception>
    public Champion? Promote(ModelEntry candidate, PromotionReport report, string by, string? reason, string? after, Instant at)
    {
        if (report.Failures.Count > 0 && string.IsNullOrWhiteSpace(reason)) throw new ArgumentException("checks of the gate failed; a promotion needs a reason", nameof(reason));
        var way = report.Failures.Count > 0 ? PromotionWay.Forced : PromotionWay.Gate;
        return registry.Promote(candidate, new PromotionOrder(by, way, reason, [.. report.Grounds, .. Summary(report)], report.Failures, after), at);
    }

    /// <summary>The version to go back to: a named one that was the champion, or the one before the champion.</summary>
    /// <param name="registry">The models.</param>
    /// <param name="target">What is predicted.</param>
    /// <param name="version">A version or the start of one; null = the one before it was promoted.</param>
    public static ModelChoice RollbackTarget(ModelRegistry registry, string target, string? version)
    {
        var past = registry.Promotions(target);
        if (past.Count == 0) return new ModelChoice(null, "no promotion is recorded, so there is nothing to go back to; 'escalation models promote' records the first");
        var earlier = past.Select(p => p.Version).Concat(past.Select(p => p.From).OfType<string>()).Where(v => v != past[0].Version).ToList();
        var wanted = version ?? Before(past);
        if (wanted is null) return new ModelChoice(null, $"{past[0].Version} is the first champion; there is none before it");
        if (!earlier.Exists(v => v.StartsWith(wanted, StringComparison.Ordinal)))
            return new ModelChoice(null, past[0].Version.StartsWith(wanted, StringComparison.Ordinal)
                ? $"{past[0].Version} is the champion already"
                : $"{wanted} was never the champion, so there is no way back to it; 'escalation models promote --model {wanted}' compares it first");
        return registry.Choose(target, wanted);
    }

    /// <remarks>A rollback is a step back and no promotion: the next one goes further back, and never to what was rolled back from.</remarks>
    private static string? Before(IReadOnlyList<Champion> past) =>
        past.FirstOrDefault(p => p.Version == past[0].Version && p.Way != PromotionWay.Rollback)?.From;

    /// <remarks>A champion that cannot be read any more must not keep a sound candidate out: then there is nothing to compare with.</remarks>
    private ModelEntry? UsableChampion(ModelEntry candidate)
    {
        var champion = registry.ChampionOf(candidate.Target);
        if (champion is null || champion.Version == candidate.Version) return null;
        try
        {
            champion.Check();
            return champion;
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Summary(PromotionReport report) => report.Differences.SelectMany(d => d.Metrics).Where(m => m.Value is { Value: not null })
        .Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value.Value:+0.####;-0.####;0} ({m.Value.Low:+0.####;-0.####;0} to {m.Value.High:+0.####;-0.####;0}), n {m.Value.N}"));
}
