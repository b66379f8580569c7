using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.Service.Intake;

/// <summary>A body that could not be taken.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Pointer">JSON pointer (RFC 6901) to the field; empty where the whole body is meant.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record BodyProblem(int Status, string Pointer, string Message);

/// <summary>What an address adds to the body posted to it.</summary>
/// <param name="Address">The address: the same body at another one is another delivery.</param>
/// <param name="Fields">Fields that the address itself says; a body may not say them otherwise.</param>
/// <param name="Defaults">Fields that stand in where the body has none.</param>
public sealed record BodyContext(string Address, IReadOnlyDictionary<string, object> Fields, IReadOnlyDictionary<string, object> Defaults);

/// <summary>Turns a posted JSON object into a history record, by the same reader as JSONL files: the same fields, the same errors.</summary>
public static class IntakeBody
{
    private static readonly string[] RequiredOfMessage = ["source", "externalId", "customerId", "channel", "author", "at", "text"];
    private static readonly string[] OfService = ["receivedAt", "type"];
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16 };

    /// <summary>The record of a body, or its first problem.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="type">message, event or label.</param>
    /// <param name="idempotencyKey">The caller's key, where one was sent; an id that is missing follows from it, else from the body.</param>
    /// <param name="context">What the address adds; null where the body says all.</param>
    /// <remarks><c>receivedAt</c> is accepted and not used: the service itself knows when it learned of something.</remarks>
    public static (IntakeItem? Item, BodyProblem? Problem) Parse(ReadOnlyMemory<byte> body, RecordType type, string? idempotencyKey, BodyContext? context = null)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, Strict);
        }
        catch (JsonException broken)
        {
            return Refuse(400, "", string.Create(CultureInfo.InvariantCulture,
                $"the body is not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}; send one JSON object in UTF-8"));
        }
        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return Refuse(400, "", "the body is no JSON object; send one object, not an array or a value");
            try
            {
                return Check(root, type, context) is { } problem ? (null, problem) : Read(root, type, idempotencyKey, context);
            }
            catch (InvalidOperationException)
            {
                return Refuse(400, "", "the body holds text that is not valid UTF-8, or half of a surrogate pair; send UTF-8");
            }
        }
    }

    /// <summary>The pointer of a field that the reader names with dots.</summary>
    public static string Pointer(string field) =>
        field == "line" ? "" : "/" + string.Join('/', field.Split('.', 2).Select(p => p.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)));

    /// <summary>A record cut to whole milliseconds, as it is stored, so that it is decided now as it is replayed later.</summary>
    public static HistoryRecord ToMilliseconds(HistoryRecord record)
    {
        var at = Cut(record.At);
        var received = record.ReceivedAt is { } r ? Cut(r) : (Instant?)null;
        return at == record.At && received == record.ReceivedAt ? record : record with { At = at, ReceivedAt = received };
    }

    private static (IntakeItem? Item, BodyProblem? Problem) Read(JsonElement root, RecordType type, string? idempotencyKey, BodyContext? context)
    {
        var line = Complete(root, type, idempotencyKey, context);
        var record = new HistoryJsonReader(HistoryReadOptions.Strict).Read(line.Span, type, "body", 1, out var refused);
        if (record is null) return Refuse(400, Pointer(refused!.Field), $"{refused.Field}: {refused.Message}");
        record = ToMilliseconds(record);
        return (new IntakeItem(record, context is null ? BodyHash.Of(record) : BodyHash.Of(root, context.Address), idempotencyKey), null);
    }

    private static BodyProblem? Check(JsonElement root, RecordType type, BodyContext? context)
    {
        if (root.TryGetProperty("type", out var given) && !Says(given, Wire.Name(type)))
            return new BodyProblem(400, "/type", $"type: {given.GetRawText()} cannot be posted here; this address takes {Wire.Name(type)}");
        foreach (var (name, value) in context?.Fields ?? new Dictionary<string, object>())
            if (root.TryGetProperty(name, out var said) && !Says(said, value.ToString()!))
                return new BodyProblem(400, "/" + name, $"{name}: is {value} by the address; leave it out, or post to another address");
        if (type != RecordType.Message) return null;
        foreach (var name in RequiredOfMessage)
            if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
                return new BodyProblem(400, "/" + name, $"{name}: is missing; a message needs {string.Join(", ", RequiredOfMessage)}");
        var text = root.GetProperty("text");
        return text.ValueKind == JsonValueKind.String && text.GetString()!.Length > HistoryReadOptions.MaxTextLength
            ? new BodyProblem(413, "/text", string.Create(CultureInfo.InvariantCulture, $"text: has more than {HistoryReadOptions.MaxTextLength:N0} characters; cut it, or send the first part"))
            : null;
    }

    private static bool Says(JsonElement value, string expected) => value.ValueKind == JsonValueKind.String && value.GetString() == expected;

    private static ReadOnlyMemory<byte> Complete(JsonElement root, RecordType type, string? idempotencyKey, BodyContext? context)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            foreach (var property in root.EnumerateObject())
                if (!OfService.Contains(property.Name) && context?.Fields.ContainsKey(property.Name) != true) property.WriteTo(json);
            if (!Has("id")) json.WriteString("id", IdOf(root, type, idempotencyKey, context));
            if (context is not null)
            {
                foreach (var (name, value) in context.Fields) Write(json, name, value);
                foreach (var (name, value) in context.Defaults)
                    if (!Has(name)) Write(json, name, value);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;

        bool Has(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
    }

    /// <remarks>Two clicks on the same button are two events, so an address that fills in the time gives a new id unless a key says that it is the same delivery.</remarks>
    private static string IdOf(JsonElement root, RecordType type, string? idempotencyKey, BodyContext? context)
    {
        if (type == RecordType.Message) return $"{root.GetProperty("source")}/{root.GetProperty("externalId")}";
        var kind = Wire.Name(type);
        if (idempotencyKey is null && context is not null) return $"{kind}-{Guid.CreateVersion7():N}";
        return $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(idempotencyKey ?? BodyHash.Of(root, kind))).AsSpan(0, 12))}";
    }

    private static void Write(Utf8JsonWriter json, string name, object value)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value);
    }

    private static (IntakeItem?, BodyProblem?) Refuse(int status, string pointer, string message) => (null, new BodyProblem(status, pointer, message));

    private static Instant Cut(Instant instant) => Instant.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());
}
