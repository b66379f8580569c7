using System.Text.Json.Serialization;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;

namespace Escalation.Service.Api;

/// <summary>The body of an analysis; for the description of the API.</summary>
internal sealed record AnalyzeBody([property: JsonPropertyName("text")] string Text, [property: JsonPropertyName("extraction_fields")] string[]? ExtractionFields);

/// <summary>A signal of the analysis, the strongest of its trigger.</summary>
public sealed record AnalyzedSignal(
    [property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("confidence")] double Confidence, [property: JsonPropertyName("recommendation")] string Recommendation);

/// <summary>What decided an analysis.</summary>
public sealed record AnalyzedVersions(string Rules, string? Frustration, string? Team, string Engine, string TimeZones, string Configuration);

/// <summary>The answer of an analysis, in the names of its contract.</summary>
/// <remarks>Source: "HTTP, exactly" in CONTRACTS.md. ExtractedContext holds the asked fields only; the top level always all.</remarks>
public sealed record AnalyzeAnswer(
    [property: JsonPropertyName("confidence_score")] double ConfidenceScore,
    [property: JsonPropertyName("should_escalate")] bool ShouldEscalate,
    [property: JsonPropertyName("band")] string Band,
    [property: JsonPropertyName("routing_target")] string? RoutingTarget,
    [property: JsonPropertyName("product_name")] string? ProductName,
    [property: JsonPropertyName("issue_type")] string? IssueType,
    [property: JsonPropertyName("urgency_indicators")] IReadOnlyList<string> UrgencyIndicators,
    [property: JsonPropertyName("business_impact")] string BusinessImpact,
    [property: JsonPropertyName("severity")] int Severity,
    [property: JsonPropertyName("extracted_context")] IReadOnlyDictionary<string, object?> ExtractedContext,
    [property: JsonPropertyName("signals")] IReadOnlyList<AnalyzedSignal> Signals,
    [property: JsonPropertyName("summary")] string Summary,
    [property: JsonPropertyName("degraded")] bool Degraded,
    [property: JsonPropertyName("versions")] AnalyzedVersions Versions)
{
    private const double EscalationThreshold = .7;

    /// <summary>The fields that can be asked for.</summary>
    internal static readonly string[] Fields = ["product_name", "issue_type", "urgency_indicators", "business_impact"];

    /// <summary>The answer on a text.</summary>
    internal static AnalyzeAnswer Of(string text, DerivedFacts facts, Decision decision, IReadOnlyList<string> fields, Configuration configuration)
    {
        var context = facts.Context;
        var score = Rounding.Score(decision.Recommendation.Score);
        var found = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [Fields[0]] = context.ProductKnown ? context.Product : null,
            [Fields[1]] = context.IssueTypeKnown ? context.IssueType : null,
            [Fields[2]] = context.Urgency,
            [Fields[3]] = context.BusinessImpact,
        };
        return new AnalyzeAnswer(score, score > EscalationThreshold, Wire.Name(decision.Recommendation.Band), decision.Route?.Team, (string?)found[Fields[0]], (string?)found[Fields[1]],
            context.Urgency, context.BusinessImpact, context.Severity, fields.Distinct(StringComparer.Ordinal).ToDictionary(f => f, f => found[f], StringComparer.Ordinal),
            [.. Strongest(decision.Signals)], AnalysisSummary.Of(context, decision, text), decision.Degraded,
            new AnalyzedVersions(configuration.Rules.Version.Value, configuration.Frustration?.Version.Value, configuration.Team?.Version.Value,
                Configuration.EngineVersion, Configuration.TimeZoneVersion, decision.Configuration.Value));
    }

    private static IEnumerable<AnalyzedSignal> Strongest(IReadOnlyList<Signal> signals) =>
        signals.GroupBy(s => s.TriggerType, StringComparer.Ordinal).Select(g => g.MaxBy(s => s.Confidence)!)
            .Select(s => new AnalyzedSignal(s.TriggerType, Rounding.Score(s.Confidence), Wire.Name(s.Recommendation)));
}
