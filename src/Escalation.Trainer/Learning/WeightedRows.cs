using Escalation.Inference.Features;

namespace Escalation.Trainer.Learning;

/// <summary>The values of all rows under one plane of feature weights, computed once for the many trials that use them.</summary>
/// <remarks>Immutable and thread-safe; 4 bytes a bucket of a row.</remarks>
internal sealed class WeightedRows
{
    private readonly float[] values;

    public WeightedRows(NgramRows rows, FeaturePlane plane)
    {
        Rows = rows;
        Plane = plane;
        values = new float[rows.TotalBuckets];
        for (var row = 0; row < rows.Count; row++)
            rows.Values(row, plane, values.AsSpan(rows.Start(row, 0), rows.Buckets(row).Length));
    }

    public NgramRows Rows { get; }

    public FeaturePlane Plane { get; }

    /// <summary>Parallel to <see cref="NgramRows.AllBuckets"/>.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <summary>The dot product of a row and learned weights.</summary>
    public double Dot(int row, float[] weights)
    {
        var buckets = Rows.AllBuckets;
        double sum = 0;
        for (var i = Rows.Start(row, 0); i < Rows.Start(row + 1, 0); i++) sum += values[i] * weights[buckets[i]];
        return sum;
    }
}
