using System.Globalization;
using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Replay.Changes;

namespace Escalation.Replay.Reports;

/// <summary>The summary for a pull request, as Markdown: verdict, failing checks, figures, what changes.</summary>
/// <remarks>Names messages by id alone: a pull request is read by more people than customers' words may be.</remarks>
internal static class GateMarkdown
{
    private const int MostChanges = 10;

    /// <summary>The summary, lines ended by LF.</summary>
    public static string Write(ReplayResult result, GateReport gate)
    {
        var text = new StringBuilder();
        Line(text, $"# {gate.Summary}");
        Line(text, $"");
        Line(text, $"{Counted.Of(result.Arms[0].Messages, "customer message")} from {DecisionJson.Format(result.Span.First)} to {DecisionJson.Format(result.Span.Last)}, {Counted.Of(result.Labels, "label")}.");
        foreach (var arm in result.Arms) Line(text, $"{arm.Arm.Name}: rules `{arm.Arm.Configuration.Rules.Version.Short}`, frustration `{arm.Arm.Configuration.Frustration?.Version.Short ?? "none"}`.");
        Checks(text, "Failing checks", gate.Failures);
        foreach (var (comparison, arm) in result.Comparisons.Zip(result.Arms.Skip(1))) Compared(text, result.Arms[0], arm, comparison);
        Checks(text, "Not judged", gate.Results.Where(r => r.Verdict == GateVerdict.Skipped));
        Checks(text, "Checks that hold", gate.Results.Where(r => r.Verdict == GateVerdict.Passed));
        Line(text, $"");
        Line(text, $"Report hash `{ReportJson.HashOf(result)}`");
        return text.ToString();
    }

    private static void Checks(StringBuilder text, string heading, IEnumerable<GateResult> results)
    {
        var lines = results.Select(r => $"- {Escaped(r.Text)}").ToList();
        if (lines.Count == 0) return;
        Line(text, $"");
        Line(text, $"## {heading}");
        Line(text, $"");
        foreach (var line in lines) Line(text, $"{line}");
    }

    private static void Compared(StringBuilder text, ArmResult baseline, ArmResult arm, ArmComparison comparison)
    {
        Line(text, $"");
        Line(text, $"## {Escaped(comparison.Name)}");
        Line(text, $"");
        Line(text, $"| metric | {Escaped(baseline.Arm.Name)} | {Escaped(arm.Arm.Name)} | difference, 95 % interval | n |");
        Line(text, $"| --- | ---: | ---: | ---: | ---: |");
        foreach (var (id, difference) in comparison.Differences)
            Line(text, $"| {id} | {Number(baseline.Metrics.Metrics[id].Value)} | {Number(arm.Metrics.Metrics[id].Value)} | {Difference(difference)} | {difference.N} |");
        Line(text, $"");
        Line(text, $"{Counted.Of(comparison.Changes.Values.Sum(), "changed decision")}");
        foreach (var kind in Enum.GetValues<ChangeKind>())
            if (comparison.Changes.GetValueOrDefault(kind) is var count and > 0) Line(text, $"- {Wire.Name(kind).Replace('_', ' ')}: {count}{Examples(comparison, kind, count)}");
    }

    /// <remarks>Only of what a reviewer must look at: escalations lost and false alarms won.</remarks>
    private static string Examples(ArmComparison comparison, ChangeKind kind, long count)
    {
        if (kind > ChangeKind.NewFalseAlarm) return "";
        var ids = comparison.Examples.Where(e => e.Kind == kind).Take(MostChanges).Select(e => $"`{e.Change.MessageId}`").ToList();
        return $" ({string.Join(", ", ids)}{(count > ids.Count ? ", ..." : "")})";
    }

    private static string Number(double? value) => value is { } number ? number.ToString("0.###", CultureInfo.InvariantCulture) : "no data";

    private static string Difference(MetricValue value)
    {
        if (value.Value is not { } number) return "no data";
        var interval = value is { Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $" ({low:+0.###;-0.###;0} to {high:+0.###;-0.###;0})") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{number:+0.###;-0.###;0}{interval}");
    }

    private static string Escaped(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
