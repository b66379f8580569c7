using System.Text;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.History.Import;

/// <summary>Reads an import map; every problem names the map and the place in it.</summary>
public static class ImportMapParser
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly string[] Parts = ["actor.id", "actor.kind", "actor.team", "shown.score", "shown.band", "shown.configuration", "audit.design", "audit.stratum", "audit.probability"];

    /// <summary>The map, or null with problems.</summary>
    public static ImportMap? Parse(string json, string file, out IReadOnlyList<InputProblem> problems)
    {
        var reader = new Reader(file);
        ImportMap? map = null;
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            map = reader.Read(document.RootElement);
        }
        catch (JsonException broken)
        {
            reader.Problems.Add(new InputProblem(file, (broken.LineNumber ?? 0) + 1, "map", "is not valid JSON here"));
        }
        problems = reader.Problems;
        return reader.Problems.Count == 0 ? map : null;
    }

    private sealed class Reader(string file)
    {
        public List<InputProblem> Problems { get; } = [];

        public ImportMap? Read(JsonElement root)
        {
            if (!IsObject(root, "map", ["type", "columns", "when", "also", "attributes", "ignore", "delimiter", "encoding", "timeFormat", "tickets", "note"])) return null;
            var records = new List<RecordMap>();
            if (ReadRecord(root, "") is { } main) records.Add(main);
            if (root.TryGetProperty("also", out var also) && IsArray(also, "also"))
                foreach (var (index, element) in also.EnumerateArray().Index())
                    if (IsObject(element, $"also[{index}]", ["type", "columns", "when", "note"]) && ReadRecord(element, $"also[{index}].") is { } further) records.Add(further);
            var delimiter = Text(root, "delimiter") ?? ",";
            if (delimiter.Length != 1 || delimiter[0] > 127) Fail("delimiter", "must be one ASCII character, for example \";\" or \"\\t\"");
            var encoding = Text(root, "encoding") ?? "utf-8";
            if (!IsEncoding(encoding)) Fail("encoding", $"\"{encoding}\" is not known; write for example utf-8, utf-16, latin1 or windows-1252");
            return new ImportMap
            {
                File = file,
                Records = records,
                Attributes = Strings(root, "attributes"),
                Ignored = Strings(root, "ignore"),
                Delimiter = delimiter.Length > 0 ? delimiter[0] : ',',
                Encoding = encoding,
                TimeFormat = Text(root, "timeFormat"),
                Tickets = ReadTickets(root),
            };
        }

        private RecordMap? ReadRecord(JsonElement element, string place)
        {
            if (!Wire.TryParse<RecordType>(Text(element, "type") ?? "message", out var type))
            {
                Fail(place + "type", $"must be one of {string.Join(", ", Wire.All<RecordType>())}");
                return null;
            }
            var fields = new Dictionary<string, FieldSource>(StringComparer.Ordinal);
            if (!element.TryGetProperty("columns", out var columns) || columns.ValueKind != JsonValueKind.Object)
                Fail(place + "columns", "is missing; it names for each field of history the column that it comes from");
            else
                foreach (var property in columns.EnumerateObject())
                {
                    var at = $"{place}columns.{property.Name}";
                    if (!IsField(property.Name, type)) Fail(at, $"is no field of a {Wire.Name(type)}; it may have {Fields.NamesOf(type)}, attributes.NAME and {string.Join(", ", Parts)}");
                    else if (ReadSource(property.Value, at) is { } source) fields[property.Name] = source;
                }
            return new RecordMap(type, fields, ReadCondition(element, place + "when"));
        }

        private FieldSource? ReadSource(JsonElement element, string place)
        {
            if (element.ValueKind == JsonValueKind.String) return new FieldSource(element.GetString(), null, null, null);
            if (!IsObject(element, place, ["column", "value", "template", "map"])) return null;
            var source = new FieldSource(Text(element, "column"), Text(element, "value"), Text(element, "template"), null);
            if ((source.Column is null ? 0 : 1) + (source.Value is null ? 0 : 1) + (source.Template is null ? 0 : 1) != 1)
                Fail(place, "needs exactly one of \"column\", \"value\" and \"template\"");
            if (!element.TryGetProperty("map", out var map)) return source;
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            if (map.ValueKind != JsonValueKind.Object || source.Column is null) Fail(place + ".map", "must be an object beside \"column\": the column's values and what they become");
            else
                foreach (var entry in map.EnumerateObject())
                    if (entry.Value.ValueKind == JsonValueKind.String) values[entry.Name] = entry.Value.GetString()!;
                    else Fail($"{place}.map.{entry.Name}", "must be a string");
            return source with { Map = values };
        }

        private RowCondition? ReadCondition(JsonElement element, string place)
        {
            if (!element.TryGetProperty("when", out var when)) return null;
            if (when.ValueKind == JsonValueKind.String) return new RowCondition(when.GetString()!, null, null);
            if (!IsObject(when, place, ["column", "equals", "differsFrom"])) return null;
            if (Text(when, "column") is { } column) return new RowCondition(column, Text(when, "equals"), Text(when, "differsFrom"));
            Fail(place + ".column", "is missing");
            return null;
        }

        private TicketMaking? ReadTickets(JsonElement root)
        {
            if (!root.TryGetProperty("tickets", out var tickets) || !IsObject(tickets, "tickets", ["by", "gapHours"])) return null;
            if (!Wire.TryParse<TicketsBy>(Text(tickets, "by"), out var by)) Fail("tickets.by", $"must be one of {string.Join(", ", Wire.All<TicketsBy>())}");
            var hours = 72d;
            if (tickets.TryGetProperty("gapHours", out var gap) && (gap.ValueKind != JsonValueKind.Number || (hours = gap.GetDouble()) is not (> 0 and < 100_000)))
                Fail("tickets.gapHours", "must be a number of hours above 0");
            return new TicketMaking(by, Duration.FromHours(Math.Clamp(hours, 0, 100_000)));
        }

        private static bool IsField(string name, RecordType type)
        {
            if (name.StartsWith("attributes.", StringComparison.Ordinal)) return type == RecordType.Message && name.Length > 11;
            var head = Array.IndexOf(Parts, name) >= 0 ? name[..name.IndexOf('.', StringComparison.Ordinal)] : name;
            return Fields.TryFind(Encoding.UTF8.GetBytes(head), out var field) && field != Field.Type && (Fields.Allowed[(int)type] & Fields.Bit(field)) != 0
                && (Fields.Shape(field) == FieldShape.Object) == (head.Length != name.Length);
        }

        private static bool IsEncoding(string name)
        {
            try
            {
                return ImportEncoding.Of(name) is not null;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }

        private bool IsObject(JsonElement element, string place, string[] known)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                Fail(place, "must be an object");
                return false;
            }
            foreach (var property in element.EnumerateObject())
                if (Array.IndexOf(known, property.Name) < 0) Fail(place == "map" ? property.Name : $"{place}.{property.Name}", $"is no known key; known are {string.Join(", ", known)}");
            return true;
        }

        private bool IsArray(JsonElement element, string place)
        {
            if (element.ValueKind == JsonValueKind.Array) return true;
            Fail(place, "must be an array");
            return false;
        }

        private string? Text(JsonElement element, string name)
        {
            if (!element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
            if (value.ValueKind == JsonValueKind.String) return value.GetString();
            Fail(name, "must be a string");
            return null;
        }

        private List<string> Strings(JsonElement root, string name)
        {
            var list = new List<string>();
            if (!root.TryGetProperty(name, out var array) || !IsArray(array, name)) return list;
            foreach (var element in array.EnumerateArray())
                if (element.ValueKind == JsonValueKind.String) list.Add(element.GetString()!);
                else Fail(name, "must be an array of strings");
            return list;
        }

        private void Fail(string place, string message) => Problems.Add(new InputProblem(file, 0, place, message));
    }
}

/// <summary>Encodings of files by their names.</summary>
public static class ImportEncoding
{
    /// <summary>The encoding of a name, those of Windows too.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Encoding Of(string name) => Encoding.GetEncoding(name);
}
