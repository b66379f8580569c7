using System.Text.Json;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Storage;

/// <summary>How values stand in columns: times as UTC Unix milliseconds, flags as 0 or 1, lists as JSON, enums by their written names.</summary>
internal static class Columns
{
    private const int MostValues = 500;

    /// <summary>Values for an <c>IN</c>, in parts that every database takes.</summary>
    public static IEnumerable<string[]> Parts(IEnumerable<string> values) => values.Chunk(MostValues);

    public static long Ms(Instant instant) => instant.ToUnixTimeMilliseconds();

    public static long? Ms(Instant? instant) => instant?.ToUnixTimeMilliseconds();

    public static Instant At(long ms) => Instant.FromUnixTimeMilliseconds(ms);

    public static Instant? At(long? ms) => ms is { } value ? Instant.FromUnixTimeMilliseconds(value) : null;

    public static int Flag(bool value) => value ? 1 : 0;

    public static int? Flag(bool? value) => value is { } known ? Flag(known) : null;

    public static bool? Flag(long? value) => value is { } known ? known != 0 : null;

    public static string? Name<T>(T? value) where T : struct, Enum => value is { } known ? Wire.Name(known) : null;

    public static T Value<T>(string name) where T : struct, Enum =>
        Wire.TryParse<T>(name, out var value)
            ? value
            : throw new StorageException(StorageProblem.Damaged, $"the database holds {typeof(T).Name} '{name}', which this version does not know; run the version that wrote it");

    public static T? ValueOrNull<T>(string? name) where T : struct, Enum => name is null ? null : Value<T>(name);

    public static string? List(IReadOnlyList<string>? values) => values is null || values.Count == 0 ? null : JsonSerializer.Serialize(values);

    public static IReadOnlyList<string>? List(string? json) => json is null ? null : JsonSerializer.Deserialize<string[]>(json);

    public static string? Map(IReadOnlyDictionary<string, string> values) => values.Count == 0 ? null : JsonSerializer.Serialize(values);

    public static IReadOnlyDictionary<string, string> Map(string? json) =>
        json is null ? Message.NoAttributes : JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
}
