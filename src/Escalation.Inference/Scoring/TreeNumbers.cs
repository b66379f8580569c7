using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>The trees of scorer.bin, from format 4 on, as they are stored.</summary>
/// <remarks>
/// Int32 number of n-grams and their buckets as int32; int32 number of trees; of each tree a byte with the number of its questions, their
/// n-grams as uint16, the questions on their absent sides as bytes, and the leaves as float32.
/// </remarks>
internal static class TreeNumbers
{
    /// <summary>The bytes of all trees.</summary>
    public static byte[] Pack(TreeTable table)
    {
        using var target = new MemoryStream();
        using var writer = new BinaryWriter(target);
        writer.Write(table.Buckets.Count);
        foreach (var bucket in table.Buckets) writer.Write(bucket);
        writer.Write(table.Trees.Count);
        foreach (var tree in table.Trees)
        {
            writer.Write((byte)tree.Ngrams.Length);
            foreach (var ngram in tree.Ngrams) writer.Write(ngram);
            writer.Write(tree.AbsentQuestions);
            foreach (var leaf in tree.Leaves) writer.Write(leaf);
        }
        writer.Flush();
        return target.ToArray();
    }

    /// <summary>Reads what <see cref="Pack"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The numbers fit neither each other nor the features.</exception>
    /// <exception cref="EndOfStreamException">Shorter than it says.</exception>
    public static TreeTable Unpack(FeatureSchema schema, ReadOnlySpan<byte> bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()));
        var buckets = new int[Count(reader, TreeTable.MostNgrams, "n-grams")];
        for (var i = 0; i < buckets.Length; i++) buckets[i] = reader.ReadInt32();
        if (!buckets.All(schema.IsWordOrMark) || buckets.Distinct().Count() < buckets.Length)
            throw new InvalidDataException("its trees ask for n-grams that there are not, or for one under two numbers");
        var trees = new DecisionTree[Count(reader, TreeTable.MostTrees, "trees")];
        for (var i = 0; i < trees.Length; i++)
        {
            trees[i] = Tree(reader);
            if (!trees[i].IsWhole(buckets.Length)) throw new InvalidDataException($"tree {i} is none");
        }
        return reader.BaseStream.Position == bytes.Length ? new TreeTable(buckets, trees) : throw new InvalidDataException("its trees are longer than they say");
    }

    private static DecisionTree Tree(BinaryReader reader)
    {
        var ngrams = new ushort[reader.ReadByte()];
        for (var i = 0; i < ngrams.Length; i++) ngrams[i] = reader.ReadUInt16();
        var absent = reader.ReadBytes(ngrams.Length);
        var leaves = new float[ngrams.Length + 1];
        for (var i = 0; i < leaves.Length; i++) leaves[i] = reader.ReadSingle();
        return new DecisionTree(ngrams, absent, leaves);
    }

    private static int Count(BinaryReader reader, int most, string what) =>
        reader.ReadInt32() is var count && count >= 0 && count <= most ? count : throw new InvalidDataException($"{count} {what} is out of range");
}
