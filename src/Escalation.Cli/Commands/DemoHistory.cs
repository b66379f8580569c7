using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using NodaTime;

namespace Escalation.Cli.Commands;

/// <summary>The bundled, synthetic history, moved in time so that it ends now: deadlines of a demonstration then lie around today.</summary>
internal static class DemoHistory
{
    /// <summary>The folder of the bundled history; null where it was not shipped.</summary>
    public static string? Folder() =>
        new[] { Path.Combine(AppContext.BaseDirectory, "data", "history"), Path.Combine("data", "history") }.FirstOrDefault(Directory.Exists);

    /// <summary>The records in order, the last one received a moment before <paramref name="now"/>.</summary>
    /// <exception cref="IOException">The history cannot be read.</exception>
    public static IEnumerable<HistoryRecord> Read(string folder, Instant now, CancellationToken cancellation)
    {
        var last = Instant.MinValue;
        foreach (var record in Open(folder).Read(cancellation)) last = Instant.Max(last, record.Received);
        var shift = Duration.FromMinutes(Math.Floor((now - last).TotalMinutes));
        foreach (var record in Open(folder).Read(cancellation)) yield return Move(record, shift);
    }

    private static HistorySource Open(string folder) =>
        HistorySource.Open([folder], HistoryReadOptions.Strict, out var problem) is { } source && problem is null ? source : throw new IOException(problem!.ToString());

    private static HistoryRecord Move(HistoryRecord record, Duration shift)
    {
        var (at, received) = (record.At + shift, record.ReceivedAt + shift);
        return record switch
        {
            TicketEvent e => e with { At = at, ReceivedAt = received, Until = e.Until + shift },
            Shift s => s with { At = at, ReceivedAt = received, To = s.To + shift },
            _ => record with { At = at, ReceivedAt = received },
        };
    }
}
