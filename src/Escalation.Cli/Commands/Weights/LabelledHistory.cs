using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Cli.Commands.Weights;

/// <summary>A history with labels that is read more than once: files of it, else what the database recorded.</summary>
internal sealed class LabelledHistory
{
    private readonly HistorySource? files;
    private readonly Func<HistorySource>? again;
    private readonly EscalationDatabase? database;
    private bool wasRead;

    private LabelledHistory(string name, HistorySource? files, Func<HistorySource>? again, EscalationDatabase? database) => (Name, this.files, this.again, this.database) = (name, files, again, database);

    /// <summary>Where it comes from, for messages.</summary>
    public string Name { get; }

    /// <summary>Lines of the files, for progress; 0 of a database.</summary>
    public long TotalLines => files?.TotalLines ?? 0;

    /// <summary>Whether a line was rejected; known when it was read.</summary>
    public bool HasRejected => files?.Summary.RejectedCount > 0;

    /// <summary>Opens files, or without any the database; null with a problem where one is not there.</summary>
    public static LabelledHistory? Open(string[] paths, DateTimeZone? zone, string connection, out string? problem)
    {
        problem = null;
        if (paths.Length == 0)
        {
            var database = EscalationDatabase.At(connection);
            if (File.Exists(database.Place)) return new LabelledHistory(database.Place, null, null, database);
            problem = $"--history: no history is named, and there is no database {connection}; name folders or files of history, or the database with --database";
            return null;
        }
        var options = new HistoryReadOptions { TimeZone = zone };
        var source = HistorySource.Open(paths, options, out var missing);
        problem = missing?.ToString();
        if (source is null) return null;
        source.Summary.OnRejected = rejected => Console.Error.WriteLine(rejected);
        return new LabelledHistory(string.Join(", ", paths), source, () => HistorySource.Open(paths, options, out _)!, null);
    }

    /// <summary>All records in the order of history; may be called again.</summary>
    public IEnumerable<HistoryRecord> Read(CancellationToken cancellation)
    {
        if (database is not null) return new HistoryStore(database).StreamAsync(null, cancellation).ToBlockingEnumerable(cancellation);
        var source = wasRead ? again!() : files!;       // what was rejected is said once
        wasRead = true;
        return source.Read(cancellation);
    }
}
