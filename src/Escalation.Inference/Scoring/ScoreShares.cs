using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>Goes through a text a second time, with the norms of its blocks known, and divides the score among its words.</summary>
/// <param name="table">(w*v, v^2) of each plane as bfloat16, bucket by bucket.</param>
/// <param name="width">Numbers of a bucket.</param>
/// <param name="slope">Of the calibration: what one point of score is in log-odds.</param>
/// <param name="trees">What n-grams add to the score of trees; null = there are none.</param>
internal sealed class ScoreShares(ushort[] table, int width, double slope, TreeShares? trees)
{
    /// <summary>The parts of each word, in log-odds.</summary>
    public TokenShares Of(ReadOnlySpan<char> text, FeatureSchema schema)
    {
        if (text.Length > NgramEnumerator.LongestRead) text = text[..NgramEnumerator.LongestRead];
        var norms = new Norms(table, width, new double[NgramRows.Blocks * width / 2]);
        NgramEnumerator.Enumerate(text, schema, ref norms);
        var scales = Array.ConvertAll(norms.Squares, s => s > 0 ? slope / Math.Sqrt(s) : 0);
        var parts = new Parts(table, width, scales, slope, trees, new TokenShares(new TextPlaces(text, schema)));
        NgramEnumerator.Enumerate(text, schema, ref parts);
        parts.Shares.End();
        return parts.Shares;
    }

    private readonly struct Norms(ushort[] table, int width, double[] squares) : INgramSink
    {
        public double[] Squares => squares;

        public void Word(int bucket) => Add(bucket, 0);

        public void Characters(int bucket) => Add(bucket, 1);

        public void Mark(int bucket) => Add(bucket, 2);

        private void Add(int bucket, int block)
        {
            for (var p = 0; p < width / 2; p++) squares[(block * width / 2) + p] += Bfloat16.Decode(table[(bucket * width) + (2 * p) + 1]);
        }
    }

    private readonly struct Parts(ushort[] table, int width, double[] scales, double slope, TreeShares? trees, TokenShares shares) : INgramSink
    {
        public TokenShares Shares => shares;

        public void Word(int bucket) => shares.Word(Part(bucket, 0));

        public void Characters(int bucket) => shares.Run(Part(bucket, 1));

        public void Mark(int bucket) => shares.Mark(Part(bucket, 2));

        private double Part(int bucket, int block)
        {
            var part = trees is null ? 0 : slope * trees.Of(bucket);
            for (var p = 0; p < width / 2; p++) part += Bfloat16.Decode(table[(bucket * width) + (2 * p)]) * scales[(block * width / 2) + p];
            return part;
        }
    }
}
