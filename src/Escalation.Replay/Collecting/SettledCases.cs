using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Collecting;

/// <summary>Cases on which nothing happens for a long time: in a temporary file, with a small entry each in memory.</summary>
/// <remarks>An entry is a 64-bit hash of the ticket's id; a case whose hash another one has is not taken.</remarks>
internal sealed class SettledCases : IDisposable
{
    private FileStream? opened;
    private readonly CaseCodec codec = new();
    private readonly Dictionary<ulong, long> places = [];
    private byte[] buffer = new byte[1 << 12];

    private FileStream File => opened ??= new(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);

    /// <summary>Whether <see cref="Add"/> may be called for a ticket.</summary>
    public bool HasRoomFor(TicketId ticket) => !places.ContainsKey(Hash(ticket));

    /// <exception cref="IOException">The disk is full.</exception>
    public void Add(TicketCase settled)
    {
        File.Position = File.Length;
        places.Add(Hash(settled.Id), File.Position);
        var bytes = codec.Write(settled);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        File.Write(length);
        File.Write(bytes);
    }

    /// <summary>Takes a case out.</summary>
    public bool TryTake(TicketId ticket, [NotNullWhen(true)] out TicketCase? settled)
    {
        settled = null;
        var hash = Hash(ticket);
        if (!places.TryGetValue(hash, out var place)) return false;
        var found = ReadAt(place);
        if (found.Id != ticket) return false;
        places.Remove(hash);
        settled = found;
        return true;
    }

    /// <summary>All cases held, in the order in which they were added.</summary>
    public IEnumerable<TicketCase> Read()
    {
        var end = opened?.Length ?? 0;
        for (long place = 0, next; place < end; place = next)
        {
            var found = ReadAt(place);
            next = File.Position;
            if (places.TryGetValue(Hash(found.Id), out var current) && current == place) yield return found;
        }
    }

    public void Dispose() => opened?.Dispose();

    private TicketCase ReadAt(long place)
    {
        File.Position = place;
        File.ReadExactly(buffer, 0, sizeof(int));
        var length = BinaryPrimitives.ReadInt32LittleEndian(buffer);
        if (length > buffer.Length) buffer = new byte[length * 2];
        File.ReadExactly(buffer, 0, length);
        return codec.Read(buffer.AsSpan(0, length));
    }

    private static ulong Hash(TicketId ticket) => (ulong)TextDigest.Of(0, ticket.Value, "", 0);
}
