using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>The numbers of scorer.bin as they are stored: plane by plane, only of buckets that were seen.</summary>
/// <remarks>
/// Of each plane: a bitmap of the buckets seen; then for each of these, ascending, the bfloat16s of w*v of each output and of v^2. Not
/// compressed: for one output these are the entries of <see cref="LinearScorer"/>'s table, which are read in a tenth of the time that unpacking would take.
/// </remarks>
internal static class ScorerNumbers
{
    /// <summary>The bytes of all planes.</summary>
    public static byte[] Pack(ScorerContent content)
    {
        using var target = new MemoryStream();
        Span<byte> number = stackalloc byte[sizeof(ushort)];
        foreach (var plane in content.Planes)
        {
            var values = plane.Features.Values;
            var bitmap = new byte[values.Length / 8];
            for (var i = 0; i < values.Length; i++)
                if (values[i] != 0) bitmap[i >> 3] |= (byte)(1 << (i & 7));
            target.Write(bitmap);
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] == 0) continue;
                foreach (var head in plane.Heads) Write(head[i] * values[i], number);
                Write(values[i] * values[i], number);
            }
        }
        return target.ToArray();

        void Write(float value, Span<byte> number)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(number, Bfloat16.Encode(value));
            target.Write(number);
        }
    }

    /// <summary>As lists of all buckets.</summary>
    /// <exception cref="InvalidDataException">The numbers do not fit the head.</exception>
    public static IReadOnlyList<ScorerPlane> Unpack(ScorerHead head, ReadOnlySpan<byte> numbers)
    {
        var planes = new List<ScorerPlane>();
        foreach (var weighting in head.Planes)
        {
            var entries = Next(head, ref numbers, out var bitmap);
            var values = new float[head.Schema.Buckets];
            float[][] heads = [.. head.Outputs.Select(_ => new float[values.Length])];
            var at = 0;
            for (var i = 0; i < values.Length; i++)
            {
                if ((bitmap[i >> 3] >> (i & 7) & 1) == 0) continue;
                values[i] = MathF.Sqrt(Bfloat16.Decode(entries[at + heads.Length]));
                for (var k = 0; k < heads.Length; k++) heads[k][i] = Bfloat16.Decode(entries[at + k]) / values[i];
                at += heads.Length + 1;
            }
            planes.Add(new ScorerPlane(new FeaturePlane(weighting, values), heads));
        }
        return numbers.IsEmpty ? planes : throw new InvalidDataException("longer than its head says");
    }

    /// <summary>The scorer of the only output.</summary>
    /// <exception cref="InvalidDataException">The numbers do not fit the head.</exception>
    public static LinearScorer ToScorer(ScorerHead head, ReadOnlySpan<byte> numbers)
    {
        var scorer = new LinearScorer(head.Schema, head.Outputs[0].Bias, head.Planes.Count);
        for (var plane = 0; plane < head.Planes.Count; plane++)
        {
            var entries = Next(head, ref numbers, out var bitmap);
            Spread(MemoryMarshal.Cast<byte, ulong>(bitmap), MemoryMarshal.Cast<ushort, uint>(entries), scorer.Pairs(plane, out var stride), stride);
        }
        return numbers.IsEmpty ? scorer : throw new InvalidDataException("longer than its head says");
    }

    // Run once in a process, so that there is no second time for which a better version would be compiled.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Spread(ReadOnlySpan<ulong> bitmap, ReadOnlySpan<uint> entries, Span<uint> pairs, int stride)
    {
        var next = 0;
        for (var word = 0; word < bitmap.Length; word++)
        {
            for (var rest = bitmap[word]; rest != 0; rest &= rest - 1)
                pairs[((word * 64) + BitOperations.TrailingZeroCount(rest)) * stride] = entries[next++];
        }
    }

    /// <summary>Takes one plane off the numbers.</summary>
    private static ReadOnlySpan<ushort> Next(ScorerHead head, ref ReadOnlySpan<byte> numbers, out ReadOnlySpan<byte> bitmap)
    {
        var bitmapLength = head.Schema.Buckets / 8;
        if (numbers.Length < bitmapLength) throw new InvalidDataException("shorter than its head says");
        bitmap = numbers[..bitmapLength];
        var seen = 0;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bitmap)) seen += BitOperations.PopCount(word);
        var length = seen * (head.Outputs.Count + 1) * sizeof(ushort);
        if (numbers.Length - bitmapLength < length) throw new InvalidDataException("shorter than its head says");
        var entries = MemoryMarshal.Cast<byte, ushort>(numbers.Slice(bitmapLength, length));
        numbers = numbers[(bitmapLength + length)..];
        return entries;
    }
}
