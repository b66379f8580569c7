using Escalation.Inference.Features;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Escalation.Inference.MlNet;

/// <summary>Weighted n-grams as ML.NET reads them: Label, Weight, and one sparse vector column a weighting.</summary>
/// <remarks>Values are computed as rows are read, so that no second copy of the data is held. Safe to read from several cursors at once.</remarks>
internal sealed class FeatureView : IDataView
{
    public const string LabelColumn = "Label", WeightColumn = "Weight";

    private readonly NgramRows rows;
    private readonly FeatureWeights features;
    private readonly int[] selected;
    private readonly Func<int, bool> label;
    private readonly Func<int, float> weight;
    private readonly CancellationToken cancellation;

    /// <param name="rows">All rows.</param>
    /// <param name="features">One weight a bucket and weighting.</param>
    /// <param name="selected">The row numbers to read, in order.</param>
    /// <param name="label">The label of a row number.</param>
    /// <param name="weight">The weight of a row number.</param>
    /// <param name="cancellation">Stops a trainer in the middle: ML.NET's trainers take no token of their own.</param>
    public FeatureView(
        NgramRows rows, FeatureWeights features, int[] selected, Func<int, bool> label, Func<int, float> weight, CancellationToken cancellation = default)
    {
        this.rows = rows;
        this.features = features;
        this.selected = selected;
        this.label = label;
        this.weight = weight;
        this.cancellation = cancellation;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(LabelColumn, BooleanDataViewType.Instance);
        builder.AddColumn(WeightColumn, NumberDataViewType.Single);
        builder.AddColumn(ColumnOf(Weighting.Idf), new VectorDataViewType(NumberDataViewType.Single, 1 << rows.Bits));
        builder.AddColumn(ColumnOf(Weighting.NaiveBayes), new VectorDataViewType(NumberDataViewType.Single, 1 << rows.Bits));
        Schema = builder.ToSchema();
    }

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public bool CanShuffle => false;

    /// <summary>The column with the features of a weighting.</summary>
    public static string ColumnOf(Weighting weighting) => weighting + "Features";

    /// <inheritdoc/>
    public long? GetRowCount() => selected.Length;

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded.Select(c => c.Index).ToHashSet());

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(FeatureView view, HashSet<int> active) : DataViewRowCursor
    {
        private long position = -1;

        public override long Position => position;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        private int Row => view.selected[position];

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override bool MoveNext()
        {
            view.cancellation.ThrowIfCancellationRequested();
            if (position + 1 >= view.selected.Length) return false;
            position++;
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = column.Name switch
            {
                LabelColumn => new ValueGetter<bool>((ref bool value) => value = view.label(Row)),
                WeightColumn => new ValueGetter<float>((ref float value) => value = view.weight(Row)),
                _ => Features(column.Name == ColumnOf(Weighting.Idf) ? view.features.Idf : view.features.NaiveBayes),
            };
            return getter as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"column {column.Name} does not hold {typeof(TValue).Name}");
        }

        private ValueGetter<VBuffer<float>> Features(float[] weights) => (ref VBuffer<float> value) =>
        {
            var buckets = view.rows.Buckets(Row);
            var editor = VBufferEditor.Create(ref value, 1 << view.rows.Bits, buckets.Length);
            buckets.CopyTo(editor.Indices);
            view.rows.Values(Row, weights, editor.Values);
            value = editor.Commit();
        };
    }
}
