using System.Numerics;
using System.Runtime.InteropServices;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>Linear models of several outputs over up to four weightings of the same n-grams: what <see cref="LinearScorer"/> is for one output.</summary>
/// <remarks>Immutable and thread-safe; scoring allocates nothing. A bucket holds for each plane v^2 and w*v of all outputs side by side.</remarks>
public sealed class ClassScorer
{
    private readonly float[] table;
    private readonly float[] biases;
    private readonly FeatureSchema schema;
    private readonly int planes, width;

    /// <summary>Builds the table of all outputs.</summary>
    public ClassScorer(ScorerContent content)
    {
        schema = content.Schema;
        planes = content.Planes.Count;
        Outputs = content.Outputs.Count;
        biases = [.. content.Outputs.Select(o => o.Bias)];
        // Whole vectors, so that adding a bucket has no rest.
        width = ((planes * (Outputs + 1)) + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        table = new float[(long)width * content.Schema.Buckets];
        for (var p = 0; p < planes; p++)
        {
            var values = content.Planes[p].Features.Values;
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] == 0) continue;
                var at = ((long)i * width) + (p * (Outputs + 1));
                table[at] = values[i] * values[i];
                for (var k = 0; k < Outputs; k++) table[at + 1 + k] = content.Planes[p].Heads[k][i] * values[i];
            }
        }
    }

    /// <summary>How many outputs there are.</summary>
    public int Outputs { get; }

    /// <summary>The uncalibrated score of each output.</summary>
    /// <param name="text">Any length.</param>
    /// <param name="scores">As long as <see cref="Outputs"/>.</param>
    public void Score(ReadOnlySpan<char> text, Span<float> scores)
    {
        Span<float> sums = stackalloc float[NgramRows.Blocks * width];
        sums.Clear();
        var sink = new Sums(table, sums, width);
        NgramEnumerator.Enumerate(text, schema, ref sink);
        biases.CopyTo(scores);
        for (var part = 0; part < NgramRows.Blocks * planes; part++)
        {
            var sum = sums.Slice((part / planes * width) + (part % planes * (Outputs + 1)), Outputs + 1);
            if (sum[0] <= 0) continue;
            var scale = 1 / MathF.Sqrt(sum[0]);
            for (var k = 0; k < scores.Length; k++) scores[k] += sum[k + 1] * scale;
        }
    }

    private readonly ref struct Sums(float[] table, Span<float> sums, int width) : INgramSink
    {
        private readonly Span<float> sums = sums;

        public void Word(int bucket) => Add(bucket, 0);

        public void Characters(int bucket) => Add(bucket, 1);

        public void Mark(int bucket) => Add(bucket, 2);

        private void Add(int bucket, int block)
        {
            var from = MemoryMarshal.Cast<float, Vector<float>>(table.AsSpan((int)((long)bucket * width), width));
            var to = MemoryMarshal.Cast<float, Vector<float>>(sums.Slice(block * width, width));
            for (var i = 0; i < to.Length; i++) to[i] += from[i];
        }
    }
}
