using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.History.Facts;

/// <summary>A message, event or label of a <see cref="TicketTape"/>.</summary>
/// <param name="Place">Its place among all records of the history.</param>
/// <param name="Row">Its row in fact tables; -1 where it is no customer's message.</param>
/// <param name="Record">The record; a message without its texts and attributes.</param>
/// <param name="Text">What is left of a message's text.</param>
/// <param name="Section">Where it stands: see <see cref="TicketTape.Read(IEnumerable{ValueTuple{int, int}})"/>.</param>
/// <param name="Offset">Where it stands in the section.</param>
public readonly record struct TicketRecord(long Place, int Row, HistoryRecord Record, TextOutline Text, int Section, int Offset)
{
    /// <summary>The ticket that it names.</summary>
    public TicketId TicketId => TicketOf(Record)!.Value;

    /// <summary>The ticket that a record is about; null where it is about none.</summary>
    internal static TicketId? TicketOf(HistoryRecord record) => record switch
    {
        Message message => message.TicketId,
        TicketEvent happened => happened.TicketId,
        Label label => label.TicketId,
        _ => null,
    };
}

/// <summary>What happened on the tickets of a history, in shards by ticket: each in the order of history, so that several can be taken at once.</summary>
/// <remarks>Without texts, so that a shard is small and read from one end to the other. Safe to share between threads.</remarks>
public sealed class TicketTape : IDisposable
{
    /// <summary>Shards. A ticket lies in one, tickets of a customer in any.</summary>
    public const int Shards = 64;

    private readonly ColumnFile file;
    private readonly string[] names;
    private readonly Dictionary<TicketId, TicketId> merged = [];
    private readonly List<int>[] sections = [.. Enumerable.Range(0, Shards).Select(_ => new List<int>())];

    private TicketTape(ColumnFile file)
    {
        this.file = file;
        var about = new RowReader(file[^1], []);
        (Count, names) = (about.Long(), new string[about.Int()]);
        Span = (Instant.FromUnixTimeTicks(about.Long()), Instant.FromUnixTimeTicks(about.Long()));
        for (var left = about.Int(); left > 0; left--) Join(new TicketId(about.Text()), new TicketId(about.Text()));
        for (var i = 0; i < file.Count - 2; i++) sections[about.Int()].Add(i);
        var words = new RowReader(file[^2], []);
        for (var i = 0; i < names.Length; i++) names[i] = words.Text();
    }

    /// <summary>All records of the history, those about no ticket too.</summary>
    public long Count { get; }

    /// <summary>First and last receivedAt of all records.</summary>
    public (Instant First, Instant Last) Span { get; }

    /// <summary>Whether a ticket was merged at any time, or another into it.</summary>
    public bool IsMerged(TicketId ticket) => merged.ContainsKey(ticket);

    /// <summary>The one ticket that stands for all that were ever merged with a ticket, over whatever steps; itself where there was no merge.</summary>
    public TicketId StandInOf(TicketId ticket)
    {
        while (merged.TryGetValue(ticket, out var next) && next != ticket) ticket = next;
        return ticket;
    }

    /// <summary>The shard of a ticket.</summary>
    public static int ShardOf(TicketId ticket) => (int)((ulong)TextDigest.Of(0, ticket.Value, "", 0) % Shards);

    /// <summary>Opens the tape of a history in a cache; null where there is none, where another build made it, or where it is damaged.</summary>
    /// <param name="cache">Folder of the cache.</param>
    /// <param name="observed">Hash of the history.</param>
    public static TicketTape? Open(string cache, string observed) => ColumnFile.Open(PathOf(cache, observed), HistoryTape.KeyOf(observed)) is { } file ? new TicketTape(file) : null;

    internal static string PathOf(string cache, string observed) => Path.Combine(FactTableFiles.FolderOf(cache, observed), "tickets.col");

    /// <summary>The records of a shard in the order of history.</summary>
    public IEnumerable<TicketRecord> Read(int shard)
    {
        var texts = new StringCache();
        var records = new List<TicketRecord>();
        foreach (var section in sections[shard])
        {
            records.Clear();
            var row = new RowReader(file[section], names, texts);
            while (!row.IsAtEnd) records.Add(ReadOne(ref row, section));
            foreach (var record in records) yield return record;
        }
    }

    /// <summary>Records by the section and offset that they had.</summary>
    public IEnumerable<TicketRecord> Read(IEnumerable<(int Section, int Offset)> places)
    {
        var texts = new StringCache();
        foreach (var (section, offset) in places)
        {
            var row = new RowReader(file[section][offset..], names, texts);
            yield return ReadOne(ref row, section) with { Offset = offset };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Join(TicketId from, TicketId into)
    {
        var (one, other) = (StandInOf(from), StandInOf(into));
        merged[other] = other;
        merged[one] = other;
    }

    private TicketRecord ReadOne(ref RowReader row, int section)
    {
        var offset = file[section].Length - row.Left;
        var (place, number, text) = (row.Long(), row.Int(), row.Int());
        return new TicketRecord(place, number, RecordCodec.Read(ref row), new TextOutline((text & 1) != 0, (text & 2) != 0), section, offset);
    }
}

/// <summary>Writes a <see cref="TicketTape"/>. The file appears under its name only when complete.</summary>
internal sealed class TicketTapeWriter : IDisposable
{
    private const int SectionBytes = 1 << 16;

    private readonly string key;
    private readonly ColumnFileWriter file;
    private readonly ValueWriter about = new();
    private readonly ValueWriter[] shards;
    private readonly List<int> shardOfSection = [];
    private readonly List<(string From, string Into)> merged = [];
    private Instant first, last;
    private long count;
    private int rows;

    /// <summary>Begins a file in a folder that is there.</summary>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public TicketTapeWriter(string cache, string observed)
    {
        (key, file) = (HistoryTape.KeyOf(observed), new ColumnFileWriter(TicketTape.PathOf(cache, observed)));
        var names = new ValueWriter();
        shards = [.. Enumerable.Range(0, TicketTape.Shards).Select(_ => new ValueWriter(names))];
    }

    /// <summary>Adds the next record of the history.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Add(HistoryRecord record)
    {
        var place = count++;
        (first, last) = place == 0 ? (record.Received, record.Received) : (Instant.Min(first, record.Received), Instant.Max(last, record.Received));
        var message = record as Message;
        var row = message is { Author: Author.Customer } ? rows++ : -1;
        if (TicketRecord.TicketOf(record) is not { } ticket) return;
        if (record is TicketEvent { Kind: EventKind.Merged, ToTicket: { } into }) merged.Add((ticket.Value, into.Value));
        var shard = TicketTape.ShardOf(ticket);
        var to = shards[shard];
        to.Int(place);
        to.Int(row);
        to.Int(message is null ? 0 : BitsOf(TextOutline.Of(message.Text)));
        RecordCodec.Write(to, message is null ? record : WithoutText(message));
        if (to.Written.Length >= SectionBytes) EndSection(shard);
    }

    /// <summary>Ends the tape.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Complete()
    {
        for (var shard = 0; shard < shards.Length; shard++)
            if (shards[shard].Written.Length > 0) EndSection(shard);
        var names = shards[0].Names;
        foreach (var name in names) about.Text(name);
        Write(about);
        about.Int(count);
        about.Int(names.Length);
        about.Int(first.ToUnixTimeTicks());
        about.Int(last.ToUnixTimeTicks());
        about.Int(merged.Count);
        foreach (var (from, into) in merged)
        {
            about.Text(from);
            about.Text(into);
        }
        foreach (var shard in shardOfSection) about.Int(shard);
        Write(about);
        file.Complete(key);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static int BitsOf(TextOutline text) => (text.Asks ? 1 : 0) | (text.IsShort ? 2 : 0);

    private static Message WithoutText(Message message) => message with
    {
        ExternalId = message.Id,
        Subject = null,
        Text = "",
        ThreadId = null,
        InReplyTo = null,
        Language = null,
        Product = null,
        Attributes = Message.NoAttributes,
    };

    private void EndSection(int shard)
    {
        shardOfSection.Add(shard);
        Write(shards[shard]);
    }

    private void Write(ValueWriter values)
    {
        file.Append(values.Written);
        file.EndSection();
        values.Clear();
    }
}
