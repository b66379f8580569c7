using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Escalation.Core.Derived;
using Escalation.Rules.Cases;
using Escalation.Rules.Compilation;

namespace Escalation.Rules.Schemas;

/// <summary>Writes shapes as JSON Schema (2020-12), for editors.</summary>
internal static class SchemaWriter
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The names that an expression may begin with, as an editor offers them.</summary>
    private static readonly string[] Facts = [.. FactRoots.Routing.SelectMany(r => FactRoots.MembersOf(r.Value).Select(m => $"{r.Key}.{m}")).Order(StringComparer.Ordinal)];

    /// <summary>The schema of a kind of file, with a line end.</summary>
    public static string Write(string name, Shape shape)
    {
        var schema = Of(shape);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", $"rules/{name}");
        schema.Insert(2, "$comment", "Written by \"escalation rules schema\" from what the validator asks; do not edit.");
        if (schema.ToJsonString().Contains("#/$defs/expression", StringComparison.Ordinal)) schema["$defs"] = new JsonObject { ["expression"] = Expression() };
        return schema.ToJsonString(Options).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject Of(Shape shape)
    {
        if (shape.IsFacts) return FactsObject();
        if (shape.IsExpression)
        {
            var expression = new JsonObject { ["$ref"] = "#/$defs/expression" };
            return shape.Kinds.Contains(JsonValueKind.Number) ? new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 }, expression) } : expression;
        }
        var schema = new JsonObject();
        var types = shape.Kinds.Select(k => TypeOf(k, shape)).OfType<string>().Distinct().ToArray();
        if (types.Length == 1) schema["type"] = types[0];
        else if (types.Length > 1) schema["type"] = new JsonArray([.. types.Select(t => (JsonNode)t)]);
        if (shape.Description is not null) schema["description"] = shape.Description;
        if (shape.Values is not null) schema["enum"] = new JsonArray([.. shape.Values.Select(v => (JsonNode)v)]);
        if (shape.Range is var (least, most)) (schema["minimum"], schema["maximum"]) = (least, most);
        if (shape.Items is not null) schema["items"] = Of(shape.Items);
        if (!shape.IsClosed) return schema;
        var properties = new JsonObject();
        foreach (var (key, value) in shape.Properties)
            if (!shape.Refused.Contains(key)) properties[key] = Of(value);
        schema["properties"] = properties;
        if (shape.Required.ToArray() is { Length: > 0 } required) schema["required"] = new JsonArray([.. required.Select(r => (JsonNode)r)]);
        schema["additionalProperties"] = shape.Others is null ? JsonValue.Create(false) : Of(shape.Others);
        return schema;
    }

    private static JsonObject Expression() => new()
    {
        ["type"] = "string",
        ["description"] = "A condition or formula over facts; see rules/LANGUAGE.md.",
        ["maxLength"] = ExpressionParser.MaxLength,
        ["examples"] = new JsonArray([.. Facts.Select(f => (JsonNode)f)]),
    };

    /// <summary>The facts of a case: their names complete as keys.</summary>
    private static JsonObject FactsObject()
    {
        var properties = new JsonObject();
        foreach (var (name, type) in CaseFacts.Settable.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var values = FactRoots.ValuesOf(name) is { } closed ? new JsonObject { ["enum"] = new JsonArray([.. closed.Select(v => (JsonNode)v)]) } : new JsonObject { ["type"] = "string" };
            var fact = type == typeof(string) ? values
                : type == typeof(bool) ? new JsonObject { ["type"] = "boolean" }
                : type == typeof(int) ? new JsonObject { ["type"] = "integer" }
                : type == typeof(double) ? new JsonObject { ["type"] = "number" } : new JsonObject { ["type"] = "array", ["items"] = values };
            var isOptional = FactCatalog.All.First(f => f.Name == name).KnownTwin is not null;
            properties[name] = isOptional ? new JsonObject { ["anyOf"] = new JsonArray(fact, new JsonObject { ["type"] = "null" }) } : fact;
        }
        properties[CaseFacts.Keywords] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } };
        properties["attributes"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } };
        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    private static string? TypeOf(JsonValueKind kind, Shape shape) => kind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => shape.IsWhole ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        _ => null,
    };
}
