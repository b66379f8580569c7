using System.IO.Compression;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>The numbers of scorer.bin in format 2, which is still read.</summary>
/// <remarks>
/// Compressed with Brotli: a bitmap of the buckets seen, then for these buckets, plane by plane, the upper and lower bytes of the bfloat16
/// feature weights and of each output's learned weights.
/// </remarks>
internal static class CompressedNumbers
{
    /// <summary>As lists of all buckets.</summary>
    /// <exception cref="InvalidDataException">The numbers do not fit the head.</exception>
    public static IReadOnlyList<ScorerPlane> Unpack(ScorerHead head, ReadOnlySpan<byte> compressed)
    {
        var seenCount = head.BucketsSeen!.Value;
        var bytes = Decompress(compressed, (head.Schema.Buckets / 8) + (seenCount * 2 * head.Planes.Count * (1 + head.Outputs.Count)));
        int[] seen = [.. Enumerable.Range(0, head.Schema.Buckets).Where(i => (bytes[i >> 3] >> (i & 7) & 1) != 0)];
        if (seen.Length != seenCount) throw new InvalidDataException($"{seen.Length} buckets where its head says {seenCount}");
        var list = 0;
        return [.. head.Planes.Select(weighting =>
        {
            var features = new FeaturePlane(weighting, Dense());
            return new ScorerPlane(features, [.. head.Outputs.Select(_ => Dense())]);
        })];

        float[] Dense()
        {
            var dense = new float[head.Schema.Buckets];
            var at = (head.Schema.Buckets / 8) + (2 * list++ * seen.Length);
            for (var i = 0; i < seen.Length; i++) dense[seen[i]] = Bfloat16.Decode((ushort)((bytes[at + i] << 8) | bytes[at + seen.Length + i]));
            return dense;
        }
    }

    private static byte[] Decompress(ReadOnlySpan<byte> compressed, int length)
    {
        using var source = new MemoryStream(compressed.ToArray());
        using var brotli = new BrotliStream(source, CompressionMode.Decompress);
        var bytes = new byte[length];
        brotli.ReadExactly(bytes);
        return brotli.ReadByte() < 0 ? bytes : throw new InvalidDataException("longer than its head says");
    }
}
