using System.Numerics;
using System.Runtime.InteropServices;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>The head of scorer.bin.</summary>
internal sealed record ScorerHead(
    string Target, FeatureSchema Schema, IReadOnlyList<string> Languages, double Threshold, IReadOnlyList<ScorerOutput> Outputs, IReadOnlyList<Weighting> Planes, int BucketsSeen)
{
    public ScorerContent WithPlanes(IReadOnlyList<ScorerPlane> planes) => new(Target, Schema, Languages, Threshold, Outputs, planes);
}

/// <summary>The numbers of scorer.bin as they are stored: only of buckets that were seen.</summary>
internal sealed class ScorerNumbers
{
    private readonly byte[] bytes;
    private readonly int[] seen;

    /// <exception cref="InvalidDataException">The bitmap does not fit the head.</exception>
    public ScorerNumbers(ScorerHead head, byte[] bytes)
    {
        Head = head;
        this.bytes = bytes;
        seen = new int[head.BucketsSeen];
        var next = 0;
        var bitmap = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan(0, head.Schema.Buckets / 8));
        for (var word = 0; word < bitmap.Length; word++)
        {
            for (var rest = bitmap[word]; rest != 0; rest &= rest - 1)
            {
                if (next == seen.Length) throw new InvalidDataException("more buckets than its head says");
                seen[next++] = (word * 64) + BitOperations.TrailingZeroCount(rest);
            }
        }
        if (next != seen.Length) throw new InvalidDataException($"{next} buckets where its head says {seen.Length}");
    }

    public ScorerHead Head { get; }

    /// <summary>As lists of all buckets.</summary>
    public ScorerContent ToContent()
    {
        var list = 0;
        return Head.WithPlanes([.. Head.Planes.Select(weighting =>
        {
            var features = new FeaturePlane(weighting, Dense(list++));
            return new ScorerPlane(features, [.. Head.Outputs.Select(_ => Dense(list++))]);
        })]);
    }

    /// <summary>Writes the planes of the first output into a scorer.</summary>
    public void Fill(LinearScorer scorer)
    {
        for (var plane = 0; plane < Head.Planes.Count; plane++)
        {
            var features = plane * (1 + Head.Outputs.Count);
            for (var i = 0; i < seen.Length; i++) scorer.Set(plane, seen[i], Number(features, i), Number(features + 1, i));
        }
    }

    private float[] Dense(int list)
    {
        var dense = new float[Head.Schema.Buckets];
        for (var i = 0; i < seen.Length; i++) dense[seen[i]] = Number(list, i);
        return dense;
    }

    private float Number(int list, int place)
    {
        var at = (Head.Schema.Buckets / 8) + (2 * list * seen.Length) + place;
        return Bfloat16.Decode((ushort)((bytes[at] << 8) | bytes[at + seen.Length]));
    }
}
