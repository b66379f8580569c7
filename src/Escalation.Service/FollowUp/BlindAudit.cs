using System.Text.Json;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Service.Api;
using Escalation.Service.Intake;
using Escalation.Storage;
using NodaTime.Text;

namespace Escalation.Service.FollowUp;

/// <summary>What somebody said of a ticket without having been shown what the program made of it.</summary>
/// <param name="Person">Who.</param>
/// <param name="Needed">Whether it should have been escalated; null = they cannot tell.</param>
/// <param name="Frustrated">Whether the customer was frustrated, by its written name; null = not said.</param>
/// <param name="RightTeam">The team for it; null = not said.</param>
/// <param name="Note">In their words; null = nothing.</param>
public sealed record BlindAnswer(string Person, bool? Needed, string? Frustrated, string? RightTeam, string? Note);

/// <summary>A blind random audit: some tickets a day that were not escalated, drawn by strata of their score, and a share of those that were, put before a person who sees the conversation and nothing else.</summary>
/// <remarks>
/// Feedback exists only for what was shown; this is what tells how much was missed, and whether those who confirm merely follow the recommendation. Which kind a ticket is of cannot be
/// seen: both stand in one list, those that were escalated with the conversation up to then. Each whole UTC day is drawn from once, when somebody first asks after it, at most
/// <see cref="MostDays"/> back. Thread-safe.
/// </remarks>
public sealed class BlindAudit
{
    /// <summary>Days before which nothing is drawn any more.</summary>
    public const int MostDays = 7;

    private static readonly LocalDatePattern Day = LocalDatePattern.Iso;

    private readonly EscalationService service;
    private readonly BlindAuditStore store;

    internal BlindAudit(EscalationService service) => (this.service, store) = (service, new BlindAuditStore(service.Database));

    /// <summary>How many tickets wait.</summary>
    public Task<long> WaitingAsync(CancellationToken cancellation) => store.WaitingAsync(cancellation);

    /// <summary>The ticket to look at next, after what is due was drawn; null where none waits.</summary>
    /// <exception cref="StorageException">The database could not be read or written.</exception>
    public async Task<AuditedTicket?> NextAsync(CancellationToken cancellation)
    {
        await DrawAsync(cancellation);
        return await store.ListAsync(null, 1, cancellation) is [var next, ..] ? next : null;
    }

    /// <summary>Records an answer as a label that says how its ticket was drawn and that nothing was shown.</summary>
    /// <returns>What is wrong with it; null where it was taken. A ticket that waits no more is taken silently: somebody else was faster.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<string?> AnswerAsync(TicketId ticket, BlindAnswer answer, CancellationToken cancellation)
    {
        if (await store.ListAsync(ticket, 1, cancellation) is not [var waiting, ..]) return null;
        var label = new Dictionary<string, object>
        {
            ["kind"] = Wire.Name(LabelKind.Frustration),
            ["actor"] = new { id = answer.Person, kind = "human" },
            ["at"] = Json.Time(service.Now)!,
            ["origin"] = Wire.Name(LabelOrigin.Audit),
            ["ticketId"] = ticket.Value,
            ["audit"] = new { design = waiting.Draw.Design, stratum = waiting.Draw.Stratum, probability = waiting.Draw.Probability },
        };
        if (answer.Needed is { } needed) label["needed"] = needed;
        if (answer.Frustrated is not null) label["frustrated"] = answer.Frustrated;
        if (answer.RightTeam is not null) label["rightTeam"] = answer.RightTeam;
        if (answer.Note is not null) label["note"] = answer.Note;
        var (item, problem) = IntakeBody.Parse(JsonSerializer.SerializeToUtf8Bytes(label), RecordType.Label, $"audit/{waiting.Draw.Design}/{ticket.Value}");
        if (problem is null) await service.Pipeline.SubmitAsync(item!, cancellation);
        return problem?.Message;
    }

    private async Task DrawAsync(CancellationToken cancellation)
    {
        if (service.Options.AuditsADay <= 0 && service.Options.BlindShare <= 0) return;
        var today = service.Now.InUtc().Date;
        var to = today.AtMidnight().InUtc().ToInstant();
        var from = today.PlusDays(-MostDays).AtMidnight().InUtc().ToInstant();
        if (await store.DrawnUntilAsync(cancellation) is { } until && until > from) from = until;
        if (from >= to) return;
        var candidates = await store.CandidatesAsync(from, to, cancellation);
        var days = (int)Math.Ceiling((to - from).TotalDays);
        var design = days == 1 ? $"daily {Day.Format(from.InUtc().Date)}" : $"daily {Day.Format(from.InUtc().Date)} to {Day.Format(today.PlusDays(-1))}";
        var seed = (int)(to.ToUnixTimeSeconds() / 86400);
        var escalated = service.Options.BlindShare <= 0 ? [] : await store.EscalatedAsync(from, to, cancellation);
        var drawn = StratifiedSample.Mix(StratifiedSample.Draw(candidates, Math.Max(0, service.Options.AuditsADay) * days, design, seed), escalated, service.Options.BlindShare, design, seed);
        await using var transaction = await service.Database.BeginAsync(cancellation);
        if (await BlindAuditStore.AddAsync(transaction, new AuditPeriod(design, from, to, candidates.Count + escalated.Count, service.Now), drawn, cancellation)) await transaction.CommitAsync(cancellation);
    }
}
