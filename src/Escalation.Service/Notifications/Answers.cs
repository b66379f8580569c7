using System.Text.Json;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Service.Api;
using Escalation.Service.FollowUp;
using Escalation.Service.Intake;
using Escalation.Storage;

namespace Escalation.Service.Notifications;

/// <summary>How a link stands.</summary>
public enum AnswerStanding
{
    /// <summary>It can be used.</summary>
    Open,

    /// <summary>It is none of ours, or was changed on the way.</summary>
    Unknown,

    /// <summary>It was used.</summary>
    Used,

    /// <summary>It is too old.</summary>
    Expired,

    /// <summary>The escalation has ended, or has been acted on so that this makes no sense any more.</summary>
    TooLate,
}

/// <summary>What a link is about, for its page.</summary>
/// <param name="Standing">How the link stands.</param>
/// <param name="Link">The link; null where it is none.</param>
/// <param name="Record">The escalation; null where the link is none of ours.</param>
/// <param name="Decision">The decision that explains it, where there is one.</param>
/// <param name="Person">The person that it was sent to; null where it was sent to a place that many read.</param>
public sealed record AnswerQuestion(AnswerStanding Standing, AnswerLink? Link, EpisodeRecord? Record, DecisionRecord? Decision, string? Person);

/// <summary>What a person says by a link.</summary>
/// <param name="Person">Who.</param>
/// <param name="Team">The team that it goes to, or should have gone to.</param>
/// <param name="Reason">Why it is dismissed, by its written name.</param>
/// <param name="Frustrated">Whether the customer was frustrated, by its written name; null = not said.</param>
/// <param name="Note">In their words; null = nothing.</param>
public sealed record AnswerGiven(string Person, string? Team, string? Reason, string? Frustrated, string? Note);

/// <summary>Answers that people give from a message: looking at a link changes nothing, only saying yes on its page does, and once.</summary>
/// <remarks>Mail scanners follow every link. Thread-safe.</remarks>
public sealed class Answers
{
    private readonly EscalationService service;
    private readonly AnswerLinks links;

    internal Answers(EscalationService service, AnswerLinks links) => (this.service, this.links) = (service, links);

    /// <summary>What a link is about.</summary>
    public async Task<AnswerQuestion> AskAsync(AnswerLink? link, CancellationToken cancellation)
    {
        var notification = link is null ? null : await service.Notifications.FindAsync(link.Notification, cancellation);
        if (notification is null || !links.IsGenuine(link!, notification) || await service.Episodes.FindAsync(new EpisodeId(notification.Subject), cancellation) is not { } record)
            return new AnswerQuestion(AnswerStanding.Unknown, null, null, null, null);
        record = record.StandingAt(service.Now);
        var decision = record.LastDecision is { } last ? await service.Decisions.FindAsync(last, cancellation) : null;
        var question = new AnswerQuestion(AnswerStanding.Open, link, record, decision, notification.Recipient.Contains('@', StringComparison.Ordinal) ? notification.Recipient : null);
        if (await DeliveryStore.IsKnownAsync(service.Database, link!.Key, cancellation)) return question with { Standing = AnswerStanding.Used };
        if (link.ExpiresAt <= service.Now) return question with { Standing = AnswerStanding.Expired };
        return IsTooLate(link.Action, record.Episode) ? question with { Standing = AnswerStanding.TooLate } : question;
    }

    /// <summary>Does what a link is for.</summary>
    /// <returns>What is wrong with what was said; null where it was done.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<(AnswerQuestion Question, string? Problem)> GiveAsync(AnswerLink? link, AnswerGiven given, CancellationToken cancellation)
    {
        var question = await AskAsync(link, cancellation);
        if (question.Standing != AnswerStanding.Open) return (question, null);
        var isLabel = link!.Action is AnswerAction.Confirm or AnswerAction.Dismiss;
        var (item, problem) = isLabel ? LabelOf(question, given) : EventOf(question, given);
        if (problem is not null) return (question, problem.Message);
        if ((item!.Record as TicketEvent)?.Team is { } team && service.Configuration.Rules.Teams is { Teams.Count: > 0 } known && known.Find(team) is null) return (question, $"\"{team}\" is no team of teams.json");
        var answer = await service.Pipeline.SubmitAsync(item, cancellation);
        return answer.Result == IntakeResult.Created ? (question, null) : (question with { Standing = AnswerStanding.Used }, null);
    }

    private static bool IsTooLate(AnswerAction action, Episode episode) => action switch
    {
        AnswerAction.Confirm => false,                     // a word on whether it was right is welcome at any time
        AnswerAction.Acknowledge => !episode.IsOpen || episode.Status is EpisodeStatus.Acknowledged or EpisodeStatus.Assigned,
        _ => !episode.IsOpen,
    };

    private (IntakeItem? Item, BodyProblem? Problem) LabelOf(AnswerQuestion question, AnswerGiven given)
    {
        var label = new Dictionary<string, object?> { ["id"] = IdOf(question.Link!), ["kind"] = question.Link!.Action == AnswerAction.Confirm ? "confirmed" : "dismissed", ["actor"] = ActorOf(given) };
        if (question.Link.Action == AnswerAction.Dismiss)
        {
            if (string.IsNullOrEmpty(given.Reason)) return (null, new BodyProblem(400, "/reason", "choose why it is dismissed"));
            label["reason"] = given.Reason;
        }
        if (given.Frustrated is not null) label["frustrated"] = given.Frustrated;
        if (given.Note is not null) label["note"] = given.Note;
        return IntakeBody.Parse(JsonSerializer.SerializeToUtf8Bytes(label), RecordType.Label, question.Link.Key, EscalationLabels.ContextOf(question.Record!, question.Decision, service.Now));
    }

    private (IntakeItem? Item, BodyProblem? Problem) EventOf(AnswerQuestion question, AnswerGiven given)
    {
        var kind = question.Link!.Action == AnswerAction.Acknowledge ? EventKind.Acknowledged : EventKind.Assigned;
        var happened = new Dictionary<string, object?> { ["id"] = IdOf(question.Link), ["actor"] = ActorOf(given) };
        if (kind == EventKind.Assigned)
        {
            if (string.IsNullOrEmpty(given.Team)) return (null, new BodyProblem(400, "/team", "choose the team that it goes to"));
            happened["team"] = given.Team;
        }
        return IntakeBody.Parse(JsonSerializer.SerializeToUtf8Bytes(happened), RecordType.Event, question.Link.Key, EpisodeDesk.ContextOf(question.Record!.Episode, kind, service.Now));
    }

    /// <summary>Says of the record by which message and link it came.</summary>
    private static string IdOf(AnswerLink link) => link.Key.Replace('/', '-');

    private static object ActorOf(AnswerGiven given) => new { id = given.Person, kind = "human" };
}
