using System.Numerics;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.History.View;
using NodaTime;

namespace Escalation.History.Facts;

/// <summary>What people said of a message's ticket, as far as it is known.</summary>
/// <remarks>Missed = it needed an escalation and a person had to say so; confirmed = a recommendation that was needed.</remarks>
public enum RowVerdict : byte { Unknown, Confirmed, Dismissed, Missed }

/// <summary>A decided message of the history.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="CustomerId">Its customer; empty = unknown.</param>
/// <param name="At">When it was written.</param>
/// <param name="Received">When it was received and decided.</param>
/// <param name="Text">As it came, which evidence points into.</param>
public readonly record struct FactRow(string MessageId, string CustomerId, Instant At, Instant Received, string Text);

/// <summary>A <c>suggestion</c> label: what a person wishes the rules to do, in their own words.</summary>
public sealed record RuleWish(Instant At, string TicketId, string Actor, string Note);

/// <summary>The derived facts of every customer message of a history under one configuration, from column files that are mapped into memory.</summary>
/// <remarks>Rows are in the order in which they were decided. Facts are made anew at each read, from the columns that are asked for only. Safe to share between threads.</remarks>
public sealed class FactTable : IDisposable
{
    private static readonly MessageFacts NoMessage = new("", null, "", "", null, null, 0, false);
    private static readonly TicketFacts NoTicket = new("", null, null, 0, 0, 0, 0, 0, []);
    private static readonly CustomerFacts NoCustomer = new(null, null, null, null, 0);
    private static readonly ContactFacts NoContacts = new(0, 0, 0, 0, 0);
    private static readonly FrustrationFacts NoFrustration = new(double.NaN, double.NaN, double.NaN);
    private static readonly AttributeFacts NoAttributes = new(Message.NoAttributes);
    private static readonly ClockFacts NoClock = ClockFacts.Of(0, "mon", false);

    private readonly RowColumn[] columns;
    private readonly RowColumn records;
    private readonly KeywordFacts noKeywords;
    private readonly IReadOnlyList<KeywordClass> classes;
    private readonly long[] times;

    private FactTable(string folder, FactColumnKeys keys, IReadOnlyList<KeywordClass> classes, RowColumn[] columns, RowColumn records, RowColumn outcomes, RowColumn wishes, RowColumn counters)
    {
        (Folder, Keys, this.classes, this.columns, this.records) = (folder, keys, classes, columns, records);
        noKeywords = new KeywordFacts(classes, []);
        times = new long[records.Count * 2];
        Verdicts = new RowVerdict[records.Count];
        Tickets = new int[records.Count];
        for (var row = 0; row < records.Count; row++)
        {
            var reader = records.At(row);
            (times[row * 2], times[row * 2 + 1]) = (reader.Long(), reader.Long());
            var outcome = outcomes.At(row);
            (Verdicts[row], Tickets[row]) = ((RowVerdict)outcome.Int(), outcome.Int());
        }
        Wishes = [.. Enumerable.Range(0, wishes.Count).Select(i => WishOf(wishes.At(i)))];
        var met = counters.At(0);
        View = new ViewCounters { OutOfOrder = met.Long(), TooLate = met.Long() };
        outcomes.Dispose();
        wishes.Dispose();
        counters.Dispose();
    }

    /// <summary>Where the columns lie; whatever else is computed over the table may be kept there.</summary>
    public string Folder { get; }

    /// <summary>What the columns were computed from.</summary>
    public FactColumnKeys Keys { get; }

    /// <summary>Messages.</summary>
    public int Count => Verdicts.Length;

    /// <summary>What people said, by row.</summary>
    public RowVerdict[] Verdicts { get; }

    /// <summary>Number of the ticket, after all merges of the history, by row.</summary>
    public int[] Tickets { get; }

    /// <summary>What people suggested, in the order of history.</summary>
    public IReadOnlyList<RuleWish> Wishes { get; }

    /// <summary>What the view met while the columns were computed: records out of order, and those too late; nothing else.</summary>
    public ViewCounters View { get; }

    /// <summary>Opens the columns of a configuration; null where one is missing or damaged, and then <paramref name="missing"/> says which.</summary>
    /// <param name="cache">Folder of the cache.</param>
    /// <param name="keys">What they must have been computed from.</param>
    /// <param name="classes">The configuration's keyword classes.</param>
    /// <param name="missing">Columns that must be computed; None where only rows or outcomes are missing.</param>
    public static FactTable? Open(string cache, FactColumnKeys keys, IReadOnlyList<KeywordClass> classes, out FactColumns missing)
    {
        missing = FactColumns.None;
        var folder = FactTableFiles.FolderOf(cache, keys);
        IReadOnlyList<(string Path, string Key)> files =
        [
            .. FactColumnNames.Each.Select(c => (FactTableFiles.PathOf(folder, c, keys), keys[c])),
            .. ((string[])[FactTableFiles.RecordsOf(folder), FactTableFiles.OutcomesOf(folder), FactTableFiles.WishesOf(folder), FactTableFiles.CountersOf(folder)]).Select(p => (p, keys.Observed)),
        ];
        var opened = new RowColumn?[files.Count];
        Parallel.For(0, files.Count, i => opened[i] = RowColumn.Open(files[i].Path, files[i].Key));       // each is read once, for its checksum
        var (columns, others) = (opened[..FactColumnNames.Each.Count], opened[FactColumnNames.Each.Count..]);
        for (var i = 0; i < columns.Length; i++)
            if (columns[i] is null) missing |= FactColumnNames.Each[i];
        if (Array.TrueForAll(opened, o => o is not null)) return new FactTable(folder, keys, classes, columns!, others[0]!, others[1]!, others[2]!, others[3]!);
        foreach (var column in opened) column?.Dispose();
        return null;
    }

    /// <summary>When the message of a row was written.</summary>
    public Instant AtOf(int row) => Instant.FromUnixTimeTicks(times[row * 2]);

    /// <summary>When the message of a row was received and decided.</summary>
    public Instant ReceivedOf(int row) => Instant.FromUnixTimeTicks(times[row * 2 + 1]);

    /// <summary>The message of a row.</summary>
    public FactRow RowOf(int row) => RowOf(records.At(row));

    internal static FactRow RowOf(RowReader reader)
    {
        var (at, received) = (reader.Long(), reader.Long());
        return new FactRow(reader.Text(), reader.Name() ?? "", Instant.FromUnixTimeTicks(at), Instant.FromUnixTimeTicks(received), reader.Text());
    }

    /// <summary>Whether the message of a row made an incident active.</summary>
    public bool StartsIncident(int row) => FactCodec.ReadStartsIncident(ColumnOf(FactColumns.Incident).At(row));

    /// <summary>The facts of a row; those of columns that are not wanted are empty.</summary>
    /// <param name="row">The row.</param>
    /// <param name="wanted">Columns to read.</param>
    /// <param name="toDecide">Whether a decision is made of them, which also needs the spans of context that no rule reads, and the message's name.</param>
    public DerivedFacts Read(int row, FactColumns wanted, bool toDecide = false)
    {
        RowReader At(FactColumns column) => ColumnOf(column).At(row);
        bool Has(FactColumns column) => (wanted & column) != 0;
        return new DerivedFacts
        {
            Message = Has(FactColumns.Text | FactColumns.Message) ? MessageOf(row, Has(FactColumns.Text)) : NoMessage,
            Ticket = Has(FactColumns.Ticket) ? FactCodec.ReadTicket(At(FactColumns.Ticket)) : NoTicket,
            Customer = Has(FactColumns.Customer) ? FactCodec.ReadCustomer(At(FactColumns.Customer)) : NoCustomer,
            Contacts = Has(FactColumns.Contacts) ? FactCodec.ReadContacts(At(FactColumns.Contacts)) : NoContacts,
            Frustration = Has(FactColumns.Frustration) ? FactCodec.ReadFrustration(At(FactColumns.Frustration)) : NoFrustration,
            Context = Has(FactColumns.Context) ? ContextCodec.Read(At(FactColumns.Context), toDecide) : ContextFacts.Empty,
            Keywords = Has(FactColumns.Keywords) ? FactCodec.ReadKeywords(At(FactColumns.Keywords), classes) : noKeywords,
            Incident = Has(FactColumns.Incident) ? FactCodec.ReadIncident(At(FactColumns.Incident)) : IncidentFacts.None,
            Team = Has(FactColumns.Team) ? FactCodec.ReadTeam(At(FactColumns.Team)) : TeamFacts.None,
            Attributes = Has(FactColumns.Attributes) ? FactCodec.ReadAttributes(At(FactColumns.Attributes)) : NoAttributes,
            Clock = Has(FactColumns.Clock) ? FactCodec.ReadClock(At(FactColumns.Clock)) : NoClock,
            At = AtOf(row),
            DecidedAt = ReceivedOf(row),
            MessageId = toDecide ? IdOf(row) : "",
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var column in columns) column.Dispose();
        records.Dispose();
    }

    private string IdOf(int row)
    {
        var reader = records.At(row);
        reader.Long();
        reader.Long();
        return reader.Text();
    }

    private RowColumn ColumnOf(FactColumns column) => columns[BitOperations.TrailingZeroCount((int)column)];

    private static RuleWish WishOf(RowReader row) => new(Instant.FromUnixTimeTicks(row.Long()), row.Text(), row.Text(), row.Text());

    private MessageFacts MessageOf(int row, bool withText)
    {
        var message = ColumnOf(FactColumns.Message).At(row);
        if (!withText) return FactCodec.ReadMessage(message, "", null);
        var text = ColumnOf(FactColumns.Text).At(row);
        return FactCodec.ReadMessage(message, text.Text(), text.Name());
    }
}
