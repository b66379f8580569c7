using System.Globalization;
using Escalation.Core.Metrics;
using Escalation.Inference;

namespace Escalation.Trainer.Publishing;

/// <summary>Whether a candidate may become the champion: the checks of models/gate.json over the models' figures on the same rows and over the replay.</summary>
/// <remarks>A check of slice <c>*</c> (or <c>language=*</c>) is one check for each slice with <c>minLabels</c> rows and both classes; smaller ones are named and not checked.</remarks>
public static class PromotionGate
{
    /// <summary>The gate's name in a models folder.</summary>
    public const string FileName = "gate.json";

    /// <summary>The arms' names, in figures and in the replay.</summary>
    public const string CandidateArm = "candidate", ChampionArm = "champion";

    private const string DifferenceName = CandidateArm + "-" + ChampionArm;
    private const int FewestOfAClass = 10;
    private const string AllSlices = "*";

    /// <summary>The gate of a models folder, else the one that came with the program: gate.json, for teams gate.team.json.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static GateReading Load(string? folder, string target)
    {
        var name = target == FrustrationModel.Target ? FileName : Path.ChangeExtension(FileName, $"{target}.json");
        var path = folder is null ? null : Path.Combine(folder, name);
        return path is not null && File.Exists(path) ? GateParser.Parse(File.ReadAllText(path), path) : GateParser.Parse(BuiltIn(name), $"the built-in {name}");
    }

    /// <summary>Slices that checks name: what the replay is asked for.</summary>
    public static IReadOnlyList<string> SlicesOf(GateDefinition gate) =>
        [.. gate.Checks.Select(c => c.Slice).OfType<string>().Where(s => !s.EndsWith(AllSlices, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];

    internal static PromotionReport Evaluate(GateDefinition gate, PairedRows rows, PromotionReplay replay)
    {
        var slices = rows.Rows.SelectMany((r, i) => RowSlices.Of(r).Select(s => (Slice: s, Row: i))).GroupBy(s => s.Slice, s => s.Row, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        var all = PairedFigures.Of(rows, [.. Enumerable.Range(0, rows.Rows.Count)]);
        var bySlice = slices.ToDictionary(s => s.Key, s => PairedFigures.Of(rows, s.Value), StringComparer.Ordinal);

        var notes = new List<string>();
        var checks = gate.Checks.SelectMany(c => Expand(c, rows, slices, notes)).ToList();
        var arms = new List<GateSubject>
        {
            Subject(CandidateArm, all.Candidate, bySlice.ToDictionary(s => s.Key, s => (Figures?)s.Value.Candidate), replay.Arms),
        };
        var differences = new List<GateSubject>();
        if (all is { Champion: { } champion, Difference: { } difference })
        {
            arms.Add(Subject(ChampionArm, champion, bySlice.ToDictionary(s => s.Key, s => s.Value.Champion), replay.Arms));
            differences.Add(Subject(DifferenceName, difference, bySlice.ToDictionary(s => s.Key, s => s.Value.Difference), replay.Differences));
        }
        else
        {
            // A first team model is still held against the rules alone, in the replay.
            differences.AddRange(replay.Differences);
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"there is no champion to compare with: {checks.RemoveAll(c => (c.Difference is not null || c.Arm == ChampionArm) && (PairedRows.AllFigures.Contains(c.Metric) || (differences.Count == 0 && replay.Problem is null)))} checks do not apply"));
        }

        var failures = new List<string>();
        foreach (var check in checks)
        {
            if (replay.Problem is { } none && !PairedRows.AllFigures.Contains(check.Metric))
            {
                if (check.NoData == NoDataRule.Fail) failures.Add($"{check.Metric}: there was no replay: {none}");
                continue;
            }
            failures.AddRange(new GateDefinition([check]).Evaluate(arms, differences).Select(f => f.Text));
        }
        return new PromotionReport(arms, differences, [rows.Description, .. replay.Problem is null ? [replay.Description] : Array.Empty<string>()], [.. failures.Distinct(StringComparer.Ordinal)], notes);
    }

    private static IEnumerable<GateCheck> Expand(GateCheck check, PairedRows rows, Dictionary<string, int[]> slices, List<string> notes)
    {
        if (check.Slice?.EndsWith(AllSlices, StringComparison.Ordinal) != true) return [check];
        var named = slices.Where(s => s.Key.StartsWith(check.Slice[..^1], StringComparison.Ordinal)).ToLookup(s =>
            s.Value.Length >= check.MinLabels && s.Value.GroupBy(i => (rows.Rows[i].Positive, rows.Rows[i].Team)).Count(g => g.Count() >= FewestOfAClass) >= 2);
        if (named[false].Any())
            notes.Add($"{check.Metric}: too few rows to check {string.Join(", ", named[false].Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} ({s.Value.Length})")))}");
        return named[true].Select(s => check with { Slice = s.Key });
    }

    private static GateSubject Subject(string name, Figures figures, Dictionary<string, Figures?> slices, IReadOnlyList<GateSubject> replayed)
    {
        var same = replayed.FirstOrDefault(r => r.Name == name);
        var all = Merge(figures, same?.Metrics);
        var keys = slices.Keys.Concat(same?.Slices.Keys ?? []).Distinct(StringComparer.Ordinal);
        return new GateSubject(name, all, keys.ToDictionary(k => k, k => Merge(slices.GetValueOrDefault(k), same?.Slices.GetValueOrDefault(k)), StringComparer.Ordinal));
    }

    private static IReadOnlyDictionary<string, MetricValue> Merge(Figures? figures, IReadOnlyDictionary<string, MetricValue>? replayed) =>
        (figures ?? []).Concat(replayed ?? new Dictionary<string, MetricValue>()).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);

    private static string BuiltIn(string name)
    {
        using var stream = typeof(PromotionGate).Assembly.GetManifestResourceStream(name)!;
        using var text = new StreamReader(stream);
        return text.ReadToEnd();
    }
}

/// <summary>What the gate found.</summary>
/// <param name="Arms">Candidate, and champion where there is one; figures of models and replay together.</param>
/// <param name="Differences">The one difference; empty without a champion.</param>
/// <param name="Grounds">What was compared on; for the record.</param>
/// <param name="Failures">Checks that do not hold; empty = it may be promoted.</param>
/// <param name="Notes">What was not checked, and why.</param>
public sealed record PromotionReport(
    IReadOnlyList<GateSubject> Arms, IReadOnlyList<GateSubject> Differences, IReadOnlyList<string> Grounds, IReadOnlyList<string> Failures, IReadOnlyList<string> Notes);
