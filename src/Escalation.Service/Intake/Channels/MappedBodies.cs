using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.HelpDesks;
using Escalation.History.Import;

namespace Escalation.Service.Intake.Channels;

/// <summary>Bodies of any shape, by an import map: the same map reads the same system's export.</summary>
internal sealed class MappedBodies
{
    private readonly ImportMap map;

    private MappedBodies(ImportMap map) => this.map = map;

    /// <summary>A reader by a map's file; null with problems.</summary>
    /// <param name="file">The map.</param>
    /// <param name="source">The source account of messages to which the map gives none.</param>
    /// <param name="problems">What is wrong.</param>
    public static DeliveryReader? Load(string file, string source, out IReadOnlyList<string> problems)
    {
        try
        {
            var map = ImportMapParser.Parse(File.ReadAllText(file), file, out var wrong);
            problems = [.. wrong.Select(p => p.ToString())];
            if (map is null) return null;
            if (map.Tickets is null) return new MappedBodies(Completed(map, source)).Read;
            problems = [$"{file}: tickets: a delivery knows nothing of those before it; let the map name the \"ticketId\""];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems = [$"{file}: map: cannot be read: {e.Message}"];
        }
        return null;
    }

    private DeliveryReading Read(JsonElement body, DeliverySource source)
    {
        if (body.ValueKind != JsonValueKind.Object) throw new DeliveryException("", "the body is no JSON object; send one");
        IReadOnlyList<HistoryRecord> records;
        InputProblem? problem;
        try
        {
            records = Importer.One(body, map, out problem);
        }
        catch (InvalidOperationException)
        {
            throw new DeliveryException("", "the body holds text that is not valid UTF-8, or half of a surrogate pair; send UTF-8");
        }
        if (problem is not null) throw new DeliveryException("/" + problem.Field.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal).Replace('.', '/'), $"{problem.Field}: {problem.Message}");
        return records.Count == 0 ? DeliveryReading.Ignore($"no record of {map.File} asks for it") : DeliveryReading.Of([.. records.Select(r => new DeliveredRecord(r, ""))]);
    }

    /// <summary>Messages without a source get the channel's, and without an id one that begins with it, as everywhere.</summary>
    private static ImportMap Completed(ImportMap map, string source) => map with
    {
        Records = [.. map.Records.Select(record =>
        {
            if (record.Type != RecordType.Message) return record;
            var fields = new Dictionary<string, FieldSource>(record.Fields, StringComparer.Ordinal);
            fields.TryAdd("source", new FieldSource(null, source, null, null));
            if (fields.TryGetValue("externalId", out var external) && (external.Template ?? (external.Column is { } column ? $"{{{column}}}" : null)) is { } template)
                fields.TryAdd("id", new FieldSource(null, null, $"{source}/{template}", null));
            return record with { Fields = fields };
        })],
    };
}
