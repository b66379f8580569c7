using System.Globalization;
using System.Text;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.History.Formats;

namespace Escalation.Replay.Reports;

/// <summary>The figures of a report as CSV, for spreadsheets: a header line, LF, numbers with a point, empty where there is no data.</summary>
public static class ReportTables
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Every metric of every arm and difference, over all and by slice; details over all.</summary>
    public static void WriteMetrics(Stream stream, ReplayResult result)
    {
        using var text = new StreamWriter(stream, Utf8, leaveOpen: true) { NewLine = "\n" };
        text.WriteLine("subject,slice,metric,value,low,high,n,unit,status");
        foreach (var arm in result.Arms)
        {
            Rows(text, arm.Arm.Name, "", arm.Metrics.Metrics.Concat(arm.Metrics.Details));
            foreach (var slice in result.Slices) Rows(text, arm.Arm.Name, slice.Name, arm.Slices[slice.Name].Metrics);
        }
        foreach (var comparison in result.Comparisons)
        {
            Rows(text, comparison.Name, "", comparison.Differences);
            foreach (var slice in result.Slices) Rows(text, comparison.Name, slice.Name, comparison.Slices[slice.Name]);
        }
    }

    /// <summary>Every rule that did anything, an arm a row, with the labels of the tickets that it fired on.</summary>
    public static void WriteRules(Stream stream, ReplayResult result)
    {
        using var text = new StreamWriter(stream, Utf8, leaveOpen: true) { NewLine = "\n" };
        text.WriteLine("rule,arm,messages,tickets,needed,not_needed,unknown,suppressed,unavailable,errors");
        foreach (var (arm, rule) in result.Arms.SelectMany(a => a.Rules.Select(r => (a.Arm.Name, Rule: r))).OrderBy(r => r.Rule.Rule, StringComparer.Ordinal))
            WriteRow(text, [rule.Rule, arm, .. new[] { rule.Messages, rule.Tickets, rule.Needed, rule.NotNeeded, rule.Unknown, rule.Suppressed, rule.Unavailable, rule.Errors }.Select(n => n.ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>Every row of the history that counts for nothing, and why.</summary>
    /// <param name="stream">Takes the table.</param>
    /// <param name="input">How reading went.</param>
    /// <param name="again">Reads the history once more and tells all of them, where there are more than the summary keeps.</param>
    public static void WriteDropped(Stream stream, InputSummary input, Action<Action<DropReason, InputProblem>>? again)
    {
        using var text = new StreamWriter(stream, Utf8, leaveOpen: true) { NewLine = "\n" };
        text.WriteLine("reason,file,line,field,message");
        void Row(DropReason reason, InputProblem problem) =>
            WriteRow(text, [Wire.Name(reason), problem.File, problem.Line.ToString(CultureInfo.InvariantCulture), problem.Field, problem.Message]);
        var kept = input.Dropped.ToList();
        if (kept.Count < input.DroppedCount && again is not null) again(Row);
        else kept.ForEach(d => Row(d.Reason, d.Problem));
    }

    /// <summary>A row; cells are quoted where they must be.</summary>
    internal static void WriteRow(TextWriter text, IEnumerable<string> cells) => text.WriteLine(string.Join(',', cells.Select(Quoted)));

    private static void Rows(TextWriter text, string subject, string slice, IEnumerable<KeyValuePair<string, MetricValue>> metrics)
    {
        foreach (var (id, value) in metrics)
            WriteRow(text, [subject, slice, id, Number(value.Value), Number(value.Low), Number(value.High), value.N.ToString(CultureInfo.InvariantCulture), value.Unit, Wire.Name(value.Status)]);
    }

    private static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
