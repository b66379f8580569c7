using System.Globalization;
using System.Text;
using Escalation.Core.Metrics;

namespace Escalation.Tests.Replay.Coverage;

/// <summary>How often intervals covered the truth, figure by figure.</summary>
internal sealed class CoverageTable
{
    private readonly Dictionary<string, Row> rows = new(StringComparer.Ordinal);

    /// <summary>Takes an interval that covers with 95 %.</summary>
    public void Interval(string id, double truth, MetricValue figure) => RowOf(id, isBound: false).Take(truth, figure.Value, figure.Low, figure.High);

    /// <summary>Takes bounds that cover with at least 95 %.</summary>
    public void Bound(string id, double truth, double? low, double? high) => RowOf(id, isBound: true).Take(truth, null, low, high);

    /// <summary>What covers too seldom or too often.</summary>
    public IReadOnlyList<string> Outside(double least, double most) =>
        [.. rows.Values.Where(r => r.IsBound ? r.Coverage < Math.Max(.95, least) : r.Coverage < least || r.Coverage > most).Select(r => r.ToString())];

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{"",-52} {"truth",9} {"mean",9} {"covers",8} {"below",7} {"above",7} {"width",9} {"n",6}");
        foreach (var row in rows.Values) text.AppendLine(row.ToString());
        return text.ToString();
    }

    private Row RowOf(string id, bool isBound)
    {
        if (!rows.TryGetValue(id, out var row)) rows.Add(id, row = new Row(id, isBound));
        return row;
    }

    private sealed class Row(string id, bool isBound)
    {
        private int covered, tooLow, tooHigh, valued;
        private double truths, values, widths;

        public bool IsBound => isBound;

        public int N { get; private set; }

        public double Coverage => (double)covered / N;

        public void Take(double truth, double? value, double? low, double? high)
        {
            if (low is not { } from || high is not { } to) return;
            const double rounding = 1e-8;
            N++;
            truths += truth;
            widths += to - from;
            if (value is { } known) (values, valued) = (values + known, valued + 1);
            if (truth < from - rounding) tooHigh++;
            else if (truth > to + rounding) tooLow++;
            else covered++;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{id,-52} {truths / N,9:0.0000} {(valued == 0 ? "" : (values / valued).ToString("0.0000", CultureInfo.InvariantCulture)),9} {Coverage,8:0.0%} {(double)tooLow / N,7:0.0%} {(double)tooHigh / N,7:0.0%} {widths / N,9:0.0000} {N,6}");
    }
}
