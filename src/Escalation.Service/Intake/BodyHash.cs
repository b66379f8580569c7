using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;

namespace Escalation.Service.Intake;

/// <summary>SHA-256 of what a delivery says, the same for the same content however it is written and whichever way it came.</summary>
public static class BodyHash
{
    /// <summary>Of a record, without its receivedAt: an import and a post of the same message agree. 64 lower-case hex digits.</summary>
    public static string Of(HistoryRecord record)
    {
        var said = record with { ReceivedAt = null };
        if (said is Message { Attributes.Count: > 1 } message) said = message with { Attributes = new SortedDictionary<string, string>(message.Attributes.ToDictionary(), StringComparer.Ordinal) };
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true })) HistoryJsonWriter.Append(json, said);
        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    /// <summary>Of a body sent to an address that fills in the rest, whatever its spaces, escapes and order of fields.</summary>
    public static string Of(JsonElement body, string address)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartArray();
            json.WriteStringValue(address);
            Write(json, body);
            json.WriteEndArray();
        }
        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(property.Name);
                    Write(json, property.Value);
                }
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(json, item);
                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
