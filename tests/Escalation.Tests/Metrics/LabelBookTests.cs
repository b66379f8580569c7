using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Tests.Metrics.SomeOutcomes;

namespace Escalation.Tests.Metrics;

public sealed class LabelBookTests
{
    private static readonly TicketId Ticket1 = new("t1");

    [Fact]
    public void A_label_joins_the_episode_that_overlaps_its_live_one_the_longest()
    {
        var live = RawEpisode("t1#1", "t1", Hour(10), Hour(30));
        var joined = Book(Label("a", LabelKind.Confirmed, Hour(31), episode: "t1#1"))
            .Join(Ticket1, [RawEpisode("x#1", "t1", Hour(0), Hour(12)), RawEpisode("x#2", "t1", Hour(13), Hour(29))], [live]);
        Assert.Equal([[], ["a"]], joined.Select(j => j.Select(l => l.Id)));   // 2 h against 16 h
    }

    [Fact]
    public void Without_overlap_it_joins_the_latest_episode_whose_14_days_hold_it()
    {
        var live = RawEpisode("t1#1", "t1", Hour(500), Hour(510));
        var joined = Book(Label("a", LabelKind.Confirmed, Hour(100), episode: "t1#1")).Join(Ticket1, [RawEpisode("x#1", "t1", Hour(0), Hour(1)), RawEpisode("x#2", "t1", Hour(90), Hour(95))], [live]);
        Assert.Equal([[], ["a"]], joined.Select(j => j.Select(l => l.Id)));
    }

    [Theory]
    [InlineData(-1, 0)]           // before it was opened
    [InlineData(0, 1)]
    [InlineData(10 + 336, 1)]     // ended + 14 days exactly
    [InlineData(10 + 337, 0)]
    public void A_label_without_an_episode_counts_from_the_opening_to_14_days_after_the_end(int hour, int joined) =>
        Assert.Equal(joined, Book(Label("a", LabelKind.Missed, Hour(hour))).Join(Ticket1, [RawEpisode("x#1", "t1", Hour(0), Hour(10))], [])[0].Count);

    [Fact]
    public void A_confirmation_that_names_no_episode_speaks_of_the_live_one_it_was_given_on()
    {
        // The arm opened only after the label, but while the live episode was still open.
        var joined = Book(Label("a", LabelKind.Confirmed, Hour(5))).Join(Ticket1, [RawEpisode("x#1", "t1", Hour(8))], [RawEpisode("t1#1", "t1", Hour(0), Hour(20))]);
        Assert.Single(joined[0]);
    }

    [Fact]
    public void What_was_taken_back_does_not_count_unless_that_was_taken_back_too()
    {
        var undo = Label("u1", LabelKind.Undone, Hour(2)) with { Undoes = "a" };
        Assert.Empty(Book(Label("a", LabelKind.Confirmed, Hour(1)), undo).Of(Ticket1));
        Assert.Single(Book(Label("a", LabelKind.Confirmed, Hour(1)), undo, Label("u2", LabelKind.Undone, Hour(3)) with { Undoes = "u1" }).Of(Ticket1));
    }

    [Fact]
    public void What_was_received_later_is_not_known()
    {
        var late = Label("a", LabelKind.Confirmed, Hour(1)) with { ReceivedAt = AsOf + Duration.FromHours(1) };
        Assert.Empty(Book(late).Of(Ticket1));
    }

    [Fact]
    public void Labels_follow_their_ticket_through_merges()
    {
        var book = new LabelBook([Label("a", LabelKind.Confirmed, Hour(1), ticket: "t0")], t => t.Value == "t0" ? Ticket1 : t, AsOf);
        Assert.Single(book.Of(Ticket1));
    }

    [Fact]
    public void A_person_wins_over_an_import_and_that_over_the_generated_and_then_the_last()
    {
        var generated = Label("g", LabelKind.Confirmed, Hour(9), origin: LabelOrigin.Generated);
        var import = Label("i", LabelKind.Confirmed, Hour(8), origin: LabelOrigin.Import);
        var (agent, audit) = (Label("p1", LabelKind.Confirmed, Hour(1)), Label("p2", LabelKind.Dismissed, Hour(2), origin: LabelOrigin.Audit));
        Assert.Equal("p2", Winner(agent, audit, import, generated));
        Assert.Equal("p1", Winner(agent, import, generated));
        Assert.Equal("i", Winner(import, generated));
        Assert.Equal("g", Winner(generated));
        Assert.Null(Winner());
    }

    [Fact]
    public void A_label_that_says_nothing_of_the_question_does_not_win()
    {
        Label[] said = [Label("a", LabelKind.Confirmed, Hour(1)), Label("b", LabelKind.Frustration, Hour(2)) with { Frustrated = FrustratedAnswer.Yes }];
        Assert.Equal("a", LabelBook.Winner(said, l => l.EffectiveNeeded is not null)?.Id);
    }

    private static string? Winner(params Label[] labels) => LabelBook.Winner(Book(labels).Of(Ticket1), _ => true)?.Id;

    private static LabelBook Book(params Label[] labels) => new(labels, t => t, AsOf);

    private static Instant Hour(int hours) => Start + Duration.FromHours(hours);
}
