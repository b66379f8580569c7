using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Tests.Derived;

public sealed class DerivationTests
{
    private static readonly Instant Now = Some.Noon;

    private static DerivedFacts Derive(Message message, params HistoryRecord[] earlier) => Derive(message, null, earlier);

    private static DerivedFacts Derive(Message message, CustomerAsOf? customer, HistoryRecord[] earlier, IFrustrationModel? model = null)
    {
        var configuration = new Configuration(new PlainRules(), model, null);
        var observed = new ObservedFacts
        {
            Message = new ObservedMessage(message),
            DecidedAt = message.Received,
            Ticket = new TicketAsOf { Id = message.TicketId, CreatedAt = message.At },
            Customer = customer ?? new CustomerAsOf { Id = message.CustomerId },
            Recent = [.. earlier.OrderBy(r => r.At).Select(r => r is Message m ? new Observation(new ObservedMessage(m)) : new Observation((TicketEvent)r))],
        };
        return Derivation.Derive(observed, new IncidentHistory(configuration.Policy.Incident), configuration);
    }

    [Fact]
    public void A_run_of_messages_is_one_contact()
    {
        var contacts = Derive(Some.Message(at: Now), Some.Message(at: Now - Duration.FromMinutes(10)), Some.Message(at: Now - Duration.FromMinutes(20))).Contacts;
        Assert.Equal((1, 1, 1, 1, 1), (contacts.Last24h, contacts.Last7d, contacts.Last30d, contacts.SameIssue7d, contacts.Channels7d));
    }

    [Theory, InlineData(Channel.Email, 240, 1), InlineData(Channel.Email, 241, 2), InlineData(Channel.Chat, 30, 1), InlineData(Channel.Chat, 31, 2)]
    public void A_gap_longer_than_the_policy_ends_a_contact(Channel channel, int minutes, int expected) =>
        Assert.Equal(expected, Derive(Some.Message(at: Now, channel: channel), Some.Message(at: Now - Duration.FromMinutes(minutes), channel: channel)).Contacts.Last24h);

    [Fact]
    public void A_public_agent_reply_ends_a_contact_and_a_private_note_does_not()
    {
        var first = Some.Message(at: Now - Duration.FromMinutes(30));
        var reply = Some.Message("We look into it.", Now - Duration.FromMinutes(20), author: Author.Agent);
        Assert.Equal(2, Derive(Some.Message(at: Now), first, reply).Contacts.Last24h);
        Assert.Equal(1, Derive(Some.Message(at: Now), first, reply with { Public = false }).Contacts.Last24h);
    }

    [Fact]
    public void An_answer_to_an_agents_question_is_no_contact()
    {
        var first = Some.Message(at: Now - Duration.FromMinutes(30));
        var question = Some.Message("Which order is it?", Now - Duration.FromMinutes(20), author: Author.Agent);
        Assert.Equal(1, Derive(Some.Message(at: Now), first, question).Contacts.Last24h);
        Assert.Equal(1, Derive(Some.Message(at: Now), first, question, Some.Message(at: Now - Duration.FromMinutes(5))).Contacts.Last24h);
    }

    [Fact]
    public void An_answer_while_the_ticket_waits_for_the_customer_is_no_contact()
    {
        var first = Some.Message(at: Now - Duration.FromHours(6));
        var waiting = Some.Event(EventKind.WaitingCustomer, Now - Duration.FromHours(5));
        Assert.Equal(1, Derive(Some.Message(at: Now), first, waiting).Contacts.Last24h);
        Assert.Equal(2, Derive(Some.Message(at: Now), first, waiting, Some.Event(EventKind.WaitingAgent, Now - Duration.FromHours(4))).Contacts.Last24h);
    }

    [Theory, InlineData(7 * 24 * 60 - 1, 2), InlineData(7 * 24 * 60, 1)]
    public void Windows_are_open_on_their_left_end(int minutes, int expected) =>
        Assert.Equal(expected, Derive(Some.Message(at: Now), Some.Message(at: Now - Duration.FromMinutes(minutes))).Contacts.Last7d);

    [Fact]
    public void The_same_issue_is_the_same_ticket_or_the_same_known_product_and_issue_type()
    {
        var now = Some.Message("It crashes: crash", Now, product: "app");
        Assert.Equal(2, Same(Some.Message("crash again", Now - Duration.FromDays(1), ticket: "t2", channel: Channel.Phone, product: "app")));
        Assert.Equal(1, Same(Some.Message("refund me", Now - Duration.FromDays(1), ticket: "t2", product: "app")));
        Assert.Equal(1, Same(Some.Message("crash again", Now - Duration.FromDays(1), ticket: "t2", product: "site")));
        Assert.Equal(1, Same(Some.Message("crash again", Now - Duration.FromDays(1), ticket: "t2")));
        Assert.Equal(2, Same(Some.Message("hello", Now - Duration.FromDays(1))));

        int Same(Message earlier) => Derive(now, earlier).Contacts.SameIssue7d;
    }

    [Fact]
    public void Unknown_products_and_issues_are_never_the_same_issue() =>
        Assert.Equal(1, Derive(Some.Message("hello", Now), Some.Message("hello", Now - Duration.FromDays(1), ticket: "t2")).Contacts.SameIssue7d);

    [Fact]
    public void Contacts_on_several_channels_are_counted_by_channel()
    {
        var contacts = Derive(Some.Message(at: Now), Some.Message(at: Now - Duration.FromDays(1), ticket: "t2", channel: Channel.Phone),
            Some.Message(at: Now - Duration.FromDays(2), ticket: "t3", channel: Channel.Chat)).Contacts;
        Assert.Equal((3, 3), (contacts.Last7d, contacts.Channels7d));
    }

    [Fact]
    public void A_lifetime_value_in_another_currency_is_unknown_and_never_high()
    {
        var euros = Derive(Some.Message(), new CustomerAsOf { Id = new("c1"), LifetimeValue = 50_000, Currency = "EUR" }, []).Customer;
        Assert.False(euros.LifetimeValueKnown || euros.HighValue);
        Assert.Throws<FactUnavailableException>(() => euros.LifetimeValue);
        Assert.False(Derive(Some.Message(), new CustomerAsOf { Id = new("c1"), LifetimeValue = 10_000, Currency = "USD" }, []).Customer.HighValue);
        Assert.True(Derive(Some.Message(), new CustomerAsOf { Id = new("c1"), LifetimeValue = 10_000.01, Currency = "USD" }, []).Customer.HighValue);
    }

    [Fact]
    public void The_trend_compares_with_up_to_three_earlier_messages_of_the_ticket_in_a_week()
    {
        HistoryRecord[] earlier =
        [
            Some.Message("0.9", Now - Duration.FromDays(4)), Some.Message("0.2", Now - Duration.FromDays(3)), Some.Message("0.3", Now - Duration.FromDays(2)),
            Some.Message("0.4", Now - Duration.FromDays(1)), Some.Message("0.95", Now - Duration.FromHours(1), ticket: "other"),
            Some.Message("1.0", Now - Duration.FromDays(8)),
        ];
        var facts = Derive(Some.Message("0.8", Now), null, earlier, new WrittenScore()).Frustration;
        Assert.Equal(.5, facts.Trend, 1e-9);
        Assert.Equal(.95, facts.Max7d, 1e-6);
        Assert.False(Derive(Some.Message("0.8", Now), null, [], new WrittenScore()).Frustration.TrendKnown);
    }

    [Fact]
    public void Empty_text_and_unsupported_languages_are_not_scored()
    {
        Assert.False(Derive(Some.Message(" ", Now), null, [], new WrittenScore()).Frustration.Available);
        Assert.False(Derive(Some.Message("0.8", Now) with { Language = "ja" }, null, [], new WrittenScore()).Frustration.Available);
        Assert.True(Derive(Some.Message("0.8", Now), null, [], new WrittenScore()).Frustration.Available);
    }

    /// <summary>Reads the score that the text spells.</summary>
    private sealed class WrittenScore : IFrustrationModel
    {
        public ModelVersion Version => new("written");

        public bool Supports(string language) => language == "en";

        public float Score(ReadOnlySpan<char> text) => float.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

        public TextExplanation Explain(ReadOnlySpan<char> text) => new(0, 0, [], 0);
    }
}
