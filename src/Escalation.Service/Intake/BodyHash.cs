using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Escalation.Service.Intake;

/// <summary>SHA-256 of a JSON body that is the same for the same content, whatever its spaces, escapes and order of fields.</summary>
public static class BodyHash
{
    /// <summary>64 lower-case hex digits.</summary>
    /// <param name="body">The body.</param>
    /// <param name="kind">Where it was sent: the same body at another place is another one.</param>
    public static string Of(JsonElement body, string kind)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartArray();
            json.WriteStringValue(kind);
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
