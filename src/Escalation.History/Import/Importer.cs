using System.Globalization;
using System.Text;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;

namespace Escalation.History.Import;

/// <summary>What an import came to.</summary>
/// <param name="Input">Rows read, records made, rows refused.</param>
/// <param name="Records">Records made, by type.</param>
/// <param name="TicketsMade">Tickets made where the source has none.</param>
/// <param name="JoinedByChain">Messages put on a ticket by the chain of answers.</param>
/// <param name="JoinedByCustomer">Messages put on the customer's latest ticket.</param>
/// <param name="Tickets">In words, how tickets were made.</param>
public sealed record ImportSummary(
    InputSummary Input, IReadOnlyDictionary<RecordType, long> Records, int TicketsMade, int JoinedByChain, int JoinedByCustomer, string Tickets);

/// <summary>Turns a CSV or JSONL file of any shape into history records by a map. Bad rows are problems, the rest goes on.</summary>
public sealed class Importer
{
    private readonly ImportMap map;
    private readonly RecordDraft draft;
    private readonly TicketMaker? tickets;
    private readonly HashSet<string> known;
    private readonly long[] made = new long[6];

    private Importer(ImportMap map, HistoryReadOptions options)
    {
        (this.map, draft) = (map, new RecordDraft(options));
        tickets = map.Tickets is { } making ? new TicketMaker(making) : null;
        known = [.. map.Attributes, .. map.Ignored, .. map.Records.SelectMany(ColumnsOf)];
    }

    /// <summary>Imports one file.</summary>
    /// <param name="path">The file; <c>.jsonl</c> and <c>.ndjson</c> are JSON lines, all else is CSV unless <paramref name="isJson"/> says so.</param>
    /// <param name="isJson">Whether the file holds JSON lines.</param>
    /// <param name="map">The map.</param>
    /// <param name="options">The zone of local times.</param>
    /// <param name="summary">Counts and problems.</param>
    /// <param name="take">Called for every record in the order of the file.</param>
    /// <param name="cancellation">Ends between two rows.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ImportSummary Run(
        string path, bool isJson, ImportMap map, HistoryReadOptions options, InputSummary summary, Action<HistoryRecord> take, CancellationToken cancellation)
    {
        var importer = new Importer(map, options);
        using IImportRows rows = isJson ? new JsonImportRows(path, map) : new CsvImportRows(path, map, summary);
        if (importer.Fits(rows.Columns, path, summary)) importer.Run(rows, path, summary, take, cancellation);
        summary.Take(importer.draft.Counters);
        var tickets = importer.tickets;
        return new ImportSummary(
            summary, Enum.GetValues<RecordType>().Where(t => importer.made[(int)t] > 0).ToDictionary(t => t, t => importer.made[(int)t]),
            tickets?.Made ?? (int)summary.TicketsMade, tickets?.ByChain ?? 0, tickets?.ByCustomer ?? 0,
            map.Tickets?.ToString() ?? (map.Records.Any(r => r.Fields.ContainsKey("ticketId")) ? "as the source has them" : "one for each message"));
    }

    /// <summary>The records of one JSON object, as a webhook delivers it.</summary>
    /// <param name="body">The object.</param>
    /// <param name="map">The map; one that makes tickets needs the rows before and is no map for single objects.</param>
    /// <param name="problem">The first problem; its field is the object's own where the map names one for it. Then there are no records.</param>
    public static IReadOnlyList<HistoryRecord> One(JsonElement body, ImportMap map, out InputProblem? problem)
    {
        var importer = new Importer(map, HistoryReadOptions.Strict);
        using var row = new ObjectRow(body);
        var records = new List<HistoryRecord>(map.Records.Count);
        problem = importer.Unmapped(row, "body") ?? importer.Build(row, "body", records);
        if (problem is null) return records;
        var field = problem.Field;
        problem = problem with { Field = map.Records.Select(r => r.Fields.GetValueOrDefault(field)?.Column).FirstOrDefault(c => c is not null) ?? field };
        return [];
    }

    private void Run(IImportRows rows, string path, InputSummary summary, Action<HistoryRecord> take, CancellationToken cancellation)
    {
        var ready = new List<HistoryRecord>(map.Records.Count);
        while (rows.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            summary.Read++;
            ready.Clear();
            var problem = rows.Problem is { } whole ? new InputProblem(path, rows.Line, "line", whole) : Unmapped(rows, path) ?? Build(rows, path, ready);
            if (problem is not null)
            {
                summary.Reject(problem);
                continue;
            }
            foreach (var record in ready)
            {
                made[(int)TypeOf(record)]++;
                take(record);
            }
            summary.Accepted++;
        }
    }

    private static IEnumerable<string> ColumnsOf(RecordMap record)
    {
        foreach (var source in record.Fields.Values)
        {
            if (source.Column is { } column) yield return column;
            if (source.Template is { } template)
                foreach (var name in Placeholders(template)) yield return name;
        }
        if (record.When is not { } when) yield break;
        yield return when.Column;
        if (when.DiffersFrom is { } other) yield return other;
    }

    private bool Fits(IReadOnlyList<string> columns, string path, InputSummary summary)
    {
        if (columns.Count == 0) return true;
        var fits = true;
        foreach (var column in columns.Where(c => !IsKnown(c)))
        {
            summary.RejectRead(new InputProblem(path, 1, column, $"{map.File} does not say what this column is; add it to \"columns\", \"attributes\" or \"ignore\" there"));
            fits = false;
        }
        foreach (var column in known.Where(c => c != ImportMap.AllOthers && !columns.Contains(c, StringComparer.Ordinal)).Order(StringComparer.Ordinal))
        {
            summary.RejectRead(new InputProblem(path, 1, column, $"{map.File} names this column, which the file does not have; it has {string.Join(", ", columns)}"));
            fits = false;
        }
        return fits;
    }

    private bool IsKnown(string column) => known.Contains(column) || known.Contains(ImportMap.AllOthers);

    private InputProblem? Unmapped(IImportRows rows, string path)
    {
        if (rows.Columns.Count > 0) return null;
        foreach (var column in rows.Cells.Keys)
            if (!IsKnown(column))
                return new InputProblem(path, rows.Line, column, $"{map.File} does not say what this field is; add it to \"columns\", \"attributes\" or \"ignore\" there");
        return null;
    }

    private InputProblem? Build(IImportRows rows, string path, List<HistoryRecord> ready)
    {
        string? ticket = null;
        foreach (var record in map.Records)
        {
            if (!Applies(record.When, rows.Cells)) continue;
            draft.Reset();
            Fill(record, rows.Cells, ticket);
            if (record.Type == RecordType.Message && tickets is not null && !draft.Failed) ticket = MakeTicket();
            if (draft.Build(record.Type, rows.Line) is not { } built) return Named(draft.Problem(path, rows.Line));
            ready.Add(built);
        }
        return null;
    }

    private InputProblem Named(InputProblem problem) =>
        problem.Field is "channel" or "kind" or "author" or "actor.kind" or "origin" or "reason" ? problem with { Message = $"{problem.Message}; map it in {map.File} by \"{problem.Field}\": {{\"column\": ..., \"map\": {{...}}}}" }
        : problem.Message.StartsWith("is missing", StringComparison.Ordinal) ? problem with { Message = $"{problem.Message}; {map.File} gives it no column, or the cell is blank" }
        : problem;

    private void Fill(RecordMap record, IReadOnlyDictionary<string, string> cells, string? ticket)
    {
        var parts = new Dictionary<Field, ObjectParts>();
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (record.Type == RecordType.Message)
            foreach (var name in map.Attributes)
                if (cells.TryGetValue(name, out var value)) attributes[name] = value;
        foreach (var (name, source) in record.Fields)
        {
            if (TextOf(name, source, cells) is not { } text) continue;
            if (name.StartsWith("attributes.", StringComparison.Ordinal)) attributes[name[11..]] = text;
            else if (name.IndexOf('.', StringComparison.Ordinal) is var dot && dot > 0 && Fields.TryFind(Encoding.UTF8.GetBytes(name[..dot]), out var whole)) PutPart(parts, whole, name[(dot + 1)..], text);
            else if (Fields.TryFind(Encoding.UTF8.GetBytes(name), out var field)) Put(field, text);
        }
        foreach (var (field, part) in parts)
            if (!draft.Failed && draft.Mark(field)) part.Finish();
        if (attributes.Count > 0 && draft.Mark(Field.Attributes)) draft.Attributes = attributes;
        if (record.Type == RecordType.Message) FillMessage(cells.Count > 0);
        else if (ticket is not null && !draft.Has(Field.TicketId) && (Fields.Allowed[(int)record.Type] & Fields.Bit(Field.TicketId)) != 0) Put(Field.TicketId, ticket);
    }

    private void FillMessage(bool any)
    {
        if (!any) return;
        if (!draft.Has(Field.Id) && draft.Has(Field.ExternalId)) Put(Field.Id, draft.Text(Field.ExternalId));
        else if (!draft.Has(Field.ExternalId) && draft.Has(Field.Id)) Put(Field.ExternalId, draft.Text(Field.Id));
        if (!draft.Has(Field.CustomerId)) Put(Field.CustomerId, "");
        if (!draft.Has(Field.Author)) Put(Field.Author, "customer");
        if (!draft.Has(Field.Text)) Put(Field.Text, "");
    }

    private string MakeTicket()
    {
        if (draft.Has(Field.TicketId)) return draft.Text(Field.TicketId);
        if (!draft.Has(Field.Id) || !draft.Has(Field.At)) return "";
        var ticket = tickets!.TicketOf(
            draft.Text(Field.Id), draft.Has(Field.InReplyTo) ? draft.Text(Field.InReplyTo) : null, draft.Text(Field.CustomerId),
            draft.Has(Field.Brand) ? draft.Text(Field.Brand) : "", draft.Time(Field.At));
        Put(Field.TicketId, ticket);
        return ticket;
    }

    private string? TextOf(string name, FieldSource source, IReadOnlyDictionary<string, string> cells)
    {
        if (source.Value is { } value) return value;
        if (source.Template is { } template) return Filled(template, cells);
        if (!cells.TryGetValue(source.Column!, out var cell)) return null;
        if (source.Map is null) return cell;
        if (source.Map.TryGetValue(cell, out var mapped) || source.Map.TryGetValue("*", out mapped)) return mapped;
        draft.Fail(name, $"\"{cell}\" is not in the map of {map.File}; there are {string.Join(", ", source.Map.Keys)} (\"*\" stands for all others)");
        return null;
    }

    private void Put(Field field, string text)
    {
        if (draft.Failed || !draft.Mark(field)) return;
        if (Fields.Shape(field) == FieldShape.Time && map.TimeFormat is { } format) PutTime(field, text, format);
        else Columns.Put(draft, field, text);
    }

    private void PutTime(Field field, string text, string format)
    {
        var hasOffset = format.Contains('z', StringComparison.Ordinal) || format.Contains('K', StringComparison.Ordinal);
        if (hasOffset && DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
            draft.Set(field, NodaTime.Instant.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds()));
        else if (!hasOffset && DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            draft.SetTime(field, Encoding.UTF8.GetBytes(local.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture)));
        else draft.Fail(field, $"\"{text}\" does not follow the timeFormat {format} of {map.File}");
    }

    private void PutPart(Dictionary<Field, ObjectParts> parts, Field whole, string part, string text)
    {
        var its = parts.TryGetValue(whole, out var started) ? started : new ObjectParts(draft, whole);
        if (part is "score" or "probability")
        {
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) its.Number(part, number);
            else draft.Fail($"{Fields.Name(whole)}.{part}", $"\"{text}\" is no number");
        }
        else its.Text(part, text);
        parts[whole] = its;
    }

    private static bool Applies(RowCondition? when, IReadOnlyDictionary<string, string> cells)
    {
        if (when is null) return true;
        if (!cells.TryGetValue(when.Column, out var cell)) return false;
        if (when.IsEqualTo is { } wanted && !string.Equals(cell, wanted, StringComparison.Ordinal)) return false;
        return when.DiffersFrom is not { } other || !cells.TryGetValue(other, out var its) || !string.Equals(cell, its, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Placeholders(string template)
    {
        for (var open = template.IndexOf('{', StringComparison.Ordinal); open >= 0; open = template.IndexOf('{', open + 1))
            if (template.IndexOf('}', open) is var close && close > open) yield return template[(open + 1)..close];
    }

    private static string Filled(string template, IReadOnlyDictionary<string, string> cells)
    {
        var text = new StringBuilder(template.Length + 32);
        for (var i = 0; i < template.Length; i++)
        {
            var close = template[i] == '{' ? template.IndexOf('}', i) : -1;
            if (close < 0) text.Append(template[i]);
            else
            {
                text.Append(cells.GetValueOrDefault(template[(i + 1)..close], ""));
                i = close;
            }
        }
        return text.ToString();
    }

    private static RecordType TypeOf(HistoryRecord record) => record switch
    {
        Message => RecordType.Message,
        TicketEvent => RecordType.Event,
        CustomerVersion => RecordType.Customer,
        IdentityLink => RecordType.Identity,
        Shift => RecordType.Shift,
        _ => RecordType.Label,
    };
}
