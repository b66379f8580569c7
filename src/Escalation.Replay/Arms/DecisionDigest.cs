using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Decisions;

namespace Escalation.Replay.Arms;

/// <summary>Stands for decisions on messages: the SHA-256 of each, added up, so that it does not depend on the order in which they were made.</summary>
internal sealed class DecisionDigest
{
    private readonly ulong[] sum = new ulong[SHA256.HashSizeInBytes / sizeof(ulong)];
    private byte[] bytes = new byte[256];
    private int used;

    /// <summary>Adds a decision: its band, score, confidences of its signals, team and deadline.</summary>
    public void Add(string message, Decision decision)
    {
        var team = decision.Route is { } sent ? sent.Team.AsSpan(0, Math.Min(100, sent.Team.Length)) : default;
        var most = Encoding.UTF8.GetMaxByteCount(message.Length) + Encoding.UTF8.GetMaxByteCount(team.Length) + 32 + decision.Signals.Count * sizeof(double);
        if (most > bytes.Length) bytes = new byte[most * 2];
        used = Encoding.UTF8.GetBytes(message, bytes);
        bytes[used++] = (byte)decision.Recommendation.Band;
        bytes[used++] = (byte)decision.Signals.Count;
        Put(decision.Recommendation.Score);
        for (var i = 0; i < decision.Signals.Count; i++) Put(decision.Signals[i].Confidence);
        if (decision.Route is { } route)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(used), route.SlaDeadline.ToUnixTimeMilliseconds());
            used += sizeof(long);
            used += Encoding.UTF8.GetBytes(team, bytes.AsSpan(used));
        }
        Span<ulong> hash = stackalloc ulong[sum.Length];
        SHA256.HashData(bytes.AsSpan(0, used), MemoryMarshal.AsBytes(hash));
        Add(hash);
    }

    /// <summary>Adds the decisions of another one.</summary>
    public void Add(DecisionDigest other) => Add(other.sum);

    /// <summary>64 hex digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(MemoryMarshal.AsBytes<ulong>(sum));

    private void Add(ReadOnlySpan<ulong> other)
    {
        for (var i = 0; i < sum.Length; i++) sum[i] += other[i];
    }

    private void Put(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(used), value);
        used += sizeof(double);
    }
}
