using System.Text;
using System.Text.Json;

namespace Escalation.Rules.Documents;

/// <summary>Reads a JSON file into nodes that know their line and column. Comments and trailing commas are allowed.</summary>
internal ref struct DocumentReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly ReadOnlySpan<byte> bytes;
    private readonly string file;
    private readonly ProblemList problems;
    private Utf8JsonReader reader;
    private int measuredTo;
    private int line = 1;
    private int column = 1;

    private DocumentReader(ReadOnlySpan<byte> bytes, string file, ProblemList problems)
    {
        this.bytes = bytes;
        this.file = file;
        this.problems = problems;
        reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>The file's value; null where it is no JSON, which is then among the problems.</summary>
    /// <param name="content">The file as stored; a byte order mark is passed over.</param>
    /// <param name="file">Path inside the rules folder, for places.</param>
    /// <param name="problems">Where problems go.</param>
    public static DocumentNode? Read(ReadOnlySpan<byte> content, string file, ProblemList problems)
    {
        var bytes = WithLineFeeds(content.StartsWith("\uFEFF"u8) ? content[3..] : content);
        if (!IsUtf8(bytes, file, problems)) return null;
        var document = new DocumentReader(bytes, file, problems);
        try
        {
            document.reader.Read();
            var root = document.ReadValue();
            document.reader.Read();
            return root;
        }
        catch (JsonException exception)
        {
            var place = document.PlaceOfError(exception);
            problems.Error(place, null, $"this is not JSON: {FirstSentence(exception.Message)}");
            return null;
        }
        catch (InvalidOperationException)
        {
            problems.Error(document.PlaceAt((int)document.reader.TokenStartIndex), null, "this text holds half a surrogate pair (\\uD800 to \\uDFFF alone); write the character itself");
            return null;
        }
    }

    private DocumentNode ReadValue()
    {
        var place = PlaceAt((int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(place);
            case JsonTokenType.StartArray:
                var items = new List<DocumentNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(ReadValue());
                return new DocumentNode { Kind = JsonValueKind.Array, Place = place, Items = items };
            case JsonTokenType.String:
                var escaped = reader.ValueIsEscaped ? Encoding.UTF8.GetString(reader.ValueSpan) : null;
                return new DocumentNode { Kind = JsonValueKind.String, Place = place, Text = reader.GetString()!, Escaped = escaped };
            case JsonTokenType.Number:
                var number = reader.GetDouble();
                if (!double.IsFinite(number)) problems.Error(place, null, "this number is too large; write one below 1.8e308");
                return new DocumentNode { Kind = JsonValueKind.Number, Place = place, Number = number, Text = Encoding.UTF8.GetString(reader.ValueSpan) };
            case JsonTokenType.True:
                return new DocumentNode { Kind = JsonValueKind.True, Place = place };
            case JsonTokenType.False:
                return new DocumentNode { Kind = JsonValueKind.False, Place = place };
            default:
                return new DocumentNode { Kind = JsonValueKind.Null, Place = place };
        }
    }

    private DocumentNode ReadObject(Place place)
    {
        var members = new List<DocumentMember>();
        var names = new Dictionary<string, Place>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var namePlace = PlaceAt((int)reader.TokenStartIndex);
            var name = reader.GetString()!;
            reader.Read();
            var value = ReadValue();
            if (names.TryAdd(name, namePlace)) members.Add(new DocumentMember(name, namePlace, value));
            else problems.Error(namePlace, null, $"the key \"{name}\" stands here a second time (first in line {names[name].Line}); keep one of them");
        }
        return new DocumentNode { Kind = JsonValueKind.Object, Place = place, Members = members };
    }

    /// <summary>Measures on from the last place asked for, so that a whole file costs one pass.</summary>
    private Place PlaceAt(int offset)
    {
        for (; measuredTo < offset; measuredTo++)
        {
            var current = bytes[measuredTo];
            if (current == '\n') (line, column) = (line + 1, 1);
            else if ((current & 0xC0) != 0x80) column += current >= 0xF0 ? 2 : 1;
        }
        return new Place(file, line, column);
    }

    private readonly Place PlaceOfError(JsonException exception)
    {
        var wanted = (int)(exception.LineNumber ?? 0);
        var start = 0;
        for (var i = 0; i < wanted && start < bytes.Length; i++)
        {
            var next = bytes[start..].IndexOf((byte)'\n');
            if (next < 0) break;
            start += next + 1;
        }
        var end = Math.Min(bytes.Length, start + (int)(exception.BytePositionInLine ?? 0));
        return new Place(file, wanted + 1, Encoding.UTF8.GetCharCount(bytes[start..end]) + 1);
    }

    /// <summary>Whether a file is UTF-8; if not, the place of the first wrong byte is a problem.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> bytes, string file, ProblemList problems)
    {
        try
        {
            StrictUtf8.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException exception)
        {
            var before = bytes[..Math.Clamp(exception.Index, 0, bytes.Length)];
            var lineStart = before.LastIndexOf((byte)'\n') + 1;
            problems.Error(new Place(file, before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1), null,
                "this is not UTF-8; save the file as UTF-8");
            return false;
        }
    }

    /// <summary>A carriage return that stands alone is the end of a line as well; the JSON reader counts it as one in some comments and nowhere else, so that its places would be wrong.</summary>
    private static ReadOnlySpan<byte> WithLineFeeds(ReadOnlySpan<byte> bytes)
    {
        byte[]? changed = null;
        for (int i = 0, next; (next = bytes[i..].IndexOf((byte)'\r')) >= 0; i += next + 1)
            if (i + next + 1 == bytes.Length || bytes[i + next + 1] != (byte)'\n') (changed ??= bytes.ToArray())[i + next] = (byte)'\n';
        return changed ?? bytes;
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).Trim();
    }
}
