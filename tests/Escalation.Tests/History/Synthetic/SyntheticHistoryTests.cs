using Escalation.Core.Tickets;
using Escalation.History.Synthetic;
using Escalation.Rules;
using NodaTime;

namespace Escalation.Tests.History.Synthetic;

public sealed class SyntheticHistoryTests
{
    private static readonly Generated History = Generated.History;

    [Fact]
    public void Hands_out_exactly_as_many_messages_as_were_asked_for() => Assert.Equal(12_000, History.Messages.Count());

    [Fact]
    public void Hands_out_records_in_the_total_order_of_history()
    {
        for (var i = 1; i < History.Records.Count; i++)
            Assert.True(HistoryOrder.Instance.Compare(History.Records[i - 1], History.Records[i]) <= 0, $"{History.Records[i - 1]} stands before {History.Records[i]}");
    }

    [Fact]
    public void Every_customer_message_has_a_truth_and_nothing_else_has()
    {
        Assert.Equal(History.CustomerMessages.Select(m => m.Id).Order(StringComparer.Ordinal), History.Truths.Keys.Order(StringComparer.Ordinal));
        Assert.All(History.CustomerMessages, m => Assert.Equal(m.TicketId, History.Truths[m.Id].TicketId));
    }

    [Fact]
    public void Need_is_dated_from_a_message_of_the_ticket_that_is_not_later()
    {
        var times = History.CustomerMessages.GroupBy(m => m.TicketId).ToDictionary(g => g.Key, g => g.Select(m => m.At).ToHashSet());
        foreach (var message in History.CustomerMessages)
        {
            var truth = History.Truths[message.Id];
            Assert.Equal(truth.Needed, truth.NeededFrom is not null);
            if (truth.NeededFrom is not { } since) continue;
            Assert.True(since <= message.At);
            Assert.True(times[message.TicketId].Contains(since) || message.Received > since, "need begins with a message");
        }
    }

    [Fact]
    public void Every_delivery_has_an_identity_of_its_own()
    {
        var deliveries = History.Messages.Select(m => (m.Source, m.ExternalId, m.Revision)).ToList();
        Assert.Equal(deliveries.Count, deliveries.Distinct().Count());
        Assert.Equal(History.Messages.Count(), History.Messages.Select(m => m.Id).Distinct().Count());
        Assert.Contains(History.Messages, m => m.Revision > 0);
    }

    [Fact]
    public void A_customer_is_wholly_in_train_or_wholly_in_test()
    {
        var parts = History.CustomerMessages.GroupBy(m => m.CustomerId).Select(g => g.Select(m => History.Truths[m.Id].IsTest).Distinct().Count());
        Assert.All(parts, n => Assert.Equal(1, n));
        Assert.InRange(History.Truths.Values.Average(t => t.IsTest ? 1d : 0), .22, .38);
    }

    [Fact]
    public void Some_messages_come_in_late_and_out_of_order()
    {
        var late = History.CustomerMessages.Where(m => m.Received - m.At >= Duration.FromMinutes(2)).ToList();
        Assert.InRange(late.Count / (double)History.CustomerMessages.Count(), .01, .06);
        Assert.Contains(late, m => m.Received - m.At >= Duration.FromHours(2));
        var at = History.CustomerMessages.Select(m => m.At).ToList();
        Assert.Contains(Enumerable.Range(1, at.Count - 1), i => at[i] < at[i - 1]);
    }

    [Fact]
    public void Customers_have_dated_values_in_several_currencies_and_some_have_none()
    {
        var versions = History.Records.OfType<CustomerVersion>().ToList();
        Assert.Contains(versions.GroupBy(v => v.CustomerId), g => g.Select(v => v.LifetimeValue).Distinct().Count() > 1);
        Assert.True(versions.Select(v => v.Currency).Distinct().Count() >= 3);
        Assert.True(versions.Select(v => v.Tier).Distinct().Count() >= 4);
        var valued = versions.Select(v => v.CustomerId).ToHashSet();
        Assert.Contains(History.CustomerMessages, m => !valued.Contains(m.CustomerId));
    }

    [Fact]
    public void A_customer_writes_only_where_an_address_is_linked()
    {
        var linked = History.Records.OfType<IdentityLink>().Where(l => l.Linked).Select(l => (l.CustomerId, l.Channel)).ToHashSet();
        Assert.All(History.CustomerMessages, m => Assert.Contains((m.CustomerId, m.Channel), linked));
        Assert.Contains(History.Records.OfType<IdentityLink>(), l => !l.Linked);
    }

    [Fact]
    public void Agents_reply_only_during_a_shift_of_their_team()
    {
        var shifts = History.Records.OfType<Shift>().ToLookup(s => (s.AgentId, s.Team));
        var replies = History.Messages.Where(m => m.Author == Author.Agent && m.Public).ToList();
        var inside = replies.Count(m => shifts[(m.AgentId!, m.Team!)].Any(s => s.At <= m.At && m.At < s.To + Duration.FromMinutes(5)));
        Assert.True(inside >= replies.Count * .95, $"{inside} of {replies.Count}");
    }

    [Fact]
    public void An_outage_brings_many_customers_with_one_product_within_an_hour()
    {
        var openers = History.CustomerMessages.Where(m => History.Truths[m.Id].RightTeam == "on-call" && History.Truths[m.Id].Needed).OrderBy(m => m.At).ToList();
        var most = openers.Max(a => openers.Count(b => b.At >= a.At && b.At < a.At + Duration.FromHours(1)));
        Assert.True(most >= 8, $"at most {most} within an hour");
    }

    [Fact]
    public void Everything_a_support_lead_would_look_for_is_there()
    {
        Assert.Equal(Enum.GetValues<EventKind>().Order(), History.Events.Select(e => e.Kind).Distinct().Order());
        Assert.Equal(Enum.GetValues<LabelKind>().Order(), History.Labels.Select(l => l.Kind).Distinct().Order());
        Assert.Equal(Enum.GetValues<DismissalReason>().Order(), History.Labels.Where(l => l.Reason is not null).Select(l => l.Reason!.Value).Distinct().Order());
        Assert.Contains(History.Events, e => e.Kind == EventKind.Escalated && e.Actor.Kind == ActorKind.Human);
        Assert.Contains(History.Events, e => e.Kind == EventKind.Escalated && e.Actor.Kind == ActorKind.Robot);
        Assert.Contains(History.Messages, m => m.Author == Author.System);
        Assert.Contains(History.Messages, m => !m.Public);
        Assert.Contains(History.CustomerMessages, m => m.Text.Contains("\n> ", StringComparison.Ordinal));
        foreach (var language in (string[])["en", "de", "es", "fr"]) Assert.Contains(History.CustomerMessages, m => m.Language == language);
        foreach (var team in (string[])["executive", "senior-engineer", "on-call", "senior-support", "general-escalation", "billing", "technical", "accounts", "logistics", "fraud", "general"])
            Assert.Contains(History.Truths.Values, t => t.RightTeam == team);
    }

    [Fact]
    public void Whoever_is_needed_is_of_a_senior_team_and_every_team_is_one_of_the_rules()
    {
        var known = RuleSetLoader.Load((string?)null).RuleSet!.Teams.Teams.Select(t => t.Id).ToHashSet(StringComparer.Ordinal);
        Assert.All(History.Truths.Values, t => Assert.Contains(t.RightTeam, known));
        Assert.All(History.Events.Where(e => e.Team is not null), e => Assert.Contains(e.Team!, known));
        Assert.All(History.Truths.Values.Where(t => t.Needed), t => Assert.Contains(t.RightTeam, Catalogue.SeniorTeams));
    }

    [Fact]
    public void People_send_a_ticket_mostly_but_not_always_to_the_right_team()
    {
        var right = History.Truths.Values.Where(t => t.Needed).GroupBy(t => t.TicketId).ToDictionary(g => g.Key, g => g.Select(t => t.RightTeam).ToHashSet(StringComparer.Ordinal));
        var said = History.Labels.Where(l => l is { Kind: LabelKind.TeamCorrected or LabelKind.Missed, RightTeam: not null, Origin: LabelOrigin.Agent } && right.ContainsKey(l.TicketId)).ToList();
        Assert.True(said.Count > 40);
        Assert.InRange(said.Average(l => right[l.TicketId].Contains(l.RightTeam!) ? 1d : 0), .75, .97);
    }

    [Fact]
    public void What_is_needed_ends_mostly_with_a_senior_team()
    {
        var needed = History.Truths.Values.Where(t => t.Needed).Select(t => t.TicketId).ToHashSet();
        var resolved = History.Events.Where(e => e.Kind == EventKind.Resolved && needed.Contains(e.TicketId)).ToList();
        Assert.InRange(resolved.Average(e => Catalogue.IsSenior(e.Team!) ? 1d : 0), .6, .95);
    }

    [Fact]
    public void A_move_names_another_team_than_the_one_that_holds_the_ticket()
    {
        var holds = new Dictionary<TicketId, string>();
        foreach (var happened in History.Events.Where(e => e.Kind is EventKind.Assigned or EventKind.TeamChanged && e.Team is not null))
        {
            if (happened.Kind == EventKind.TeamChanged) Assert.NotEqual(holds[happened.TicketId], happened.Team);
            holds[happened.TicketId] = happened.Team!;
        }
        foreach (var happened in History.Events.Where(e => e.Kind == EventKind.Resolved)) Assert.NotNull(happened.Team);
    }

    [Fact]
    public void Calm_messages_can_need_somebody_and_furious_ones_can_be_noise()
    {
        var truths = History.Truths.Values;
        var needed = truths.Where(t => t.Needed).ToList();
        Assert.InRange(needed.Average(t => t.Frustrated ? 1d : 0), .4, .8);
        Assert.InRange(truths.Where(t => t.Frustrated).Average(t => t.Needed ? 1d : 0), .15, .5);
    }

    [Fact]
    public void The_blind_audit_shows_nothing_and_says_how_likely_its_draw_was()
    {
        var audits = History.Labels.Where(l => l.Origin == LabelOrigin.Audit && l.Kind != LabelKind.Undone).ToList();
        Assert.All(audits, l => Assert.Null(l.Shown));
        Assert.Equal([("flagged", .25), ("near", .15), ("quiet", .06)], audits.Select(l => (l.Audit!.Stratum, l.Audit.Probability)).Distinct().Order());
    }

    [Fact]
    public void People_are_mostly_right_but_not_always()
    {
        var byTicket = History.Truths.Values.GroupBy(t => t.TicketId).ToDictionary(g => g.Key, g => g.Any(t => t.Needed));
        var said = History.Labels.Where(l => l.Origin == LabelOrigin.Agent && l.EffectiveNeeded is not null).ToList();
        var right = said.Average(l => l.EffectiveNeeded == byTicket[l.TicketId] ? 1d : 0);
        Assert.InRange(right, .75, .97);
    }

    [Fact]
    public void What_waits_for_its_time_does_not_grow_with_the_length_of_the_history()
    {
        var four = Generated.Of(30_000, 5).PeakWaiting;
        var eight = Generated.Of(60_000, 5).PeakWaiting;
        Assert.True(eight <= four * 1.15, $"{four} records waiting at 30,000 messages, {eight} at 60,000");
    }

    [Fact]
    public void A_small_history_still_spans_three_weeks()
    {
        var small = Generated.Of(1500, 2);
        Assert.True(small.Messages.Max(m => m.At) - small.Messages.Min(m => m.At) >= Duration.FromDays(17));
    }
}
