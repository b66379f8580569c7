using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Escalation.Core.Decisions;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Derived;

/// <summary>Contacts (not messages) of a customer: runs of customer messages on one ticket and channel.</summary>
/// <remarks>
/// A run is ended by a public agent reply or a gap of policy.json. A run that begins with an answer to an agent's question is no contact.
/// Windows end at the message's own time; their left end is open. Source: "Contact" and "Same issue" in CONTRACTS.md.
/// </remarks>
internal sealed class Contacts
{
    private static readonly ContactFacts FirstContact = new(1, 1, 1, 1, 1);      // most messages are one

    [ThreadStatic] private static Contacts? scratch;

    private readonly Dictionary<TicketId, int> places = [];
    private readonly List<TicketTurn> turns = [];
    private readonly List<Run> runs = [];
    private int latest;

    /// <summary>Counts contacts as of a message, this one included.</summary>
    public static ContactFacts Count(ObservedFacts observed, Configuration configuration)
    {
        var counter = scratch ??= new Contacts();
        counter.places.Clear();
        counter.turns.Clear();
        counter.runs.Clear();
        return counter.CountOf(observed, configuration);
    }

    private ContactFacts CountOf(ObservedFacts observed, Configuration configuration)
    {
        var recent = observed.Recent;
        for (var i = 0; i < recent.Count; i++)
        {
            var seen = recent[i];
            var ticket = observed.Canonical(seen.TicketId);
            if (seen.IsMessage) Take(seen, ticket, configuration);
            else TakeEvent(seen.EventKind, ticket);
        }
        var current = observed.Message.Message;
        var own = Take(new Observation(observed.Message), observed.Ticket.Id, configuration);
        return Summarise(current, observed.Ticket.Id, observed.Message.EarlierFacts(configuration.Analyzer), own);
    }

    private ContactFacts Summarise(Message current, TicketId ticket, in EarlierFacts facts, int own)
    {
        var (product, issue) = (facts.Product, facts.Issue);
        if (own >= 0) (product, issue) = (product ?? runs[own].Product, issue ?? runs[own].Issue);
        int day = 0, week = 0, month = 0, same = 0, channels = 0;
        foreach (ref readonly var run in CollectionsMarshal.AsSpan(runs))
        {
            if (run.IsAnswer || run.Start > current.At) continue;
            var age = current.At - run.Start;
            if (age >= Duration.FromDays(30)) continue;
            month++;
            if (age >= Duration.FromDays(7)) continue;
            week++;
            channels |= 1 << (int)run.Channel;
            if (age < Duration.FromDays(1)) day++;
            if (run.Ticket == ticket || (product is not null && issue is not null && issue == run.Issue && string.Equals(product, run.Product, StringComparison.Ordinal))) same++;
        }
        var differentChannels = System.Numerics.BitOperations.PopCount((uint)channels);
        return (day, week, month, same, differentChannels) == (1, 1, 1, 1, 1) ? FirstContact : new ContactFacts(day, week, month, same, differentChannels);
    }

    /// <summary>Index of the run that a customer message belongs to; -1 for messages of others.</summary>
    private int Take(in Observation message, TicketId ticket, Configuration configuration)
    {
        ref var turn = ref TurnOf(ticket);
        if (message.Author != Author.Customer)
        {
            if (message.Author != Author.Agent || !message.IsPublic) return -1;
            turn.Replies++;
            (turn.AwaitsAnswer, turn.WaitsForCustomer) = (message.Asks, false);
            return -1;
        }
        var facts = message.EarlierFacts(configuration.Analyzer);
        var gap = configuration.Policy.ContactGapMinutes;
        var isAnswer = turn.AwaitsAnswer || turn.WaitsForCustomer;
        ref var open = ref turn.OpenRuns[(int)message.Channel];       // 1 + the run's place; 0 = none
        if (open > 0 && runs[open - 1].Replies == turn.Replies && !turn.WaitsForCustomer
            && message.At - runs[open - 1].Last <= Duration.FromMinutes(message.Channel == Channel.Chat ? gap.Chat : gap.Other))
        {
            ref var run = ref CollectionsMarshal.AsSpan(runs)[open - 1];
            run.Last = message.At;
            run.Product ??= facts.Product;
            run.Issue ??= facts.Issue;
        }
        else
        {
            open = runs.Count + 1;
            runs.Add(new Run
            {
                Ticket = ticket,
                Channel = message.Channel,
                Start = message.At,
                Last = message.At,
                Replies = turn.Replies,
                IsAnswer = isAnswer,
                Product = facts.Product,
                Issue = facts.Issue,
            });
        }
        (turn.AwaitsAnswer, turn.WaitsForCustomer) = (false, false);
        return open - 1;
    }

    private void TakeEvent(EventKind kind, TicketId ticket)
    {
        if (kind is not (EventKind.WaitingCustomer or EventKind.WaitingAgent or EventKind.Reopened or EventKind.Resolved or EventKind.Closed)) return;
        TurnOf(ticket).WaitsForCustomer = kind == EventKind.WaitingCustomer;
    }

    /// <remarks>What happens comes mostly in runs on one ticket, so the latest is tried before it is looked up.</remarks>
    private ref TicketTurn TurnOf(TicketId ticket)
    {
        if (turns.Count == 0 || turns[latest].Ticket != ticket)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, ticket, out var exists);
            if (!exists)
            {
                place = turns.Count;
                turns.Add(new TicketTurn { Ticket = ticket });
            }
            latest = place;
        }
        return ref CollectionsMarshal.AsSpan(turns)[latest];
    }

    private struct TicketTurn
    {
        public TicketId Ticket;
        public int Replies;
        public bool AwaitsAnswer;
        public bool WaitsForCustomer;
        public RunOfChannel OpenRuns;
    }

    [InlineArray((int)Channel.Other + 1)]
    private struct RunOfChannel
    {
        private int first;
    }

    private struct Run
    {
        public TicketId Ticket;
        public Channel Channel;
        public Instant Start;
        public Instant Last;
        public int Replies;
        public bool IsAnswer;
        public string? Product;
        public IssueType? Issue;
    }
}
