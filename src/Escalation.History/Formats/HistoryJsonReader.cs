using System.Globalization;
using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;

namespace Escalation.History.Formats;

/// <summary>Reads history records from JSON lines, strictly: what is not in DESIGN.md is a problem of that line.</summary>
/// <remarks>Keeps texts that come again and again only once. One thread at a time; give every thread its own.</remarks>
public sealed class HistoryJsonReader
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false, MaxDepth = 16 };
    private readonly StringCache cache = new();
    private readonly RecordDraft draft;
    private readonly bool typeMayLack;

    /// <summary>A reader.</summary>
    public HistoryJsonReader(HistoryReadOptions options)
    {
        draft = new RecordDraft(options);
        typeMayLack = options.FillMissingAt is not null;
    }

    internal ParseCounters TakeCounters()
    {
        var counters = draft.Counters;
        draft.Counters = default;
        return counters;
    }

    /// <summary>The record of a line, or null with its problem.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="fileType">The type that the file's name says; null where each line says it.</param>
    /// <param name="file">For the problem.</param>
    /// <param name="number">The line's number from 1, for the problem.</param>
    /// <param name="problem">The first problem of the line.</param>
    public HistoryRecord? Read(ReadOnlySpan<byte> line, RecordType? fileType, string file, long number, out InputProblem? problem)
    {
        draft.Reset();
        HistoryRecord? record = null;
        try
        {
            if (line.Trim(" \t\r"u8).IsEmpty) draft.Fail("line", "is empty; take it out");
            else if (ReadFields(line) && TypeOf(fileType) is { } type) record = draft.Build(type, number);
        }
        catch (JsonException broken)
        {
            draft.Fail("line", string.Create(CultureInfo.InvariantCulture, $"is not valid JSON at byte {broken.BytePositionInLine + 1}; each line holds one JSON object, in UTF-8"));
        }
        catch (InvalidOperationException)
        {
            record = null;
            draft.Fail("line", "holds text that is not valid UTF-8, or half of a surrogate pair; write the file as UTF-8");
        }
        problem = record is null ? draft.Problem(file, number) : null;
        return record;
    }

    private RecordType? TypeOf(RecordType? fileType)
    {
        if (!draft.Has(Field.Type))
        {
            if (fileType is null && !typeMayLack)
                draft.Fail(Field.Type, $"is missing; say one of {string.Join(", ", Wire.All<RecordType>())}, or name the file after its type, for example messages.jsonl");
            return draft.Failed ? null : fileType ?? RecordType.Message;
        }
        var name = draft.Text(Field.Type);
        if (!Wire.TryParse<RecordType>(name, out var type)) draft.Fail(Field.Type, $"\"{name}\" is none of {string.Join(", ", Wire.All<RecordType>())}");
        else if (fileType is { } expected && expected != type) draft.Fail(Field.Type, $"is {name} in a file of type {Wire.Name(expected)}; move the line, or rename the file");
        return draft.Failed ? null : type;
    }

    private bool ReadFields(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line, Options);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            draft.Fail("line", "is no JSON object; each line holds one, as {\"type\": \"message\", ...}");
            return false;
        }
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueIsEscaped ? !TryFindEscaped(ref json, out var field) : !Fields.TryFind(json.ValueSpan, out field))
            {
                draft.Fail(json.GetString()!, "is no known field; a further field of a message goes into \"attributes\"");
                return false;
            }
            if (!draft.Mark(field)) return false;
            json.Read();
            if (json.TokenType == JsonTokenType.Null) draft.Unmark(field);
            else ReadValue(ref json, field);
            if (draft.Failed) return false;
        }
        json.Read();     // anything behind the object is refused by the reader
        return true;
    }

    private static bool TryFindEscaped(ref Utf8JsonReader json, out Field field) => Fields.TryFind(Encoding.UTF8.GetBytes(json.GetString()!), out field);

    private void ReadValue(ref Utf8JsonReader json, Field field)
    {
        switch (Fields.Shape(field))
        {
            case FieldShape.Word when Is(json, JsonTokenType.String, field, "a string"): draft.Set(field, Word(ref json)); break;
            case FieldShape.Text when Is(json, JsonTokenType.String, field, "a string"): ReadText(ref json, field); break;
            case FieldShape.Time when Is(json, JsonTokenType.String, field, "a time in quotes"): ReadTime(ref json, field); break;
            case FieldShape.Integer when Is(json, JsonTokenType.Number, field, "a whole number"): ReadInteger(ref json, field); break;
            case FieldShape.Number when Is(json, JsonTokenType.Number, field, "a number"): ReadNumber(ref json, field); break;
            case FieldShape.Flag when json.TokenType is JsonTokenType.True or JsonTokenType.False: draft.Set(field, json.TokenType == JsonTokenType.True ? 1d : 0d); break;
            case FieldShape.Flag: Is(json, JsonTokenType.True, field, "true or false"); break;
            case FieldShape.Words when Is(json, JsonTokenType.StartArray, field, "an array of strings"): ReadWords(ref json, field); break;
            case FieldShape.Object: ReadObject(ref json, field); break;
        }
    }

    private bool Is(in Utf8JsonReader json, JsonTokenType expected, Field field, string what)
    {
        if (json.TokenType == expected) return true;
        draft.Fail(field, $"must be {what}");
        return false;
    }

    private string Word(ref Utf8JsonReader json) => json.ValueIsEscaped ? json.GetString()! : Checked(ref json);

    private string Checked(ref Utf8JsonReader json) => Ascii.IsValid(json.ValueSpan) ? cache.Get(json.ValueSpan) : json.GetString()!;

    private void ReadText(ref Utf8JsonReader json, Field field)
    {
        if (field is Field.Id or Field.ExternalId) draft.Set(field, Word(ref json));
        else draft.SetText(field, json.GetString()!);
    }

    private void ReadTime(ref Utf8JsonReader json, Field field)
    {
        if (json.ValueIsEscaped) draft.SetTime(field, Encoding.UTF8.GetBytes(json.GetString()!));
        else draft.SetTime(field, json.ValueSpan);
    }

    private void ReadInteger(ref Utf8JsonReader json, Field field)
    {
        if (json.TryGetInt32(out var value) && value >= 0) draft.Set(field, (double)value);
        else draft.Fail(field, "must be a whole number from 0 on");
    }

    private void ReadNumber(ref Utf8JsonReader json, Field field)
    {
        var value = json.GetDouble();
        if (double.IsFinite(value)) draft.Set(field, value);
        else draft.Fail(field, "is too large a number");
    }

    private void ReadWords(ref Utf8JsonReader json, Field field)
    {
        var words = new List<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (!Is(json, JsonTokenType.String, field, "an array of strings")) return;
            words.Add(Word(ref json));
        }
        if (field == Field.Tags) draft.Tags = words;
        else draft.WrongSignals = words;
    }

    private void ReadObject(ref Utf8JsonReader json, Field field)
    {
        if (field == Field.Actor && json.TokenType == JsonTokenType.String)
        {
            draft.Actor = draft.Actors.Get(Word(ref json), ActorKind.Human, null);
            return;
        }
        if (!Is(json, JsonTokenType.StartObject, field, "an object")) return;
        if (field == Field.Attributes) ReadAttributes(ref json);
        else ReadParts(ref json, field);
    }

    private void ReadAttributes(ref Utf8JsonReader json)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Word(ref json);
            json.Read();
            if (json.TokenType == JsonTokenType.Null) continue;
            var value = json.TokenType switch
            {
                JsonTokenType.String => Word(ref json),
                JsonTokenType.Number => cache.Get(json.ValueSpan),
                JsonTokenType.True => "true",
                JsonTokenType.False => "false",
                _ => null,
            };
            if (value is null) draft.Fail($"attributes.{name}", "must be a string, a number, true or false");
            else if (!attributes.TryAdd(name, value)) draft.Fail($"attributes.{name}", "stands twice; keep one");
            if (draft.Failed) return;
        }
        draft.Attributes = attributes.Count == 0 ? Message.NoAttributes : attributes;
    }

    private void ReadParts(ref Utf8JsonReader json, Field field)
    {
        var parts = new ObjectParts(draft, field);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Word(ref json);
            json.Read();
            if (json.TokenType == JsonTokenType.Null) continue;
            if (json.TokenType == JsonTokenType.Number) parts.Number(name, json.GetDouble());
            else if (json.TokenType == JsonTokenType.String) parts.Text(name, Word(ref json));
            else draft.Fail($"{Fields.Name(field)}.{name}", "must be a string or a number");
            if (draft.Failed) return;
        }
        parts.Finish();
    }
}

/// <summary>The small objects of a line: who did it, what was shown, how it was drawn.</summary>
internal struct ObjectParts(RecordDraft draft, Field field)
{
    private string? id, kind, team, band, configuration, design, stratum;
    private double? score, probability;

    public void Text(string name, string value)
    {
        switch (field, name)
        {
            case (Field.Actor, "id"): id = value; break;
            case (Field.Actor, "kind"): kind = value; break;
            case (Field.Actor, "team"): team = value.Length == 0 ? null : value; break;
            case (Field.Shown, "band"): band = value; break;
            case (Field.Shown, "configuration"): configuration = value; break;
            case (Field.Audit, "design"): design = value; break;
            case (Field.Audit, "stratum"): stratum = value; break;
            default: Unknown(name); break;
        }
    }

    public void Number(string name, double value)
    {
        switch (field, name)
        {
            case (Field.Shown, "score"): score = value; break;
            case (Field.Audit, "probability"): probability = value; break;
            default: Unknown(name); break;
        }
    }

    public readonly void Finish()
    {
        if (draft.Failed) return;
        switch (field)
        {
            case Field.Actor when Parse<ActorKind>(kind, "kind") is { } actorKind: draft.Actor = draft.Actors.Get(id ?? "", actorKind, team); break;
            case Field.Shown when Parse<Band>(band, "band") is { } shownBand && Range(score, "score", includeZero: true) is { } shown:
                draft.Shown = new ShownRecommendation(shown, shownBand, configuration ?? "");
                break;
            case Field.Audit when Range(probability, "probability", includeZero: false) is { } drawn: draft.Audit = new AuditDraw(design ?? "", stratum ?? "", drawn); break;
        }
    }

    private readonly T? Parse<T>(string? name, string part) where T : struct, Enum
    {
        if (Wire.TryParse<T>(name, out var value)) return value;
        draft.Fail($"{Fields.Name(field)}.{part}", name is null ? $"is missing; say one of {string.Join(", ", Wire.All<T>())}" : $"\"{name}\" is none of {string.Join(", ", Wire.All<T>())}");
        return null;
    }

    private readonly double? Range(double? value, string part, bool includeZero)
    {
        if (value is { } number && number <= 1 && (includeZero ? number >= 0 : number > 0)) return number;
        draft.Fail($"{Fields.Name(field)}.{part}", includeZero ? "must be a number from 0 to 1" : "must be a number above 0 and at most 1");
        return null;
    }

    private readonly void Unknown(string name) => draft.Fail($"{Fields.Name(field)}.{name}", "is no known field here");
}
