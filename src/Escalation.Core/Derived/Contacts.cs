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
    [ThreadStatic] private static Contacts? scratch;

    private readonly Dictionary<(TicketId, Channel), int> openRuns = [];
    private readonly Dictionary<TicketId, TicketTurn> turns = [];
    private readonly List<Run> runs = [];

    /// <summary>Counts contacts as of a message, this one included.</summary>
    public static ContactFacts Count(ObservedFacts observed, Configuration configuration)
    {
        var counter = scratch ??= new Contacts();
        counter.openRuns.Clear();
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
            if (seen.Message is { } message) Take(message, ticket, configuration);
            else Take(seen.Event!, ticket);
        }
        var current = observed.Message.Message;
        var own = Take(observed.Message, observed.Ticket.Id, configuration);
        return Summarise(current, observed.Ticket.Id, observed.Message.TextFacts(configuration.Analyzer).Context, own);
    }

    private ContactFacts Summarise(Message current, TicketId ticket, ContextFacts context, int own)
    {
        var (product, issue) = (Known(context.ProductFound.Value), Recognised(context));
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
        return new ContactFacts(day, week, month, same, System.Numerics.BitOperations.PopCount((uint)channels));
    }

    /// <summary>Index of the run that a customer message belongs to; -1 for messages of others.</summary>
    private int Take(ObservedMessage observed, TicketId ticket, Configuration configuration)
    {
        var message = observed.Message;
        ref var turn = ref CollectionsMarshal.GetValueRefOrAddDefault(turns, ticket, out _);
        if (message.Author != Author.Customer)
        {
            if (message.Author != Author.Agent || !message.Public) return -1;
            turn = new TicketTurn(turn.Replies + 1, message.Text.Contains('?', StringComparison.Ordinal), false);
            return -1;
        }
        var context = observed.TextFacts(configuration.Analyzer).Context;
        var gap = configuration.Policy.ContactGapMinutes;
        var isAnswer = turn.AwaitsAnswer || turn.WaitsForCustomer;
        ref var open = ref CollectionsMarshal.GetValueRefOrAddDefault(openRuns, (ticket, message.Channel), out var exists);
        if (exists && runs[open].Replies == turn.Replies && !(turn.WaitsForCustomer)
            && message.At - runs[open].Last <= Duration.FromMinutes(message.Channel == Channel.Chat ? gap.Chat : gap.Other))
        {
            ref var run = ref CollectionsMarshal.AsSpan(runs)[open];
            run.Last = message.At;
            run.Product ??= Known(context.ProductFound.Value);
            run.Issue ??= Recognised(context);
        }
        else
        {
            open = runs.Count;
            runs.Add(new Run
            {
                Ticket = ticket,
                Channel = message.Channel,
                Start = message.At,
                Last = message.At,
                Replies = turn.Replies,
                IsAnswer = isAnswer,
                Product = Known(context.ProductFound.Value),
                Issue = Recognised(context),
            });
        }
        turn = new TicketTurn(turn.Replies, false, false);
        return open;
    }

    private void Take(TicketEvent happened, TicketId ticket)
    {
        if (happened.Kind is not (EventKind.WaitingCustomer or EventKind.WaitingAgent or EventKind.Reopened or EventKind.Resolved or EventKind.Closed)) return;
        ref var turn = ref CollectionsMarshal.GetValueRefOrAddDefault(turns, ticket, out _);
        turn = turn with { WaitsForCustomer = happened.Kind == EventKind.WaitingCustomer };
    }

    private static string? Known(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private static IssueType? Recognised(ContextFacts context) => context.IssueTypeKnown ? context.IssueTypeFound.Value : null;

    private readonly record struct TicketTurn(int Replies, bool AwaitsAnswer, bool WaitsForCustomer);

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
