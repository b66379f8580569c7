using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Service;
using Escalation.Service.Api;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Web.Models;

/// <summary>Who did something in a timeline.</summary>
public enum Doer { Customer, Agent, Robot }

/// <summary>A piece of a message's text; marked where a signal rests on it.</summary>
public readonly record struct TextPiece(string Text, string? Why);

/// <summary>One entry of a ticket's timeline.</summary>
public sealed record TimelineEntry(Instant At, Doer Doer, string Who, string What, string? Channel, IReadOnlyList<TextPiece> Text, DecisionRecord? Decision)
{
    /// <summary>What a person said, where it still counts and can be taken back; null = nothing.</summary>
    public string? Label { get; init; }
}

/// <summary>A ticket with its latest escalation, why, and everything that happened, in one stream.</summary>
public sealed record TicketModel
{
    private const int MostChanges = 3, MostWords = 6;

    public required TicketId Id { get; init; }
    public required CustomerId Customer { get; init; }
    public required EpisodeRecord? Record { get; init; }
    public required string Version { get; init; }
    public required IReadOnlyList<Mute> Mutes { get; init; }
    public required IReadOnlyList<string> Sources { get; init; }
    public required IReadOnlyList<EventKind> Actions { get; init; }
    public required DecisionRecord? Decision { get; init; }
    public required IReadOnlyList<ReasonView> Reasons { get; init; }
    public required IReadOnlyList<Counterfactual> Counterfactuals { get; init; }

    /// <summary>Of a ticket that was not escalated: the rules nearest to firing, each with its failing clauses.</summary>
    public required IReadOnlyList<NearMiss> WhyNot { get; init; }
    public required ToneView? Tone { get; init; }
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }
    public required IReadOnlyList<string> Teams { get; init; }
    public required SlaTimeline? Sla { get; init; }
    public required Instant Now { get; init; }
    public required string Actor { get; init; }
    public required string? Said { get; init; }
    public required string? Problem { get; init; }

    public static async Task<TicketModel?> LoadAsync(EscalationService service, TicketId ticket, string actor, string? said, string? problem, CancellationToken cancellation)
    {
        var messages = await service.Messages.OfTicketAsync(ticket, cancellation);
        var events = await service.Events.OfTicketAsync(ticket, cancellation);
        var episodes = await service.Episodes.OfTicketAsync(ticket, cancellation);
        if (messages.Count + events.Count + episodes.Count == 0) return null;
        var decisions = await service.Decisions.OfTicketAsync(ticket, cancellation);
        var labels = await service.Labels.OfTicketAsync(ticket, cancellation);
        var record = episodes.Count == 0 ? null : await service.Episodes.FindAsync(episodes[^1].Episode.Id, cancellation);
        var decision = record?.LastDecision is { } id ? decisions.FirstOrDefault(d => d.Id == id) ?? await service.Decisions.FindAsync(id, cancellation)
            : record is null ? HighestOf(decisions) : null;
        var explanation = await ExplanationAsync(service, decision, cancellation);
        var now = service.Now;
        var customer = messages.Count > 0 ? messages[0].CustomerId : record?.Episode.CustomerId ?? CustomerId.Unknown;
        string[] sources = [.. messages.Where(m => m.Author == Author.Customer).Select(m => m.Source).Distinct(StringComparer.Ordinal)];
        return new TicketModel
        {
            Id = ticket,
            Customer = customer,
            Record = record?.StandingAt(now),
            Mutes = await service.Mutes.InForceAsync(customer, ticket, sources, now, cancellation),
            Sources = sources,
            Version = record is null ? "" : await service.Desk.VersionAsync(record.Episode, cancellation),
            Actions = record is null ? [] : EpisodeActions.Of(record.StandingAt(now).Episode.Status),
            Decision = decision,
            Reasons = decision is null ? [] : ReasonView.ListOf(decision.Decision, decision.MessageText),
            Counterfactuals = explanation is null ? [] : [.. explanation.Counterfactuals.Take(MostChanges), .. explanation.FactChanges.Take(MostChanges)],
            WhyNot = record is null && explanation is not null ? explanation.NearMisses : [],
            Tone = ToneView.From(explanation?.Frustration, decision?.MessageText ?? "") is { } tone ? tone with { Words = [.. tone.Words.Take(MostWords)] } : null,
            Timeline = TimelineOf(messages, events, decisions, labels),
            Teams = [.. service.Configuration.Rules.Teams.Teams.Select(t => t.Id)],
            Sla = record is null ? null : await service.Sla.OfAsync(record, now, cancellation),
            Now = now,
            Actor = actor,
            Said = said,
            Problem = problem,
        };
    }

    /// <summary>The decision that came nearest to an escalation; of equal ones the latest.</summary>
    internal static DecisionRecord? HighestOf(IReadOnlyList<DecisionRecord> decisions) => decisions.Reverse().MaxBy(d => d.Decision.Recommendation.Score);

    private static async Task<Explanation?> ExplanationAsync(EscalationService service, DecisionRecord? decision, CancellationToken cancellation) =>
        decision is not null && await service.FactsOfAsync(decision, cancellation) is { } facts
            ? Explainer.Explain(facts, decision.Decision, service.Configuration, decision.MessageText)
            : null;

    private static List<TimelineEntry> TimelineOf(
        IReadOnlyList<Message> messages, IReadOnlyList<TicketEvent> events, IReadOnlyList<DecisionRecord> decisions, IReadOnlyList<Label> labels)
    {
        var byMessage = decisions.ToLookup(d => (d.Source, d.ExternalId, d.Revision));
        var entries = new List<TimelineEntry>();
        foreach (var message in messages)
        {
            var decision = byMessage[(message.Source, message.ExternalId, message.Revision)].FirstOrDefault();
            entries.Add(new TimelineEntry(message.At, DoerOf(message.Author), WhoOf(message), message.Revision == 0 ? "wrote" : "corrected the message",
                Wire.Name(message.Channel), Pieces(message, decision?.Decision), decision));
        }
        foreach (var decided in decisions.Where(d => d.Cause is not null))
            entries.Add(new TimelineEntry(decided.DecidedAt, Doer.Robot, "The service", "decided the last message again, because who the customer is has changed", null, [], decided));
        foreach (var happened in events)
            entries.Add(new TimelineEntry(happened.At, DoerOf(happened.Actor.Kind), NameOf(happened.Actor), WhatOf(happened), null, [], null));
        var undone = labels.Select(l => l.Undoes).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var label in labels)
        {
            var what = WhatOf(label) + (undone.Contains(label.Id) ? ", taken back since" : "");
            entries.Add(new TimelineEntry(label.At, DoerOf(label.Actor.Kind), NameOf(label.Actor), what, null, label.Note is { Length: > 0 } note ? [new TextPiece(note, null)] : [], null)
            {
                Label = label.Kind == LabelKind.Undone || undone.Contains(label.Id) ? null : label.Id,
            });
        }
        return [.. entries.OrderBy(e => e.At)];
    }

    /// <summary>A text cut at the spans that signals rest on; of overlapping ones the first stays.</summary>
    internal static IReadOnlyList<TextPiece> Pieces(Message message, Decision? decision)
    {
        var text = message.Text;
        var pieces = new List<TextPiece>();
        var at = 0;
        var spans = (decision?.Signals ?? []).SelectMany(s => s.Evidence.Where(e => e.HasSpan && e.End <= text.Length && e.End > e.Start).Select(e => (e.Start, e.End, Why: s.TriggerType)));
        foreach (var (start, end, why) in spans.OrderBy(s => s.Start).ThenByDescending(s => s.End))
        {
            if (start < at) continue;
            if (start > at) pieces.Add(new TextPiece(text[at..start], null));
            pieces.Add(new TextPiece(text[start..end], ReasonWords.Name(why)));
            at = end;
        }
        if (at < text.Length) pieces.Add(new TextPiece(text[at..], null));
        return pieces;
    }

    private static string WhatOf(TicketEvent e) => e.Kind switch
    {
        EventKind.Assigned => "assigned it" + To(e.Team ?? e.Assignee),
        EventKind.TeamChanged => "moved it" + To(e.Team),
        EventKind.StatusChanged => "set the status" + To(e.Status),
        EventKind.PriorityChanged => "set the priority" + To(e.Priority),
        EventKind.TagsChanged => "set the tags" + To(string.Join(", ", e.Tags ?? [])),
        EventKind.Snoozed when e.Until is { } until => "snoozed it until " + Words.Time(until),
        EventKind.Merged => "merged it into " + e.ToTicket?.Value,
        EventKind.Escalated => "escalated it" + To(e.Team),
        EventKind.WaitingCustomer => "waits for the customer",
        EventKind.WaitingAgent => "waits for an agent",
        _ => Wire.Name(e.Kind).Replace('_', ' ') + " it",
    };

    private static string WhatOf(Label l)
    {
        var reason = l.Reason is { } r ? $" ({Wire.Name(r).Replace('_', ' ')})" : "";
        return l.Kind switch
        {
            LabelKind.Confirmed => "confirmed the escalation",
            LabelKind.Dismissed => "dismissed the escalation" + reason,
            LabelKind.Missed => "said that an escalation was missed",
            LabelKind.TeamCorrected => "named the right team: " + l.RightTeam,
            LabelKind.Frustration => "said of frustration: " + (l.Frustrated is { } f ? Wire.Name(f).Replace('_', ' ') : "nothing"),
            LabelKind.Undone => "took back what was said",
            _ => "made a suggestion",
        };
    }

    private static string To(string? target) => string.IsNullOrEmpty(target) ? "" : " to " + target;

    private static Doer DoerOf(Author author) => author switch { Author.Customer => Doer.Customer, Author.Agent => Doer.Agent, _ => Doer.Robot };

    private static Doer DoerOf(ActorKind kind) => kind switch { ActorKind.Customer => Doer.Customer, ActorKind.Human => Doer.Agent, _ => Doer.Robot };

    private static string WhoOf(Message message) => message.Author switch
    {
        Author.Customer => message.CustomerId.IsKnown ? $"Customer {message.CustomerId.Value}" : "Customer, unknown",
        Author.Agent => message.AgentId is { } agent ? $"Agent {agent}" : "Agent",
        _ => "System",
    };

    private static string NameOf(Actor actor)
    {
        var kind = actor.Kind switch { ActorKind.Human => "Agent", ActorKind.Customer => "Customer", _ => "Robot" };
        return actor.Id.Length == 0 ? kind : $"{kind} {actor.Id}";
    }
}
