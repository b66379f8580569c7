using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.View;
using NodaTime;

namespace Escalation.Tests.History.View;

public sealed class HistoryViewTests
{
    private readonly HistoryView view = new();

    [Fact]
    public void Only_what_happened_before_the_message_and_came_before_it_is_seen()
    {
        Take(Message("early", 0), Message("later at, but received before", 90, received: 95), Message("late delivery", 20, received: 100));
        var facts = Observe(Message("now", 60, received: 101));
        Assert.Equal(["early", "late delivery"], facts.Recent.Select(o => o.Record!.Id));
        Assert.Equal(3, facts.Ticket.MessageCount);
    }

    [Fact]
    public void The_window_of_thirty_days_is_open_at_its_left_end()
    {
        Take(Message("out", 0), Message("in", 1));
        var facts = view.Observe(new ObservedMessage(Message("now", 0) with { At = Some.Noon + Duration.FromDays(30) }));
        Assert.Equal(["in"], facts.Recent.Select(o => o.Record!.Id));
    }

    [Fact]
    public void Status_tags_priority_and_hops_are_those_of_then_whatever_comes_out_of_order()
    {
        Take(Message("m", 0));
        Take(Event(EventKind.Assigned, 1) with { Team = "core" }, Event(EventKind.TeamChanged, 2) with { Team = "net" }, Event(EventKind.Resolved, 10, received: 11));
        Take(Event(EventKind.TagsChanged, 3, received: 12) with { Tags = ["vip"] }, Event(EventKind.Reopened, 20) with { Priority = "high" });
        var before = Observe(Message("between", 5, received: 30)).Ticket;
        Assert.Equal((null, 1, 0), (before.Status, before.OwnerHops, before.ReopenCount));
        Assert.Equal(["vip"], before.Tags);
        var after = Observe(Message("after", 25, received: 30)).Ticket;
        Assert.Equal(("open", "high", 1), (after.Status, after.Priority, after.ReopenCount));
    }

    [Fact]
    public void The_customer_waits_since_the_oldest_message_without_a_public_reply()
    {
        Take(Message("first", 0), Message("second", 10), Message("note", 20, author: Author.Agent) with { Public = false });
        Assert.Equal(Some.Noon, Observe(Message("now", 60)).Ticket.WaitingSince);
        Take(Message("reply", 30, author: Author.Agent));
        Assert.Null(Observe(Message("now", 60)).Ticket.WaitingSince);
        Take(Message("third", 40));
        Assert.Equal(Some.Noon + Duration.FromMinutes(40), Observe(Message("now", 60)).Ticket.WaitingSince);
    }

    [Fact]
    public void A_customer_is_as_of_then_and_unknown_before_the_first_version()
    {
        Take(Message("m", 0), Version(30, 500), Version(10, 100), Version(20, 300, received: 90));
        Assert.Null(Observe(Message("a", 5, received: 95)).Customer.LifetimeValue);
        Assert.Equal(100, Observe(Message("b", 15, received: 95)).Customer.LifetimeValue);
        Assert.Equal(300, Observe(Message("c", 25, received: 95)).Customer.LifetimeValue);
        Assert.Equal(500, Observe(Message("d", 35, received: 95)).Customer.LifetimeValue);
    }

    [Fact]
    public void Open_tickets_are_those_not_ended_as_of_then_the_own_one_included()
    {
        Take(Message("a", 0, ticket: "t1"), Message("b", 1, ticket: "t2"), Message("c", 2, ticket: "t3"));
        Take(Event(EventKind.Closed, 10, ticket: "t2"));
        Assert.Equal(3, Observe(Message("n", 5, ticket: "t1", received: 20)).Customer.OpenTickets);
        Assert.Equal(2, Observe(Message("n", 15, ticket: "t1", received: 20)).Customer.OpenTickets);
        Assert.Equal(3, Observe(Message("n", 15, ticket: "t2", received: 20)).Customer.OpenTickets);
        Assert.Equal(3, Observe(Message("n", 15, ticket: "t4", received: 20)).Customer.OpenTickets);
    }

    [Fact]
    public void A_higher_revision_replaces_the_text_keeps_the_time_and_adds_no_message()
    {
        var first = Message("x", 0);
        Take(first, Message("y", 10));
        var edited = first with { Revision = 1, Text = "edited", At = Some.Noon + Duration.FromMinutes(30) };
        var facts = Observe(edited);
        Assert.Equal((Some.Noon, "edited", 1), (facts.Message.Message.At, facts.Message.Message.Text, facts.Ticket.MessageCount));
        Assert.Empty(facts.Recent);
        Take(edited);
        var next = Observe(Message("z", 40));
        Assert.Equal([("x", "edited"), ("y", "y")], next.Recent.Select(o => (o.Record!.Id, ((Message)o.Record!).Text == "edited" ? "edited" : o.Record!.Id)));
        Assert.Equal(3, next.Ticket.MessageCount);
        Assert.Equal(["Where is my order?"], Observe(Message("late", 5, received: 50)).Recent.Select(o => ((Message)o.Record!).Text));
    }

    [Fact]
    public void Merged_tickets_count_as_the_one_that_stays_from_the_merge_on()
    {
        Take(Message("a", 0, ticket: "t1"), Message("b", 1, ticket: "t2"));
        Take(Event(EventKind.Merged, 10, ticket: "t2") with { ToTicket = new TicketId("t1") });
        var before = Observe(Message("n", 5, ticket: "t2", received: 20));
        Assert.Equal(("t2", 2, 2), (before.Ticket.Id.Value, before.Ticket.MessageCount, before.Customer.OpenTickets));
        Assert.Empty(before.Merges);
        var after = Observe(Message("n", 15, ticket: "t2", received: 20));
        Assert.Equal(("t1", 3, 1), (after.Ticket.Id.Value, after.Ticket.MessageCount, after.Customer.OpenTickets));
        Assert.Equal(new TicketId("t1"), after.Canonical(new TicketId("t2")));
        Assert.Equal(Some.Noon, after.Ticket.CreatedAt);
        Assert.Equal(Some.Noon, after.Ticket.WaitingSince);
    }

    [Fact]
    public void Events_before_the_first_message_belong_to_its_customer()
    {
        Take(Event(EventKind.Created, -5));
        Take(Message("a", 0));
        var facts = Observe(Message("n", 10, ticket: "t9"));
        Assert.Equal([EventKind.Created], facts.Recent.Where(o => !o.IsMessage).Select(o => o.EventKind));
        Assert.Equal(Some.Noon - Duration.FromMinutes(5), Observe(Message("n", 10)).Ticket.CreatedAt);
    }

    [Fact]
    public void Strangers_are_never_joined_but_on_one_ticket()
    {
        Take(Message("a", 0, customer: "", ticket: "t1"), Message("b", 1, customer: "", ticket: "t2"));
        Assert.Equal(["a"], Observe(Message("n", 10, customer: "", ticket: "t1")).Recent.Select(o => o.Record!.Id));
        Assert.Empty(Observe(Message("n", 10, customer: "", ticket: "t3")).Recent);
    }

    [Fact]
    public void A_stranger_on_a_known_customers_ticket_sees_that_ticket_alone()
    {
        Take(Message("a", 0, ticket: "t1"), Message("b", 1, ticket: "t2"));
        Assert.Equal(["b"], Observe(Message("n", 10, customer: "", ticket: "t2")).Recent.Select(o => o.Record!.Id));
    }

    [Fact]
    public void Memory_follows_the_windows_not_the_length_of_history()
    {
        for (var day = 0; day < 720; day++)
            Take(Message($"d{day}", day * 1440, ticket: $"t{day}", customer: $"c{day % 50}"));
        Assert.InRange(view.Counters.Held, 37, 40);
        Assert.InRange(view.Counters.Tickets, 90, 93);
        Assert.InRange(view.Counters.Customers, 50, 50);
        Assert.True(view.Counters.Evicted > 650 && view.Counters.TicketsForgotten > 600);
    }

    [Fact]
    public void A_ticket_of_years_stays_small_and_keeps_its_counts()
    {
        for (var hour = 0; hour < 24 * 400; hour += 4) Take(Message($"h{hour}", hour * 60), Message($"r{hour}", hour * 60 + 1, author: Author.Agent));
        var facts = Observe(Message("now", 24 * 400 * 60));
        Assert.Equal(24 * 400 / 4 * 2 + 1, facts.Ticket.MessageCount);
        Assert.Equal(Some.Noon, facts.Ticket.CreatedAt);
        Assert.InRange(view.Counters.Held, 400, 480);
    }

    [Fact]
    public void What_was_folded_long_ago_still_counts_after_a_merge()
    {
        Take(Message("a", 0, ticket: "t1"), Message("b", 1, ticket: "t2"), Message("c", 2, ticket: "t2", author: Author.Agent));
        for (var day = 1; day <= 50; day += 7) Take(Message($"d{day}", day * 1440, ticket: "t1"), Message($"e{day}", day * 1440 + 1, ticket: "t2"));
        Take(Event(EventKind.Merged, 51 * 1440, ticket: "t2") with { ToTicket = new TicketId("t1") });
        var facts = Observe(Message("now", 52 * 1440, ticket: "t1"));
        Assert.Equal((3 + 2 * 8 + 1, Some.Noon, Some.Noon), (facts.Ticket.MessageCount, facts.Ticket.CreatedAt, facts.Ticket.WaitingSince));
        Assert.InRange(view.Counters.Held, 10, 13);
    }

    [Fact]
    public void A_ticket_idle_for_ninety_days_starts_anew()
    {
        Take(Message("a", 0));
        var facts = Observe(Message("n", 91 * 1440));
        Assert.Equal((1, Some.Noon + Duration.FromDays(91)), (facts.Ticket.MessageCount, facts.Ticket.CreatedAt));
    }

    private void Take(params HistoryRecord[] records)
    {
        foreach (var record in records.OrderBy(r => r, HistoryOrder.Instance)) view.Add(record);
    }

    private ObservedFacts Observe(Message message) => view.Observe(new ObservedMessage(message));

    private static Message Message(string id, int minutes, int? received = null, string ticket = "t1", string customer = "c1", Author author = Author.Customer) =>
        Some.Message(id: id, at: Some.Noon + Duration.FromMinutes(minutes), ticket: ticket, customer: customer, author: author,
            receivedAt: received is { } r ? Some.Noon + Duration.FromMinutes(r) : null);

    private static TicketEvent Event(EventKind kind, int minutes, int? received = null, string ticket = "t1") =>
        Some.Event(kind, Some.Noon + Duration.FromMinutes(minutes), ticket) with { ReceivedAt = received is { } r ? Some.Noon + Duration.FromMinutes(r) : null };

    private static CustomerVersion Version(int minutes, double value, int? received = null) => new()
    {
        Id = "c1",
        CustomerId = new CustomerId("c1"),
        At = Some.Noon + Duration.FromMinutes(minutes),
        LifetimeValue = value,
        Currency = "USD",
        ReceivedAt = received is { } r ? Some.Noon + Duration.FromMinutes(r) : null,
    };
}
