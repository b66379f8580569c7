using System.Globalization;

namespace Escalation.Core.Metrics;

/// <summary>Which number of a figure a check looks at.</summary>
public enum GateBound { Value, Low, High }

/// <summary>What a check makes of a figure, bound or slice that is not there. <see cref="Skip"/>: shown as not judged, also where there are too few labels.</summary>
public enum NoDataRule { Fail, Pass, Skip }

/// <summary>One line of a gate.</summary>
/// <param name="Metric">Id of a metric or of a detail, for example <c>falsePositiveRate</c> or <c>routingAccuracy.macro</c>.</param>
/// <param name="Arm">The arm looked at; null with <paramref name="Difference"/>, or for the only arm, or the one named candidate.</param>
/// <param name="Difference">The difference looked at, by its name; <c>*</c> = the only one.</param>
/// <param name="Bound">Which number must hold.</param>
/// <param name="Min">The least that passes; null = no limit.</param>
/// <param name="Max">The most that passes; null = no limit.</param>
/// <param name="Slice">The slice looked at; null = everything; <c>channel=*</c> = each of a dimension, <c>*</c> = each there is, those with too few labels left out and named.</param>
/// <param name="MinLabels">The least n that passes.</param>
/// <param name="NoData">What a missing figure, bound or slice does.</param>
/// <param name="Line">Its line in the file, from 1; 0 = was not read from one.</param>
/// <param name="Column">Its column, from 1.</param>
public sealed record GateCheck(
    string Metric, string? Arm, string? Difference, GateBound Bound, double? Min, double? Max, string? Slice = null, int MinLabels = GateCheck.FewestLabels, NoDataRule NoData = NoDataRule.Fail,
    int Line = 0, int Column = 0)
{
    /// <summary>The least n that a figure needs where the file says nothing else.</summary>
    public const int FewestLabels = 30;
}

/// <summary>An arm's figures, or those of a difference, as a gate sees them.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Metrics">Figures by id; details may stand among them.</param>
/// <param name="Slices">Figures by slice and id.</param>
public sealed record GateSubject(
    string Name, IReadOnlyDictionary<string, MetricValue> Metrics, IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetricValue>> Slices)
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, MetricValue>> NoSlices = [];

    /// <summary>A subject without slices.</summary>
    public GateSubject(string name, IReadOnlyDictionary<string, MetricValue> metrics) : this(name, metrics, NoSlices) { }

    /// <summary>An arm with its details and slices.</summary>
    public static GateSubject Of(string name, MetricSet all, IReadOnlyDictionary<string, MetricSet> slices) =>
        new(name, MetricTable.Of(all), slices.ToDictionary(s => s.Key, s => (IReadOnlyDictionary<string, MetricValue>)MetricTable.Of(s.Value), StringComparer.Ordinal));
}

/// <summary>How a check ended.</summary>
public enum GateVerdict { Passed, Failed, Skipped }

/// <summary>A check with what it found.</summary>
/// <param name="Check">The check; one for each slice where the file names several at once.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Text">One line: metric, arm, value, limit, n.</param>
public sealed record GateResult(GateCheck Check, GateVerdict Verdict, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A file of checks: <c>replay --gate</c>, <c>models/gate.json</c>.</summary>
/// <remarks>Immutable. Read by <see cref="GateParser"/>. Source: "Gate" in CONTRACTS.md.</remarks>
public sealed record GateDefinition(IReadOnlyList<GateCheck> Checks)
{
    private const string Candidate = "candidate";
    private const string Every = "*";

    /// <summary>The checks that fail, in file order; empty = passed.</summary>
    public IReadOnlyList<GateResult> Evaluate(IReadOnlyList<GateSubject> arms, IReadOnlyList<GateSubject> differences) =>
        [.. Judge(arms, differences).Where(r => r.Verdict == GateVerdict.Failed)];

    /// <summary>Every check with its verdict, in file order.</summary>
    public IReadOnlyList<GateResult> Judge(IReadOnlyList<GateSubject> arms, IReadOnlyList<GateSubject> differences)
    {
        var results = new List<GateResult>();
        foreach (var check in Checks)
        {
            var subjects = check.Difference is null ? arms : differences;
            var subject = check.Difference is { } difference ? Find(differences, difference == Every ? null : difference) : Find(arms, check.Arm);
            if (subject is null)
            {
                var asked = check.Difference is { } name ? $"difference {name}" : $"arm {check.Arm ?? Candidate}";
                results.Add(new GateResult(check, GateVerdict.Failed, $"{Of(check, asked)}: there is none; there are: {Names(subjects.Select(s => s.Name))}"));
            }
            else if (check.Slice?.EndsWith(Every, StringComparison.Ordinal) == true) results.AddRange(JudgeEach(check, subject));
            else results.Add(JudgeOne(check, subject));
        }
        return results;
    }

    private static IEnumerable<GateResult> JudgeEach(GateCheck check, GateSubject subject)
    {
        var prefix = check.Slice![..^Every.Length];
        var judged = 0;
        foreach (var slice in subject.Slices.Keys.Where(s => s.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var result = JudgeOne(check with { Slice = slice, NoData = NoDataRule.Skip }, subject);
            if (result.Verdict != GateVerdict.Skipped) judged++;
            yield return result with { Check = result.Check with { NoData = check.NoData } };
        }
        if (judged == 0) yield return Absent(check, $"{Of(check, subject)}: no slice has a figure over at least {check.MinLabels}; there are: {Names(subject.Slices.Keys)}");
    }

    private static GateResult JudgeOne(GateCheck check, GateSubject subject)
    {
        var of = Of(check, subject);
        var metrics = subject.Metrics;
        if (check.Slice is { } slice && !subject.Slices.TryGetValue(slice, out metrics)) return Absent(check, $"{of}: the slice is absent; there are: {Names(subject.Slices.Keys)}");
        if (!metrics!.TryGetValue(check.Metric, out var figure)) return new GateResult(check, GateVerdict.Failed, $"{of}: there is no such metric; there are: {Names(metrics.Keys)}");
        if (figure.Value is null) return Absent(check, $"{of}: no_data (n 0)");
        if (figure.N < check.MinLabels)
            return new GateResult(check, check.NoData == NoDataRule.Skip ? GateVerdict.Skipped : GateVerdict.Failed, $"{of}: n {figure.N} is below minLabels {check.MinLabels} (value {Number(figure.Value)})");
        var number = check.Bound switch { GateBound.Low => figure.Low, GateBound.High => figure.High, _ => figure.Value };
        var bound = check.Bound == GateBound.Value ? "value" : $"{(check.Bound == GateBound.Low ? "low" : "high")} end";
        if (number is not { } found) return Absent(check, $"{of}: has no {bound} ({Tickets.Wire.Name(figure.Status)}, value {Number(figure.Value)}, n {figure.N})");
        if (found < check.Min) return new GateResult(check, GateVerdict.Failed, $"{of}: {bound} {Number(found)} is below min {Number(check.Min)} {Rest(figure)}");
        if (found > check.Max) return new GateResult(check, GateVerdict.Failed, $"{of}: {bound} {Number(found)} is above max {Number(check.Max)} {Rest(figure)}");
        return new GateResult(check, GateVerdict.Passed, $"{of}: {bound} {Number(found)} holds {Rest(figure)}");
    }

    private static GateResult Absent(GateCheck check, string text) => new(check, check.NoData switch
    {
        NoDataRule.Pass => GateVerdict.Passed,
        NoDataRule.Skip => GateVerdict.Skipped,
        _ => GateVerdict.Failed,
    }, text);

    private static string Of(GateCheck check, GateSubject subject) => Of(check, check.Difference is null ? $"arm {subject.Name}" : $"difference {subject.Name}");

    private static string Of(GateCheck check, string place) => check.Slice is null ? $"{check.Metric}, {place}" : $"{check.Metric}, {place}, slice {check.Slice}";

    private static GateSubject? Find(IReadOnlyList<GateSubject> subjects, string? name) =>
        name is null && subjects.Count == 1 ? subjects[0] : subjects.FirstOrDefault(s => string.Equals(s.Name, name ?? Candidate, StringComparison.Ordinal));

    private static string Rest(MetricValue figure) => $"(value {Number(figure.Value)}, {Number(figure.Low)} to {Number(figure.High)} {figure.Unit}, n {figure.N})";

    private static string Number(double? number) => number is { } known ? known.ToString("0.####", CultureInfo.InvariantCulture) : "unknown";

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";
}
