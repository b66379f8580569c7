using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Metrics;

namespace Escalation.Replay.Reports;

/// <summary>A gate as SARIF 2.1.0: code hosts show each failing check at its line of the gate file.</summary>
/// <remarks>Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 2020.</remarks>
internal static class GateSarif
{
    /// <summary>The log as UTF-8.</summary>
    public static byte[] Write(GateReport gate)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, ReportJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema"u8, "https://json.schemastore.org/sarif-2.1.0.json"u8);
            json.WriteString("version"u8, "2.1.0"u8);
            json.WriteStartArray("runs"u8);
            json.WriteStartObject();
            WriteTool(json, gate.Results.Select(r => r.Check.Metric).Distinct(StringComparer.Ordinal));
            json.WriteStartArray("results"u8);
            foreach (var result in gate.Results) WriteResult(json, gate.File, result);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void WriteTool(Utf8JsonWriter json, IEnumerable<string> metrics)
    {
        json.WriteStartObject("tool"u8);
        json.WriteStartObject("driver"u8);
        json.WriteString("name"u8, "escalation replay"u8);
        json.WriteString("version"u8, Configuration.EngineVersion);
        json.WriteStartArray("rules"u8);
        foreach (var metric in metrics)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, metric);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, string file, GateResult result)
    {
        json.WriteStartObject();
        json.WriteString("ruleId"u8, result.Check.Metric);
        json.WriteString("kind"u8, result.Verdict switch { GateVerdict.Failed => "fail", GateVerdict.Passed => "pass", _ => "notApplicable" });
        json.WriteString("level"u8, result.Verdict == GateVerdict.Failed ? "error"u8 : "none"u8);
        json.WriteStartObject("message"u8);
        json.WriteString("text"u8, result.Text);
        json.WriteEndObject();
        json.WriteStartArray("locations"u8);
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation"u8);
        json.WriteStartObject("artifactLocation"u8);
        json.WriteString("uri"u8, Uri.EscapeDataString(file.Replace('\\', '/')).Replace("%2F", "/", StringComparison.Ordinal));
        json.WriteEndObject();
        json.WriteStartObject("region"u8);
        json.WriteNumber("startLine"u8, result.Check.Line);
        json.WriteNumber("startColumn"u8, result.Check.Column);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
