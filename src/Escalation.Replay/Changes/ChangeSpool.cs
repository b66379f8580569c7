using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Changes;

/// <summary>Changed decisions on their way to the report: kept in temporary files, since a candidate may change everything and labels come later.</summary>
internal sealed class ChangeSpool : IDisposable
{
    private readonly List<Part> parts = [];

    /// <summary>Takes the changes of some tickets. May be called by several threads.</summary>
    public Part NewPart()
    {
        var part = new Part();
        lock (parts) parts.Add(part);
        return part;
    }

    /// <summary>All changes in the order of history; when every part is complete.</summary>
    public IEnumerable<DecisionChange> Read()
    {
        var next = new PriorityQueue<IEnumerator<(long Place, DecisionChange Change)>, (long, int)>();
        foreach (var part in parts)
            if (part.Read().GetEnumerator() is var first && first.MoveNext()) next.Enqueue(first, (first.Current.Place, first.Current.Change.Arm));
        while (next.TryDequeue(out var part, out _))
        {
            yield return part.Current.Change;
            if (part.MoveNext()) next.Enqueue(part, (part.Current.Place, part.Current.Change.Arm));
            else part.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => parts.ForEach(p => p.Dispose());

    /// <summary>The changes of some tickets, in the order of history. Not thread-safe.</summary>
    internal sealed class Part : IDisposable
    {
        private const int BufferBytes = 1 << 14;

        private FileStream? file;
        private BinaryWriter? writer;
        private long count;

        /// <summary>Adds a change.</summary>
        /// <param name="change">The change.</param>
        /// <param name="place">The message's place in the history; never less than that of one added before.</param>
        /// <exception cref="IOException">The disk is full.</exception>
        public void Add(DecisionChange change, long place)
        {
            count++;
            if (writer is null)
            {
                file = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose);
                writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);
            }
            writer.Write(place);
            writer.Write(change.Arm);
            writer.Write(change.MessageId);
            writer.Write(change.TicketId.Value);
            writer.Write(change.CustomerId.Value ?? "");
            writer.Write(change.At.ToUnixTimeMilliseconds());
            Write(writer, change.Before);
            Write(writer, change.After);
        }

        public IEnumerable<(long Place, DecisionChange Change)> Read()
        {
            if (file is null) yield break;
            writer!.Flush();
            file.Position = 0;
            using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
            for (var i = 0L; i < count; i++)
                yield return (reader.ReadInt64(), new DecisionChange(
                    reader.ReadInt32(), reader.ReadString(), new TicketId(reader.ReadString()), new CustomerId(reader.ReadString()),
                    Instant.FromUnixTimeMilliseconds(reader.ReadInt64()), ReadSide(reader), ReadSide(reader)));
        }

        public void Dispose()
        {
            writer?.Dispose();
            file?.Dispose();
        }

        private static void Write(BinaryWriter writer, ChangeSide side)
        {
            writer.Write((byte)side.Band);
            writer.Write(side.Score);
            writer.Write(side.Team);
            writer.Write(side.Reasons);
        }

        private static ChangeSide ReadSide(BinaryReader reader) => new((Band)reader.ReadByte(), reader.ReadDouble(), reader.ReadString(), reader.ReadString());
    }
}
