using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Tests.Episodes;

public sealed class EpisodeBookTests
{
    private static readonly TicketId Ticket = new("t1");

    private static EpisodeChange? Decide(EpisodeBook book, Decision decision, int hour = 0, string ticket = "t1", IncidentStart? started = null, IncidentFacts? incident = null)
    {
        var at = Some.Noon + Duration.FromHours(hour);
        return book.OnDecision(Some.Message(at: at, ticket: ticket), new TicketId(ticket), SomeFacts.Of(incident: incident, at: at), decision, started);
    }

    [Fact]
    public void Monitor_opens_none_and_priority_opens_one()
    {
        var book = new EpisodeBook(Policy.Default, isLive: true);
        Assert.Null(Decide(book, Some.Decision(Some.Signal("keyword_match", .5))));
        var change = Decide(book, Some.Decision(Some.Repeat()));
        Assert.Equal((EpisodeChangeKind.Opened, "t1#1", Band.PriorityEscalation), (change!.Kind, change.Episode.Id.Value, change.Episode.Band));
    }

    [Fact]
    public void A_second_escalation_on_the_same_ticket_joins_the_open_episode()
    {
        var book = new EpisodeBook(Policy.Default, isLive: true);
        Decide(book, Some.Decision(Some.Repeat()));
        Assert.Null(Decide(book, Some.Decision(Some.Repeat()), 1));
        Assert.Equal("t1#1", book.OpenOn(Ticket)!.Id.Value);
    }

    [Fact]
    public void The_band_rises_inside_the_episode_and_never_falls_by_itself()
    {
        var book = new EpisodeBook(Policy.Default, isLive: true);
        Decide(book, Some.Decision(Some.Repeat()));
        Assert.Equal(EpisodeChangeKind.Raised, Decide(book, Some.Decision(Some.Frustrated(.95)), 1)!.Kind);
        Assert.Null(Decide(book, Some.Decision(Some.Signal("keyword_match", .5)), 2)?.Kind is EpisodeChangeKind.Raised ? "raised" : null);
        Assert.Equal(Band.ImmediateEscalation, book.OpenOn(Ticket)!.Band);
    }

    [Fact]
    public void A_resolution_ends_it_and_a_reopening_goes_on_with_it()
    {
        var book = new EpisodeBook(Policy.Default, isLive: false);
        Decide(book, Some.Decision(Some.Repeat()));
        var ended = book.OnEvent(Some.Event(EventKind.Resolved, Some.Noon + Duration.FromHours(2)), Ticket, new CustomerId("c1"));
        Assert.Equal((EpisodeStatus.Resolved, Some.Noon + Duration.FromHours(2)), (ended!.Episode.Status, ended.Episode.EndedAt));
        var again = book.OnEvent(Some.Event(EventKind.Reopened, Some.Noon + Duration.FromHours(3)), Ticket, new CustomerId("c1"));
        Assert.Equal((EpisodeChangeKind.Reopened, 1, true), (again!.Kind, again.Episode.Reopened, again.Episode.IsOpen));
        Assert.Equal(Some.Noon + Duration.FromHours(2), again.Episode.FirstResolvedAt);
    }

    [Fact]
    public void What_people_did_live_never_ends_a_candidates_episode()
    {
        var candidate = new EpisodeBook(Policy.Default, isLive: false);
        var live = new EpisodeBook(Policy.Default, isLive: true);
        foreach (var book in new[] { candidate, live })
        {
            Decide(book, Some.Decision(Some.Repeat()));
            book.OnEvent(Some.Event(EventKind.Acknowledged, Some.Noon + Duration.FromHours(1)), Ticket, new CustomerId("c1"));
            book.OnLabel(Dismissal(1), Ticket);
        }
        Assert.Equal(EpisodeStatus.Open, candidate.OpenOn(Ticket)!.Status);
        Assert.Equal(EpisodeStatus.Dismissed, live.LatestOn(Ticket)!.Status);
    }

    [Fact]
    public void After_a_dismissal_none_opens_but_for_a_higher_band_a_new_trigger_or_seven_days()
    {
        Assert.Null(Dismissed(Some.Repeat(), Some.Repeat(), 24));
        Assert.NotNull(Dismissed(Some.Repeat(), Some.Frustrated(.95), 24));
        Assert.NotNull(Dismissed(Some.Repeat(), Some.Signal("keyword_match", .7), 24));
        Assert.Null(Dismissed(Some.Repeat(), Some.Repeat(), 7 * 24));
        Assert.NotNull(Dismissed(Some.Repeat(), Some.Repeat(), 7 * 24 + 1));

        static EpisodeChange? Dismissed(Signal before, Signal after, int hours)
        {
            var book = new EpisodeBook(Policy.Default, isLive: true);
            Decide(book, Some.Decision(before));
            book.OnLabel(Dismissal(1), Ticket);
            return Decide(book, Some.Decision(after), hours);
        }
    }

    [Fact]
    public void A_member_of_an_incident_is_linked_and_opens_its_own_only_on_its_own_merits()
    {
        var book = new EpisodeBook(Policy.Default, isLive: true);
        var incident = new IncidentFacts(true, 5, "k");
        var start = new IncidentStart("k", Some.Noon, [new TicketId("t0")]);
        var lead = Decide(book, Some.Decision(Some.Signal("multi_user_incident", .75)), 0, "lead", start, incident);
        Assert.Equal((EpisodeChangeKind.Opened, "k", "t0"), (lead!.Kind, lead.Episode.IncidentKey, lead.Tickets.Single().Value));
        var member = Decide(book, Some.Decision(Some.Signal("multi_user_incident", .78)), 0, "member", null, incident);
        Assert.Equal((EpisodeChangeKind.Linked, "lead"), (member!.Kind, member.Episode.TicketId.Value));
        var angry = Decide(book, Some.Decision(Some.Signal("multi_user_incident", .81), Some.Frustrated(.9)), 0, "angry", null, incident);
        Assert.Equal((EpisodeChangeKind.Opened, "angry"), (angry!.Kind, angry.Episode.TicketId.Value));
    }

    [Fact]
    public void A_ticket_is_let_go_and_taken_back_but_not_while_an_open_incident_stands_on_it()
    {
        var book = new EpisodeBook(Policy.Default, isLive: true);
        Decide(book, Some.Decision(Some.Repeat()));
        var memory = book.Release(Ticket)!;
        Assert.Null(book.LatestOn(Ticket));
        book.Recall(Ticket, memory);
        Assert.Null(Decide(book, Some.Decision(Some.Repeat()), 1));
        Assert.Equal("t1#1", book.OpenOn(Ticket)!.Id.Value);

        var (lead, incident) = (new TicketId("lead"), new IncidentFacts(true, 5, "k"));
        Decide(book, Some.Decision(Some.Signal("multi_user_incident", .75)), 0, "lead", new IncidentStart("k", Some.Noon, []), incident);
        Assert.Null(book.Release(lead));
        Assert.Equal("lead", Decide(book, Some.Decision(Some.Signal("multi_user_incident", .78)), 0, "member", null, incident)!.Episode.TicketId.Value);
        book.OnEvent(Some.Event(EventKind.Resolved, Some.Noon + Duration.FromHours(2), "lead"), lead, new CustomerId("c1"));
        Assert.NotNull(book.Release(lead));
    }

    [Fact]
    public void A_dismissal_of_what_a_merge_took_away_pauses_nothing()
    {
        var book = new EpisodeBook(Policy.Default, isLive: true);
        Decide(book, Some.Decision(Some.Repeat()));
        book.OnEvent(Some.Event(EventKind.Merged, Some.Noon + Duration.FromHours(1)) with { ToTicket = new TicketId("t2") }, Ticket, new CustomerId("c1"));
        book.OnLabel(Dismissal(2), Ticket);
        Assert.Equal(EpisodeChangeKind.Opened, Decide(book, Some.Decision(Some.Repeat()), 3)!.Kind);
    }

    [Fact]
    public void A_merge_carries_the_episode_to_the_ticket_that_stays()
    {
        var book = new EpisodeBook(Policy.Default, isLive: true);
        Decide(book, Some.Decision(Some.Repeat()));
        book.OnEvent(Some.Event(EventKind.Merged, Some.Noon + Duration.FromHours(1)) with { ToTicket = new TicketId("t2") }, Ticket, new CustomerId("c1"));
        Assert.Null(book.OpenOn(Ticket));
        Assert.Equal("t1#1", book.OpenOn(new TicketId("t2"))!.Id.Value);
    }

    [Fact]
    public void A_merge_into_a_ticket_with_an_open_episode_ends_the_other_as_merged()
    {
        var book = new EpisodeBook(Policy.Default, isLive: true);
        Decide(book, Some.Decision(Some.Repeat()));
        Decide(book, Some.Decision(Some.Repeat()), 0, "t2");
        var change = book.OnEvent(Some.Event(EventKind.Merged, Some.Noon + Duration.FromHours(1)) with { ToTicket = new TicketId("t2") }, Ticket, new CustomerId("c1"));
        Assert.Equal(EpisodeStatus.Merged, change!.Episode.Status);
        Assert.Equal("t2#1", book.OpenOn(new TicketId("t2"))!.Id.Value);
    }

    [Fact]
    public void A_person_raises_one_and_the_robot_follows_it()
    {
        var book = new EpisodeBook(Policy.Default, isLive: true);
        var raised = book.OnEvent(Some.Event(EventKind.Escalated) with { Team = "billing" }, Ticket, new CustomerId("c1"));
        Assert.Equal((ActorKind.Human, "billing"), (raised!.Episode.OpenedBy, raised.Episode.FirstTeam));
        Assert.Equal(EpisodeChangeKind.Raised, Decide(book, Some.Decision(Some.Frustrated(.95)), 1)!.Kind);
        Assert.Null(book.OnEvent(Some.Event(EventKind.Escalated, actor: ActorKind.Robot), new TicketId("t9"), new CustomerId("c9")));
    }

    [Fact]
    public void A_dismissal_that_is_taken_back_opens_the_episode_again_and_lifts_the_pause()
    {
        var book = new EpisodeBook(Policy.Default, isLive: true);
        Decide(book, Some.Decision(Some.Repeat()));
        book.OnLabel(Dismissal(1), Ticket);
        Assert.Null(book.OnLabel(Undo("u0", "other", 2), Ticket));
        var back = book.OnLabel(Undo("u1", "l1", 2), Ticket);
        Assert.Equal((EpisodeChangeKind.Reopened, EpisodeStatus.Open, true, 0), (back!.Kind, back.Episode.Status, back.Episode.IsOpen, back.Episode.Reopened));
        Assert.Null(book.OnLabel(Undo("u2", "l1", 3), Ticket));                       // taken back already
        Assert.Equal(EpisodeStatus.Dismissed, book.OnLabel(Undo("u3", "u1", 3), Ticket)!.Episode.Status);
        Assert.Null(Decide(book, Some.Decision(Some.Repeat()), 4));
        Assert.Equal(EpisodeChangeKind.Reopened, book.OnLabel(Undo("u4", "u3", 5), Ticket)!.Kind);
        book.OnEvent(Some.Event(EventKind.Resolved, Some.Noon + Duration.FromHours(6)), Ticket, new CustomerId("c1"));
        Assert.Equal(EpisodeChangeKind.Opened, Decide(book, Some.Decision(Some.Repeat()), 7)!.Kind);
    }

    [Fact]
    public void A_dismissal_that_is_taken_back_leaves_a_candidates_episodes_and_later_ones_alone()
    {
        var candidate = new EpisodeBook(Policy.Default, isLive: false);
        Decide(candidate, Some.Decision(Some.Repeat()));
        Assert.Null(candidate.OnLabel(Undo("u1", "l1", 2), Ticket));
        var live = new EpisodeBook(Policy.Default, isLive: true);
        Decide(live, Some.Decision(Some.Repeat()));
        live.OnLabel(Dismissal(1), Ticket);
        Decide(live, Some.Decision(Some.Frustrated(.95)), 2);
        Assert.Null(live.OnLabel(Undo("u1", "l1", 3), Ticket));
        Assert.Equal("t1#2", live.OpenOn(Ticket)!.Id.Value);
    }

    [Fact]
    public void A_book_taken_back_from_storage_still_knows_which_dismissal_ended_the_episode()
    {
        var before = new EpisodeBook(Policy.Default, isLive: true);
        Decide(before, Some.Decision(Some.Repeat()));
        before.OnLabel(Dismissal(1), Ticket);
        var after = new EpisodeBook(Policy.Default, isLive: true);
        after.Restore(before.LatestOn(Ticket)!);
        Assert.Equal(EpisodeChangeKind.Reopened, after.OnLabel(Undo("u1", "l1", 2), Ticket)!.Kind);
    }

    [Fact]
    public void A_snooze_is_over_at_its_end()
    {
        var book = new EpisodeBook(Policy.Default, isLive: true);
        Decide(book, Some.Decision(Some.Repeat()));
        var until = Some.Noon + Duration.FromHours(5);
        var snoozed = book.OnEvent(Some.Event(EventKind.Snoozed, Some.Noon + Duration.FromHours(1)) with { Until = until }, Ticket, new CustomerId("c1"))!.Episode;
        Assert.Equal(EpisodeStatus.Snoozed, snoozed.StandingAt(until - Duration.FromMilliseconds(1)).Status);
        Assert.Equal((EpisodeStatus.Open, null), (snoozed.StandingAt(until).Status, snoozed.StandingAt(until).SnoozedUntil));
        Assert.Null(book.OnEvent(Some.Event(EventKind.Acknowledged, Some.Noon + Duration.FromHours(2)), Ticket, new CustomerId("c1"))!.Episode.SnoozedUntil);
    }

    private static Label Undo(string id, string undoes, int hour) => Dismissal(hour) with { Id = id, Kind = LabelKind.Undone, Undoes = undoes, Reason = null };

    private static Label Dismissal(int hour) => new()
    {
        Id = "l1",
        At = Some.Noon + Duration.FromHours(hour),
        TicketId = Ticket,
        Kind = LabelKind.Dismissed,
        Reason = DismissalReason.NotUrgent,
        Actor = new Actor("a1", ActorKind.Human),
        Origin = LabelOrigin.Agent,
    };
}
