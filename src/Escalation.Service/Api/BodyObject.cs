using System.Text;
using System.Text.Json;
using Escalation.History.Formats;
using Escalation.Service.Intake;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>What was sent cannot be taken; the pointer says which field.</summary>
internal sealed class BodyException(string pointer, string message) : Exception(message)
{
    public string Pointer => pointer;
}

/// <summary>A request's body that is one JSON object, read field by field.</summary>
/// <remarks>Every reader throws a <see cref="BodyException"/> that names the field and the way out; <see cref="ReadAsync"/> makes a problem of it.</remarks>
/// <param name="Root">The object.</param>
internal readonly record struct BodyObject(JsonElement Root)
{
    /// <summary>Reads the body of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="read">Makes the value of the object.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<(T? Value, BodyProblem? Problem)> ReadAsync<T>(HttpRequest request, Func<BodyObject, T> read, CancellationToken cancellation) where T : class
    {
        var (body, unread) = await RequestBody.ReadAsync(request, cancellation);
        if (unread is not null) return (null, unread);
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return Refuse("", "the body is no JSON object");
            return (read(new BodyObject(document.RootElement)), null);
        }
        catch (BodyException bad)
        {
            return Refuse(bad.Pointer, bad.Message);
        }
        catch (JsonException broken)
        {
            return Refuse("", FormattableString.Invariant($"the body is not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}; send one JSON object in UTF-8"));
        }
        catch (InvalidOperationException)
        {
            return Refuse("", "the body holds text that is not valid UTF-8, or half of a surrogate pair; send UTF-8");
        }

        static (T?, BodyProblem?) Refuse(string pointer, string message) => (null, new BodyProblem(400, pointer, message));
    }

    /// <summary>Refuses every field but some.</summary>
    public void AllowOnly(params string[] names)
    {
        foreach (var member in Root.EnumerateObject())
            if (!names.Contains(member.Name)) throw new BodyException(IntakeBody.Pointer(member.Name), $"{member.Name}: is not known; send {string.Join(", ", names)}");
    }

    /// <summary>A text; null where it is left out.</summary>
    public string? Text(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw new BodyException("/" + name, $"{name}: must be a text");

    /// <summary>A text that must be there and not blank, without white space around it.</summary>
    /// <param name="name">The field.</param>
    /// <param name="ask">What to say, for example <c>say who</c>.</param>
    public string Required(string name, string ask) => Text(name)?.Trim() is { Length: > 0 } text ? text : throw new BodyException("/" + name, $"{name}: is missing; {ask}");

    /// <summary>True or false; false where it is left out.</summary>
    public bool Flag(string name) => Find(name) is { } value && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw new BodyException("/" + name, $"{name}: must be true or false"));

    /// <summary>A whole number between bounds; null where it is left out.</summary>
    public int? Integer(string name, int least, int most) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number
        : throw new BodyException("/" + name, $"{name}: is {value.GetRawText()}; send a whole number from {least} to {most}");

    /// <summary>An instant with its offset.</summary>
    public Instant Time(string name) => Text(name) is not { } text ? throw new BodyException("/" + name, $"{name}: is missing; write it as 2026-03-02T12:00:00Z")
        : WireTime.Read(Encoding.UTF8.GetBytes(text), null, out var instant, out _) == TimeReading.Done ? instant
        : throw new BodyException("/" + name, $"{name}: \"{text}\" is no time with an offset; write it as 2026-03-02T12:00:00Z");

    private JsonElement? Find(string name) => Root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
