using System.Globalization;
using System.Text;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.History.HelpDesks;

/// <summary>A part of a delivered JSON body that knows where it stands: every reader throws a <see cref="DeliveryException"/> with the pointer to the field.</summary>
/// <remarks>Null counts as absent. Other keys than those asked for are passed over, since vendors add some, unless <see cref="AllowOnly"/> refuses them.</remarks>
internal readonly struct JsonPart(JsonElement element, string pointer)
{
    /// <summary>Where it stands; empty for the whole body.</summary>
    public string Pointer => pointer;

    /// <summary>A part of an object; null where it is absent.</summary>
    public JsonPart? Find(string name)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new DeliveryException(pointer, pointer.Length == 0 ? "the body is no JSON object; send one" : $"{Name}: must be an object");
        return element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? new JsonPart(value, PointerOf(name)) : null;
    }

    /// <summary>A part that must be there.</summary>
    public JsonPart Get(string name) => Find(name) ?? throw new DeliveryException(PointerOf(name), $"{name}: is missing");

    /// <summary>A text, or a number as text; null where it is absent or blank.</summary>
    public string? Text(string name) => Find(name)?.AsText() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>A text that must be there and not blank.</summary>
    public string Required(string name) => Get(name).AsText() is var text && !string.IsNullOrWhiteSpace(text) ? text : throw new DeliveryException(PointerOf(name), $"{name}: is blank");

    /// <summary>A text of any length up to the most that a message may have; may be empty.</summary>
    public string LongText(string name)
    {
        var text = Get(name).AsText();
        return text.Length <= HistoryReadOptions.MaxTextLength ? text
            : throw new DeliveryException(PointerOf(name), string.Create(CultureInfo.InvariantCulture, $"{name}: has more than {HistoryReadOptions.MaxTextLength:N0} characters; cut it, or send the first part"));
    }

    /// <summary>An instant: RFC 3339, <c>2020-03-03 13:05:57 UTC</c>, or Unix seconds.</summary>
    public Instant Time(string name) => Get(name).AsTime();

    /// <summary>An instant; null where it is absent.</summary>
    public Instant? OptionalTime(string name) => Find(name)?.AsTime();

    /// <summary>True or false.</summary>
    public bool Flag(string name, bool otherwise) => Find(name) is not { } part ? otherwise
        : part.AsFlag() ?? throw new DeliveryException(part.Pointer, $"{name}: must be true or false");

    /// <summary>A value of an enum by its written name.</summary>
    public T? Enum<T>(string name) where T : struct, Enum => Text(name) is not { } text ? null
        : Wire.TryParse<T>(text, out var value) ? value : throw new DeliveryException(PointerOf(name), $"{name}: \"{text}\" is none of {string.Join(", ", Wire.All<T>())}");

    /// <summary>Whether it is an object.</summary>
    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    /// <summary>The part itself as text, a number too.</summary>
    public string Word() => AsText();

    /// <summary>The elements of a list; empty where it is absent.</summary>
    public IEnumerable<JsonPart> Items(string name)
    {
        if (Find(name) is not { } list) yield break;
        if (list.Element.ValueKind != JsonValueKind.Array) throw new DeliveryException(list.Pointer, $"{name}: must be a list");
        foreach (var (index, item) in list.Element.EnumerateArray().Index()) yield return new JsonPart(item, string.Create(CultureInfo.InvariantCulture, $"{list.Pointer}/{index}"));
    }

    /// <summary>Refuses every key but some: what a sender misspelt is not lost silently.</summary>
    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (var member in element.EnumerateObject())
            if (!names.Contains(member.Name)) throw new DeliveryException(PointerOf(member.Name), $"{member.Name}: is no known field; there are {string.Join(", ", names.ToArray())}");
    }

    private JsonElement Element => element;

    private string Name => pointer[(pointer.LastIndexOf('/') + 1)..];

    private string PointerOf(string name) => $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private string AsText()
    {
        if (element.ValueKind == JsonValueKind.Number) return element.GetRawText();
        if (element.ValueKind != JsonValueKind.String) throw new DeliveryException(pointer, $"{Name}: must be a text");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new DeliveryException(pointer, $"{Name}: holds half of a surrogate pair, or bytes that are not UTF-8; send UTF-8");
        }
    }

    private bool? AsFlag() => element.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    private Instant AsTime()
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var seconds) && Math.Abs(seconds) < 200_000_000_000)
            return Instant.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000));
        var text = AsText();
        if (WireTime.Read(Encoding.UTF8.GetBytes(text.EndsWith(" UTC", StringComparison.Ordinal) ? text[..^4] + "Z" : text), null, out var instant, out _) == TimeReading.Done) return instant;
        throw new DeliveryException(pointer, $"{Name}: \"{(text.Length > 40 ? text[..40] + "..." : text)}\" is no time with an offset; write it as 2026-03-02T12:00:00Z");
    }
}
