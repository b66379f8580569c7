using System.Globalization;
using Escalation.Core.Metrics;
using Escalation.Trainer.Publishing;

namespace Escalation.Cli.Commands.Models;

/// <summary>What the gate of a promotion found, for people and for machines.</summary>
internal static class PromotionText
{
    /// <summary>Writes grounds, one table and the failing checks.</summary>
    public static void Write(PromotionReport report)
    {
        foreach (var line in report.Grounds) Console.WriteLine(line);
        var table = new TextTable(["figure", .. report.Arms.Concat(report.Differences).Select(s => s.Name)]);
        foreach (var metric in report.Arms.SelectMany(a => a.Metrics.Keys).Where(k => !k.Contains('.', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal))
            table.Add([metric, .. report.Arms.Select(a => Alone(a.Metrics.GetValueOrDefault(metric))), .. report.Differences.Select(d => Figure(d.Metrics.GetValueOrDefault(metric)))]);
        table.Write(Console.Out);
        foreach (var slice in report.Differences.SelectMany(d => d.Slices))
            if (slice.Value.GetValueOrDefault("auc") is { Value: not null } auc) Console.WriteLine($"  {slice.Key}: AUC {Figure(auc)}, n {auc.N.ToString(CultureInfo.InvariantCulture)}");
        foreach (var note in report.Notes) Console.WriteLine(note);
        foreach (var failure in report.Failures) Console.WriteLine($"gate: {failure}");
    }

    /// <summary>Figures as they are written in JSON: by arm, then by id.</summary>
    public static Dictionary<string, IReadOnlyDictionary<string, MetricValue>> Of(IReadOnlyList<GateSubject> subjects) =>
        subjects.ToDictionary(s => s.Name, s => s.Metrics, StringComparer.Ordinal);

    private static string Alone(MetricValue? figure) => figure?.Value is { } value ? value.ToString("0.###", CultureInfo.InvariantCulture) : "no data";

    private static string Figure(MetricValue? figure) => figure is not { Value: { } value } ? "no data"
        : figure is { Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $"{value:0.###} ({low:0.###} to {high:0.###})") : value.ToString("0.###", CultureInfo.InvariantCulture);
}
