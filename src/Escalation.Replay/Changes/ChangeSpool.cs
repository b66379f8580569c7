using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Changes;

/// <summary>Changed decisions on their way to the report: kept in a temporary file, since a candidate may change everything and labels come later.</summary>
internal sealed class ChangeSpool : IDisposable
{
    private readonly FileStream file = new(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
    private readonly BinaryWriter writer;

    public ChangeSpool() => writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);

    /// <summary>Changes held.</summary>
    public long Count { get; private set; }

    /// <exception cref="IOException">The disk is full.</exception>
    public void Add(DecisionChange change)
    {
        Count++;
        writer.Write(change.Arm);
        writer.Write(change.MessageId);
        writer.Write(change.TicketId.Value);
        writer.Write(change.CustomerId.Value ?? "");
        writer.Write(change.At.ToUnixTimeMilliseconds());
        Write(change.Before);
        Write(change.After);
    }

    /// <summary>All changes in the order added.</summary>
    public IEnumerable<DecisionChange> Read()
    {
        writer.Flush();
        file.Position = 0;
        using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
        for (var i = 0L; i < Count; i++)
            yield return new DecisionChange(
                reader.ReadInt32(), reader.ReadString(), new TicketId(reader.ReadString()), new CustomerId(reader.ReadString()),
                Instant.FromUnixTimeMilliseconds(reader.ReadInt64()), ReadSide(reader), ReadSide(reader));
        file.Position = file.Length;
    }

    public void Dispose()
    {
        writer.Dispose();
        file.Dispose();
    }

    private void Write(ChangeSide side)
    {
        writer.Write((byte)side.Band);
        writer.Write(side.Score);
        writer.Write(side.Team);
        writer.Write(side.Reasons);
    }

    private static ChangeSide ReadSide(BinaryReader reader) => new((Band)reader.ReadByte(), reader.ReadDouble(), reader.ReadString(), reader.ReadString());
}
