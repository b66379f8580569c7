using Escalation.Trainer.Data;

namespace Escalation.Tests.Trainer.Data;

public sealed class RowNotesTests
{
    [Fact]
    public void Ordinary_rows_need_no_word() => Assert.Empty(Notes(Rows(100, i => $"message {i}")));

    [Fact]
    public void Rows_without_text_are_counted() =>
        Assert.Contains("2 rows without text, left out", Assert.Single(Notes([.. Rows(100, i => $"message {i}"), new("", true, null, null, "a"), new("  ", false, null, null, "b")])), StringComparison.Ordinal);

    [Fact]
    public void A_text_labelled_both_ways_is_named_with_its_rows() =>
        Assert.Contains("1 text labelled in more than one way (for example rows x and y)", Assert.Single(Notes(
            [.. Rows(100, i => $"message {i}"), new("same again", true, null, null, "x"), new(" same again ", false, null, null, "y")])), StringComparison.Ordinal);

    [Fact]
    public void A_word_that_is_the_label_itself_is_named() =>
        Assert.Contains("the word '[escalated]' alone tells the label", Assert.Single(Notes(Rows(100, i => $"message {i}{(i % 2 == 0 ? " [ESCALATED]" : "")}"))), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void An_angry_word_of_some_rows_is_no_leak() => Assert.Empty(Notes(Rows(100, i => $"message {i}{(i % 4 == 0 ? " terrible" : "")}")));

    private static List<LabelledText> Rows(int count, Func<int, string> text) => [.. Enumerable.Range(0, count).Select(i => new LabelledText(text(i), i % 2 == 0, null, null, $"{i}"))];

    private static IReadOnlyList<string> Notes(IReadOnlyList<LabelledText> rows) => RowNotes.Of(new TrainingRows("rows.csv", "", rows, []));
}
