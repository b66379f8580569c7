using Escalation.Core.Tickets;
using Escalation.History.Formats;

namespace Escalation.History.Reading;

/// <summary>Reads JSON lines from a stream in the order they stand, for example standard input.</summary>
public static class HistoryStream
{
    /// <summary>The records, one after the other; bad lines go to the summary.</summary>
    /// <param name="stream">JSON lines in UTF-8; closed at the end.</param>
    /// <param name="name">For problems; <c>-</c> for standard input.</param>
    /// <param name="options">How lines are read.</param>
    /// <param name="summary">Counts and problems.</param>
    /// <param name="cancellation">Ends between two records.</param>
    /// <returns>The records, and null wherever an <see cref="IWaitingInput"/> has nothing more for now: what was given so far can be worked on while its writer is waited for.</returns>
    /// <exception cref="IOException">The stream broke off.</exception>
    public static IEnumerable<HistoryRecord?> Read(Stream stream, string name, HistoryReadOptions options, InputSummary summary, CancellationToken cancellation)
    {
        using var file = new SequentialJsonFile(stream, name, KnownFiles.TypeOf(name), new ParserPool(options), summary);
        while (true)
        {
            file.Advance(cancellation, mayWait: false);
            if (file.IsWaiting)
            {
                yield return null;
                file.Advance(cancellation);
            }
            if (file.Head is not { } record) yield break;
            cancellation.ThrowIfCancellationRequested();
            yield return record;
        }
    }
}
