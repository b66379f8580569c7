using System.Buffers;
using System.Text.Json;
using Escalation.Rules.Documents;
using Fluid;

namespace Escalation.Rules.Notifications;

/// <summary>A JSON value whose texts are Liquid templates (Fluid): whatever they come out as is a text in JSON, so that nothing a customer wrote can change its shape.</summary>
/// <remarks>Immutable, thread-safe. A text that comes out blank is left out, with its key, and so is an object or list of which nothing is left.</remarks>
public sealed class JsonTemplate
{
    private readonly Node root;

    private JsonTemplate(Node root) => this.root = root;

    /// <summary>Names that a template may read.</summary>
    public static readonly IReadOnlyList<string> Names = ["id", "step", "ticket", "number", "source", "episode", "band", "tag", "priority", "team", "team_id", "help_desk_group", "reasons", "title", "note", "url"];

    /// <summary>A template; null, with problems at their places, where a text is no Liquid or reads a name that there is not.</summary>
    internal static JsonTemplate? Of(DocumentNode node, ObjectReader reader) => Read(node, reader) is { } root ? new JsonTemplate(root) : null;

    /// <summary>The value with its texts filled in, as UTF-8; an empty object where nothing is left.</summary>
    public byte[] Render(IReadOnlyDictionary<string, object?> values)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
            if (Filled(root, values) is { } filled) Write(json, filled);
            else
            {
                json.WriteStartObject();
                json.WriteEndObject();
            }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A single text as a template; null, with a problem, where it is none.</summary>
    internal static Func<IReadOnlyDictionary<string, object?>, string>? Text(DocumentNode node, ObjectReader reader) =>
        Parse(node, reader) is { } template ? values => LiquidText.Render(template, values).Trim() : null;

    private static Node? Read(DocumentNode node, ObjectReader reader)
    {
        switch (node.Kind)
        {
            case JsonValueKind.String: return Parse(node, reader) is { } template ? new Node(node, template, [], []) : null;
            case JsonValueKind.Array:
                var items = node.Items.Select(i => Read(i, reader)).ToList();
                return items.Contains(null) ? null : new Node(node, null, [], items!);
            case JsonValueKind.Object:
                var members = node.Members.Select(m => (m.Name, Value: Read(m.Value, reader))).ToList();
                return members.Exists(m => m.Value is null) ? null : new Node(node, null, members!, []);
            default: return new Node(node, null, [], []);
        }
    }

    private static IFluidTemplate? Parse(DocumentNode node, ObjectReader reader) => LiquidText.Parse(node.Text, Names, (offset, message) => reader.Error(node.PlaceOf(offset), message));

    private static object? Filled(Node node, IReadOnlyDictionary<string, object?> values)
    {
        if (node.Template is { } template) return LiquidText.Render(template, values).Trim() is { Length: > 0 } text ? text : null;
        switch (node.Source.Kind)
        {
            case JsonValueKind.Object:
                var members = node.Members.Select(m => (m.Name, Value: Filled(m.Value, values))).Where(m => m.Value is not null).ToList();
                return members.Count == 0 && node.Members.Count > 0 ? null : members;
            case JsonValueKind.Array:
                var items = node.Items.Select(i => Filled(i, values)).Where(i => i is not null).ToList();
                return items.Count == 0 && node.Items.Count > 0 ? null : items;
            default: return node.Source;
        }
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case string text:
                json.WriteStringValue(text);
                break;
            case List<(string Name, object? Value)> members:
                json.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    json.WritePropertyName(name);
                    Write(json, member);
                }
                json.WriteEndObject();
                break;
            case List<object?> items:
                json.WriteStartArray();
                foreach (var item in items) Write(json, item);
                json.WriteEndArray();
                break;
            case DocumentNode { Kind: JsonValueKind.Number } number:
                json.WriteRawValue(number.Text);
                break;
            case DocumentNode { Kind: JsonValueKind.True or JsonValueKind.False } flag:
                json.WriteBooleanValue(flag.Kind == JsonValueKind.True);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private sealed record Node(DocumentNode Source, IFluidTemplate? Template, IReadOnlyList<(string Name, Node Value)> Members, IReadOnlyList<Node> Items);
}
