using Escalation.Core.Episodes;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Tests.Sla;

public sealed class SlaStepsTests
{
    private static readonly Instant Opened = Some.Noon;

    [Fact]
    public void A_pause_begins_where_the_ticket_waits_for_the_customer_and_ends_with_their_answer_or_with_an_agent_who_takes_it_back()
    {
        TicketEvent[] events = [Some.Event(EventKind.WaitingCustomer, After(1)), Some.Event(EventKind.WaitingAgent, After(3)), Some.Event(EventKind.Acknowledged, After(2))];
        Assert.Equal([(SlaStepKind.Paused, After(1)), (SlaStepKind.Resumed, After(2)), (SlaStepKind.Resumed, After(3))], Steps(Some.Episode(), events, answers: [new(new("t1"), After(2))]));
    }

    [Fact]
    public void An_answer_at_the_instant_of_the_question_was_there_before_it() =>
        Assert.Equal([SlaStepKind.Resumed, SlaStepKind.Paused],
            Steps(Some.Episode(), [Some.Event(EventKind.WaitingCustomer, After(1))], answers: [new(new("t1"), After(1))]).Select(s => s.Kind));

    [Fact]
    public void Ends_and_reopenings_are_those_of_the_book_and_a_close_after_a_resolve_is_none()
    {
        TicketEvent[] events =
        [
            Some.Event(EventKind.Resolved, After(1)), Some.Event(EventKind.Closed, After(2)), Some.Event(EventKind.Reopened, After(3)), Some.Event(EventKind.Resolved, After(5)),
        ];
        Assert.Equal([(SlaStepKind.Ended, After(1)), (SlaStepKind.Reopened, After(3)), (SlaStepKind.Ended, After(5))], Steps(Some.Episode() with { Status = EpisodeStatus.Resolved, EndedAt = After(5) }, events));
    }

    [Fact]
    public void What_belongs_to_the_next_escalation_of_the_ticket_is_none_of_this_one()
    {
        TicketEvent[] events = [Some.Event(EventKind.Resolved, After(1)), Some.Event(EventKind.Reopened, After(9)), Some.Event(EventKind.Resolved, After(10))];
        Assert.Equal([(SlaStepKind.Ended, After(1))], Steps(Some.Episode() with { Status = EpisodeStatus.Resolved, EndedAt = After(1) }, events));
    }

    [Fact]
    public void A_dismissal_that_was_taken_back_ended_it_for_so_long()
    {
        Label[] labels = [Judged("l1", LabelKind.Dismissed, After(1)), Judged("l2", LabelKind.Undone, After(4)) with { Undoes = "l1" }];
        Assert.Equal([(SlaStepKind.Ended, After(1)), (SlaStepKind.Reopened, After(4))], Steps(Some.Episode() with { JudgedBy = "l2" }, [], labels));
    }

    [Fact]
    public void After_a_merge_the_ticket_that_stays_pauses_and_ends_it_and_before_it_did_not()
    {
        TicketEvent[] events =
        [
            Some.Event(EventKind.WaitingCustomer, After(1), "t2"), Some.Event(EventKind.Resolved, After(1), "t2"),
            Some.Event(EventKind.Merged, After(2)) with { ToTicket = new TicketId("t2") },
            Some.Event(EventKind.WaitingCustomer, After(3), "t2"), Some.Event(EventKind.WaitingAgent, After(4), "t1"), Some.Event(EventKind.Resolved, After(5), "t2"),
        ];
        var merged = Some.Episode() with { TicketId = new TicketId("t2"), Status = EpisodeStatus.Resolved, EndedAt = After(5) };
        Assert.Equal([(SlaStepKind.Paused, After(3)), (SlaStepKind.Resumed, After(4)), (SlaStepKind.Ended, After(5))], Steps(merged, events));
    }

    [Fact]
    public void News_that_came_late_count_as_if_they_had_come_in_time()
    {
        var late = Some.Event(EventKind.WaitingCustomer, After(1)) with { ReceivedAt = After(8) };
        Assert.Equal([(SlaStepKind.Paused, After(1)), (SlaStepKind.Resumed, After(3))], Steps(Some.Episode(), [Some.Event(EventKind.WaitingAgent, After(3)), late]));
    }

    private static IEnumerable<(SlaStepKind Kind, Instant At)> Steps(Episode episode, TicketEvent[] events, Label[]? labels = null, CustomerAnswer[]? answers = null) =>
        SlaSteps.Of(episode, events, labels ?? [], answers ?? []).Select(s => (s.Kind, s.At));

    private static Label Judged(string id, LabelKind kind, Instant at) => new()
    {
        Id = id,
        TicketId = new TicketId("t1"),
        Kind = kind,
        At = at,
        Actor = new Actor("lead", ActorKind.Human),
        Origin = LabelOrigin.Agent,
    };

    private static Instant After(int hours) => Opened + Duration.FromHours(hours);
}
