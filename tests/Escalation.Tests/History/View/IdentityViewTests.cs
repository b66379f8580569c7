using CsCheck;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.View;
using NodaTime;

namespace Escalation.Tests.History.View;

/// <summary>One person under several ids, as decisions see them.</summary>
public sealed class IdentityViewTests
{
    private static readonly string[] Ids = ["a", "b", "c", "d"];
    private readonly HistoryView view = new();

    [Fact]
    public void Messages_of_all_ids_count_once_they_are_linked_and_no_longer_when_that_is_taken_back()
    {
        Take(Message("mail", 0, "anna@x"), Message("chat", 10, "chat/7"), Link("chat/7", "anna@x", 20));
        Assert.Equal(["mail", "chat"], Recent(Message("now", 30, "anna@x")));
        Assert.Equal(["mail", "chat"], Recent(Message("now", 30, "chat/7")));
        Assert.Equal("chat/7", view.Observe(new ObservedMessage(Message("now", 30, "anna@x"))).Customer.Id.Value);
        Assert.Equal(["mail"], Recent(Message("before", 15, "anna@x")));
        Take(Link("chat/7", "anna@x", 40, linked: false));
        Assert.Equal(["mail"], Recent(Message("now", 50, "anna@x")));
        Take(Link("chat/7", "anna@x", 60));
        Assert.Equal(["mail", "chat"], Recent(Message("now", 70, "anna@x")));
    }

    [Fact]
    public void A_message_that_is_observed_again_is_seen_at_its_own_time_by_who_its_customer_is_now()
    {
        var chat = Message("chat", 10, "chat/7");
        Take(Message("mail", 0, "anna@x"), chat, Message("later", 15, "anna@x"), Link("chat/7", "anna@x", 20));
        Assert.Empty(Recent(Message("then", 10, "chat/7") with { ReceivedAt = Some.Noon + Duration.FromMinutes(10) }).Except(["chat"]));
        Assert.Equal(["mail"], Again(chat, 20));
        Assert.Equal(1, view.ObserveAgain(new ObservedMessage(chat), Some.Noon + Duration.FromMinutes(20))!.Ticket.MessageCount);
        Assert.Equal(["anna@x", "chat/7"], view.PersonAt(new CustomerId("anna@x"), Some.Noon + Duration.FromMinutes(20)).Select(c => c.Value).Order(StringComparer.Ordinal));
        Take(Link("chat/7", "anna@x", 40, linked: false));
        Assert.Empty(Again(chat, 40));
        Assert.Null(view.ObserveAgain(new ObservedMessage(Message("gone", 0, "nobody")), Some.Noon));

        IEnumerable<string> Again(Message message, int minute) => view.ObserveAgain(new ObservedMessage(message), Some.Noon + Duration.FromMinutes(minute))!.Recent.Select(o => o.Record!.Id).ToList();
    }

    [Fact]
    public void What_nobody_vouches_for_joins_nothing()
    {
        Take(Message("mail", 0, "anna@x"), Link("chat/7", "anna@x", 1, attested: false));
        Assert.Empty(Recent(Message("now", 10, "chat/7")));
    }

    [Fact]
    public void A_link_that_was_learned_later_is_not_seen()
    {
        Take(Message("mail", 0, "anna@x"), Link("chat/7", "anna@x", 1) with { ReceivedAt = Some.Noon + Duration.FromMinutes(30) });
        Assert.Empty(Recent(Message("now", 10, "chat/7")));
        Assert.Equal(["mail"], Recent(Message("later", 40, "chat/7")));
    }

    [Fact]
    public void An_address_that_two_customers_claim_stays_with_the_first_until_it_is_taken_from_them()
    {
        Take(Message("mail", 0, "shared@x"), Link("one", "shared@x", 1), Link("two", "shared@x", 2), Link("one", "shared@x", 3));
        Assert.Equal(["mail"], Recent(Message("now", 10, "one")));
        Assert.Empty(Recent(Message("now", 10, "two")));
        Take(Link("one", "shared@x", 20, linked: false));
        Assert.Empty(Recent(Message("now", 30, "one")));
        Assert.Equal(["mail"], Recent(Message("now", 30, "two")));
    }

    [Fact]
    public void A_ring_is_one_person_with_one_id()
    {
        Take(Message("a1", 0, "a"), Message("b1", 1, "b"), Link("b", "a", 2), Link("a", "b", 3));
        foreach (var id in (string[])["a", "b"])
        {
            Assert.Equal(["a1", "b1"], Recent(Message("now", 10, id)));
            Assert.Equal("a", view.Observe(new ObservedMessage(Message("now", 10, id))).Customer.Id.Value);
        }
    }

    [Fact]
    public void What_is_known_of_the_person_counts_and_open_tickets_of_every_id()
    {
        Take(Message("mail", 0, "anna@x", "t1"), Message("chat", 1, "chat/7", "t2"), Link("shop/1", "anna@x", 2), Link("shop/1", "chat/7", 3));
        Take(new CustomerVersion { Id = "shop/1", CustomerId = new("shop/1"), At = Some.Noon, LifetimeValue = 500 }, new CustomerVersion { Id = "anna@x", CustomerId = new("anna@x"), At = Some.Noon, LifetimeValue = 7, Tier = "gold" });
        var seen = view.Observe(new ObservedMessage(Message("now", 10, "chat/7", "t3"))).Customer;
        Assert.Equal(("shop/1", 500, null), (seen.Id.Value, seen.LifetimeValue, seen.Tier));
        Assert.Equal(3, seen.OpenTickets);
    }

    [Fact]
    public void One_person_under_two_ids_is_one_customer_of_an_incident()
    {
        var incidents = new IncidentHistory(Policy.Default.Incident);
        var context = Some.Context("checkout", IssueType.Technical);
        incidents.Add(Some.Message(customer: "anna@x"), context, new CustomerId("shop/1"));
        Assert.Equal(1, incidents.FactsOf(Some.Message(customer: "chat/7", at: Some.Noon + Duration.FromMinutes(1)), context, new CustomerId("shop/1")).Customers);
        Assert.Equal(2, incidents.FactsOf(Some.Message(customer: "chat/7", at: Some.Noon + Duration.FromMinutes(1)), context).Customers);
    }

    /// <summary>Against a plain reading: who holds an address, followed to the end, and everybody's messages whose way ends there.</summary>
    [Fact]
    public void What_a_decision_sees_is_everything_of_the_ids_whose_way_ends_at_the_same_person() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 9], (one, other, kind, late) => (One: Ids[one], Other: Ids[other], Kind: kind, Late: late)).Array[4, 24].Sample(steps =>
        {
            var plain = new HistoryView();
            var (links, messages) = (new List<IdentityLink>(), new List<Message>());
            for (var i = 0; i < steps.Length; i++)
            {
                var step = steps[i];
                if (step.Kind < 3)
                {
                    var link = Link(step.One, step.Other, i, linked: step.Kind < 2, attested: step.Late > 0) with { ReceivedAt = Some.Noon + Duration.FromMinutes(i) };
                    links.Add(link);
                    plain.Add(link);
                    continue;
                }
                var message = Message($"m{i}", i, step.One, "t" + step.Kind);
                var (at, root) = (message.At, PersonOf(message.CustomerId.Value, links));
                Assert.Equal(messages.Where(m => PersonOf(m.CustomerId.Value, links) == root).Select(m => m.Id), plain.Observe(new ObservedMessage(message)).Recent.Select(o => o.Record!.Id));
                messages.Add(message);
                plain.Add(message);
            }
        }, iter: 3000);

    private static string PersonOf(string id, List<IdentityLink> links)
    {
        var way = new List<string> { id };
        while (HolderOf(way[^1], links) is { } next)
        {
            if (way.Contains(next)) return way.Skip(way.IndexOf(next)).Min(StringComparer.Ordinal)!;
            way.Add(next);
        }
        return way[^1];
    }

    private static string? HolderOf(string address, List<IdentityLink> links)
    {
        var holders = new List<string>();
        foreach (var link in links.Where(l => l.Address == address && l.CustomerId.Value != address))
        {
            if (!link.Linked) holders.Remove(link.CustomerId.Value);
            else if (link.Attested && !holders.Contains(link.CustomerId.Value)) holders.Add(link.CustomerId.Value);
        }
        return holders.FirstOrDefault();
    }

    private void Take(params HistoryRecord[] records)
    {
        foreach (var record in records) view.Add(record);
    }

    private IEnumerable<string> Recent(Message message) => view.Observe(new ObservedMessage(message)).Recent.Select(o => o.Record!.Id);

    private static Message Message(string id, int minute, string customer, string? ticket = null) =>
        Some.Message(id: id, customer: customer, ticket: ticket ?? "t-" + customer, at: Some.Noon + Duration.FromMinutes(minute));

    private static IdentityLink Link(string customer, string address, int minute, bool linked = true, bool attested = true) => new()
    {
        Id = customer + "/" + address,
        CustomerId = new CustomerId(customer),
        Channel = Channel.Other,
        Address = address,
        At = Some.Noon + Duration.FromMinutes(minute),
        Linked = linked,
        Attested = attested,
    };
}
