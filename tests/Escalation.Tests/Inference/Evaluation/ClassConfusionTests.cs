using Escalation.Inference.Evaluation;

namespace Escalation.Tests.Inference.Evaluation;

public sealed class ClassConfusionTests
{
    private static readonly ClassConfusion Six = ClassConfusion.Of(["a", "a", "b", null, "b", "c"], ["a", "a", "a", "a", "b", "b"]);

    [Fact]
    public void Rows_are_counted_by_the_right_class_and_the_one_named_and_none_stands_last()
    {
        Assert.Equal(["a", "b", "c"], Six.Classes);
        Assert.Equal<IReadOnlyList<int>>([[2, 1, 0, 1], [0, 1, 1, 0], [0, 0, 0, 0]], Six.Named);
    }

    [Fact]
    public void Each_class_has_its_precision_and_recall_and_none_where_there_is_nothing_to_divide_by()
    {
        var (a, b, c) = (Six.Figures[0], Six.Figures[1], Six.Figures[2]);
        Assert.Equal((4, 2, 1, .5), (a.Rows, a.Named, a.Precision.Value, a.Recall.Value));
        Assert.True(a.Precision.Low < .5 && a.Precision.High == 1);      // two of two are no certainty
        Assert.Equal((2, 2, .5, .5), (b.Rows, b.Named, b.Precision.Value, b.Recall.Value));
        Assert.Equal((0, 1, 0), (c.Rows, c.Named, c.Precision.Value));
        Assert.True(double.IsNaN(c.Recall.Value));
        Assert.Equal([("a", "b", 1), ("b", "c", 1)], Six.Confused);
    }
}
