using System.Globalization;
using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Replay.Changes;
using Escalation.Replay.Responsibility;

namespace Escalation.Replay.Reports;

/// <summary>Writes <c>report.html</c>, <c>report.json</c>, <c>report.txt</c>, <c>metrics.csv</c>, <c>rules.csv</c> and <c>changes.csv</c> into a folder, whole or not at all; <c>dropped.csv</c> where rows of the history count for nothing; with a gate also <c>gate.junit.xml</c>, <c>gate.sarif</c> and <c>gate.md</c>.</summary>
public static class ReportFolder
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes all files beside their names first and renames them when they are complete.</summary>
    /// <param name="folder">Made where it is not there.</param>
    /// <param name="result">What was found.</param>
    /// <param name="provenance">What it was found in.</param>
    /// <param name="gate">What the gate found; null = none was asked for.</param>
    /// <param name="dropped">Reads the history once more and tells every row of it that counts for nothing; null = those that were kept are all.</param>
    /// <exception cref="IOException">The folder cannot be written; what stood there before still stands.</exception>
    public static void Write(string folder, ReplayResult result, ReportProvenance provenance, GateReport? gate = null, Action<Action<DropReason, InputProblem>>? dropped = null)
    {
        Directory.CreateDirectory(folder);
        var files = new List<(string Temporary, string Final)>();
        try
        {
            Add("report.html", stream => stream.Write(Utf8.GetBytes(ReportHtml.Write(result, provenance, gate))));
            Add("report.json", stream => stream.Write(ReportJson.Write(result, provenance, gate)));
            Add("report.txt", stream => stream.Write(Utf8.GetBytes(ReportText.Write(result, provenance))));
            Add("metrics.csv", stream => ReportTables.WriteMetrics(stream, result));
            Add("rules.csv", stream => ReportTables.WriteRules(stream, result));
            Add("changes.csv", stream => WriteChanges(stream, result));
            if (result.Input is { DroppedCount: > 0 } input) Add("dropped.csv", stream => ReportTables.WriteDropped(stream, input, dropped));
            if (gate is not null)
            {
                Add("gate.junit.xml", JUnitXml.Of(gate).Save);
                Add("gate.sarif", stream => stream.Write(GateSarif.Write(gate)));
                Add("gate.md", stream => stream.Write(Utf8.GetBytes(GateMarkdown.Write(result, gate))));
            }
            foreach (var (temporary, final) in files) File.Move(temporary, final, overwrite: true);
        }
        finally
        {
            foreach (var (temporary, _) in files) File.Delete(temporary);
        }

        void Add(string name, Action<Stream> write)
        {
            var final = Path.Combine(folder, name);
            files.Add((final + ".part", final));
            using var stream = File.Create(final + ".part");
            write(stream);
        }
    }

    /// <summary>Writes every changed decision as CSV, lost true escalations first; who is responsible stands in the rows that the report lists.</summary>
    public static void WriteChanges(Stream stream, ReplayResult result)
    {
        using var text = new StreamWriter(stream, Utf8, leaveOpen: true) { NewLine = "\n" };
        text.WriteLine("kind,arm,message_id,ticket_id,customer_id,at,before_band,after_band,before_score,after_score,before_team,after_team,before_reasons,after_reasons,responsible");
        foreach (var kind in Enum.GetValues<ChangeKind>())
        {
            if (!result.Comparisons.Any(c => c.Changes.GetValueOrDefault(kind) > 0)) continue;
            foreach (var change in result.Spool.Read())
                if (result.KindOf(change) == kind) WriteRow(text, kind, result.Arms[change.Arm].Arm.Name, change, result.Explanation(change)?.Responsible);
        }
    }

    private static void WriteRow(StreamWriter text, ChangeKind kind, string arm, DecisionChange change, Responsible? responsible)
    {
        string[] cells =
        [
            Wire.Name(kind), arm, change.MessageId, change.TicketId.Value, change.CustomerId.Value, DecisionJson.Format(change.At),
            Wire.Name(change.Before.Band), Wire.Name(change.After.Band),
            change.Before.Score.ToString(CultureInfo.InvariantCulture), change.After.Score.ToString(CultureInfo.InvariantCulture),
            change.Before.Team, change.After.Team, change.Before.Reasons, change.After.Reasons, responsible?.ToString() ?? "",
        ];
        ReportTables.WriteRow(text, cells);
    }
}
