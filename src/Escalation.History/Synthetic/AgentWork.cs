using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>What agents and the triage robot do on a ticket: events, public replies, internal notes.</summary>
internal sealed class AgentWork(Desk desk)
{
    private static readonly string[] FirstLine = ["general", "technical", "billing", "accounts", "logistics"];
    private readonly SyntheticRandom random = desk.Random;

    /// <summary>The first message made the ticket.</summary>
    public void Created(TicketDraft ticket, Instant at, SyntheticCustomer customer) =>
        desk.Queue.Add(desk.Event(ticket, at, EventKind.Created, new Actor(customer.Id.Value, ActorKind.Customer)) with
        {
            At = at,
            ReceivedAt = ticket.VisibleFrom == at ? null : ticket.VisibleFrom,
            Status = "new",
            Priority = "normal",
        });

    /// <summary>The first-line team that the robot will assign: the wrong one in about one case of five.</summary>
    public string FirstTeam(Topic topic) => random.Chance(.77) ? topic.Team : FirstLine[random.Below(FirstLine.Length)];

    /// <summary>The robot acknowledges and assigns.</summary>
    public void Triage(TicketDraft ticket, Instant seen, CustomerVoice voice)
    {
        var at = seen + Duration.FromSeconds(random.Between(2, 40));
        desk.Queue.Add(desk.Event(ticket, at, EventKind.Assigned, Desk.Robot) with { Team = ticket.FirstTeam });
        if (ticket.Channel is Channel.Email or Channel.Web && random.Chance(.35)) Message(ticket, at + Duration.FromSeconds(1), voice.AgentText("agent.ack"), null, true);
    }

    /// <summary>An agent opens the ticket: claims it, moves it where it belongs, escalates by hand what needs it, leaves a note.</summary>
    /// <returns>The agent who goes on with it.</returns>
    /// <remarks>Where there is a queue, what is moved waits in that of the next team, and the time is then when that one answers.</remarks>
    public Agent TakeUp(TicketDraft ticket, ref Instant at, Topic topic, CustomerVoice voice, Reviewers reviewers)
    {
        var booking = ticket.Booking;
        var agent = booking?.Agent ?? desk.Workforce.OnDuty(ticket.Team, at, random);
        var begin = at - Duration.FromSeconds(random.Between(40, 100));
        if (booking is not null) begin = Instant.Min(at, booking.Begin + WorkQueue.Look);
        if (begin <= ticket.Last) begin = at;
        if (ticket.Episode is null && random.Chance(voice.IsNeeded ? voice.Tone >= 2 ? .5 : .35 : voice.Tone >= 3 ? .04 : .002))
            reviewers.Missed(ticket, voice.LastMessage, begin, agent, voice.Tone, voice.IsNeeded);
        else if (random.Chance(HandsOver(ticket, voice)))
            desk.Move(ticket, begin, voice.RightTeam, agent.Actor);
        if (booking is null) agent = desk.Workforce.OnDuty(ticket.Team, desk.Workforce.NextOpen(ticket.Team, at), random);
        else
        {
            if (ticket.Team != agent.Team)
            {
                desk.Work!.End(booking, begin);
                ticket.Booking = null;
                at = desk.Booked(ticket, begin + Duration.FromSeconds(2));
                (booking, agent) = (ticket.Booking!, ticket.Booking!.Agent);
                begin = booking.Begin;
            }
            ticket.Worked = (ticket.Worked ?? 0) + (booking.End - booking.Begin).TotalMinutes;
            ticket.Booking = null;
        }
        if (!ticket.IsAssigned)
        {
            ticket.IsAssigned = true;
            desk.Queue.Add(desk.Event(ticket, begin + Duration.FromSeconds(5), EventKind.Assigned, agent.Actor) with { Team = ticket.Team, Assignee = agent.Id });
            if (random.Chance(.5)) desk.Queue.Add(desk.Event(ticket, begin + Duration.FromSeconds(6), EventKind.StatusChanged, agent.Actor) with { Status = "open" });
            if (random.Chance(.2)) desk.Queue.Add(desk.Event(ticket, begin + Duration.FromSeconds(7), EventKind.TagsChanged, agent.Actor) with { Tags = [topic.IssueType, random.Chance(.5) ? "check" : "known"] });
        }
        if (random.Chance(.18)) Message(ticket, begin + Duration.FromSeconds(10), voice.AgentText("agent.note"), agent, false);
        if (random.Chance(.004)) reviewers.Suggest(ticket, at, agent);
        return agent;
    }

    // Senior people mostly finish what has come to them; the first line passes on what is not its own, and what is needed without a word about it.
    private static double HandsOver(TicketDraft ticket, CustomerVoice voice) =>
        voice.IsNeeded ? .6 : Catalogue.IsSenior(ticket.Team) ? .15 : voice.IsPersistent ? .5 : .7;

    /// <summary>A public reply.</summary>
    public void Say(TicketDraft ticket, Instant at, CustomerVoice voice, Agent agent, string section)
    {
        var text = voice.AgentText(section);
        Message(ticket, at, text, agent, true);
        ticket.LastAgentText = text;
    }

    /// <summary>A question; the ticket waits for the customer.</summary>
    public void Ask(TicketDraft ticket, Instant at, CustomerVoice voice, Agent agent)
    {
        Say(ticket, at, voice, agent, "agent.ask");
        ticket.WaitsForCustomer = true;
        desk.Queue.Add(desk.Event(ticket, at + Duration.FromMilliseconds(50), EventKind.WaitingCustomer, agent.Actor));
    }

    /// <summary>The customer has answered.</summary>
    public void Answered(TicketDraft ticket, Instant seen, SyntheticCustomer customer)
    {
        ticket.WaitsForCustomer = false;
        desk.Queue.Add(desk.Event(ticket, seen + Duration.FromMilliseconds(50), EventKind.WaitingAgent, new Actor(customer.Id.Value, ActorKind.Customer)));
    }

    /// <summary>The fix and its reply.</summary>
    public void Resolve(TicketDraft ticket, Instant at, CustomerVoice voice, string section, Agent? agent = null)
    {
        if (at <= ticket.Last) at = ticket.Last + Duration.FromSeconds(1);
        var open = (at - ticket.VisibleFrom).TotalMinutes;
        if (ticket.Booking is { } booking)
        {
            ticket.Worked = (ticket.Worked ?? 0) + (booking.End - booking.Begin).TotalMinutes;
            (agent, ticket.Booking) = (booking.Agent, null);
        }
        agent ??= desk.Workforce.OnDuty(ticket.Team, desk.Workforce.NextOpen(ticket.Team, at), random);
        Say(ticket, at, voice, agent, section);
        desk.Queue.Add(desk.Event(ticket, at + Duration.FromSeconds(20), EventKind.Resolved, agent.Actor) with
        {
            Team = agent.Team,
            Minutes = Math.Round(ticket.Worked ?? Math.Min(open, random.Quantile([1, 4, 9, 20, 90])), 1, MidpointRounding.ToEven),
            Public = true,
        });
        if (ticket.Worked is not null) ticket.Worked = 0;
        (ticket.IsResolved, ticket.NeededFrom) = (true, null);
    }

    /// <summary>It is back.</summary>
    public void Reopen(TicketDraft ticket, Instant seen, SyntheticCustomer customer)
    {
        ticket.IsResolved = false;
        desk.Queue.Add(desk.Event(ticket, seen + Duration.FromMilliseconds(60), EventKind.Reopened, new Actor(customer.Id.Value, ActorKind.Customer)));
    }

    /// <summary>A robot closes what has been quiet for days.</summary>
    public void Close(TicketDraft ticket)
    {
        if (ticket.IsResolved && random.Chance(.8))
            desk.Queue.Add(desk.Event(ticket, ticket.Last + desk.Minutes([4300, 7200, 10_000]), EventKind.Closed, Desk.Robot));
    }

    /// <summary>Two tickets about one issue become one.</summary>
    public void Merge(TicketDraft gone, TicketDraft stays, Instant at, Agent agent)
    {
        desk.Queue.Add(desk.Event(gone, at, EventKind.Merged, agent.Actor) with { ToTicket = stays.Id });
        gone.IsMerged = true;
        desk.Release(gone);
    }

    private void Message(TicketDraft ticket, Instant at, string text, Agent? agent, bool isPublic)
    {
        var id = desk.NextMessageId();
        if (at > ticket.Last) ticket.Last = at;
        desk.Queue.Add(new Message
        {
            Id = id,
            Source = SourceNames.Of(ticket.Channel),
            ExternalId = SourceNames.ExternalId(ticket.Channel, id),
            TicketId = ticket.Id,
            CustomerId = ticket.Customer,
            Channel = ticket.Channel,
            At = at,
            Author = agent is null ? Author.System : Author.Agent,
            AgentId = agent?.Id,
            Team = agent?.Team,
            Public = isPublic,
            Text = text,
            ThreadId = ticket.Thread,
        });
    }
}
