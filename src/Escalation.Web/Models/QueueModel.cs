using Escalation.Core.Decisions;
using Escalation.Core.Derived.Text;
using Escalation.Core.Episodes;
using Escalation.Core.Metrics;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Service;
using Escalation.Service.Api;
using Escalation.Service.Notifications;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Web.Models;

/// <summary>One escalation in the queue.</summary>
public sealed record QueueItem(Episode Episode, IReadOnlyList<ReasonView> Reasons, string? Channel, string Opening, SlaTimeline? Sla, string? TimeLeft, string Age, string Path)
{
    /// <summary>Whether its deadline has passed.</summary>
    public bool IsOverdue => Sla?.State == SlaState.Overdue;
}

/// <summary>The queue as it is now: what a lead works through, the most pressing first.</summary>
public sealed record QueueModel
{
    private const int Shown = 100;
    private const int MostWeighed = 10_000;
    private static readonly Duration Recently = Duration.FromMinutes(15);

    public required IReadOnlyList<QueueItem> Items { get; init; }
    public required long Open { get; init; }
    public required long Asleep { get; init; }
    public required long All { get; init; }
    public required int Immediate { get; init; }
    public required int Overdue { get; init; }
    public required IReadOnlyList<string> Teams { get; init; }
    public required string? Team { get; init; }
    public required string? Band { get; init; }
    public required string Intake { get; init; }
    public required bool IntakeWorks { get; init; }
    public required Instant Now { get; init; }
    public required string RuleSet { get; init; }
    public required string Model { get; init; }
    public required string? ModelProblem { get; init; }
    public required bool IsCut { get; init; }
    public required long Reviews { get; init; }
    public required int Quarantined { get; init; }
    public required long Rejected { get; init; }
    public required int MailboxesAway { get; init; }
    public required IReadOnlyList<Silence> Silent { get; init; }
    public required IReadOnlyList<UnknownNotices> UnknownNotices { get; init; }
    public required IReadOnlyList<PageBudgetStanding> UsedUpBudgets { get; init; }

    public static async Task<QueueModel> LoadAsync(EscalationService service, string? team, string? band, CancellationToken cancellation)
    {
        var now = service.Now;
        Band? only = Wire.TryParse<Band>(band, out var parsed) ? parsed : null;
        var team1 = string.IsNullOrWhiteSpace(team) ? null : team;
        var waiting = await service.Episodes.QueueAsync(new EpisodeQuery { Now = now, Team = team1, Band = only, Limit = MostWeighed }, cancellation);
        var levels = await service.Sla.OfAsync(waiting, now, cancellation);
        var records = waiting.OrderByDescending(r => r.Episode.Band).ThenBy(r => levels.GetValueOrDefault(r.Episode.Id)?.Deadline ?? Instant.MaxValue)
            .ThenByDescending(r => r.Episode.Score).ThenBy(r => r.Episode.Id.Value, StringComparer.Ordinal).Take(Shown).ToList();
        var decisions = await service.Decisions.FindAllAsync([.. records.Select(r => r.LastDecision).OfType<string>()], cancellation);
        var items = new List<QueueItem>();
        foreach (var record in records)
            items.Add(await ItemAsync(record.StandingAt(now), record.LastDecision is { } id ? decisions.GetValueOrDefault(id) : null, levels.GetValueOrDefault(record.Episode.Id), service, now, cancellation));
        var (open, asleep, all) = await service.Episodes.CountAsync(now, cancellation);
        return new QueueModel
        {
            Items = items,
            Open = open,
            Asleep = asleep,
            All = all,
            IsCut = waiting.Count > Shown,
            Reviews = await service.Reviews.WaitingAsync(cancellation),
            Quarantined = (await QuarantineView.OfAsync(service, cancellation)).Count,
            Rejected = await service.Channels.Rejected.WaitingAsync(cancellation),
            MailboxesAway = service.Mailboxes.Count(m => m.Problem is not null),
            UsedUpBudgets = [.. (await service.PageBudgetsAsync(cancellation)).Where(b => b.IsUsedUp)],
            Silent = service.SilenceWatch.Standing,
            UnknownNotices = service.Sender?.Unknown ?? [],
            Now = now,
            Team = team1,
            Band = only is null ? null : band,
            Immediate = items.Count(i => i.Episode.Band == Core.Decisions.Band.ImmediateEscalation),
            Overdue = items.Count(i => i.IsOverdue),
            Teams = [.. service.Configuration.Rules.Teams.Teams.Select(t => t.Id)],
            Intake = IntakeOf(service, now),
            IntakeWorks = service.Pipeline.Trouble is null,
            RuleSet = service.Configuration.Rules.Version.Short,
            Model = service.Configuration.Frustration?.Version.Short ?? "none: rules only",
            ModelProblem = service.ModelProblem,
        };
    }

    private static async Task<QueueItem> ItemAsync(EpisodeRecord record, DecisionRecord? decision, SlaTimeline? sla, EscalationService service, Instant now, CancellationToken cancellation)
    {
        var episode = record.Episode;
        var message = decision is null ? null : await service.Messages.FindAsync(decision.Source, decision.ExternalId, decision.Revision, cancellation);
        return new QueueItem(episode, decision is null ? [] : ReasonView.ListOf(decision.Decision, decision.MessageText), message is null ? null : Wire.Name(message.Channel),
            message is null ? "Raised by a person" : OpeningOf(message),
            sla, sla is null ? null : Words.Left(sla), Words.Length(now - episode.OpenedAt), TicketPath(episode.TicketId));
    }

    /// <summary>The first words of a message, as it is scored: without quoted mail and signature.</summary>
    private static string OpeningOf(Message message)
    {
        var text = TextCleaner.Clean(message.Text).Text;
        return OneLine.Of(message.Subject is { Length: > 0 } subject ? $"{subject} — {text}" : text, 150);
    }

    /// <summary>The page of a ticket.</summary>
    public static string TicketPath(TicketId ticket) => "/tickets/" + Uri.EscapeDataString(ticket.Value);

    private static string IntakeOf(EscalationService service, Instant now)
    {
        if (service.Pipeline.Trouble is { } trouble) return "Intake is refusing messages: " + trouble;
        if (service.Pipeline.LastReceived is not { } last) return "Intake is open; no message has come yet.";
        return now - last < Recently ? $"Intake is open; the last record came {Words.Length(now - last)} ago." : $"Intake is open; nothing has come since {Words.Time(last)}.";
    }
}
