using System.Text.Json;
using Escalation.Core.Derived;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using NodaTime;
using NodaTime.Text;

namespace Escalation.Core.Decisions;

/// <summary>The JSON form of a decision, the same for <c>decide</c>, the HTTP API and reports.</summary>
/// <remarks>Source: "Command line, exactly" in CONTRACTS.md. Thread-safe.</remarks>
public static class DecisionJson
{
    private static readonly InstantPattern Times = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <summary>Writes one decision as an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="message">The message decided.</param>
    /// <param name="ticket">Its ticket, after merges.</param>
    /// <param name="context">Its context.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="explanation">Counterfactuals and near misses, where they were asked for.</param>
    public static void Write(Utf8JsonWriter json, Message message, TicketId ticket, ContextFacts context, Decision decision, Explanation? explanation = null)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, message.Id);
        json.WriteString("ticketId"u8, ticket.Value);
        WriteRecommendation(json, decision, message.Text);
        WriteSignals(json, "signals"u8, decision.Signals, message.Text);
        if (decision.Excepted.Count > 0) WriteExcepted(json, decision.Excepted, message.Text);
        WriteRoute(json, "route"u8, decision.Route);
        WriteContext(json, context);
        json.WriteBoolean("degraded"u8, decision.Degraded);
        if (decision.Degraded) WriteErrors(json, "errors"u8, decision.Errors);
        if (decision.ShadowErrors.Count > 0) WriteErrors(json, "shadowErrors"u8, decision.ShadowErrors);
        json.WriteString("configuration"u8, decision.Configuration.Value);
        if (explanation is not null) WriteExplanation(json, explanation, message.Text);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>recommendation{score, probability, band, reasons[{text, trigger, contribution}]}</c>.</summary>
    public static void WriteRecommendation(Utf8JsonWriter json, Decision decision, string originalText)
    {
        var recommendation = decision.Recommendation;
        json.WriteStartObject("recommendation"u8);
        json.WriteNumber("score"u8, recommendation.Score);
        if (recommendation.Probability is { } probability) json.WriteNumber("probability"u8, probability);
        else json.WriteNull("probability"u8);
        json.WriteString("band"u8, Wire.Name(recommendation.Band));
        json.WriteStartArray("reasons"u8);
        for (var i = 0; i < recommendation.Contributions.Count; i++)
        {
            var contribution = recommendation.Contributions[i];
            json.WriteStartObject();
            json.WriteString("text"u8, ReasonWords.Text(contribution, decision.Signals, originalText));
            json.WriteString("trigger"u8, contribution.Trigger);
            json.WriteNumber("contribution"u8, contribution.Share);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes an array of signals with their evidence; spans hold the words of the original text.</summary>
    public static void WriteSignals(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<Signal> signals, string originalText)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < signals.Count; i++)
        {
            var signal = signals[i];
            json.WriteStartObject();
            json.WriteString("triggerType"u8, signal.TriggerType);
            json.WriteString("group"u8, signal.Group);
            json.WriteNumber("confidence"u8, signal.Confidence);
            json.WriteString("recommendation"u8, Wire.Name(signal.Recommendation));
            json.WriteString("rule"u8, signal.Rule);
            json.WriteStartArray("evidence"u8);
            for (var j = 0; j < signal.Evidence.Count; j++)
            {
                var evidence = signal.Evidence[j];
                json.WriteStartObject();
                json.WriteString("kind"u8, Wire.Name(evidence.Kind));
                json.WriteString("field"u8, evidence.Field);
                if (evidence.HasSpan)
                {
                    json.WriteNumber("start"u8, evidence.Start);
                    json.WriteNumber("end"u8, evidence.End);
                }
                else
                {
                    json.WriteNull("start"u8);
                    json.WriteNull("end"u8);
                }
                json.WriteString("text"u8, evidence.Words(originalText));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes <c>excepted[{rule, kind, exception, until, reason, actor, signals[]}]</c>.</summary>
    public static void WriteExcepted(Utf8JsonWriter json, IReadOnlyList<ExceptedRule> excepted, string originalText)
    {
        json.WriteStartArray("excepted"u8);
        foreach (var (exception, signal) in excepted)
        {
            json.WriteStartObject();
            json.WriteString("rule"u8, exception.Rule);
            json.WriteString("kind"u8, Wire.Name(exception.Kind));
            json.WriteString("exception"u8, exception.Id);
            if (exception.Until is { } until) json.WriteString("until"u8, Format(until));
            json.WriteString("reason"u8, exception.Reason);
            json.WriteString("actor"u8, exception.Actor);
            WriteSignals(json, "signals"u8, signal is null ? [] : [signal], originalText);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes <c>route{team, priority, slaHours, slaDeadline}</c>, or null.</summary>
    public static void WriteRoute(Utf8JsonWriter json, ReadOnlySpan<byte> name, Route? route)
    {
        if (route is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteString("team"u8, route.Team);
        json.WriteString("priority"u8, Wire.Name(route.Priority));
        json.WriteNumber("slaHours"u8, route.SlaHours);
        json.WriteString("slaDeadline"u8, Format(route.SlaDeadline));
        json.WriteString("calendar"u8, route.Calendar);
        json.WriteString("rule"u8, route.Rule);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>context{product, issueType, urgency[], businessImpact, severity, confidence}</c>.</summary>
    public static void WriteContext(Utf8JsonWriter json, ContextFacts context)
    {
        json.WriteStartObject("context"u8);
        if (context.ProductFound.Value is { } product) json.WriteString("product"u8, product);
        else json.WriteNull("product"u8);
        if (context.IssueTypeFound.Value is { } issue) json.WriteString("issueType"u8, Wire.Name(issue));
        else json.WriteNull("issueType"u8);
        json.WriteStartArray("urgency"u8);
        for (var i = 0; i < context.Urgency.Count; i++) json.WriteStringValue(context.Urgency[i]);
        json.WriteEndArray();
        json.WriteString("businessImpact"u8, context.BusinessImpact);
        json.WriteNumber("severity"u8, context.Severity);
        json.WriteNumber("confidence"u8, Rounding.Score(context.Confidence));
        json.WriteEndObject();
    }

    /// <summary>An instant in RFC 3339 with <c>Z</c> and milliseconds.</summary>
    public static string Format(Instant instant) => Times.Format(instant);

    /// <summary>Writes <c>frustration{logOdds, base, words[{text, start, end, contribution}], others}</c>, or null; logOdds = base + words + others.</summary>
    private static void WriteFrustration(Utf8JsonWriter json, TextExplanation? explanation, string originalText)
    {
        if (explanation is null)
        {
            json.WriteNull("frustration"u8);
            return;
        }
        json.WriteStartObject("frustration"u8);
        json.WriteNumber("logOdds"u8, Rounding.Score(explanation.LogOdds));
        json.WriteNumber("base"u8, Rounding.Score(explanation.Base));
        json.WriteStartArray("words"u8);
        foreach (var word in explanation.Strongest)
        {
            json.WriteStartObject();
            json.WriteString("text"u8, originalText.AsSpan(word.Start, word.End - word.Start));
            json.WriteNumber("start"u8, word.Start);
            json.WriteNumber("end"u8, word.End);
            json.WriteNumber("contribution"u8, Rounding.Score(word.Contribution));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("others"u8, Rounding.Score(explanation.Others));
        json.WriteEndObject();
    }

    private static void WriteErrors(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<RuleError> errors)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < errors.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("rule"u8, errors[i].Rule);
            json.WriteString("message"u8, errors[i].Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteExplanation(Utf8JsonWriter json, Explanation explanation, string originalText)
    {
        json.WriteStartObject("explanation"u8);
        WriteFrustration(json, explanation.Frustration, originalText);
        json.WriteStartArray("counterfactuals"u8);
        foreach (var change in explanation.Counterfactuals.Concat(explanation.FactChanges))
        {
            json.WriteStartObject();
            json.WriteString("change"u8, change.Change);
            if (change.Fact is { } fact)
            {
                json.WriteString("fact"u8, fact.Name);
                json.WriteString("from"u8, fact.From);
                json.WriteString("to"u8, fact.To);
            }
            json.WriteNumber("score"u8, change.Score);
            json.WriteString("band"u8, Wire.Name(change.Band));
            if (change.Team is null) json.WriteNull("team"u8);
            else json.WriteString("team"u8, change.Team);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("nearMisses"u8);
        foreach (var miss in explanation.NearMisses)
        {
            json.WriteStartObject();
            json.WriteString("rule"u8, miss.Rule);
            json.WriteStartArray("failing"u8);
            foreach (var clause in miss.Failing)
            {
                json.WriteStartObject();
                json.WriteString("clause"u8, clause.Text);
                json.WriteString("fact"u8, clause.Fact);
                json.WriteString("actual"u8, clause.Actual);
                json.WriteString("wanted"u8, clause.Wanted);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
