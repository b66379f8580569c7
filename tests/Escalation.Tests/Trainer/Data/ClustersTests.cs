using Escalation.Trainer.Data;

namespace Escalation.Tests.Trainer.Data;

public sealed class ClustersTests
{
    [Fact]
    public void Nearly_the_same_texts_belong_together_whatever_name_number_or_case()
    {
        var clusters = Of(
            ("@anna my order 4711 has still not arrived and nobody at your company answers my mails", null),
            ("something else entirely, about the opening hours of the shop in the old town on Sundays", null),
            ("@bert My order 999 has still not arrived, and nobody at your company answers my mails!", null));
        Assert.Equal(clusters.OfTexts[0], clusters.OfTexts[2]);
        Assert.NotEqual(clusters.OfTexts[0], clusters.OfTexts[1]);
    }

    [Fact]
    public void Short_texts_are_never_called_the_same() =>
        Assert.Equal(2, Of(("thanks a lot", null), ("thanks a lot", null)).OfTexts.Distinct().Count());

    [Fact]
    public void A_customer_joins_what_his_texts_are_like()
    {
        const string complaint = "the parcel was left in the rain and the box fell apart before I came home";
        var clusters = Of(("hello there", "c1"), (complaint, "c1"), (complaint + " again", "c2"), ("good morning", "c2"), ("good evening", "c3"));
        Assert.Single(clusters.OfAll.Take(4).Distinct());
        Assert.Equal(2, clusters.OfAll.Distinct().Count());
        Assert.Equal(3, clusters.OfCustomers.Distinct().Count());
    }

    [Fact]
    public void Texts_across_the_split_are_counted()
    {
        const string text = "the parcel was left in the rain and the box fell apart before I came home";
        var clusters = Of((text, null), (text + " today", null), ("quite another matter, please send me the invoice of last month", null));
        Assert.EndsWith("training row: 1", clusters.AcrossNote(new HoldOut([0], [1, 2], [], "")), StringComparison.Ordinal);
    }

    private static Clusters Of(params (string Text, string? Customer)[] rows) =>
        Clusters.Of([.. rows.Select(r => new LabelledText(r.Text, false, r.Customer, null, ""))], TestContext.Current.CancellationToken);
}
