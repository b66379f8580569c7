using System.Globalization;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Service.Api;
using Escalation.Service.Intake;
using Escalation.Service.Pipeline;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.FollowUp;

/// <summary>Where what a person asked for led.</summary>
/// <param name="Problem">Why it was not done; null where it was. 409: it is not legal as the escalation stands, or somebody was first; 412: it changed since the person looked.</param>
/// <param name="Record">The escalation as it stands now; null where there is none.</param>
public sealed record EpisodeActed(BodyProblem? Problem, EpisodeRecord? Record);

/// <summary>What people do with an escalation, from the API and from pages: each is a ticket event that the address and the clock complete.</summary>
/// <remarks>
/// Only what <see cref="EpisodeActions"/> allows is done. Of two who act at the same moment the second is refused; who says which version they saw is
/// also refused where anything changed since they looked. Thread-safe.
/// </remarks>
public sealed class EpisodeDesk
{
    private readonly EscalationService service;

    internal EpisodeDesk(EscalationService service) => this.service = service;

    /// <summary>Names how an escalation stands: another one after every action of a person, every rise and every reopening.</summary>
    /// <param name="episode">The escalation.</param>
    /// <param name="actions">How often people acted on its ticket.</param>
    public static string VersionOf(Episode episode, long actions) => string.Create(CultureInfo.InvariantCulture, $"{actions}-{(int)episode.Band}-{episode.Reopened}");

    /// <summary>The version of an escalation as it stands.</summary>
    public async Task<string> VersionAsync(Episode episode, CancellationToken cancellation) => VersionOf(episode, await service.Episodes.ActionsAsync(episode.TicketId, cancellation));

    /// <summary>Does it, or says why not.</summary>
    /// <param name="kind">What a person wants.</param>
    /// <param name="id">The escalation.</param>
    /// <param name="body">What the person says of it: JSON as the API takes it.</param>
    /// <param name="key">The caller's idempotency key; null without.</param>
    /// <param name="version">The version that the person saw; null = whatever it is.</param>
    /// <param name="cancellation">Ends the wait, not what was done.</param>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    /// <exception cref="PipelineException">The service is ending.</exception>
    public async Task<EpisodeActed> ActAsync(EventKind kind, EpisodeId id, ReadOnlyMemory<byte> body, string? key, string? version, CancellationToken cancellation)
    {
        if (await service.Episodes.FindAsync(id, cancellation) is not { } record) return new EpisodeActed(null, null);
        var seen = new ActionsSeen(record.Episode.TicketId, await service.Episodes.ActionsAsync(record.Episode.TicketId, cancellation));
        record = (await service.Episodes.FindAsync(id, cancellation))!.StandingAt(service.Now);       // not older than what was counted
        var (item, problem) = IntakeBody.Parse(body, RecordType.Event, key, ContextOf(record.Episode, kind, service.Now));
        if (problem is not null) return new EpisodeActed(problem, record);
        var happened = (TicketEvent)item!.Record;
        var isRepeat = key is not null && await DeliveryStore.IsKnownAsync(service.Database, key, cancellation);
        if (!isRepeat && await RefusalAsync(happened, record.Episode, VersionOf(record.Episode, seen.Count), version, cancellation) is { } refused) return new EpisodeActed(refused, record);
        var answer = await service.Pipeline.SubmitAsync(item with { Seen = seen }, cancellation);
        var after = (await service.Episodes.FindAsync(id, cancellation))!.StandingAt(service.Now);
        return new EpisodeActed(answer.Result switch
        {
            IntakeResult.Overtaken => new BodyProblem(409, "", $"somebody else acted on {id.Value} at the same moment, and it is {Wire.Name(after.Episode.Status)} now; look at it again, and act again where it is still needed"),
            IntakeResult.KeyReused => new BodyProblem(422, "", "this Idempotency-Key came before with another body; send a new key with a new body"),
            IntakeResult.Conflict => new BodyProblem(409, "/id", $"event {happened.Id} was recorded before with another content; leave out the id, or send another"),
            _ => null,
        }, after);
    }

    /// <summary>What an action on an escalation says by itself: which one, what, and when.</summary>
    internal static BodyContext ContextOf(Episode episode, EventKind kind, Instant now) => new($"escalations/{episode.Id.Value}/{Wire.Name(kind)}",
        new Dictionary<string, object> { ["ticketId"] = episode.TicketId.Value, ["kind"] = Wire.Name(kind), ["episodeId"] = episode.Id.Value },
        new Dictionary<string, object> { ["at"] = Json.Time(now)! });

    /// <summary>Says that an escalation is not any more as somebody saw it.</summary>
    internal static BodyProblem Changed(Episode episode, string version) =>
        new(412, "", $"{episode.Id.Value} changed since you looked: it is {Wire.Name(episode.Status)} now, version {version}; look at it again, and act again where it is still needed");

    private async Task<BodyProblem?> RefusalAsync(TicketEvent happened, Episode episode, string version, string? wanted, CancellationToken cancellation)
    {
        if (wanted is not null && wanted != version) return Changed(episode, version);
        if (EpisodeActions.Refusal(episode, happened.Kind) is { } illegal) return new BodyProblem(409, "", illegal);
        var since = episode.EndedAt ?? episode.OpenedAt;
        if (happened.At < since) return new BodyProblem(400, "/at", $"at: {Json.Time(happened.At)} is before {episode.Id.Value} was {(episode.IsOpen ? "opened" : Wire.Name(episode.Status))} ({Json.Time(since)}); leave it out for now");
        return happened.Kind switch
        {
            EventKind.Assigned when happened.Team is null && happened.Assignee is null => new BodyProblem(400, "/team", "team: is missing; name the team or the assignee that it goes to"),
            EventKind.Assigned when happened.Team is { } team => Teams.Unknown(team, "team", service),
            EventKind.Snoozed when happened.Until is null => new BodyProblem(400, "/until", "until: is missing; say until when, for example 2026-03-02T12:00:00Z"),
            EventKind.Snoozed when happened.Until <= happened.At => new BodyProblem(400, "/until", $"until: {Json.Time(happened.Until)} is not after {Json.Time(happened.At)}"),
            EventKind.Merged when happened.ToTicket == episode.TicketId => new BodyProblem(400, "/toTicket", $"toTicket: {episode.TicketId.Value} is the ticket itself; name the one that stays"),
            EventKind.Reopened when (await service.Episodes.OfTicketAsync(episode.TicketId, cancellation))[^1].Episode is { } latest && latest.Id != episode.Id =>
                new BodyProblem(409, "", $"{episode.Id.Value} is not the latest escalation of its ticket; {latest.Id.Value} is, and is {Wire.Name(latest.Status)}"),
            _ => null,
        };
    }
}
