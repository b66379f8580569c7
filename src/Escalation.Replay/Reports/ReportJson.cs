using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;
using Escalation.Replay.Collecting;
using Escalation.Replay.Responsibility;
using Escalation.Replay.Simulation;

namespace Escalation.Replay.Reports;

/// <summary>report.json: <c>{arms[], differences{}, slices{NAME: {tickets, small, differences{}}}, changes{}, provenance{}, hash}</c>, and where they were asked for <c>simulation{ARM: {problems[], report}}</c> and <c>gate{file, holds, failures[], checks[]}</c>.</summary>
/// <remarks>The hash covers arms, differences, slices and changes: equal for every machine and number of threads. Source: "Command line, exactly" in CONTRACTS.md.</remarks>
public static class ReportJson
{
    internal static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The report as UTF-8.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="provenance">What it was found in.</param>
    /// <param name="gate">What the gate found; null = none was asked for.</param>
    public static byte[] Write(ReplayResult result, ReportProvenance provenance, GateReport? gate = null)
    {
        var body = Body(result, null);
        return Body(result, (provenance, Hash(body), gate));
    }

    /// <summary>The hash of what was found, 64 hex digits.</summary>
    public static string HashOf(ReplayResult result) => Hash(Body(result, null));

    private static string Hash(byte[] body) => Convert.ToHexStringLower(SHA256.HashData(body));

    private static byte[] Body(ReplayResult result, (ReportProvenance Provenance, string Hash, GateReport? Gate)? frame)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("arms"u8);
            foreach (var arm in result.Arms) WriteArm(json, arm, withHighest: frame is not null);
            json.WriteEndArray();
            json.WriteStartObject("differences"u8);
            foreach (var comparison in result.Comparisons) WriteMetrics(json, comparison.Name, comparison.Differences);
            json.WriteEndObject();
            if (result.Slices.Count > 0) WriteSlices(json, result);
            json.WriteStartObject("changes"u8);
            foreach (var comparison in result.Comparisons) WriteChanges(json, comparison, frame is null ? _ => null : result.Explanation);
            json.WriteEndObject();
            if (frame is var (provenance, hash, gate))
            {
                WriteProvenance(json, result, provenance);
                json.WriteString("hash"u8, hash);
                if (result.Simulations.Count > 0) WriteSimulations(json, result.Simulations);
                if (gate is not null) WriteGate(json, gate);
            }
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void WriteSimulations(Utf8JsonWriter json, IReadOnlyList<ArmSimulation> simulations)
    {
        json.WriteStartObject("simulation"u8);
        foreach (var (arm, report, problems) in simulations)
        {
            json.WritePropertyName(arm);
            RuleAnalysisJson.Write(json, new { problems, report });
        }
        json.WriteEndObject();
    }

    private static void WriteGate(Utf8JsonWriter json, GateReport gate)
    {
        json.WriteStartObject("gate"u8);
        json.WriteString("file"u8, gate.File);
        json.WriteBoolean("holds"u8, gate.Holds);
        WriteChecks(json, "failures"u8, gate.Failures);
        WriteChecks(json, "checks"u8, gate.Results);
        json.WriteEndObject();
    }

    private static void WriteChecks(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<GateResult> results)
    {
        json.WriteStartArray(name);
        foreach (var result in results)
        {
            json.WriteStartObject();
            json.WriteString("metric"u8, result.Check.Metric);
            if (result.Check.Slice is { } slice) json.WriteString("slice"u8, slice);
            json.WriteString("verdict"u8, Wire.Name(result.Verdict));
            json.WriteString("text"u8, result.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteArm(Utf8JsonWriter json, ArmResult arm, bool withHighest)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, arm.Arm.Name);
        json.WriteString("configuration"u8, arm.Arm.Configuration.Id.Value);
        json.WriteString("rules"u8, arm.Arm.Configuration.Rules.Version.Value);
        json.WriteString("frustration"u8, arm.Arm.Configuration.Frustration?.Version.Value);
        json.WriteString("team"u8, arm.Arm.Configuration.Team?.Version.Value);
        WriteMetrics(json, "metrics", arm.Metrics.Metrics);
        WriteMetrics(json, "details", arm.Metrics.Details);
        json.WriteStartObject("slices"u8);
        foreach (var (name, set) in arm.Slices) WriteMetrics(json, name, set.Metrics);
        json.WriteEndObject();
        WriteUnknown(json, arm.Unknown);
        WriteVolume(json, arm);
        WriteReliability(json, arm.Reliability);
        json.WriteStartObject("episodes"u8);
        var balance = arm.Metrics.Balance;
        json.WriteNumber("total"u8, balance.Total);
        json.WriteNumber("resolved"u8, balance.Resolved);
        json.WriteNumber("pending"u8, balance.Pending);
        json.WriteNumber("dismissed"u8, balance.Dismissed);
        json.WriteNumber("merged"u8, balance.Merged);
        json.WriteEndObject();
        json.WriteNumber("immatureTickets"u8, arm.Metrics.ImmatureTickets);
        json.WriteNumber("immatureEpisodes"u8, arm.Metrics.ImmatureEpisodes);
        json.WriteNumber("messages"u8, arm.Messages);
        json.WriteStartObject("bands"u8);
        for (var band = 0; band < arm.Bands.Count; band++) json.WriteNumber(Wire.Name((Band)band), arm.Bands[band]);
        json.WriteEndObject();
        json.WriteNumber("degraded"u8, arm.Degraded);
        json.WriteNumber("needsReview"u8, arm.NeedsReview);
        json.WriteStartArray("rulesFired"u8);
        foreach (var rule in arm.Rules) WriteRule(json, rule);
        json.WriteEndArray();
        json.WriteString("decisionsHash"u8, arm.DecisionsHash);
        if (withHighest && arm.Highest.Count > 0) WriteHighest(json, arm.Highest);
        json.WriteEndObject();
    }

    private static void WriteUnknown(Utf8JsonWriter json, IReadOnlyDictionary<string, UnknownBounds> unknown)
    {
        json.WriteStartObject("unknown"u8);
        foreach (var (id, bounds) in unknown)
        {
            json.WriteStartObject(id);
            json.WriteNumber("low"u8, bounds.Low);
            json.WriteNumber("high"u8, bounds.High);
            json.WriteNumber("known"u8, bounds.Known);
            json.WriteNumber("unknown"u8, bounds.Unknown);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteVolume(Utf8JsonWriter json, ArmResult arm)
    {
        json.WriteStartObject("volume"u8);
        json.WriteNumber("days"u8, Rounding.Score(arm.Days));
        json.WriteStartObject("teams"u8);
        foreach (var volume in arm.Volumes)
        {
            json.WriteStartObject(volume.Team);
            json.WriteStartArray("byHour"u8);
            foreach (var count in volume.ByHour) json.WriteNumberValue(count);
            json.WriteEndArray();
            json.WriteNumber("busiestDay"u8, volume.BusiestDay);
            Number(json, "capacity"u8, volume.Capacity);
            json.WriteNumber("daysAbove"u8, volume.DaysAbove);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteReliability(Utf8JsonWriter json, IReadOnlyList<ScoreBin> bins)
    {
        json.WriteStartArray("reliability"u8);
        foreach (var bin in bins)
        {
            json.WriteStartObject();
            json.WriteNumber("tickets"u8, bin.Tickets);
            json.WriteNumber("needed"u8, bin.Needed);
            json.WriteNumber("meanScore"u8, Rounding.Score(bin.MeanScore));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteHighest(Utf8JsonWriter json, IReadOnlyList<HighestRecommendation> highest)
    {
        json.WriteStartArray("highest"u8);
        foreach (var (ticket, message, at, side, text) in highest)
        {
            json.WriteStartObject();
            json.WriteString("messageId"u8, message);
            json.WriteString("ticketId"u8, ticket.Value);
            json.WriteString("at"u8, DecisionJson.Format(at));
            json.WriteString("band"u8, Wire.Name(side.Band));
            json.WriteNumber("score"u8, side.Score);
            json.WriteString("team"u8, side.Team);
            json.WriteString("reasons"u8, side.Reasons);
            json.WriteString("text"u8, text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteRule(Utf8JsonWriter json, RuleTally rule)
    {
        json.WriteStartObject();
        json.WriteString("rule"u8, rule.Rule);
        json.WriteNumber("messages"u8, rule.Messages);
        json.WriteNumber("tickets"u8, rule.Tickets);
        json.WriteNumber("needed"u8, rule.Needed);
        json.WriteNumber("notNeeded"u8, rule.NotNeeded);
        json.WriteNumber("unknown"u8, rule.Unknown);
        if (rule.Suppressed > 0) json.WriteNumber("suppressed"u8, rule.Suppressed);
        if (rule.Unavailable > 0) json.WriteNumber("unavailable"u8, rule.Unavailable);
        if (rule.Errors > 0) json.WriteNumber("errors"u8, rule.Errors);
        json.WriteEndObject();
    }

    private static void WriteMetrics(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, MetricValue> metrics)
    {
        json.WriteStartObject(name);
        foreach (var (id, metric) in metrics)
        {
            json.WriteStartObject(id);
            Number(json, "value"u8, metric.Value);
            json.WriteNumber("n"u8, metric.N);
            Number(json, "low"u8, metric.Low);
            Number(json, "high"u8, metric.High);
            json.WriteString("unit"u8, metric.Unit);
            json.WriteString("status"u8, Wire.Name(metric.Status));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteSlices(Utf8JsonWriter json, ReplayResult result)
    {
        json.WriteStartObject("slices"u8);
        foreach (var slice in result.Slices)
        {
            json.WriteStartObject(slice.Name);
            json.WriteNumber("tickets"u8, slice.Tickets);
            json.WriteBoolean("small"u8, slice.IsSmall);
            json.WriteStartObject("differences"u8);
            foreach (var comparison in result.Comparisons) WriteMetrics(json, comparison.Name, comparison.Slices[slice.Name]);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        if (result.SlicesLeftOut.Count == 0) return;
        json.WriteStartObject("slicesLeftOut"u8);
        foreach (var (dimension, rest) in result.SlicesLeftOut)
        {
            json.WriteStartObject(dimension);
            json.WriteNumber("values"u8, rest.Values);
            json.WriteNumber("tickets"u8, rest.Tickets);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteChanges(Utf8JsonWriter json, ArmComparison comparison, Func<DecisionChange, ExplainedChange?> explanation)
    {
        json.WriteStartObject(comparison.Name);
        json.WriteStartObject("counts"u8);
        foreach (var kind in Enum.GetValues<ChangeKind>()) json.WriteNumber(Wire.Name(kind), comparison.Changes.GetValueOrDefault(kind));
        json.WriteEndObject();
        json.WriteStartObject("mcNemar"u8);
        json.WriteNumber("onlyBaselineRight"u8, comparison.Discordant.Baseline);
        json.WriteNumber("onlyArmRight"u8, comparison.Discordant.Arm);
        json.WriteNumber("p"u8, Rounding.Score(comparison.McNemar));
        json.WriteEndObject();
        json.WriteNumber("unknownTickets"u8, comparison.UnknownTickets);
        json.WriteNumber("labelsToSettle"u8, comparison.LabelsToSettle);
        json.WriteStartObject("unknown"u8);
        foreach (var (id, open) in comparison.Unknown)
        {
            json.WriteStartObject(id);
            json.WriteNumber("low"u8, open.Low);
            json.WriteNumber("high"u8, open.High);
            json.WriteNumber("tickets"u8, open.Tickets);
            json.WriteNumber("labelsToSettle"u8, open.LabelsToSettle);
            json.WriteNumber("expected"u8, open.Expected);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartArray("examples"u8);
        foreach (var (kind, change) in comparison.Examples)
        {
            json.WriteStartObject();
            json.WriteString("kind"u8, Wire.Name(kind));
            json.WriteString("messageId"u8, change.MessageId);
            json.WriteString("ticketId"u8, change.TicketId.Value);
            WriteSide(json, "before"u8, change.Before);
            WriteSide(json, "after"u8, change.After);
            if (explanation(change) is { } explained) WriteExplained(json, explained);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteExplained(Utf8JsonWriter json, ExplainedChange explained)
    {
        json.WriteString("text"u8, explained.Text);
        json.WriteStartObject("responsible"u8);
        json.WriteStartArray("parts"u8);
        foreach (var part in explained.Responsible.Parts) json.WriteStringValue(part);
        json.WriteEndArray();
        json.WriteBoolean("together"u8, explained.Responsible.Together);
        json.WriteEndObject();
    }

    private static void WriteSide(Utf8JsonWriter json, ReadOnlySpan<byte> name, ChangeSide side)
    {
        json.WriteStartObject(name);
        json.WriteString("band"u8, Wire.Name(side.Band));
        json.WriteNumber("score"u8, side.Score);
        if (side.Team.Length == 0) json.WriteNull("team"u8);
        else json.WriteString("team"u8, side.Team);
        json.WriteString("reasons"u8, side.Reasons);
        json.WriteEndObject();
    }

    private static void WriteProvenance(Utf8JsonWriter json, ReplayResult result, ReportProvenance provenance)
    {
        json.WriteStartObject("provenance"u8);
        json.WriteStartArray("history"u8);
        foreach (var file in provenance.Files) json.WriteStringValue(file);
        json.WriteEndArray();
        if (provenance.Note is { } note) json.WriteString("note"u8, note);
        json.WriteStartArray("notes"u8);
        foreach (var each in HistoryNotes.Of(result)) json.WriteStringValue(each);
        json.WriteEndArray();
        json.WriteString("historyHash"u8, provenance.HistoryHash);
        json.WriteString("first"u8, DecisionJson.Format(result.Span.First));
        json.WriteString("last"u8, DecisionJson.Format(result.Span.Last));
        if (provenance.From is { } from) json.WriteString("from"u8, DecisionJson.Format(from));
        if (provenance.To is { } to) json.WriteString("to"u8, DecisionJson.Format(to));
        if (result.Input is { } input)
        {
            json.WriteNumber("read"u8, input.Read);
            json.WriteNumber("accepted"u8, input.Accepted);
            json.WriteNumber("rejected"u8, input.RejectedCount);
            json.WriteNumber("duplicates"u8, input.Duplicates);
            json.WriteNumber("missingReceivedAt"u8, input.MissingReceivedAt);
            json.WriteNumber("unorderedFiles"u8, input.UnorderedFiles);
            WriteDropped(json, input);
        }
        json.WriteNumber("labels"u8, result.Labels);
        json.WriteNumber("outOfOrder"u8, result.View.OutOfOrder);
        json.WriteNumber("tooLate"u8, result.View.TooLate);
        json.WriteString("engine"u8, Configuration.EngineVersion);
        json.WriteString("code"u8, ReportProvenance.Code);
        json.WriteString("timeZones"u8, Configuration.TimeZoneVersion);
        json.WriteString("generatedAt"u8, DecisionJson.Format(provenance.GeneratedAt));
        json.WriteNumber("seconds"u8, Math.Round(provenance.Elapsed.TotalSeconds, 3));
        json.WriteNumber("workers"u8, provenance.Workers);
        json.WriteEndObject();
    }

    private static void WriteDropped(Utf8JsonWriter json, InputSummary input)
    {
        json.WriteNumber("unknownTickets"u8, input.UnknownTickets);
        json.WriteNumber("unknownTicketRows"u8, input.UnknownTicketRows);
        json.WriteStartArray("dropped"u8);
        foreach (var (reason, problem) in input.Dropped)
        {
            json.WriteStartObject();
            json.WriteString("reason"u8, Wire.Name(reason));
            json.WriteString("file"u8, problem.File);
            json.WriteNumber("line"u8, problem.Line);
            json.WriteString("field"u8, problem.Field);
            json.WriteString("message"u8, problem.Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    /// <summary>The report as text, for tests and machines that print it.</summary>
    public static string WriteText(ReplayResult result, ReportProvenance provenance) => Encoding.UTF8.GetString(Write(result, provenance));
}
