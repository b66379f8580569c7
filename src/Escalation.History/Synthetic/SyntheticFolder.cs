using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;

namespace Escalation.History.Synthetic;

/// <summary>How many records of each kind were written.</summary>
public sealed record SyntheticCounts(long Messages, long Events, long Customers, long Identities, long Shifts, long Labels, long Truths);

/// <summary>Writes a generated history as one file per type, and the truth apart.</summary>
/// <remarks>
/// Files grow under <c>NAME.jsonl.partial</c> and get their names when all are complete: a run that is stopped or breaks leaves no half file.
/// Each file is in the total order of history.
/// </remarks>
public sealed class SyntheticFolder : ISyntheticSink, IDisposable
{
    /// <summary>The file that only evaluations read.</summary>
    public const string TruthFile = "truth.jsonl";

    private const string Partial = ".partial";
    private readonly Output messages, events, customers, identities, shifts, labels;
    private readonly TruthWriter truths;
    private readonly List<IDisposable> outputs = [];
    private readonly List<string> names = [];
    private readonly string folder;
    private bool isComplete;

    private SyntheticFolder(string folder)
    {
        this.folder = folder;
        messages = Open("messages.jsonl");
        events = Open("events.jsonl");
        customers = Open("customers.jsonl");
        identities = Open("identities.jsonl");
        shifts = Open("shifts.jsonl");
        labels = Open("labels.jsonl");
        truths = new TruthWriter(Create(TruthFile));
        outputs.Add(truths);
    }

    /// <summary>Generates a history into a folder, which is made where it is missing.</summary>
    /// <param name="options">What to generate.</param>
    /// <param name="folder">The folder; it must be empty unless <paramref name="overwrite"/>.</param>
    /// <param name="overwrite">Replace the files of an earlier run; other files are left alone.</param>
    /// <param name="progress">Called about once a simulated day.</param>
    /// <param name="cancellation">Ends between two cases; no file is left.</param>
    /// <exception cref="IOException">The folder is not empty, or the disk could not take it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SyntheticCounts Generate(SyntheticOptions options, string folder, bool overwrite = false, Action<SyntheticHistory>? progress = null, CancellationToken cancellation = default)
    {
        var history = new SyntheticHistory(options);
        Directory.CreateDirectory(folder);
        if (!overwrite && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"{folder} is not empty; name another folder with --out, or replace the generated files with --force");
        using var files = new SyntheticFolder(folder);
        history.Run(files, progress, cancellation);
        files.Complete();
        return new SyntheticCounts(files.messages.Count, files.events.Count, files.customers.Count, files.identities.Count, files.shifts.Count, files.labels.Count, files.truths.Count);
    }

    /// <inheritdoc/>
    public void Take(HistoryRecord record, MessageTruth? truth)
    {
        Output target = record switch
        {
            Message => messages,
            TicketEvent => events,
            CustomerVersion => customers,
            IdentityLink => identities,
            Shift => shifts,
            _ => labels,
        };
        target.Write(record);
        if (truth is { } known) truths.Write(known);
    }

    /// <summary>Closes every file; where the run did not come to its end, deletes them.</summary>
    public void Dispose()
    {
        if (isComplete) return;
        foreach (var output in outputs)
        {
            try
            {
                output.Dispose();
            }
            catch (IOException)
            {
                // What could not be written is deleted next; the first problem is the one to report.
            }
        }
        foreach (var name in names) File.Delete(Path.Combine(folder, name + Partial));
    }

    private void Complete()
    {
        foreach (var output in outputs) output.Dispose();
        foreach (var name in names) File.Move(Path.Combine(folder, name + Partial), Path.Combine(folder, name), overwrite: true);
        isComplete = true;
    }

    private Output Open(string name)
    {
        var output = new Output(Create(name));
        outputs.Add(output);
        return output;
    }

    private FileStream Create(string name)
    {
        names.Add(name);
        return new FileStream(Path.Combine(folder, name + Partial), FileMode.Create, FileAccess.Write, FileShare.None, 1);
    }

    private sealed class Output(FileStream stream) : IDisposable
    {
        private readonly HistoryJsonWriter writer = new(stream);

        public long Count { get; private set; }

        public void Write(HistoryRecord record)
        {
            writer.Write(record);
            Count++;
        }

        public void Dispose()
        {
            using (stream) writer.Dispose();
        }
    }
}

/// <summary>Writes <c>truth.jsonl</c>: a line per customer message, in the order of the messages.</summary>
internal sealed class TruthWriter(FileStream target) : IDisposable
{
    private readonly System.Buffers.ArrayBufferWriter<byte> buffer = new(1 << 17);
    private readonly Utf8JsonWriter json = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });

    /// <summary>Lines written.</summary>
    public long Count { get; private set; }

    /// <summary>Writes one line.</summary>
    public void Write(in MessageTruth truth)
    {
        Span<byte> time = stackalloc byte[WireTime.Length];
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString("messageId"u8, truth.MessageId.Value);
        json.WriteString("ticketId"u8, truth.TicketId.Value);
        json.WriteBoolean("frustrated"u8, truth.Frustrated);
        json.WriteBoolean("needed"u8, truth.Needed);
        json.WriteString("rightTeam"u8, truth.RightTeam);
        if (truth.NeededFrom is { } since)
        {
            WireTime.Write(since, time);
            json.WriteString("neededFrom"u8, time);
        }
        else json.WriteNull("neededFrom"u8);
        json.WriteString("split"u8, truth.IsTest ? "test"u8 : "train"u8);
        json.WriteEndObject();
        json.Flush();
        System.Buffers.BuffersExtensions.Write(buffer, "\n"u8);
        Count++;
        if (buffer.WrittenCount > 1 << 16) Flush();
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public void Dispose()
    {
        using (target) Flush();
        json.Dispose();
    }

    private void Flush()
    {
        target.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }
}
