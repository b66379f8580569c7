using System.Globalization;
using Escalation.Inference.Features;
using Escalation.Inference.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Escalation.Inference.MlNet;

/// <summary>Writes the values of a row.</summary>
/// <param name="row">Row number.</param>
/// <param name="target">As long as the row has buckets.</param>
internal delegate void RowValues(int row, Span<float> target);

/// <summary>N-grams as ML.NET reads them: Label, Weight, one sparse vector column a plane, and one with a 1 for each chosen n-gram that occurs, where there are trees to ask for it.</summary>
/// <remarks>Values are computed as rows are read, so that no second copy of the data is held. Safe to read from several cursors at once.</remarks>
internal sealed class FeatureView : IDataView
{
    public const string LabelColumn = "Label", WeightColumn = "Weight", PresenceColumn = "Presence";

    private const int FirstPlane = 2;

    private readonly NgramRows rows;
    private readonly IReadOnlyList<RowValues> planes;
    private readonly int[] selected;
    private readonly Func<int, bool> label;
    private readonly Func<int, float> weight;
    private readonly NgramSlots? presence;
    private readonly CancellationToken cancellation;

    /// <param name="rows">All rows.</param>
    /// <param name="planes">One a column.</param>
    /// <param name="selected">The row numbers to read, in order.</param>
    /// <param name="label">The label of a row number.</param>
    /// <param name="weight">The weight of a row number.</param>
    /// <param name="presence">The n-grams of the column of presence; null = there is none.</param>
    /// <param name="cancellation">Stops a trainer in the middle: ML.NET's trainers take no token of their own.</param>
    public FeatureView(
        NgramRows rows, IReadOnlyList<RowValues> planes, int[] selected, Func<int, bool> label, Func<int, float> weight, NgramSlots? presence = null, CancellationToken cancellation = default)
    {
        this.rows = rows;
        this.planes = planes;
        this.selected = selected;
        this.label = label;
        this.weight = weight;
        this.presence = presence;
        this.cancellation = cancellation;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(LabelColumn, BooleanDataViewType.Instance);
        builder.AddColumn(WeightColumn, NumberDataViewType.Single);
        for (var p = 0; p < planes.Count; p++) builder.AddColumn(ColumnOf(p), new VectorDataViewType(NumberDataViewType.Single, rows.Schema.Buckets));
        if (presence is not null) builder.AddColumn(PresenceColumn, new VectorDataViewType(NumberDataViewType.Single, presence.Count));
        Schema = builder.ToSchema();
    }

    /// <summary>All rows under the planes of a scorer, for a pipeline to read.</summary>
    public static FeatureView Of(NgramRows rows, ScorerContent content) => new(
        rows, [.. content.Planes.Select(p => new RowValues((row, target) => rows.Values(row, p.Features, target)))], [.. Enumerable.Range(0, rows.Count)], _ => false, _ => 1,
        content.Trees is { Buckets: var buckets } ? new NgramSlots(rows.Schema, buckets, buckets.Count) : null);

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public bool CanShuffle => false;

    /// <summary>The column with the features of a plane, counted from 0.</summary>
    public static string ColumnOf(int plane) => string.Create(CultureInfo.InvariantCulture, $"Features{plane}");

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
                PresenceColumn => Presence(view.presence!),
                _ => Features(view.planes[column.Index - FirstPlane]),
            };
            return getter as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"column {column.Name} does not hold {typeof(TValue).Name}");
        }

        private ValueGetter<VBuffer<float>> Features(RowValues values) => (ref VBuffer<float> value) =>
        {
            var buckets = view.rows.Buckets(Row);
            var editor = VBufferEditor.Create(ref value, view.rows.Schema.Buckets, buckets.Length);
            buckets.CopyTo(editor.Indices);
            values(Row, editor.Values);
            value = editor.Commit();
        };

        private ValueGetter<VBuffer<float>> Presence(NgramSlots slots)
        {
            var filled = new int[view.rows.Widest];
            return (ref VBuffer<float> value) =>
            {
                var count = slots.Fill(view.rows.Buckets(Row), filled);
                var editor = VBufferEditor.Create(ref value, slots.Count, count);
                filled.AsSpan(0, count).CopyTo(editor.Indices);
                editor.Values.Fill(1);
                value = editor.Commit();
            };
        }
    }
}
