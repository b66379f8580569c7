using System.Numerics;
using System.Runtime.InteropServices;
using Escalation.Inference.Features;

namespace Escalation.Trainer.Learning;

/// <summary>Averaged embeddings: every n-gram is a short vector, a text the weighted sum of its n-grams', and each output a direction among them; trained together by stochastic gradient descent.</summary>
/// <remarks>
/// The product of vectors and directions is one weight an n-gram and output, so that the scorer serves it as any other linear head. One thread and
/// a seeded order: the same rows give the same bits. Source: Joulin et al. 2017, "Bag of tricks for efficient text classification"; rows are of
/// unit length a block here, not a mean.
/// </remarks>
internal static class EmbeddingHeads
{
    private const int FewestPasses = 8, MostPasses = 50, RowsInAll = 40_000, LeastWidth = 16, MostWidth = 32;
    private const double RateOfCostOne = 0.017;

    /// <summary>Trains on the selected rows, all outputs at once.</summary>
    /// <param name="data">All rows.</param>
    /// <param name="selected">Row numbers to learn from.</param>
    /// <param name="task">Labels and weights of rows.</param>
    /// <param name="options">Cost: the first learning rate grows with its root.</param>
    /// <param name="cancellation">Ends between two passes.</param>
    public static IReadOnlyList<LinearHead> Train(WeightedRows data, int[] selected, TrainingTask task, DualOptions options, CancellationToken cancellation) =>
        new State(data, selected, task, options).Train(cancellation);

    private sealed class State
    {
        private readonly WeightedRows data;
        private readonly int[] selected;
        private readonly TrainingTask task;
        private readonly DualOptions options;
        private readonly float[] scales;
        private readonly int[] places;          // of each bucket among those that occur; -1 = in no selected row
        private readonly int width;
        private readonly float[] vectors, directions, biases, hidden, change, errors;
        private readonly double meanWeight;

        public State(WeightedRows data, int[] selected, TrainingTask task, DualOptions options)
        {
            (this.data, this.selected, this.task, this.options) = (data, selected, task, options);
            scales = [options.Scales.Words, options.Scales.Characters, options.Scales.Marks];
            places = new int[data.Rows.Schema.Buckets];
            width = RoundedUp(Math.Clamp(task.Outputs.Count / 2, LeastWidth, MostWidth));
            var known = Number();
            var random = new Random(options.Seed);
            vectors = new float[known * width];
            for (var i = 0; i < vectors.Length; i++) vectors[i] = (float)((random.NextDouble() - 0.5) / width);
            (directions, biases, errors) = (new float[task.Outputs.Count * width], new float[task.Outputs.Count], new float[task.Outputs.Count]);
            (hidden, change) = (new float[width], new float[width]);
            meanWeight = selected.Average(row => (double)task.Weights[row]);
        }

        public IReadOnlyList<LinearHead> Train(CancellationToken cancellation)
        {
            var order = (int[])selected.Clone();
            var random = new Random(options.Seed);
            var passes = Math.Clamp(RowsInAll / order.Length, FewestPasses, MostPasses);
            var (first, steps, done) = (RateOfCostOne * Math.Sqrt(options.Cost), (double)passes * order.Length, 0);
            for (var pass = 0; pass < passes; pass++)
            {
                cancellation.ThrowIfCancellationRequested();
                random.Shuffle(order);
                foreach (var row in order) Learn(row, (float)(first * (1 - (done++ / steps))));
            }
            return [.. task.Outputs.Select((_, k) => HeadOf(k))];
        }

        private static int RoundedUp(int size) => (size + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

        private int Number()
        {
            Array.Fill(places, -1);
            var count = 0;
            foreach (var row in selected)
                foreach (var bucket in data.Rows.Buckets(row))
                    if (places[bucket] < 0) places[bucket] = count++;
            return count;
        }

        private void Learn(int row, float rate)
        {
            Array.Clear(hidden);
            ForEach(row, learns: false);
            FindErrors(row);
            Array.Clear(change);
            for (var k = 0; k < errors.Length; k++)
            {
                var step = rate * errors[k];
                var direction = directions.AsSpan(k * width, width);
                AddTo(change, direction, step);
                AddTo(direction, hidden, step);
                biases[k] += step;
            }
            ForEach(row, learns: true);
        }

        /// <summary>Adds the vectors of a row to the hidden one, or the change to the vectors.</summary>
        private void ForEach(int row, bool learns)
        {
            for (var block = 0; block < NgramRows.Blocks; block++)
                for (var i = data.Rows.Start(row, block); i < data.Rows.Start(row, block + 1); i++)
                {
                    if (data.Values[i] == 0) continue;
                    var (vector, value) = (places[data.Rows.AllBuckets[i]] * width, data.Values[i] * scales[block]);
                    if (learns) AddTo(vectors.AsSpan(vector, width), change, value);
                    else AddTo(hidden, vectors.AsSpan(vector, width), value);
                }
        }

        /// <summary>What was so minus the probability, for each output, times what the row stands for.</summary>
        private void FindErrors(int row)
        {
            for (var k = 0; k < errors.Length; k++) errors[k] = biases[k] + Dot(directions.AsSpan(k * width, width), hidden);
            if (task.IsBinary) errors[0] = 1 / (1 + MathF.Exp(-errors[0]));
            else
            {
                var (highest, sum) = (errors.Max(), 0f);
                for (var k = 0; k < errors.Length; k++) sum += errors[k] = MathF.Exp(errors[k] - highest);
                for (var k = 0; k < errors.Length; k++) errors[k] /= sum;
            }
            var weight = (float)(task.Weights[row] / meanWeight);
            for (var k = 0; k < errors.Length; k++) errors[k] = weight * ((task.Positive(k, row) ? 1 : 0) - errors[k]);
        }

        private LinearHead HeadOf(int output)
        {
            var weights = new float[places.Length];
            var schema = data.Rows.Schema;
            var direction = directions.AsSpan(output * width, width);
            for (var bucket = 0; bucket < weights.Length; bucket++)
                if (places[bucket] is var place and >= 0)
                    weights[bucket] = scales[bucket < schema.FirstOfCharacters ? 0 : bucket < schema.FirstOfMarks ? 1 : 2] * Dot(vectors.AsSpan(place * width, width), direction);
            return new LinearHead(weights, biases[output]);
        }

        private static void AddTo(Span<float> target, ReadOnlySpan<float> source, float times)
        {
            var to = MemoryMarshal.Cast<float, Vector<float>>(target);
            var from = MemoryMarshal.Cast<float, Vector<float>>(source);
            for (var i = 0; i < to.Length; i++) to[i] += times * from[i];
        }

        private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            var one = MemoryMarshal.Cast<float, Vector<float>>(a);
            var other = MemoryMarshal.Cast<float, Vector<float>>(b);
            var sum = Vector<float>.Zero;
            for (var i = 0; i < one.Length; i++) sum += one[i] * other[i];
            return Vector.Sum(sum);
        }
    }
}
