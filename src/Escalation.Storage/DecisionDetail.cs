using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using NodaTime.Text;

namespace Escalation.Storage;

/// <summary>The part of a decision that has no column: signals, contributions, errors, shadow. Words of spans are left out and read from the message again.</summary>
internal static class DecisionDetail
{
    public static string Write(Decision decision, JsonElement facts)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteSignals(json, "signals", decision.Signals);
            WriteSignals(json, "suppressed", decision.Suppressed);
            WriteExcepted(json, decision.Excepted);
            WriteContributions(json, decision.Recommendation);
            WriteErrors(json, "errors", decision.Errors);
            WriteErrors(json, "shadowErrors", decision.ShadowErrors);
            if (decision.Unavailable.Count > 0)
            {
                json.WriteStartArray("unavailable");
                foreach (var rule in decision.Unavailable) json.WriteStringValue(rule);
                json.WriteEndArray();
            }
            if (decision.Shadow is { } shadow) WriteShadow(json, shadow);
            if (facts.ValueKind == JsonValueKind.Object)
            {
                json.WritePropertyName("facts");
                json.WriteRawValue(JsonMarshal.GetRawUtf8Value(facts), skipInputValidation: true);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static IReadOnlyList<Signal> Signals(JsonElement detail, string name) =>
        detail.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(ReadSignal)] : [];

    public static IReadOnlyList<Contribution> Contributions(JsonElement detail) =>
        detail.TryGetProperty("contributions", out var list)
            ? [.. list.EnumerateArray().Select(c => new Contribution(Text(c, "group"), Text(c, "trigger"), c.GetProperty("strength").GetDouble(), c.GetProperty("share").GetDouble()))]
            : [];

    public static IReadOnlyList<RuleError> Errors(JsonElement detail, string name) =>
        detail.TryGetProperty(name, out var list)
            ? [.. list.EnumerateArray().Select(e => new RuleError(Text(e, "rule"), Text(e, "message"), e.GetProperty("mustEscalate").GetBoolean()))]
            : [];

    public static IReadOnlyList<string> Unavailable(JsonElement detail) =>
        detail.TryGetProperty("unavailable", out var list) ? [.. list.EnumerateArray().Select(e => e.GetString()!)] : [];

    public static IReadOnlyList<ExceptedRule> Excepted(JsonElement detail) =>
        detail.TryGetProperty("excepted", out var list) ? [.. list.EnumerateArray().Select(e => new ExceptedRule(ReadException(e), e.TryGetProperty("signal", out var signal) ? ReadSignal(signal) : null))] : [];

    public static ShadowDecision? Shadow(JsonElement detail)
    {
        if (!detail.TryGetProperty("shadow", out var shadow)) return null;
        Route? route = null;
        if (shadow.TryGetProperty("route", out var r))
            route = new Route(Text(r, "team"), Columns.Value<TicketPriority>(Text(r, "priority")), r.GetProperty("slaHours").GetDouble(), Text(r, "calendar"),
                InstantPattern.ExtendedIso.Parse(Text(r, "slaDeadline")).GetValueOrThrow(), Text(r, "rule"));
        return new ShadowDecision(Signals(shadow, "signals"),
            new Recommendation(shadow.GetProperty("score").GetDouble(), null, Columns.Value<Band>(Text(shadow, "band")), Contributions(shadow)), route);
    }

    private static void WriteErrors(Utf8JsonWriter json, string name, IReadOnlyList<RuleError> errors)
    {
        if (errors.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var error in errors)
        {
            json.WriteStartObject();
            json.WriteString("rule", error.Rule);
            json.WriteString("message", error.Message);
            json.WriteBoolean("mustEscalate", error.MustEscalate);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteShadow(Utf8JsonWriter json, ShadowDecision shadow)
    {
        json.WriteStartObject("shadow");
        json.WriteNumber("score", shadow.Recommendation.Score);
        json.WriteString("band", Wire.Name(shadow.Recommendation.Band));
        WriteSignals(json, "signals", shadow.Signals);
        WriteContributions(json, shadow.Recommendation);
        if (shadow.Route is { } route)
        {
            json.WriteStartObject("route");
            json.WriteString("team", route.Team);
            json.WriteString("priority", Wire.Name(route.Priority));
            json.WriteNumber("slaHours", route.SlaHours);
            json.WriteString("calendar", route.Calendar);
            json.WriteString("slaDeadline", InstantPattern.ExtendedIso.Format(route.SlaDeadline));
            json.WriteString("rule", route.Rule);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteExcepted(Utf8JsonWriter json, IReadOnlyList<ExceptedRule> excepted)
    {
        if (excepted.Count == 0) return;
        json.WriteStartArray("excepted");
        foreach (var (exception, signal) in excepted)
        {
            json.WriteStartObject();
            json.WriteString("id", exception.Id);
            json.WriteString("kind", Wire.Name(exception.Kind));
            json.WriteString("rule", exception.Rule);
            if (exception.Customer is { } customer) json.WriteString("customer", customer.Value);
            if (exception.Product is { } product) json.WriteString("product", product);
            json.WriteString("from", InstantPattern.ExtendedIso.Format(exception.From));
            if (exception.Until is { } until) json.WriteString("until", InstantPattern.ExtendedIso.Format(until));
            json.WriteString("reason", exception.Reason);
            json.WriteString("actor", exception.Actor);
            if (signal is not null)
            {
                json.WritePropertyName("signal");
                WriteSignal(json, signal);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteSignals(Utf8JsonWriter json, string name, IReadOnlyList<Signal> signals)
    {
        if (signals.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var signal in signals) WriteSignal(json, signal);
        json.WriteEndArray();
    }

    private static void WriteSignal(Utf8JsonWriter json, Signal signal)
    {
        json.WriteStartObject();
        json.WriteString("trigger", signal.TriggerType);
        json.WriteString("group", signal.Group);
        json.WriteNumber("confidence", signal.Confidence);
        json.WriteString("recommendation", Wire.Name(signal.Recommendation));
        json.WriteString("rule", signal.Rule);
        if (signal.SuppressedBy is not null) json.WriteString("suppressedBy", signal.SuppressedBy);
        json.WriteStartArray("evidence");
        foreach (var evidence in signal.Evidence)
        {
            json.WriteStartObject();
            json.WriteString("kind", Wire.Name(evidence.Kind));
            json.WriteString("field", evidence.Field);
            if (evidence.HasSpan)
            {
                json.WriteNumber("start", evidence.Start);
                json.WriteNumber("end", evidence.End);
            }
            else
            {
                json.WriteString("value", evidence.Text);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteContributions(Utf8JsonWriter json, Recommendation recommendation)
    {
        if (recommendation.Contributions.Count == 0) return;
        json.WriteStartArray("contributions");
        foreach (var part in recommendation.Contributions)
        {
            json.WriteStartObject();
            json.WriteString("group", part.Group);
            json.WriteString("trigger", part.Trigger);
            json.WriteNumber("strength", part.Strength);
            json.WriteNumber("share", part.Share);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static Signal ReadSignal(JsonElement signal) =>
        new(Text(signal, "trigger"), Text(signal, "group"), signal.GetProperty("confidence").GetDouble(), Columns.Value<Band>(Text(signal, "recommendation")), Text(signal, "rule"),
            [.. signal.GetProperty("evidence").EnumerateArray().Select(e => ReadEvidence(e))])
        {
            SuppressedBy = signal.TryGetProperty("suppressedBy", out var by) ? by.GetString() : null,
        };

    private static RuleException ReadException(JsonElement exception) => new()
    {
        Id = Text(exception, "id"),
        Kind = Columns.Value<RuleExceptionKind>(Text(exception, "kind")),
        Rule = Text(exception, "rule"),
        Customer = exception.TryGetProperty("customer", out var customer) ? new CustomerId(customer.GetString()!) : null,
        Product = exception.TryGetProperty("product", out var product) ? product.GetString() : null,
        From = InstantPattern.ExtendedIso.Parse(Text(exception, "from")).GetValueOrThrow(),
        Until = exception.TryGetProperty("until", out var until) ? InstantPattern.ExtendedIso.Parse(until.GetString()!).GetValueOrThrow() : null,
        Reason = Text(exception, "reason"),
        Actor = Text(exception, "actor"),
    };

    private static Evidence ReadEvidence(JsonElement evidence)
    {
        var kind = Columns.Value<EvidenceKind>(Text(evidence, "kind"));
        if (!evidence.TryGetProperty("start", out var at)) return Evidence.Of(kind, Text(evidence, "field"), Text(evidence, "value"));
        return Evidence.Span(kind, Text(evidence, "field"), at.GetInt32(), evidence.GetProperty("end").GetInt32());
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}
