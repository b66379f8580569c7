using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Metrics;

/// <summary>A ticket was given to a team.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who did it.</param>
/// <param name="Team">An id of teams.json.</param>
public readonly record struct TeamStep(Instant At, ActorKind By, string Team);

/// <summary>What a <see cref="TrailStep"/> was.</summary>
public enum TrailStepKind : byte { Team, Reply, Contact, Resolved, Reopened }

/// <summary>A step of a <see cref="TicketTrail"/>.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What.</param>
/// <param name="By">Who did it.</param>
/// <param name="Team">The team, where there is one.</param>
public readonly record struct TrailStep(Instant At, TrailStepKind Kind, ActorKind By, string? Team);

/// <summary>What a trail needs of a message's text.</summary>
/// <param name="Asks">It asks something.</param>
/// <param name="IsShort">It is a closing word or less.</param>
public readonly record struct TextOutline(bool Asks, bool IsShort)
{
    /// <summary>Longest text, in words, that counts as a closing "thanks" rather than a contact.</summary>
    private const int ClosingWords = 5;

    /// <summary>The outline of a text.</summary>
    public static TextOutline Of(string text) => new(text.Contains('?', StringComparison.Ordinal), WordsOf(text) <= ClosingWords);

    private static int WordsOf(string text)
    {
        var words = 0;
        for (var i = 0; i < text.Length && words <= ClosingWords; i++)
            if (!char.IsWhiteSpace(text[i]) && (i == 0 || char.IsWhiteSpace(text[i - 1]))) words++;
        return words;
    }
}

/// <summary>What happened on a ticket, as far as outcomes need it: fed in the order of history, kept small.</summary>
/// <remarks>
/// May begin when the first episode of the ticket opens: nothing before that is needed but the team that holds it then. Not thread-safe.
/// </remarks>
public sealed class TicketTrail
{
    private readonly List<TrailStep> steps = [];

    /// <summary>An empty trail.</summary>
    public TicketTrail()
    {
    }

    /// <summary>A trail that begins while a team may have the ticket.</summary>
    public TicketTrail(TeamStep? holder)
    {
        if (holder is { } holds) steps.Add(new(holds.At, TrailStepKind.Team, holds.By, holds.Team));
    }

    /// <summary>A trail as it was left: <see cref="Steps"/> and <see cref="AgentAsked"/>.</summary>
    public TicketTrail(IEnumerable<TrailStep> steps, bool agentAsked) => (this.steps, AgentAsked) = ([.. steps], agentAsked);

    /// <summary>The steps so far, in the order of history.</summary>
    public IReadOnlyList<TrailStep> Steps => steps;

    /// <summary>Whether the customer's next message answers a question.</summary>
    public bool AgentAsked { get; private set; }

    /// <summary>Takes an event in.</summary>
    public void Add(TicketEvent happened)
    {
        var team = happened.Team ?? (happened.Kind is EventKind.Resolved or EventKind.Closed ? happened.Actor.Team : null);
        switch (happened.Kind)
        {
            case EventKind.Assigned or EventKind.TeamChanged when happened.Team is not null: steps.Add(new(happened.At, TrailStepKind.Team, happened.Actor.Kind, team)); break;
            case EventKind.Resolved or EventKind.Closed: steps.Add(new(happened.At, TrailStepKind.Resolved, happened.Actor.Kind, team)); break;
            case EventKind.Reopened: steps.Add(new(happened.At, TrailStepKind.Reopened, happened.Actor.Kind, null)); break;
            case EventKind.WaitingCustomer: AgentAsked = true; break;
        }
    }

    /// <summary>Takes a message in. An answer to an agent's question and a closing word of at most 5 words are no contact; a revision adds none.</summary>
    public void Add(Message message) => Add(message, TextOutline.Of(message.Text));

    /// <summary>Takes a message in of whose text only the outline is at hand.</summary>
    public void Add(Message message, TextOutline text)
    {
        if (!message.Public || message.Revision > 0) return;
        if (message.Author == Author.Agent)
        {
            steps.Add(new(message.At, TrailStepKind.Reply, ActorKind.Human, message.Team));
            AgentAsked = text.Asks;
        }
        else if (message.Author == Author.Customer)
        {
            if (!AgentAsked && !text.IsShort) steps.Add(new(message.At, TrailStepKind.Contact, ActorKind.Customer, null));
            AgentAsked = false;
        }
    }

    /// <summary>The first team assigned from an instant on, with who assigned it; null without one.</summary>
    internal (string Team, ActorKind By)? FirstTeamFrom(Instant from)
    {
        foreach (var step in steps)
            if (step.Kind == TrailStepKind.Team && step.At >= from) return (step.Team!, step.By);
        return null;
    }

    /// <summary>The team that held the ticket when a person resolved it, or that resolved it, provided that it worked on it; null = unknown.</summary>
    /// <remarks>Work is a public reply by the team, or the resolving itself by a person.</remarks>
    internal string? ResolvingTeam(Instant from, Instant until)
    {
        string? holder = null, resolver = null;
        var replied = new HashSet<string>(StringComparer.Ordinal);
        var isResolved = false;
        foreach (var step in steps)
        {
            if (step.At > until) continue;
            if (step.Kind == TrailStepKind.Team) holder = step.Team;
            if (step.At < from) continue;
            if (step is { Kind: TrailStepKind.Reply, Team: { } team }) replied.Add(team);
            if (step.Kind == TrailStepKind.Reopened) isResolved = false;
            if (step.Kind != TrailStepKind.Resolved || isResolved) continue;   // a help desk often closes by itself what a person resolved
            isResolved = true;
            resolver = step.By == ActorKind.Human ? step.Team ?? holder : holder is not null && replied.Contains(holder) ? holder : null;
        }
        return resolver;
    }

    /// <summary>Changes from one team to another after the first one, within the times; the first is the given one, or the first assigned.</summary>
    internal int TeamMoves(string? firstTeam, Instant from, Instant until)
    {
        var (moves, current) = (0, firstTeam);
        foreach (var step in steps)
        {
            if (step.Kind != TrailStepKind.Team || step.At < from || step.At > until) continue;
            if (current is not null && !string.Equals(current, step.Team, StringComparison.Ordinal)) moves++;
            current = step.Team;
        }
        return moves;
    }

    /// <summary>Contacts after the first human answer within the times; 0 without an answer.</summary>
    internal int ContactsAfterAnswer(Instant from, Instant until)
    {
        var (contacts, isAnswered) = (0, false);
        foreach (var step in steps)
        {
            if (step.At < from || step.At > until) continue;
            if (step.Kind == TrailStepKind.Reply) isAnswered = true;
            else if (step.Kind == TrailStepKind.Contact && isAnswered) contacts++;
        }
        return contacts;
    }

    /// <summary>The first reopening from an instant on.</summary>
    internal Instant? ReopenedFrom(Instant from)
    {
        foreach (var step in steps)
            if (step.Kind == TrailStepKind.Reopened && step.At >= from) return step.At;
        return null;
    }
}
