using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Tests.Episodes;

/// <summary>A book that lets go of tickets and takes their recorded episodes back does as one that keeps all.</summary>
public sealed class ForgettingEpisodesTests
{
    private static readonly string[] Tickets = ["t1", "t2", "t3", "t4"];

    [Fact]
    public void A_book_that_forgets_each_ticket_after_each_record_does_as_one_that_keeps_all()
    {
        var (forgotten, changes) = (0, 0);
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var (kept, forgetting) = (new EpisodeBook(Policy.Default, isLive: true), new EpisodeBook(Policy.Default, isLive: true));
            var recorded = new List<Episode>();
            var labels = new List<string>();
            for (var hour = 1; hour <= 60; hour++)
            {
                var act = ActOf(random, hour, labels);
                foreach (var ticket in Tickets.Select(t => new TicketId(t)).Where(t => !forgetting.Holds(t)))
                    foreach (var episode in recorded.Where(e => e.TicketId == ticket).OrderBy(e => e.OpenedAt).ThenBy(e => e.Id.Value.Length).ThenBy(e => e.Id.Value, StringComparer.Ordinal)) forgetting.Recall(episode);
                var (expected, actual) = (act(kept), act(forgetting));
                Assert.Equal(Shown(expected), Shown(actual));
                if (expected is not null)
                {
                    changes++;
                    recorded.RemoveAll(e => e.Id == expected.Episode.Id);
                    recorded.Add(expected.Episode);
                }
                foreach (var ticket in Tickets.Select(t => new TicketId(t)).Where(forgetting.Holds))
                {
                    forgetting.Forget(ticket);
                    if (!forgetting.Holds(ticket)) forgotten++;
                }
            }
        }
        Assert.True(forgotten > 5_000 && changes > 3_000, $"{forgotten} times forgotten, {changes} changes");
    }

    private static Func<EpisodeBook, EpisodeChange?> ActOf(Random random, int hour, List<string> labels)
    {
        var (ticket, other, at) = (Tickets[random.Next(4)], Tickets[random.Next(4)], Some.Noon + Duration.FromHours(hour));
        var id = new TicketId(ticket);
        switch (random.Next(12))
        {
            case 0: return OnEvent(EventKind.Resolved);
            case 1: return OnEvent(EventKind.Reopened);
            case 2: return OnEvent(EventKind.Acknowledged);
            case 3: return OnEvent(EventKind.Escalated);
            case 4 when hour % 5 == 0: return book => book.OnEvent(Some.Event(EventKind.Merged, at, ticket) with { ToTicket = new TicketId(other) }, id, new CustomerId("c1"));
            case 5 or 6: return OnLabel(LabelKind.Dismissed, null);
            case 7 when labels.Count > 0: return OnLabel(LabelKind.Undone, labels[^1]);
            default:
                var incident = random.Next(4) == 0 ? new IncidentFacts(true, 5, "k" + random.Next(2)) : null;
                var decision = incident is not null ? Some.Decision(Some.Signal("multi_user_incident", .78)) : random.Next(2) == 0 ? Some.Decision(Some.Repeat()) : Some.Decision(Some.Frustrated(.95));
                var started = incident is not null && random.Next(2) == 0 ? new IncidentStart(incident.Key!, at, []) : null;
                var message = Some.Message(at: at, ticket: ticket);
                return book => book.OnDecision(message, id, SomeFacts.Of(incident: incident, at: at), decision, started);
        }

        Func<EpisodeBook, EpisodeChange?> OnEvent(EventKind kind) => book => book.OnEvent(Some.Event(kind, at, ticket), id, new CustomerId("c1"));

        Func<EpisodeBook, EpisodeChange?> OnLabel(LabelKind kind, string? undoes)
        {
            var label = new Label { Id = $"l{hour}", At = at, TicketId = id, Kind = kind, Undoes = undoes, Actor = new Actor("a1", ActorKind.Human), Origin = LabelOrigin.Agent };
            labels.Add(label.Id);
            return book => book.OnLabel(label, id);
        }
    }

    private static string Shown(EpisodeChange? change) => change is null ? "nothing"
        : $"{change.Kind} {change.Episode with { Triggers = [], Signals = [] }} {string.Join(' ', change.Episode.Triggers)} {string.Join(' ', change.Tickets)}";
}
