using Escalation.Inference.Features;

namespace Escalation.Trainer.Learning;

/// <summary>What the learners by coordinate descent in the dual have in common: rows, weights, and passes over the rows in a seeded order.</summary>
internal abstract class DualState
{
    private readonly WeightedRows data;
    private readonly int[] selected;
    private readonly float[] scales;
    private readonly float[] w;
    private readonly sbyte[] sign;
    private readonly DualOptions options;
    private double bias;

    protected DualState(WeightedRows data, int[] selected, Func<int, bool> positive, Func<int, float> weight, DualOptions options)
    {
        this.data = data;
        this.selected = selected;
        this.options = options;
        scales = [options.Scales.Words, options.Scales.Characters, options.Scales.Marks];
        w = new float[data.Rows.Schema.Buckets];
        (Cost, Squares, sign) = (new double[selected.Length], new double[selected.Length], new sbyte[selected.Length]);
        for (var i = 0; i < selected.Length; i++)
        {
            sign[i] = (sbyte)(positive(selected[i]) ? 1 : -1);
            Cost[i] = options.Cost * weight(selected[i]);
            Squares[i] = 1 + SquaresOf(selected[i]);
        }
    }

    /// <summary>Of an error on each of the selected rows.</summary>
    protected double[] Cost { get; }

    /// <summary>The squared length of each of the selected rows, its bias included.</summary>
    protected double[] Squares { get; }

    /// <summary>Passes until the largest violation is small enough.</summary>
    public LinearHead Train(CancellationToken cancellation)
    {
        var order = Enumerable.Range(0, selected.Length).ToArray();
        var random = new Random(options.Seed);
        for (var pass = 0; pass < options.Passes; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            random.Shuffle(order);
            if (Pass(order) < options.Tolerance) break;
        }
        return Head();
    }

    /// <summary>Looks at every row once; the largest violation met.</summary>
    protected abstract double Pass(int[] order);

    /// <summary>How clearly the weights so far put a row on its side; below 0 on the other.</summary>
    protected double Margin(int i) => sign[i] * Dot(selected[i]);

    /// <summary>Moves the weights towards a row's side.</summary>
    protected void Move(int i, double by)
    {
        var row = selected[i];
        by *= sign[i];
        bias += by;
        ReadOnlySpan<float> values = data.Values;
        ReadOnlySpan<int> buckets = data.Rows.AllBuckets;
        for (var block = 0; block < NgramRows.Blocks; block++)
        {
            int from = data.Rows.Start(row, block), count = data.Rows.Start(row, block + 1) - from;
            ReadOnlySpan<float> v = values.Slice(from, count);
            ReadOnlySpan<int> at = buckets.Slice(from, count);
            var step = (float)(by * scales[block]);
            for (var k = 0; k < v.Length; k++) w[at[k]] += step * v[k];
        }
    }

    /// <summary>The learned weights with the scales of the blocks folded in.</summary>
    private LinearHead Head()
    {
        var schema = data.Rows.Schema;
        for (var i = 0; i < w.Length; i++) w[i] *= scales[i < schema.FirstOfCharacters ? 0 : i < schema.FirstOfMarks ? 1 : 2];
        return new LinearHead(w, (float)bias);
    }

    private double SquaresOf(int row)
    {
        double sum = 0;
        var values = data.Values;
        for (var block = 0; block < NgramRows.Blocks; block++)
        {
            float part = 0;
            for (var i = data.Rows.Start(row, block); i < data.Rows.Start(row, block + 1); i++) part += values[i] * values[i];
            sum += scales[block] * scales[block] * part;
        }
        return sum;
    }

    private double Dot(int row)
    {
        var sum = bias;
        ReadOnlySpan<float> values = data.Values;
        ReadOnlySpan<int> buckets = data.Rows.AllBuckets;
        for (var block = 0; block < NgramRows.Blocks; block++)
        {
            int from = data.Rows.Start(row, block), count = data.Rows.Start(row, block + 1) - from;
            ReadOnlySpan<float> v = values.Slice(from, count);
            ReadOnlySpan<int> at = buckets.Slice(from, count);
            float part = 0;
            for (var i = 0; i < v.Length; i++) part += v[i] * w[at[i]];
            sum += scales[block] * part;
        }
        return sum;
    }
}

/// <summary>How strongly the learner fits.</summary>
/// <param name="Cost">Of a row that is wrong, against the length of the weights: more fits more closely.</param>
/// <param name="Scales">How much each block counts.</param>
/// <param name="Passes">At most so many passes over the rows.</param>
/// <param name="Tolerance">The largest violation at which it ends.</param>
/// <param name="Seed">Of the order of rows.</param>
internal sealed record DualOptions(double Cost, BlockScales Scales, int Passes = 20, double Tolerance = 0.1, int Seed = 1);

/// <summary>How much each block of features counts; 1 is its unit length.</summary>
internal readonly record struct BlockScales(float Words, float Characters, float Marks);
