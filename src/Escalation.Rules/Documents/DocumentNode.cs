using System.Text.Json;

namespace Escalation.Rules.Documents;

/// <summary>A place in a file, from 1; columns count UTF-16 characters.</summary>
internal readonly record struct Place(string File, int Line, int Column);

/// <summary>A key of an object, where it stands, and its value.</summary>
internal readonly record struct DocumentMember(string Name, Place Place, DocumentNode Value);

/// <summary>A value of a JSON file with its place.</summary>
/// <remarks>Immutable. Objects keep the order of the file; a key that is repeated was reported by the reader, and its first value stands.</remarks>
internal sealed class DocumentNode
{
    /// <summary>Object, Array, String, Number, True, False or Null.</summary>
    public required JsonValueKind Kind { get; init; }

    /// <summary>Where the value begins; for a string, its opening quote.</summary>
    public required Place Place { get; init; }

    /// <summary>The text of a string, unescaped; of a number, as written; else empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>The value of a number; 0 for all else.</summary>
    public double Number { get; init; }

    /// <summary>Keys of an object in file order.</summary>
    public IReadOnlyList<DocumentMember> Members { get; init; } = [];

    /// <summary>Elements of an array.</summary>
    public IReadOnlyList<DocumentNode> Items { get; init; } = [];

    /// <summary>The string as written between its quotes, escapes kept; null where it has none.</summary>
    public string? Escaped { get; init; }

    /// <summary>Whether the text stands elsewhere than in a JSON string, so that all of it is at <see cref="Place"/>.</summary>
    private bool IsAtOnePlace { get; init; }

    /// <summary>What it is, for messages.</summary>
    public string KindName => NameOf(Kind);

    /// <summary>A text that does not come from a JSON string: a cell of a table, or an expression that stands for a name.</summary>
    public static DocumentNode OnePlace(string text, Place place) => new() { Kind = JsonValueKind.String, Place = place, Text = text, IsAtOnePlace = true };

    /// <summary>The value of a key of an object; null where there is none.</summary>
    public DocumentNode? Find(string name)
    {
        foreach (var member in Members)
            if (string.Equals(member.Name, name, StringComparison.Ordinal)) return member.Value;
        return null;
    }

    /// <summary>The place of a character of <see cref="Text"/> of a string, escapes allowed for.</summary>
    public Place PlaceOf(int offset)
    {
        if (IsAtOnePlace) return Place;
        var column = Place.Column + 1;
        if (Escaped is null) return Place with { Column = column + Math.Clamp(offset, 0, Text.Length) };
        var raw = 0;
        for (var i = 0; i < offset && raw < Escaped.Length; i++)
            raw += Escaped[raw] != '\\' ? 1 : Escaped[raw + 1] == 'u' ? 6 : 2;
        return Place with { Column = column + raw };
    }

    /// <summary>The name of a kind of value, for messages.</summary>
    public static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
