using System.Buffers.Binary;
using Escalation.Core.Decisions;
using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference.Scoring;

public sealed class TreeScorerTests
{
    private static readonly string[] Texts =
    [
        "ok", "", "Thank you!!", "I have called THREE times and nobody helps me :( 😡", "@brand still no answer, my order 4711 is lost http://t.co/x",
        string.Concat(Enumerable.Repeat("still waiting, order 4711. ", 400)),
    ];

    private static readonly ScorerContent Linear = SomeModel.Content();
    private static readonly ScorerContent Content = Linear with { Trees = SomeTrees.Table(Linear.Schema, Texts) };

    [Fact]
    public void Every_text_reaches_the_leaves_that_a_walk_does()
    {
        var rows = NgramRows.Build(Texts, Linear.Schema, cancellation: TestContext.Current.CancellationToken);
        var trees = new TreeScorer(Linear.Schema, Content.Trees!);
        foreach (var (row, text) in Texts.Index())
        {
            var expected = SomeTrees.Walk(Content.Trees!, rows.Buckets(row).ToArray().ToHashSet());
            Assert.Equal(expected, trees.Score(rows.Buckets(row)), 1e-5);
            Assert.Equal(Linear.ToScorer().Score(text) + trees.Score(rows.Buckets(row)), Content.ToScorer().Score(text));
        }
        Assert.True(Enumerable.Range(0, Texts.Length).Select(row => trees.Score(rows.Buckets(row))).Distinct().Count() >= 5);
        Assert.Equal(Content.ToScorer().Bias, Content.ToScorer().Score(""));
    }

    [Fact]
    public void A_tree_of_64_leaves_in_one_line_reaches_each_of_them()
    {
        const int questions = DecisionTree.MostLeaves - 1;
        var buckets = Enumerable.Range(0, questions).ToArray();
        foreach (var isAbsentFirst in new[] { false, true })
        {
            var tree = new DecisionTree([.. Enumerable.Range(0, questions).Select(i => (ushort)i)],
                [.. Enumerable.Range(0, questions).Select(i => isAbsentFirst ? (byte)(questions - 1 - i) : (byte)0)], [.. Enumerable.Range(0, questions + 1).Select(i => (float)i)]);
            var table = new TreeTable(buckets, [tree]);
            var scorer = new TreeScorer(Linear.Schema, table);
            for (var missing = 0; missing <= questions; missing++)
            {
                int[] present = [.. buckets.Where(b => isAbsentFirst ? b == missing : b < missing)];
                Assert.Equal(SomeTrees.Walk(table, present.ToHashSet()), scorer.Score(present));
            }
        }
    }

    [Fact]
    public void Scoring_allocates_nothing()
    {
        var model = new FrustrationModel(Content, new ModelVersion("v"));
        foreach (var text in Texts) model.Score(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var text in Texts) model.Score(text);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_file_with_trees_is_read_back_bit_by_bit_and_scored_the_same_however_it_was_read()
    {
        var file = ScorerFile.Write(Content);
        var (read, version) = ScorerFile.Read(file, "scorer.bin");
        Assert.Equal(Content.Trees!.Buckets, read.Trees!.Buckets);
        Assert.Equal(Content.Trees.Trees.Select(t => t.Leaves), read.Trees.Trees.Select(t => t.Leaves));
        Assert.Equal(file, ScorerFile.Write(read));
        Assert.NotEqual(version, ScorerFile.Read(ScorerFile.Write(Linear), "scorer.bin").Version);
        var served = FrustrationModel.Load(file, "scorer.bin");
        foreach (var text in Texts) Assert.Equal(new FrustrationModel(Content, default).Score(text), served.Score(text));
    }

    [Fact]
    public void Without_trees_the_bytes_are_those_of_format_3_and_the_champion_keeps_its_own()
    {
        Assert.Equal(3, BinaryPrimitives.ReadInt32LittleEndian(ScorerFile.Write(Linear).AsSpan(8)));
        Assert.Equal(4, BinaryPrimitives.ReadInt32LittleEndian(ScorerFile.Write(Content).AsSpan(8)));
        var champion = ModelRegistry.Open(Path.Combine(SomeModel.Repository, "models")).Choose(FrustrationModel.Target).Entry!;
        var file = File.ReadAllBytes(Path.Combine(champion.Folder!, ModelRegistry.ScorerName));
        Assert.Equal(file, ScorerFile.Write(ScorerFile.Read(file, "scorer.bin").Content));
    }

    [Theory, InlineData(0x01), InlineData(0x80)]
    public void One_changed_byte_of_the_trees_is_found(byte flips)
    {
        var file = ScorerFile.Write(Content);
        for (var at = ScorerFile.Write(Linear).Length; at < file.Length; at += 13)
        {
            byte[] damaged = [.. file];
            damaged[at] ^= flips;
            Assert.Contains("damaged", Assert.Throws<ModelFormatException>(() => FrustrationModel.Load(damaged, "scorer.bin")).Message, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string, TreeTable> Damages()
    {
        var (table, tree) = (Content.Trees!, new DecisionTree([0, 1], [1, 0], [1, 2, 3]));
        TreeTable With(DecisionTree other) => table with { Trees = [tree, other] };
        return new()
        {
            { "asks for an n-gram that there is not", With(tree with { Ngrams = [0, (ushort)table.Buckets.Count] }) },
            { "an absent side longer than the tree", With(tree with { AbsentQuestions = [2, 0] }) },
            { "an absent side longer than its own part", With(tree with { AbsentQuestions = [1, 1] }) },
            { "a leaf that is no number", With(tree with { Leaves = [1, float.NaN, 3] }) },
            { "a leaf too few", With(tree with { Leaves = [1, 2] }) },
            { "more leaves than a tree may have", With(new DecisionTree(new ushort[64], [.. Enumerable.Range(0, 64).Select(i => (byte)(63 - i))], new float[65])) },
            { "a bucket outside the features", table with { Buckets = [Linear.Schema.Buckets, .. table.Buckets.Skip(1)] } },
            { "a run of characters", table with { Buckets = [Linear.Schema.FirstOfCharacters, .. table.Buckets.Skip(1)] } },
            { "a bucket twice", table with { Buckets = [table.Buckets[1], .. table.Buckets.Skip(1)] } },
            { "more trees than there can be", table with { Trees = [.. Enumerable.Repeat(tree, TreeTable.MostTrees + 1)] } },
        };
    }

    [Theory, MemberData(nameof(Damages))]
    public void Trees_that_make_no_sense_are_refused_with_a_way_out_though_the_checksum_is_right(string damage, TreeTable trees)
    {
        var file = ScorerFile.Write(Content with { Trees = trees });
        var error = Assert.Throws<ModelFormatException>(() => FrustrationModel.Load(file, "models/x/scorer.bin"));
        Assert.True(error.Message.StartsWith("models/x/scorer.bin: damaged: ", StringComparison.Ordinal), damage);
        Assert.Contains("train the model again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trees_of_several_outputs_are_refused()
    {
        var teams = Content with { Outputs = [Content.Outputs[0], Content.Outputs[0]], Planes = [.. Content.Planes.Select(p => p with { Heads = [p.Heads[0], p.Heads[0]] })] };
        Assert.Contains("2 outputs with trees", Assert.Throws<ModelFormatException>(() => ScorerFile.Read(ScorerFile.Write(teams), "scorer.bin")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_are_joined_by_their_coefficients()
    {
        int[] buckets = [.. Content.Trees!.Buckets.Take(50)];
        var joined = TreeTable.Join([(Content.Trees, 0.25), (Content.Trees, 2)])!;
        Assert.Equal(2.25 * new TreeScorer(Linear.Schema, Content.Trees).Score(buckets), new TreeScorer(Linear.Schema, joined).Score(buckets), 1e-5);
        Assert.Null(TreeTable.Join([]));
        Assert.Throws<ArgumentException>(() => TreeTable.Join([(Content.Trees!, 1), (Content.Trees! with { Buckets = [1, 2, 3] }, 1)]));
    }
}
