using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Cli.Commands.Weights;

/// <summary>A history with labels that is read more than once: files of it, else what the database recorded.</summary>
internal sealed class LabelledHistory
{
    private readonly string[] paths;
    private readonly HistoryReadOptions options;
    private readonly HistorySource? files;
    private readonly EscalationDatabase? database;
    private bool wasRead;

    private LabelledHistory(string[] paths, HistoryReadOptions options, HistorySource? files, EscalationDatabase? database) =>
        (this.paths, this.options, this.files, this.database) = (paths, options, files, database);

    /// <summary>Where it comes from, for messages.</summary>
    public string Name => database?.Place ?? string.Join(", ", paths);

    /// <summary>What <c>--history</c> of another command takes; F for a database, which those do not read.</summary>
    public string Files => database is null ? string.Join(' ', paths) : "F";

    /// <summary>Lines of the files, for progress; 0 of a database.</summary>
    public long TotalLines => files?.TotalLines ?? 0;

    /// <summary>Whether a line was rejected; known when it was read.</summary>
    public bool HasRejected => files?.Summary.RejectedCount > 0;

    /// <summary>Opens files, or without any the database; null with a problem where one is not there.</summary>
    public static LabelledHistory? Open(string[] paths, DateTimeZone? zone, string connection, out string? problem)
    {
        problem = null;
        var options = new HistoryReadOptions { TimeZone = zone };
        if (paths.Length == 0)
        {
            var database = EscalationDatabase.At(connection);
            if (File.Exists(database.Place)) return new LabelledHistory(paths, options, null, database);
            problem = $"--history: no history is named, and there is no database {connection}; name folders or files of history, or the database with --database";
            return null;
        }
        var source = HistorySource.Open(paths, options, out var missing);
        problem = missing?.ToString();
        if (source is null) return null;
        source.Summary.OnRejected = rejected => Console.Error.WriteLine(rejected);
        return new LabelledHistory(paths, options, source, null);
    }

    /// <summary>All records in the order of history; may be called again.</summary>
    public IEnumerable<HistoryRecord> Read(CancellationToken cancellation)
    {
        if (database is not null) return new HistoryStore(database).StreamAsync(null, cancellation).ToBlockingEnumerable(cancellation);
        var source = wasRead ? HistorySource.Open(paths, options, out _)! : files!;       // what was rejected is said once
        wasRead = true;
        return source.Read(cancellation);
    }
}
