using System.Globalization;

namespace Escalation.Core.Metrics;

/// <summary>Which number of a figure a check looks at.</summary>
public enum GateBound { Value, Low, High }

/// <summary>What a check makes of a figure that is not there.</summary>
public enum NoDataRule { Fail, Pass }

/// <summary>One line of a gate.</summary>
/// <param name="Metric">Id of a metric or of a detail, for example <c>falsePositiveRate</c> or <c>routingAccuracy.macro</c>.</param>
/// <param name="Arm">The arm looked at; null with <paramref name="Difference"/>, or for the only arm, or the one named candidate.</param>
/// <param name="Difference">The difference looked at, by its name; <c>*</c> = the only one.</param>
/// <param name="Bound">Which number must hold.</param>
/// <param name="Min">The least that passes; null = no limit.</param>
/// <param name="Max">The most that passes; null = no limit.</param>
/// <param name="Slice">The slice looked at; null = everything.</param>
/// <param name="MinLabels">The least n that passes.</param>
/// <param name="NoData">What a missing figure, bound or slice does.</param>
public sealed record GateCheck(
    string Metric, string? Arm, string? Difference, GateBound Bound, double? Min, double? Max, string? Slice = null, int MinLabels = GateCheck.FewestLabels, NoDataRule NoData = NoDataRule.Fail)
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

/// <summary>A check that failed, with all that is needed to see why.</summary>
/// <param name="Check">The check.</param>
/// <param name="Text">One line: metric, arm, value, limit, n.</param>
public sealed record GateFailure(GateCheck Check, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A file of checks: <c>replay --gate</c>, <c>models/gate.json</c>.</summary>
/// <remarks>Immutable. Read by <see cref="GateParser"/>. Source: "Gate" in CONTRACTS.md.</remarks>
public sealed record GateDefinition(IReadOnlyList<GateCheck> Checks)
{
    private const string Candidate = "candidate";

    /// <summary>The checks that fail, in file order; empty = passed.</summary>
    public IReadOnlyList<GateFailure> Evaluate(IReadOnlyList<GateSubject> arms, IReadOnlyList<GateSubject> differences)
    {
        var failures = new List<GateFailure>();
        foreach (var check in Checks)
            if (FailureOf(check, arms, differences) is { } text) failures.Add(new GateFailure(check, text));
        return failures;
    }

    private static string? FailureOf(GateCheck check, IReadOnlyList<GateSubject> arms, IReadOnlyList<GateSubject> differences)
    {
        var (subject, place) = check.Difference is { } difference
            ? (Find(differences, difference == "*" ? null : difference), $"difference {difference}")
            : (Find(arms, check.Arm), $"arm {check.Arm ?? Candidate}");
        var of = check.Slice is null ? $"{check.Metric}, {place}" : $"{check.Metric}, {place}, slice {check.Slice}";
        if (subject is null) return $"{of}: there is none; there are: {Names((check.Difference is null ? arms : differences).Select(s => s.Name))}";
        of = of.Replace(place, check.Difference is null ? $"arm {subject.Name}" : $"difference {subject.Name}", StringComparison.Ordinal);

        var metrics = subject.Metrics;
        if (check.Slice is { } slice && !subject.Slices.TryGetValue(slice, out metrics))
            return check.NoData == NoDataRule.Pass ? null : $"{of}: the slice is absent; there are: {Names(subject.Slices.Keys)}";
        if (!metrics!.TryGetValue(check.Metric, out var figure)) return $"{of}: there is no such metric; there are: {Names(metrics.Keys)}";
        if (figure.Value is null) return check.NoData == NoDataRule.Pass ? null : $"{of}: no_data (n 0)";
        if (figure.N < check.MinLabels) return $"{of}: n {figure.N} is below minLabels {check.MinLabels} (value {Number(figure.Value)})";
        var number = check.Bound switch { GateBound.Low => figure.Low, GateBound.High => figure.High, _ => figure.Value };
        var bound = check.Bound == GateBound.Value ? "value" : $"{(check.Bound == GateBound.Low ? "low" : "high")} end";
        if (number is not { } found) return check.NoData == NoDataRule.Pass ? null : $"{of}: has no {bound} ({Tickets.Wire.Name(figure.Status)}, value {Number(figure.Value)}, n {figure.N})";
        if (found < check.Min) return $"{of}: {bound} {Number(found)} is below min {Number(check.Min)} {Rest(figure)}";
        if (found > check.Max) return $"{of}: {bound} {Number(found)} is above max {Number(check.Max)} {Rest(figure)}";
        return null;
    }

    private static GateSubject? Find(IReadOnlyList<GateSubject> subjects, string? name) =>
        name is null && subjects.Count == 1 ? subjects[0] : subjects.FirstOrDefault(s => string.Equals(s.Name, name ?? Candidate, StringComparison.Ordinal));

    private static string Rest(MetricValue figure) => $"(value {Number(figure.Value)}, {Number(figure.Low)} to {Number(figure.High)} {figure.Unit}, n {figure.N})";

    private static string Number(double? number) => number is { } known ? known.ToString("0.####", CultureInfo.InvariantCulture) : "unknown";

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";
}
