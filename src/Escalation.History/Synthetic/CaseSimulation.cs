using Escalation.Core.Tickets;
using Escalation.History.Synthetic.Texts;
using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>One issue of one customer from the first message to the end, over one or several tickets.</summary>
/// <remarks>Writes the whole case at once into the queue, which hands it out at its times; nothing of it is kept afterwards.</remarks>
internal sealed class CaseSimulation(Desk desk, Customers customers)
{
    private static readonly double[] ChatPatience = [6, 15, 40, 120, 500], Patience = [200, 700, 1500, 3000, 6000];
    private static readonly double[] ChatReply = [.5, 2, 5, 12, 60], Reply = [10, 60, 200, 600, 2400];
    private readonly SyntheticRandom random = desk.Random;
    private readonly CustomerVoice voice = new(desk, new Reviewers(desk));
    private readonly AgentWork agents = new(desk);
    private readonly Reviewers reviewers = new(desk);
    private readonly List<TicketDraft> tickets = [];
    private SyntheticCustomer customer = null!;
    private CaseArc arc;
    private Topic topic = null!;
    private int contacts;

    /// <summary>Writes one case.</summary>
    public void Run(in CaseStart start)
    {
        desk.Work?.Begin(start.At);
        Begin(start);
        var ticket = Open(customer.Channels[random.Chance(.75) ? 0 : random.Below(customer.Channels.Length)], start.At);
        if (arc.Kind == ArcKind.Praise) Praise(ticket, start.At);
        else Live(ticket, start.At);
        var last = start.At;
        foreach (var each in tickets)
        {
            if (!each.IsMerged) reviewers.Audit(each);
            if (each.Last > last) last = each.Last;
        }
        customer.BusyUntil = last;
    }

    private void Begin(in CaseStart start)
    {
        customer = customers.Draw(random);
        for (var tries = 0; tries < 6 && customer.BusyUntil > start.At; tries++) customer = customers.Draw(random);
        var product = start.Product ?? Catalogue.Products[random.Weighted(ProductWeights)];
        topic = start.Topic ?? Catalogue.Topics[random.Weighted(product.IsDevice ? DeviceWeights : ServiceWeights)];
        arc = CaseArc.Draw(start, topic, customer, random);
        voice.Begin(customer, product, topic);
        (voice.Tone, voice.Need, voice.HiddenNeed, voice.IsOutage, voice.IsPersistent) = (arc.Tone, arc.Need, arc.HiddenNeed, start.Occasion == Occasion.Outage, false);
        tickets.Clear();
        contacts = 0;
    }

    private void Praise(TicketDraft ticket, Instant at)
    {
        var seen = voice.Write(ticket, at, Act.ThanksForPast);
        agents.Created(ticket, at, customer);
        agents.Triage(ticket, seen, voice);
        agents.Resolve(ticket, NextTurn(ticket, seen), voice, "agent.ack");
        agents.Close(ticket);
    }

    private void Live(TicketDraft ticket, Instant at)
    {
        var seen = Say(ticket, at, Act.Opener);
        var chasers = 0;
        for (var turn = 0; turn < 9; turn++)
        {
            var patience = at + desk.Minutes(ticket.Channel == Channel.Chat ? ChatPatience : Patience);
            var reply = NextTurn(ticket, seen);
            if (reply > patience && patience > seen && chasers < 4 && !ticket.WaitsForCustomer)
            {
                chasers++;
                (ticket, at) = (Chases(ticket), patience);
                seen = Say(ticket, at, contacts == 0 ? Act.Opener : Grow() ? Act.Worsening : Act.Chaser);
                continue;
            }
            var worker = agents.TakeUp(ticket, ref reply, topic, voice, reviewers);
            Merge(ticket, reply, worker);
            switch (turn + chasers < 2 ? random.Weighted([28, 34, 38]) : random.Weighted([12, 18, 70]))
            {
                case 0:
                    agents.Ask(ticket, reply, voice, worker);
                    at = reply + desk.Minutes(ticket.Channel == Channel.Chat ? [1, 3, 8, 30] : [20, 200, 900, 3500]);
                    if (random.Chance(.05)) voice.Write(ticket, reply + Duration.FromSeconds(20), Act.AutoReply);
                    seen = voice.Write(ticket, at, Act.Answer, Catalogue.Level(voice.Need) >= 2 && random.Chance(.75));
                    agents.Answered(ticket, seen, customer);
                    break;
                case 1:
                    agents.Say(ticket, reply, voice, worker, "agent.reply");
                    if (!random.Chance(arc.Kind is ArcKind.Worsening or ArcKind.Repeats ? .85 : .3)) { at = seen = reply; break; }
                    at = reply + desk.Minutes(ticket.Channel == Channel.Chat ? [2, 10, 60, 600] : [100, 600, 2000, 5000]);
                    ticket = Chases(ticket);
                    seen = Say(ticket, at, contacts == 0 ? Act.Opener : Grow() ? Act.Worsening : Act.Chaser);
                    break;
                default:
                    agents.Resolve(ticket, reply, voice, "agent.fix", worker);
                    if (!Reopens(ticket, ref at, ref seen)) return;
                    break;
            }
        }
        agents.Resolve(ticket, NextTurn(ticket, seen), voice, "agent.fix");
        agents.Close(ticket);
    }

    // After the fix: thanks, silence, or it is back. Every other ticket of the case ends with this one.
    private bool Reopens(TicketDraft ticket, ref Instant at, ref Instant seen)
    {
        foreach (var other in tickets)
            if (other != ticket && other is { IsMerged: false, IsResolved: false })
                agents.Resolve(other, NextTurn(other, ticket.Last), voice, "agent.fix");
        var level = Catalogue.Level(voice.Need);
        if (random.Chance(arc.Kind is ArcKind.Worsening or ArcKind.Repeats ? .22 : .06))
        {
            at = ticket.Last + desk.Minutes([120, 900, 3000, 8000]);
            ticket.NeededFrom = null;
            voice.HiddenNeed = false;
            voice.Tone = Math.Min(4, voice.Tone + 1);
            voice.Need = level >= 2 && random.Chance(.6) ? voice.Need : random.Chance(.35) ? Need.Repeated : Need.Mild;
            seen = voice.Write(ticket, at, Act.Worsening, true, random.Chance(.5));
            agents.Reopen(ticket, seen, customer);
            return true;
        }
        voice.HiddenNeed = false;
        if (random.Chance(.38))
        {
            voice.Need = Need.None;
            voice.Write(ticket, ticket.Last + desk.Minutes([2, 30, 300, 1500]), random.Chance(level >= 2 || voice.Tone >= 3 ? .5 : .05) ? Act.ThanksForPast : Act.Thanks);
        }
        foreach (var each in tickets)
            if (!each.IsMerged) agents.Close(each);
        return false;
    }

    private Instant Say(TicketDraft ticket, Instant at, Act act)
    {
        voice.IsPersistent = ++contacts > 1;
        var third = contacts >= 3 && !voice.IsNeeded && random.Chance(tickets.Count > 1 ? .5 : .05);
        if (third) voice.HiddenNeed = true;                                      // a third contact about one open issue, often over several channels
        var first = ticket.VisibleFrom == default;
        var show = voice.Need != Need.None && random.Chance(act == Act.Opener ? .96 : Catalogue.Level(voice.Need) >= 2 ? .92 : .3);
        var seen = voice.Write(ticket, at, first ? Act.Opener : act, show, third || (contacts > 1 && (first || random.Chance(.3))));
        if (!first) return seen;
        agents.Created(ticket, at, customer);
        agents.Triage(ticket, seen, voice);
        return seen;
    }

    // Waiting makes people louder, and a worsening case comes to need somebody.
    private bool Grow()
    {
        if (random.Chance(arc.Kind switch { ArcKind.Worsening => .85, ArcKind.Repeats => .5, _ => .3 })) voice.Tone = Math.Min(4, voice.Tone + 1);
        if (arc.Kind != ArcKind.Worsening || Catalogue.Level(voice.Need) >= 2 || !random.Chance(.75)) return false;
        voice.Need = random.Chance(.12) ? Need.Repeated : arc.Grows;
        return true;
    }

    // Some do not wait where they wrote: they try another channel, and so another ticket.
    private TicketDraft Chases(TicketDraft ticket)
    {
        if (customer.Channels.Length < 2 || tickets.Count > 2 || !random.Chance(arc.Kind == ArcKind.Repeats ? .75 : .08)) return ticket;
        var other = customer.Channels[random.Below(customer.Channels.Length)];
        if (other == ticket.Channel) return ticket;
        desk.Release(ticket);
        return Open(other, ticket.Last);
    }

    private void Merge(TicketDraft ticket, Instant at, Agent worker)
    {
        if (tickets.Count < 2 || !random.Chance(.55)) return;
        foreach (var other in tickets)
            if (other != ticket && other is { IsMerged: false, IsResolved: false } && other.Last < at) agents.Merge(other, ticket, at, worker);
    }

    private TicketDraft Open(Channel channel, Instant at)
    {
        var team = agents.FirstTeam(topic);
        var ticket = new TicketDraft { Id = desk.NextTicketId(), Customer = customer.Id, Channel = channel, CreatedAt = at, FirstTeam = team, Team = team };
        if (channel == Channel.Email) ticket.Thread = $"<{ticket.Id.Value}@mail.example>";
        tickets.Add(ticket);
        return ticket;
    }

    private Instant NextTurn(TicketDraft ticket, Instant seen)
    {
        var after = seen > ticket.NotBefore ? seen : ticket.NotBefore;
        if (ticket.Last > after && desk.Work is null) after = ticket.Last;
        if (desk.Work is not null) return desk.Booked(ticket, after);
        var wait = desk.Minutes(ticket.Channel is Channel.Chat or Channel.Phone ? ChatReply : Reply);
        if (ticket.Episode is not null) wait /= 2;
        return desk.WorkTime(ticket.Team, after + wait);
    }

    private static readonly int[] ProductWeights = [.. Catalogue.Products.Select(p => p.Weight)];
    private static readonly int[] ServiceWeights = [.. Catalogue.Topics.Select(t => t.ServiceWeight)];
    private static readonly int[] DeviceWeights = [.. Catalogue.Topics.Select(t => t.DeviceWeight)];
}
