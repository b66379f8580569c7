using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.History.View;
using Escalation.Replay.Arms;
using Escalation.Replay.Pipeline;
using NodaTime;

namespace Escalation.Replay.Deciding;

/// <summary>How <c>decide</c> runs.</summary>
/// <param name="AsOf">Stands for a missing <c>at</c>: one instant for the whole run.</param>
/// <param name="TimeZone">Zone of times without an offset; null refuses them.</param>
/// <param name="Explain">Whether each line also says what would change it.</param>
/// <param name="Workers">Threads; the output does not depend on it.</param>
public sealed record DecideOptions(Instant AsOf, DateTimeZone? TimeZone = null, bool Explain = false, int Workers = 0);

/// <summary>Decides the customer messages of a stream: one JSON line out for each, in the order of the input, where all lines before are history.</summary>
public static class DecideRun
{
    private const int FlushBytes = 1 << 16;
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Runs to the end of the input.</summary>
    /// <param name="input">JSON lines; closed at the end.</param>
    /// <param name="name">Of the input, for problems.</param>
    /// <param name="output">Takes the lines; stays open.</param>
    /// <param name="configuration">Decides.</param>
    /// <param name="options">How.</param>
    /// <param name="summary">Counts and problems.</param>
    /// <param name="cancellation">Ends between two messages; whole lines are written.</param>
    /// <returns>Messages decided.</returns>
    /// <exception cref="IOException">Input or output broke.</exception>
    public static long Run(Stream input, string name, Stream output, Configuration configuration, DecideOptions options, InputSummary summary, CancellationToken cancellation)
    {
        var workers = options.Workers > 0 ? options.Workers : Math.Max(1, Environment.ProcessorCount);
        var reading = new HistoryReadOptions { TimeZone = options.TimeZone, FillMissingAt = options.AsOf, Workers = workers };
        var runner = new ArmRunner(new ReplayArm("decide", configuration), keepsSignals: false);
        var view = new HistoryView(ViewRetention.WithoutTexts);
        var buffer = new ArrayBufferWriter<byte>(FlushBytes * 2);
        using var json = new Utf8JsonWriter(buffer, JsonOptions);
        var decided = 0L;
        try
        {
            var records = Accepted(HistoryStream.Read(input, name, reading, summary, cancellation), summary);
            foreach (var record in PreparedRecords.Of(records, [configuration.Analyzer], workers, cancellation))
            {
                if (record.IsPause)
                {
                    Flush(buffer, output);                 // whoever waits for an answer before they write on gets it
                    continue;
                }
                if (record.Message is not { } message)
                {
                    view.Add(record.Other!);
                    continue;
                }
                if (message.Message.Author == Author.Customer)
                {
                    Decide(message, view, runner, options.Explain, json, buffer);
                    decided++;
                    if (buffer.WrittenCount >= FlushBytes) Flush(buffer, output);
                }
                if (CanJoin(message.Message)) view.Add(message);
            }
        }
        finally
        {
            Flush(buffer, output);
        }
        return decided;
    }

    private static IEnumerable<HistoryRecord?> Accepted(IEnumerable<HistoryRecord?> records, InputSummary summary)
    {
        var filter = new DeliveryFilter();
        foreach (var record in records)
            if (record is null) yield return null;
            else if (filter.IsNew(record))
            {
                summary.Accepted++;
                yield return record;
            }
            else summary.Duplicates++;
    }

    /// <summary>Nobody's message on a ticket of its own is no history of any other.</summary>
    private static bool CanJoin(Message message) => message.CustomerId.IsKnown || !string.Equals(message.TicketId.Value, message.Id, StringComparison.Ordinal);

    private static void Decide(ObservedMessage message, HistoryView view, ArmRunner runner, bool explain, Utf8JsonWriter json, ArrayBufferWriter<byte> buffer)
    {
        var observed = view.Observe(message);
        var decided = runner.Decide(observed);
        var explanation = explain ? Explainer.Explain(decided.Derived, decided.Decision, runner.Arm.Configuration, message.Message.Text) : null;
        json.Reset(buffer);
        DecisionJson.Write(json, message.Message, observed.Ticket.Id, decided.Derived.Context, decided.Decision, explanation);
        json.Flush();
        buffer.Write("\n"u8);
    }

    private static void Flush(ArrayBufferWriter<byte> buffer, Stream output)
    {
        if (buffer.WrittenCount == 0) return;
        output.Write(buffer.WrittenSpan);
        output.Flush();
        buffer.ResetWrittenCount();
    }
}
