using Escalation.Core.Tickets;

namespace Escalation.Tests.History.Synthetic;

public sealed class SyntheticReferencesTests
{
    private static readonly Generated History = Generated.History;

    [Fact]
    public void Every_record_names_only_what_stands_before_it()
    {
        HashSet<string> tickets = [], messages = [], episodes = [], labels = [];
        foreach (var record in History.Records)
            switch (record)
            {
                case Message message:
                    messages.Add(message.Id);
                    tickets.Add(message.TicketId.Value);
                    break;
                case TicketEvent happened:
                    if (happened.Kind != EventKind.Created) Assert.Contains(happened.TicketId.Value, tickets);
                    tickets.Add(happened.TicketId.Value);
                    if (happened.ToTicket is { } to) Assert.Contains(to.Value, tickets);
                    if (happened.EpisodeId is { } episode) episodes.Add(episode);
                    break;
                case Label label:
                    Assert.Contains(label.TicketId.Value, tickets);
                    if (label.MessageId is { } about) Assert.Contains(about.Value, messages);
                    if (label.EpisodeId is { } of) Assert.Contains(of.Value, episodes);
                    if (label.Kind == LabelKind.Undone) Assert.Contains(label.Undoes!, labels);
                    labels.Add(label.Id);
                    break;
            }
    }

    [Fact]
    public void Every_ticket_goes_through_legal_states()
    {
        foreach (var ticket in History.Events.GroupBy(e => e.TicketId))
        {
            var state = EventKind.Created;
            var first = true;
            foreach (var happened in ticket)
            {
                Assert.True(first == (happened.Kind == EventKind.Created), $"{ticket.Key} begins with {happened.Kind} or is created twice");
                Assert.False(state is EventKind.Merged or EventKind.Closed, $"{ticket.Key}: {happened.Kind} after {state}");
                if (state == EventKind.Resolved) Assert.True(happened.Kind is EventKind.Reopened or EventKind.Closed, $"{ticket.Key}: {happened.Kind} while resolved");
                if (happened.Kind == EventKind.Reopened) Assert.Equal(EventKind.Resolved, state);
                if (happened.Kind is EventKind.Resolved or EventKind.Reopened or EventKind.Merged or EventKind.Closed) state = happened.Kind;
                first = false;
            }
        }
    }

    [Fact]
    public void Messages_of_a_ticket_come_from_one_customer_and_one_channel()
    {
        foreach (var ticket in History.Messages.GroupBy(m => m.TicketId))
        {
            Assert.Single(ticket.Select(m => m.CustomerId).Distinct());
            Assert.Single(ticket.Select(m => m.Channel).Distinct());
        }
    }

    [Fact]
    public void Merged_tickets_belong_to_one_customer()
    {
        var owner = History.Messages.GroupBy(m => m.TicketId).ToDictionary(g => g.Key, g => g.First().CustomerId);
        var merges = History.Events.Where(e => e.Kind == EventKind.Merged).ToList();
        Assert.NotEmpty(merges);
        Assert.All(merges, e => Assert.Equal(owner[e.TicketId], owner[e.ToTicket!.Value]));
    }

    [Fact]
    public void Nobody_answers_before_the_first_message_has_come_in()
    {
        var first = History.CustomerMessages.GroupBy(m => m.TicketId).ToDictionary(g => g.Key, g => g.Min(m => m.Received));
        Assert.All(History.Messages.Where(m => m.Author != Author.Customer), m => Assert.True(m.At >= first[m.TicketId]));
    }
}
