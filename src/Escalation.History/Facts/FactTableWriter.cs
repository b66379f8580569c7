using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.History.View;

namespace Escalation.History.Facts;

/// <summary>Writes the missing columns of a fact table, row by row in the order of decisions.</summary>
public sealed class FactTableWriter : IDisposable
{
    private readonly FactColumnKeys keys;
    private readonly string folder;
    private readonly (FactColumns Column, RowWriter Rows)[] columns;
    private readonly RowWriter records;
    private readonly EarlierRowsWriter earlier;

    /// <summary>Begins the files.</summary>
    /// <param name="cache">Folder of the cache; made where it is not there.</param>
    /// <param name="keys">What the columns are computed from.</param>
    /// <param name="missing">The columns to write; rows and outcomes are written in any case.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public FactTableWriter(string cache, FactColumnKeys keys, FactColumns missing)
    {
        this.keys = keys;
        folder = FactTableFiles.FolderOf(cache, keys);
        Directory.CreateDirectory(folder);
        columns = [.. FactColumnNames.Each.Where(c => missing.HasFlag(c)).Select(c => (c, new RowWriter(FactTableFiles.PathOf(folder, c, keys))))];
        records = new RowWriter(FactTableFiles.RecordsOf(folder));
        earlier = new EarlierRowsWriter(folder);
    }

    /// <summary>Adds a decided message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="facts">Its facts.</param>
    /// <param name="startsIncident">Whether it made an incident active.</param>
    /// <param name="number">Its place in the order of the view, as <see cref="Core.Observed.Observation.Number"/> says it later.</param>
    /// <param name="ticket">Number of the ticket that it names.</param>
    /// <param name="before">What its frustration is compared with.</param>
    public void Add(Message message, DerivedFacts facts, bool startsIncident, uint number, int ticket, EarlierMessages before)
    {
        foreach (var (column, rows) in columns) FactCodec.Write(rows, column, message, facts, startsIncident);
        records.Int(facts.At.ToUnixTimeTicks());
        records.Int(facts.DecidedAt.ToUnixTimeTicks());
        records.Text(message.Id);
        records.Name(message.CustomerId.IsKnown ? message.CustomerId.Value : null);
        records.Text(message.Text);
        records.EndRow();
        earlier.Add(number, ticket, before);
    }

    /// <summary>Ends the table.</summary>
    /// <param name="outcomes">What people said and the number of the ticket, by row.</param>
    /// <param name="suggestions">What people suggested in their own words.</param>
    /// <param name="met">What the view met.</param>
    public void Complete(IEnumerable<(RowVerdict Verdict, int Ticket)> outcomes, IEnumerable<RuleWish> suggestions, ViewCounters met)
    {
        using var counters = new RowWriter(FactTableFiles.CountersOf(folder));
        counters.Int(met.OutOfOrder);
        counters.Int(met.TooLate);
        counters.EndRow();
        using var wishes = new RowWriter(FactTableFiles.WishesOf(folder));
        foreach (var wish in suggestions)
        {
            wishes.Int(wish.At.ToUnixTimeTicks());
            wishes.Text(wish.TicketId);
            wishes.Text(wish.Actor);
            wishes.Text(wish.Note);
            wishes.EndRow();
        }
        using var said = new RowWriter(FactTableFiles.OutcomesOf(folder));
        foreach (var (verdict, ticket) in outcomes)
        {
            said.Int((int)verdict);
            said.Int(ticket);
            said.EndRow();
        }
        foreach (var (column, rows) in columns) rows.Complete(keys[column]);
        records.Complete(keys.Observed);
        earlier.Complete(keys.Observed);
        said.Complete(keys.Observed);
        wishes.Complete(keys.Observed);
        counters.Complete(keys.Observed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, rows) in columns) rows.Dispose();
        records.Dispose();
        earlier.Dispose();
    }
}

/// <summary>Where the files of a fact table lie.</summary>
internal static class FactTableFiles
{
    public const int Shown = 16;

    public static string FolderOf(string cache, FactColumnKeys keys) => FolderOf(cache, keys.Observed);

    public static string FolderOf(string cache, string observed) => Path.Combine(cache, observed[..Shown]);

    public static string PathOf(string folder, FactColumns column, FactColumnKeys keys) => Path.Combine(folder, $"{column.ToString().ToLowerInvariant()}-{keys[column][..Shown]}.col");

    public static string RecordsOf(string folder) => Path.Combine(folder, "records.col");

    public static string EarlierOf(string folder) => Path.Combine(folder, "earlier.col");

    public static string WishesOf(string folder) => Path.Combine(folder, "wishes.col");

    public static string CountersOf(string folder) => Path.Combine(folder, "counters.col");

    public static string OutcomesOf(string folder) => Path.Combine(folder, "outcomes.col");
}
