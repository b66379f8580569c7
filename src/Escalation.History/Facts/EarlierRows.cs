using Escalation.Core.Derived;

namespace Escalation.History.Facts;

/// <summary>Which rows a row's frustration is compared with, whatever the model: so a new model needs the texts once more, and no view of the history.</summary>
/// <remarks>
/// Those of a row are almost always the row of the customer's message before and that one's own, as far as the week reaches; only where customers or
/// tickets were joined, or something came late, each is named. Safe to share between threads.
/// </remarks>
internal sealed class EarlierRows : IDisposable
{
    private readonly RowColumn column;
    private readonly int[] before, tickets;

    private EarlierRows(RowColumn column)
    {
        this.column = column;
        (before, tickets) = (new int[column.Count], new int[column.Count]);
        for (var row = 0; row < before.Length; row++)
        {
            var reader = column.At(row);
            (tickets[row], before[row]) = (reader.Int(), row - reader.Int());
        }
    }

    /// <summary>Opens those of a history; null where they are missing or damaged.</summary>
    public static EarlierRows? Open(string folder, string observed) => RowColumn.Open(FactTableFiles.EarlierOf(folder), observed) is { } column ? new EarlierRows(column) : null;

    /// <summary>The facts of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="scores">Frustration by row, NaN where it is not available.</param>
    public FrustrationFacts FactsOf(int row, ReadOnlySpan<double> scores)
    {
        var comparison = new FrustrationComparison(scores[row]);
        var reader = column.At(row);
        reader.Int();
        reader.Int();
        var count = reader.Int();
        for (int left = Math.Abs(count), earlier = row; left > 0; left--)
        {
            var named = count < 0 ? reader.Int() : 0;
            earlier = count < 0 ? row - (named >> 1) : before[earlier];
            var other = scores[earlier];
            if (comparison.Take(other) && (count < 0 ? (named & 1) != 0 : tickets[earlier] == tickets[row])) comparison.TakeOnTicket(other);
        }
        return comparison.Facts;
    }

    /// <inheritdoc/>
    public void Dispose() => column.Dispose();
}

/// <summary>Writes <see cref="EarlierRows"/>, row by row in the order of decisions.</summary>
/// <param name="folder">Folder of the history in the cache.</param>
internal sealed class EarlierRowsWriter(string folder) : IDisposable
{
    private readonly RowWriter writer = new(FactTableFiles.EarlierOf(folder));
    private readonly List<uint> numbers = [];
    private readonly List<int> before = [], tickets = [];
    private readonly List<(int Row, bool IsOnTicket)> found = [];

    /// <summary>Adds a row.</summary>
    /// <param name="number">The message's place in the order of the view, as <see cref="Core.Observed.Observation.Number"/> says it later.</param>
    /// <param name="ticket">Number of the ticket that it names.</param>
    /// <param name="earlier">What it is compared with.</param>
    public void Add(uint number, int ticket, EarlierMessages earlier)
    {
        var row = numbers.Count;
        found.Clear();
        while (earlier.MoveNext()) found.Add((numbers.BinarySearch(earlier.Current.Number), earlier.IsOnTicket));
        numbers.Add(number);
        tickets.Add(ticket);
        before.Add(found.Count == 0 ? row : found[0].Row);
        var isChain = IsChain(row);
        writer.Int(ticket);
        writer.Int(row - before[row]);
        writer.Int(isChain ? found.Count : -found.Count);
        if (!isChain)
            foreach (var (other, isOnTicket) in found) writer.Int((row - other) << 1 | (isOnTicket ? 1 : 0));
        writer.EndRow();
    }

    public void Complete(string observed) => writer.Complete(observed);

    public void Dispose() => writer.Dispose();

    private bool IsChain(int row)
    {
        var next = row;
        foreach (var (other, isOnTicket) in found)
        {
            next = before[next];
            if (other != next || isOnTicket != (tickets[other] == tickets[row])) return false;
        }
        return true;
    }
}
