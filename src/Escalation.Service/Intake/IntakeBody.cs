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
    /// <param name="defaults">Fields that stand in where the body has none.</param>
    /// <remarks><c>receivedAt</c> is accepted and not used: the service itself knows when it learned of something.</remarks>
    public static (IntakeItem? Item, BodyProblem? Problem) Parse(
        ReadOnlyMemory<byte> body, RecordType type, string? idempotencyKey, IReadOnlyDictionary<string, string>? defaults = null)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, Strict);
        }
        catch (JsonException broken)
        {
            return (null, new BodyProblem(400, "", string.Create(CultureInfo.InvariantCulture,
                $"the body is not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}; send one JSON object in UTF-8")));
        }
        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return (null, new BodyProblem(400, "", "the body is no JSON object; send one object, not an array or a value"));
            var kind = Wire.Name(type);
            try
            {
                if (Check(root, type) is { } problem) return (null, problem);
                var hash = BodyHash.Of(root, kind);
                var line = Complete(root, type, kind, idempotencyKey, hash, defaults);
                var record = new HistoryJsonReader(HistoryReadOptions.Strict).Read(line.Span, type, "body", 1, out var refused);
                return record is null
                    ? (null, new BodyProblem(400, Pointer(refused!.Field), $"{refused.Field}: {refused.Message}"))
                    : (new IntakeItem(record, hash, idempotencyKey), null);
            }
            catch (InvalidOperationException)
            {
                return (null, new BodyProblem(400, "", "the body holds text that is not valid UTF-8, or half of a surrogate pair; send UTF-8"));
            }
        }
    }

    /// <summary>The pointer of a field that the reader names with dots.</summary>
    public static string Pointer(string field) =>
        field == "line" ? "" : "/" + string.Join('/', field.Split('.', 2).Select(p => p.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)));

    private static BodyProblem? Check(JsonElement root, RecordType type)
    {
        if (root.TryGetProperty("type", out var given) && given.ValueKind == JsonValueKind.String && given.GetString() != Wire.Name(type))
            return new BodyProblem(400, "/type", $"type: \"{given.GetString()}\" cannot be posted here; this address takes {Wire.Name(type)}");
        if (type != RecordType.Message) return null;
        foreach (var name in RequiredOfMessage)
            if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
                return new BodyProblem(400, "/" + name, $"{name}: is missing; a message needs {string.Join(", ", RequiredOfMessage)}");
        var text = root.GetProperty("text");
        return text.ValueKind == JsonValueKind.String && text.GetString()!.Length > HistoryReadOptions.MaxTextLength
            ? new BodyProblem(413, "/text", string.Create(CultureInfo.InvariantCulture, $"text: has more than {HistoryReadOptions.MaxTextLength} characters; cut it, or send the first part"))
            : null;
    }

    private static ReadOnlyMemory<byte> Complete(
        JsonElement root, RecordType type, string kind, string? idempotencyKey, string hash, IReadOnlyDictionary<string, string>? defaults)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            foreach (var property in root.EnumerateObject())
                if (!OfService.Contains(property.Name)) property.WriteTo(json);
            if (!Has("id")) json.WriteString("id", type == RecordType.Message ? root.GetProperty("source") + "/" + root.GetProperty("externalId") : Id(kind, idempotencyKey ?? hash));
            if (defaults is not null)
                foreach (var (name, value) in defaults)
                    if (!Has(name)) json.WriteString(name, value);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;

        bool Has(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
    }

    private static string Id(string kind, string from) =>
        $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(from)).AsSpan(0, 12))}";

    /// <summary>A record cut to whole milliseconds, as it is stored, so that it is decided now as it is replayed later.</summary>
    public static HistoryRecord ToMilliseconds(HistoryRecord record)
    {
        var at = Cut(record.At);
        var received = record.ReceivedAt is { } r ? Cut(r) : (Instant?)null;
        return at == record.At && received == record.ReceivedAt ? record : record with { At = at, ReceivedAt = received };
    }

    private static Instant Cut(Instant instant) => Instant.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());
}
