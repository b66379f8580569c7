using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.Service.Identity;
using Escalation.Service.Intake;
using Escalation.Service.RuleHealth;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Pipeline;

/// <summary>Writes one batch into its transaction: records, decisions, episodes, notices, the trail, idempotency keys.</summary>
internal sealed class BatchRecorder(WriteTransaction transaction, Configuration configuration, FactsCache cache, FailureWindows windows, byte[] salt, CancellationToken cancellation)
{
    private readonly FailureRecorder failures = new(transaction, configuration, windows, cancellation);
    private readonly List<AuditEntry> trail = [];
    private readonly HashSet<ConfigurationId> named = [configuration.Id];

    /// <summary>What a person must hear of, once the batch is durable.</summary>
    public IReadOnlyList<string> Alarms => failures.Alarms;

    /// <summary>Whether anything was put into the outbox.</summary>
    public bool HasNotices { get; private set; }

    /// <summary>Stores a record once, and says whether it is new.</summary>
    public async Task<IntakeResult> StoreAsync(IntakeItem item, HistoryRecord record)
    {
        if (item.IdempotencyKey is { } key && await DeliveryStore.FindAsync(transaction, key, cancellation) is { } delivery)
            return delivery.BodyHash == item.BodyHash ? IntakeResult.Repeated : IntakeResult.KeyReused;
        if (item.Seen is { } seen && await EpisodeStore.ActionsAsync(transaction, seen.Ticket, cancellation) != seen.Count) return IntakeResult.Overtaken;
        var stored = record switch
        {
            Message message => await MessageStore.AddAsync(transaction, message, item.BodyHash, item.IsHistory, cancellation),
            TicketEvent happened => await EventStore.AddAsync(transaction, happened, item.BodyHash, cancellation),
            Label label => await LabelStore.AddAsync(transaction, label, item.BodyHash, cancellation),
            CustomerVersion version => await CustomerStore.AddAsync(transaction, version, cancellation) ? Stored.New : Stored.Repeat,
            IdentityLink link => await CustomerStore.AddAsync(transaction, link, cancellation) ? Stored.New : Stored.Repeat,
            Shift shift => await CustomerStore.AddAsync(transaction, shift, cancellation) ? Stored.New : Stored.Repeat,
            _ => throw new ArgumentException($"history holds no {record.GetType().Name}", nameof(record)),
        };
        if (stored != Stored.Conflict && item.IdempotencyKey is { } newKey)
            await DeliveryStore.AddAsync(transaction, newKey, new Delivery(KindOf(record), item.BodyHash, record.Id), record.Received.ToUnixTimeMilliseconds(), cancellation);
        return stored switch { Stored.New => IntakeResult.Created, Stored.Repeat => IntakeResult.Repeated, _ => IntakeResult.Conflict };
    }

    /// <summary>Records what a new record led to.</summary>
    /// <param name="record">It.</param>
    /// <param name="step">What it led to.</param>
    /// <param name="importedAt">When it was imported, which nobody is told of; null where it came live.</param>
    /// <param name="order">Who ordered it, where a person did.</param>
    public async Task<DecisionRecord?> RecordAsync(HistoryRecord record, LiveStep step, Instant? importedAt, IntakeOrder? order)
    {
        var decision = record is Message message && step.Decision is not null ? ToRecord(message, step) : null;
        if (decision is not null)
        {
            if (named.Add(decision.Decision.Configuration)) await ConfigurationStore.AddInForceAsync(transaction, configuration, decision.DecidedAt, cancellation);
            await DecisionStore.AddAsync(transaction, decision, cancellation);
            await failures.RecordAsync(decision, importedAt is not null);
            HasNotices |= failures.Alarms.Count > 0;
        }
        if (record is IdentityLink link && order is not null)
            trail.Add(Entry(link.Received, link.Linked ? "identity_linked" : "identity_unlinked", CustomerLink.SubjectOf(link.CustomerId, new CustomerId(link.Address)), new Actor(order.Actor, ActorKind.Human), new { reason = order.Reason }));
        if (record is Label label) trail.Add(Entry(label.Received, "label_" + Wire.Name(label.Kind), label.TicketId.Value, label.Actor, new { label = label.Id }));
        if (step.Change is { } change) await RecordAsync(change, record, decision, step.Facts, importedAt);
        if (decision is not null && step is { Facts: { } derived, Change.Kind: EpisodeChangeKind.Opened or EpisodeChangeKind.Raised }) cache.Keep(decision.Id, derived);
        return decision;
    }

    /// <summary>Records that a message was decided again, and what that led to.</summary>
    /// <param name="message">The message.</param>
    /// <param name="step">What it led to.</param>
    /// <param name="cause">What changed what the message rests on.</param>
    public async Task RecordAgainAsync(Message message, LiveStep step, HistoryRecord cause)
    {
        var decided = ToRecord(message with { ReceivedAt = cause.Received }, step);
        decided = decided with { Id = DecisionIds.Again(message, decided.Decision.Configuration, cause.Id, cause.Received.ToUnixTimeMilliseconds()), Cause = cause.Id };
        if (named.Add(decided.Decision.Configuration)) await ConfigurationStore.AddInForceAsync(transaction, configuration, decided.DecidedAt, cancellation);
        await DecisionStore.AddAsync(transaction, decided, cancellation);
        trail.Add(Entry(cause.Received, "decided_again", step.Ticket.Value, ActorOf(cause), new { decision = decided.Id, cause = cause.Id, band = Wire.Name(decided.Decision.Recommendation.Band), score = decided.Decision.Recommendation.Score }));
        if (step.Change is { } change) await RecordAsync(change, cause, decided, step.Facts, importedAt: null);
        if (step.Episode is not null) cache.Keep(decided.Id, step.Facts!);
    }

    /// <summary>Writes the trail.</summary>
    public Task FinishAsync() => AuditStore.AppendAsync(transaction, trail, cancellation);

    private async Task RecordAsync(EpisodeChange change, HistoryRecord cause, DecisionRecord? decision, DerivedFacts? facts, Instant? importedAt)
    {
        var episode = change.Episode;
        var deciding = change.Kind is EpisodeChangeKind.Opened or EpisodeChangeKind.Raised ? decision?.Id : null;
        await EpisodeStore.SaveAsync(transaction, episode, deciding, IssueOf(facts), cancellation);
        if (importedAt is { } silent) await EpisodeStore.SilenceAsync(transaction, episode.Id, silent, cancellation);
        foreach (var ticket in change.Tickets) await EpisodeStore.LinkAsync(transaction, episode.Id, ticket, cause.Received, cancellation);
        if (change.Kind == EpisodeChangeKind.Updated && cause is Message) return;

        trail.Add(Entry(cause.Received, "episode_" + Wire.Name(change.Kind), episode.Id.Value, ActorOf(cause),
            new { band = Wire.Name(episode.Band), status = Wire.Name(episode.Status), score = episode.Score, team = episode.Team, decision = decision?.Id, cause = cause.Id }));
        if (importedAt is not null || change.Kind is not (EpisodeChangeKind.Opened or EpisodeChangeKind.Raised or EpisodeChangeKind.Reopened)) return;
        var step = string.Create(CultureInfo.InvariantCulture, $"{episode.Id.Value}/{Wire.Name(change.Kind)}/{(int)episode.Band}/{episode.Reopened}");
        var payload = JsonSerializer.Serialize(new
        {
            episode = episode.Id.Value,
            ticket = episode.TicketId.Value,
            band = Wire.Name(episode.Band),
            team = episode.Team,
            group = facts is { Incident.KeyKnown: true } ? facts.Incident.Key : null,
            incident = episode.IncidentKey,
        });
        HasNotices |= await OutboxStore.AddAsync(transaction, new OutboxRow(step, "episode_" + Wire.Name(change.Kind), episode.Id.Value, cause.Received.ToUnixTimeMilliseconds(), payload), cancellation);
    }

    private DecisionRecord ToRecord(Message message, LiveStep step) => new()
    {
        Id = DecisionIds.Of(message, step.Decision!.Configuration),
        Source = message.Source,
        ExternalId = message.ExternalId,
        Revision = message.Revision,
        MessageId = new MessageId(message.Id),
        TicketId = step.Ticket,
        CustomerId = message.CustomerId,
        EpisodeId = step.Episode?.Id,
        DecidedAt = message.Received,
        MessageText = message.Text,
        Decision = step.Decision!,
        Facts = DerivedFactsJson.Write(step.Facts!, DigestOf(message)),
    };

    private string DigestOf(Message message) => Convert.ToHexStringLower(HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(message.Text)));

    private static AuditEntry Entry(Instant at, string kind, string subject, Actor actor, object content) =>
        new(at, kind, subject, $"{Wire.Name(actor.Kind)}:{actor.Id}", JsonSerializer.Serialize(content));

    private static Actor ActorOf(HistoryRecord cause) => cause switch
    {
        TicketEvent happened => happened.Actor,
        Label label => label.Actor,
        _ => new Actor("escalation", ActorKind.Robot),
    };

    private static string? IssueOf(DerivedFacts? facts) =>
        facts is { Context: { ProductKnown: true, IssueTypeKnown: true } context } ? $"{context.Product}/{context.IssueType}" : null;

    private static string KindOf(HistoryRecord record) => record switch { Message => "message", TicketEvent => "event", _ => "label" };
}
