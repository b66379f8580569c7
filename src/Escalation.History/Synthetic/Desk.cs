using Escalation.Core.Tickets;
using Escalation.History.Synthetic.Texts;
using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>What every part of the simulation shares: numbers for ids, the queue, texts, agents and the random stream.</summary>
internal sealed class Desk(SyntheticRandom random, RecordQueue queue, Workforce workforce, WorkQueue? work = null)
{
    private readonly TextBank[] banks = [.. TextBank.Languages.SelectMany(l => new[] { TextBank.Load(l, "train"), TextBank.Load(l, "test") })];
    private long messages, events, labels, tickets, episodes;

    public static readonly Actor Robot = new("triage-robot", ActorKind.Robot);

    public SyntheticRandom Random => random;

    public RecordQueue Queue => queue;

    public Workforce Workforce => workforce;

    /// <summary>Who is busy when; null where response times are drawn.</summary>
    public WorkQueue? Work => work;

    public MessageComposer Composer { get; } = new(random);

    /// <summary>The wordings for a customer.</summary>
    public TextBank BankOf(SyntheticCustomer customer) => banks[Array.IndexOf(TextBank.Languages, customer.Language) * 2 + (customer.IsTest ? 1 : 0)];

    public string NextMessageId() => Numbered("M-", ++messages);

    public string NextLabelId() => Numbered("L-", ++labels);

    public TicketId NextTicketId() => new(Numbered("T-", ++tickets));

    public EpisodeId NextEpisodeId() => new(Numbered("EP-", ++episodes));

    /// <summary>A moment in the future, drawn in minutes.</summary>
    public Duration Minutes(ReadOnlySpan<double> quantiles) => Duration.FromMilliseconds((long)(random.Quantile(quantiles) * 60_000));

    /// <summary>When the team gets to something that could be done at the instant: in office hours, and after the backlog where it had to wait for them.</summary>
    public Instant WorkTime(string team, Instant instant)
    {
        var open = workforce.NextOpen(team, instant);
        return open == instant ? instant : workforce.NextOpen(team, open + Minutes([1, 20, 60, 140, 330]));
    }

    /// <summary>When somebody of the team answers the ticket, in its place in the queue.</summary>
    public Instant Booked(TicketDraft ticket, Instant ready)
    {
        if (ticket.Booking is { } known && (known.Agent.Team != ticket.Team || known.Begin < ready)) Release(ticket);
        ticket.Booking ??= work!.Book(ticket.Team, ready, Minutes([5, 9, 12, 16, 30]));
        return ticket.Booking.End;
    }

    /// <summary>The ticket leaves the queue.</summary>
    public void Release(TicketDraft ticket)
    {
        if (ticket.Booking is { } booking) work!.End(booking, booking.Begin);
        ticket.Booking = null;
    }

    /// <summary>An event with its id; never before the ticket is known.</summary>
    public TicketEvent Event(TicketDraft ticket, Instant at, EventKind kind, Actor actor)
    {
        if (at < ticket.VisibleFrom) at = ticket.VisibleFrom;
        if (at > ticket.Last) ticket.Last = at;
        return new TicketEvent { Id = Numbered("E-", ++events), TicketId = ticket.Id, At = at, Kind = kind, Actor = actor };
    }

    /// <summary>Moves the ticket to a team, unless it is there.</summary>
    public void Move(TicketDraft ticket, Instant at, string team, Actor by)
    {
        if (ticket.Team == team) return;
        ticket.Team = team;
        queue.Add(Event(ticket, at, EventKind.TeamChanged, by) with { Team = team });
    }

    private static string Numbered(string prefix, long number) => string.Create(prefix.Length + 8, (prefix, number), static (text, state) =>
    {
        state.prefix.CopyTo(text);
        var value = state.number;
        for (var i = text.Length - 1; i >= state.prefix.Length; i--, value /= 10) text[i] = (char)('0' + value % 10);
    });
}
