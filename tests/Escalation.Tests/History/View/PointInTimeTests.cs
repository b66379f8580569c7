using CsCheck;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.History.View;
using NodaTime;

namespace Escalation.Tests.History.View;

/// <summary>The view against a plain reading of CONTRACTS.md: filter all of history by the two times, then count.</summary>
public sealed class PointInTimeTests
{
    private static readonly Gen<HistoryRecord[]> Histories = Gen.Select(Gen.Int[0, 99], Gen.Int[0, 45 * 1440], Gen.Int[0, 5 * 1440], Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[0, 9], Make)
        .Array[2, 40].Select(Number);

    [Fact]
    public void What_a_decision_sees_is_what_both_times_allow() => Histories.Sample(records =>
    {
        var view = new HistoryView();
        for (var i = 0; i < records.Length; i++)
        {
            if (records[i] is Message { Author: Author.Customer } message) Assert.Equal(Expected(records, i), Seen(view.Observe(new ObservedMessage(message))));
            view.Add(records[i]);
        }
    }, iter: 3000);

    [Fact]
    public void A_view_that_lets_texts_go_shows_the_same() => Histories.Sample(records =>
    {
        var (kept, slim) = (new HistoryView(), new HistoryView(ViewRetention.WithoutTexts));
        foreach (var record in WithRevisions(records))
        {
            if (record is not Message message)
            {
                kept.Add(record);
                slim.Add(record);
                continue;
            }
            var observed = new ObservedMessage(message);
            observed.TextFacts(SomeRules.Configuration.Analyzer);
            if (message.Author == Author.Customer) Assert.Equal(Entries(kept.Observe(observed)), Entries(slim.Observe(observed)));
            kept.Add(observed);
            slim.Add(observed);
        }
    }, iter: 1000);

    /// <summary>The same with edited messages, and with some of customers whom nobody named.</summary>
    private static IEnumerable<HistoryRecord> WithRevisions(HistoryRecord[] records)
    {
        var latest = new Dictionary<TicketId, Message>();
        for (var i = 0; i < records.Length; i++)
        {
            if (records[i] is not Message message)
            {
                yield return records[i];
                continue;
            }
            if (i % 3 == 1) message = message with { CustomerId = CustomerId.Unknown };
            if (i % 4 == 0 && latest.TryGetValue(message.TicketId, out var edited))
                message = message with { ExternalId = edited.ExternalId, CustomerId = edited.CustomerId, Author = edited.Author, Revision = edited.Revision + 1, Text = "Edited: why?" };
            yield return latest[message.TicketId] = message;
        }
    }

    private static List<string> Entries(ObservedFacts facts) => [.. facts.Recent.Select(o => string.Join(' ',
        o.At, o.Received, o.TicketId, o.IsMessage ? string.Join(' ', o.Author, o.Channel, o.IsPublic, o.Asks, o.Revision, o.EarlierFacts(SomeRules.Configuration.Analyzer)) : o.EventKind.ToString()))];

    [Fact]
    public void Cutting_the_future_off_changes_no_past_decision() => Gen.Select(Histories, Gen.Int[0, 39]).Sample((records, cut) =>
    {
        cut = Math.Min(cut, records.Length - 1);
        Assert.Equal(FromDisk(records).Take(CountMessages(records[..cut])), FromDisk(records[..cut]));
    }, iter: 60);

    [Fact]
    public void Delivery_in_live_order_equals_replay_of_shuffled_files() => Gen.Select(Histories, Gen.Int[1, 1_000_000]).Sample((records, seed) =>
    {
        var live = new HistoryView();
        var seen = new List<string>();
        foreach (var record in records)
        {
            if (record is Message { Author: Author.Customer } message) seen.Add(Seen(live.Observe(new ObservedMessage(message))));
            live.Add(record);
        }
        var shuffled = records.ToArray();
        new Random(seed).Shuffle(shuffled);
        Assert.Equal(seen, FromDisk(shuffled));
    }, iter: 60);

    private static List<string> FromDisk(HistoryRecord[] records)
    {
        using var folder = new ScratchFolder();
        var file = folder.Write("history.jsonl", [.. records.Select(Lines.Of)]);
        var view = new HistoryView();
        var seen = new List<string>();
        foreach (var record in HistorySource.Open([file], new HistoryReadOptions { Workers = 1 }, out _)!.Read())
        {
            if (record is Message { Author: Author.Customer } message) seen.Add(Seen(view.Observe(new ObservedMessage(message))));
            view.Add(record);
        }
        return seen;
    }

    private static int CountMessages(HistoryRecord[] records) => records.Count(r => r is Message { Author: Author.Customer });

    private static string Seen(ObservedFacts facts) => string.Join(' ',
        facts.Ticket.Id, facts.Ticket.CreatedAt, facts.Ticket.Status, facts.Ticket.MessageCount, facts.Ticket.ReopenCount, facts.Ticket.OwnerHops, facts.Ticket.WaitingSince,
        facts.Customer.LifetimeValue, facts.Customer.OpenTickets, "|", string.Join(',', facts.Recent.Select(o => o.Record!.Id)));

    private static string Expected(HistoryRecord[] records, int index)
    {
        var message = (Message)records[index];
        var all = records[..index].Where(r => r.At <= message.At).ToList();
        var byAt = all.OrderBy(r => r.At).ToList();        // stable: equal times stay in the total order
        var owners = new Dictionary<string, CustomerId>();
        foreach (var m in records[..index].OfType<Message>())
            if (m.CustomerId.IsKnown) owners.TryAdd(m.TicketId.Value, m.CustomerId);
        var ticket = byAt.Where(r => TicketOf(r) == message.TicketId.Value).ToList();
        var customer = byAt.OfType<CustomerVersion>().LastOrDefault(v => v.CustomerId == message.CustomerId);
        var open = owners.Where(o => o.Value == message.CustomerId && o.Key != message.TicketId.Value)
            .Count(o => byAt.Where(r => TicketOf(r) == o.Key).ToList() is var its && its.Count > 0 && !Ended(its));
        var recent = byAt.Where(r => r.At > message.At - Duration.FromDays(30) && r is Message or TicketEvent).Where(r => r.At > message.At - Duration.FromDays(30)
            && (r is Message m ? m.CustomerId == message.CustomerId : owners.TryGetValue(TicketOf(r)!, out var owner) && owner == message.CustomerId));
        var created = ticket.OfType<TicketEvent>().FirstOrDefault(e => e.Kind == EventKind.Created)?.At ?? ticket.OfType<Message>().FirstOrDefault()?.At ?? message.At;
        return string.Join(' ',
            message.TicketId, created, Status(ticket), ticket.OfType<Message>().Count() + 1, ticket.Count(r => r is TicketEvent { Kind: EventKind.Reopened }), Hops(ticket), Waiting(ticket),
            customer?.LifetimeValue, open + 1, "|", string.Join(',', recent.Select(r => r.Id)));
    }

    private static string? TicketOf(HistoryRecord record) => record switch { Message m => m.TicketId.Value, TicketEvent e => e.TicketId.Value, _ => null };

    private static bool Ended(List<HistoryRecord> ticket) =>
        ticket.LastOrDefault(r => r is TicketEvent { Kind: EventKind.Resolved or EventKind.Closed or EventKind.Reopened }) is TicketEvent { Kind: not EventKind.Reopened };

    private static string? Status(List<HistoryRecord> ticket) =>
        (ticket.LastOrDefault(r => r is TicketEvent { Kind: EventKind.Resolved or EventKind.Closed or EventKind.Reopened }) as TicketEvent)?.Kind switch
        {
            EventKind.Resolved => "resolved",
            EventKind.Closed => "closed",
            EventKind.Reopened => "open",
            _ => null,
        };

    private static int Hops(List<HistoryRecord> ticket)
    {
        string? team = null;
        var hops = 0;
        foreach (var move in ticket.OfType<TicketEvent>().Where(e => e.Kind == EventKind.TeamChanged))
        {
            if (move.Team != team) hops++;
            team = move.Team;
        }
        return hops;
    }

    private static Instant? Waiting(List<HistoryRecord> ticket)
    {
        var answered = ticket.FindLastIndex(r => r is Message { Author: Author.Agent });
        return ticket.Skip(answered + 1).OfType<Message>().FirstOrDefault(m => m.Author == Author.Customer)?.At;
    }

    private static HistoryRecord Make(int what, int minutes, int late, int ticket, int customer, int team)
    {
        var at = Some.Noon + Duration.FromMinutes(minutes / 7 * 7);
        Instant? received = late % 3 == 0 ? at + Duration.FromMinutes(late) : null;
        EventKind[] kinds = [EventKind.Created, EventKind.TeamChanged, EventKind.Resolved, EventKind.Reopened, EventKind.Closed];
        return what switch
        {
            < 60 => Some.Message(id: "x", at: at, ticket: "t" + ticket, customer: "c" + ticket % 2, author: what < 45 ? Author.Customer : Author.Agent, receivedAt: received),
            < 92 => Some.Event(kinds[what % kinds.Length], at, "t" + ticket) with { ReceivedAt = received, Team = what % kinds.Length == 1 ? "team" + team % 3 : null },
            _ => new CustomerVersion { Id = "c", CustomerId = new CustomerId("c" + customer), At = at, ReceivedAt = received, LifetimeValue = team },
        };
    }

    /// <summary>Gives each record its own id and puts them into the order in which they arrive.</summary>
    private static HistoryRecord[] Number(HistoryRecord[] records)
    {
        for (var i = 0; i < records.Length; i++)
            records[i] = records[i] switch
            {
                Message m => m with { Id = $"m{i:00}", ExternalId = $"m{i:00}" },
                CustomerVersion v => v with { Id = v.CustomerId.Value },
                var other => other with { Id = $"e{i:00}" },
            };
        Array.Sort(records, HistoryOrder.Instance);
        return records;
    }
}
