using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Tests.History;

namespace Escalation.Tests.Inference.Registry;

public sealed class ModelRowsTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Rows_come_back_with_their_ids_labels_and_answers_whatever_stands_in_them()
    {
        var rows = ModelRows.Of([("trained", new ModelRow("m-1", "sales, north", null)), ("held out", new ModelRow("a \"b\",\nc", "sales, north", new HeldOutAnswer(.25, "sales, north")))]);
        rows.Save(folder.Path);
        Assert.Contains(",test,0.25,\"sales, north\",\"sales, north\",\"a \"\"b\"\", c\"\n", File.ReadAllText(Path.Combine(folder.Path, ModelRows.Name)), StringComparison.Ordinal);
        var read = ModelRows.Load(folder.Path);
        Assert.True(read.WasTrainedOn(" trained "));
        Assert.Equal(new HeldOutAnswer(.25, "sales, north"), read.HeldOut("held out"));
        Assert.Equal([new HeldOutRow(.25, true)], read.HeldOutRows());
        Assert.True(read.Knows("trained", "sales, north") && !read.Knows("trained", "billing") && !read.Knows("another"));
    }

    [Fact]
    public void A_file_from_before_ids_and_labels_is_read_and_a_damaged_one_named_with_its_line()
    {
        ModelRows.Of([("trained", new ModelRow(null, null, null)), ("held out", new ModelRow(null, null, new HeldOutAnswer(.5)))]).Save(folder.Path);
        var path = Path.Combine(folder.Path, ModelRows.Name);
        File.WriteAllLines(path, File.ReadAllLines(path).Select(l => string.Join(',', l.Split(',').Take(3))));
        var read = ModelRows.Load(folder.Path);
        Assert.Equal(.5, read.HeldOut("held out")!.Probability);
        Assert.Null(read.HeldOut("held out")!.Team);
        Assert.True(read.Knows("trained", "yes"));       // nobody tells its label
        Assert.Empty(read.HeldOutRows());
        File.AppendAllText(path, "broken\n");
        Assert.Contains("line 4 is no row of row,part,probability", Assert.Throws<ModelFormatException>(() => ModelRows.Load(folder.Path)).Message, StringComparison.Ordinal);
    }
}
