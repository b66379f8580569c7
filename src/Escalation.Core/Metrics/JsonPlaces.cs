using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Escalation.Core.Metrics;

/// <summary>Where the values of a JSON text stand, by path: <c>checks[0].metric</c>; the root's path is empty.</summary>
internal sealed class JsonPlaces
{
    private readonly Dictionary<string, (int Line, int Column)> places = new(StringComparer.Ordinal);

    private JsonPlaces()
    {
    }

    /// <summary>Walks a text that was parsed before, so that it holds no error; comments and trailing commas are passed over.</summary>
    public static JsonPlaces Of(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var found = new JsonPlaces();
        reader.Read();
        found.Walk(ref reader, bytes, "");
        return found;
    }

    /// <summary>Whether there is a value of that path.</summary>
    public bool Has(string path) => places.ContainsKey(path);

    /// <summary>Line and column of a value, both from 1, the column in characters.</summary>
    public (int Line, int Column) At(string path) => places.GetValueOrDefault(path, (1, 1));

    private void Walk(ref Utf8JsonReader reader, byte[] bytes, string path)
    {
        places[path] = PlaceOf(bytes, (int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    Walk(ref reader, bytes, path.Length == 0 ? name : $"{path}.{name}");
                }
                break;
            case JsonTokenType.StartArray:
                for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++) Walk(ref reader, bytes, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"));
                break;
        }
    }

    private static (int Line, int Column) PlaceOf(byte[] bytes, int at)
    {
        var before = bytes.AsSpan(0, at);
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1);
    }
}
