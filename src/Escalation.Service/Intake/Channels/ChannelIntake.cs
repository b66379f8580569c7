using Escalation.Core.Tickets;
using Escalation.History.HelpDesks;
using Escalation.Service.Identity;
using Escalation.Service.Pipeline;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Intake.Channels;

/// <summary>What became of a delivery.</summary>
/// <param name="Taken">Records that are recorded now, those known before included.</param>
/// <param name="Problems">What could not be taken.</param>
/// <param name="Ignored">What it is about, where that is nothing we follow; null else.</param>
/// <param name="Rejected">Under which id it waits for a person; null where all of it was taken.</param>
public sealed record ChannelOutcome(IReadOnlyList<IntakeAnswer> Taken, IReadOnlyList<DeliveryProblem> Problems, string? Ignored, string? Rejected);

/// <summary>The channels of the service: takes what their providers deliver, and keeps what cannot be taken until a person has looked at it.</summary>
/// <remarks>Thread-safe. The same delivery again, late, or beside itself is recorded once, by the identity of what it holds.</remarks>
public sealed class ChannelIntake(EscalationDatabase database, DecisionPipeline pipeline, IReadOnlyList<IIntakeChannel> channels)
{
    /// <summary>Rejected deliveries that may wait; beyond it senders are asked to come again, so that a sender gone wrong does not fill the disk.</summary>
    public const int MostWaiting = 10_000;

    private const int MostRevisions = 20;

    private readonly MessageStore messages = new(database);
    private readonly People people = new(database);

    /// <summary>The channels, in the order of their file.</summary>
    public IReadOnlyList<IIntakeChannel> Channels => channels;

    /// <summary>Deliveries that could not be taken.</summary>
    public RejectedDeliveryStore Rejected { get; } = new(database);

    /// <summary>A channel by name; null where there is none.</summary>
    public IIntakeChannel? Find(string name) => channels.FirstOrDefault(c => c.Name == name);

    /// <summary>Takes a delivery whose signature holds.</summary>
    /// <exception cref="StorageException">Nothing was acknowledged; the sender comes again.</exception>
    /// <exception cref="PipelineException">The service is ending, or too many rejected deliveries wait.</exception>
    public async Task<ChannelOutcome> TakeAsync(IIntakeChannel channel, ReadOnlyMemory<byte> body, Instant now, CancellationToken cancellation)
    {
        var outcome = await RecordAsync(channel, body, now, cancellation);
        var id = RejectedDelivery.IdOf(channel.Name, body.Span);
        if (outcome.Problems.Count == 0)
        {
            if (await Rejected.IsWaitingAsync(id, cancellation)) await DecideAsync(id, RejectedState.Taken, new RejectedDecision(now, channel.Name, "the sender sent it again and it was taken"), cancellation);
            return outcome;
        }
        return outcome with { Rejected = await KeepAsync(channel, body, outcome.Problems, now, cancellation) };
    }

    /// <summary>Keeps what cannot be taken until a person has looked at it.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="PipelineException">Too many wait already.</exception>
    internal async Task<string> KeepAsync(IIntakeChannel channel, ReadOnlyMemory<byte> body, IReadOnlyList<DeliveryProblem> problems, Instant now, CancellationToken cancellation)
    {
        var delivery = new RejectedDelivery(channel.Name, body.ToArray(), [.. problems.Select(p => (p.Pointer, p.Message))]);
        if (await Rejected.WaitingAsync(cancellation) >= MostWaiting && !await Rejected.IsWaitingAsync(delivery.Id, cancellation))
            throw new PipelineException($"{MostWaiting} rejected deliveries wait for a person already, and this one cannot be taken either: {problems[0].Message}; retry or discard those of GET /api/v1/rejected-deliveries");
        await using var transaction = await database.BeginAsync(cancellation);
        await RejectedDeliveryStore.KeepAsync(transaction, delivery, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return delivery.Id;
    }

    /// <summary>Takes a rejected delivery, whole as <see cref="RejectedDeliveryStore.FindAsync"/> gives it, as its channel reads it now.</summary>
    /// <returns>Null where its channel is no longer there.</returns>
    /// <exception cref="StorageException">The database could not be read or written.</exception>
    public async Task<ChannelOutcome?> RetryAsync(RejectedRecord rejected, RejectedDecision decision, CancellationToken cancellation)
    {
        if (Find(rejected.Delivery.Channel) is not { } channel) return null;
        var outcome = await RecordAsync(channel, rejected.Delivery.Body, decision.At, cancellation);
        if (outcome.Problems.Count > 0) return outcome with { Rejected = rejected.Id };
        await DecideAsync(rejected.Id, RejectedState.Taken, decision, cancellation);
        return outcome;
    }

    /// <summary>Records what a person decided on a rejected delivery.</summary>
    /// <returns>False where it does not wait.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<bool> DecideAsync(string id, RejectedState state, RejectedDecision decision, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(cancellation);
        if (!await RejectedDeliveryStore.DecideAsync(transaction, id, state, decision, cancellation)) return false;
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private async Task<ChannelOutcome> RecordAsync(IIntakeChannel channel, ReadOnlyMemory<byte> body, Instant now, CancellationToken cancellation)
    {
        var reading = await ReadAsync(channel, body, now, cancellation);
        var (taken, problems) = (new List<IntakeAnswer>(), reading.Problems.ToList());
        var records = await NewsAsync(reading.Records, cancellation);
        var answers = await Task.WhenAll(records.Select(r => SubmitAsync(r.Record, cancellation)));
        foreach (var (delivered, answer) in records.Zip(answers))
        {
            if (delivered.Record is IdentityLink) continue;
            var known = answer.Result == IntakeResult.Conflict ? await KnownAsync(delivered, cancellation) : answer;
            if (known is not null) taken.Add(known);
            else problems.Add(new DeliveryProblem(delivered.Pointer, $"{delivered.Record.Id} was delivered before with another content, and {channel.Kind} never changes one; nothing of it was changed"));
        }
        return new ChannelOutcome(taken, problems, reading.Ignored, null);
    }

    private async Task<DeliveryReading> ReadAsync(IIntakeChannel channel, ReadOnlyMemory<byte> body, Instant now, CancellationToken cancellation)
    {
        try
        {
            return await channel.ReadAsync(body, new ChannelSurroundings(name => pipeline.Configuration.Rules.Teams.Resolve(name), messages.LatestAsync, (one, other, token) => people.AreOneAsync(one, other, now, token), now), cancellation);
        }
        catch (DeliveryException bad)
        {
            return new DeliveryReading([], [new DeliveryProblem(bad.Pointer, bad.Message)]);
        }
    }

    /// <summary>All but links of customers that were taken before: what a source says with every delivery is said once, and a person's word on it stands.</summary>
    private async Task<IReadOnlyList<DeliveredRecord>> NewsAsync(IReadOnlyList<DeliveredRecord> records, CancellationToken cancellation)
    {
        if (!records.Any(r => r.Record is IdentityLink)) return records;
        var news = new List<DeliveredRecord>(records.Count);
        foreach (var record in records)
            if (record.Record is not IdentityLink link || !await people.KnowsAsync(link, cancellation)) news.Add(record);
        return news;
    }

    /// <summary>What becomes of a record whose identity is known with another content; null where that is a problem.</summary>
    private async Task<IntakeAnswer?> KnownAsync(DeliveredRecord delivered, CancellationToken cancellation)
    {
        if (delivered.Record is not Message message) return delivered.Known == WhenKnown.Refuse ? null : new IntakeAnswer(IntakeResult.Repeated, delivered.Record, null, null);
        for (var tries = 0; tries < MostRevisions; tries++)
        {
            var latest = (await messages.LatestAsync(message.Source, message.ExternalId, cancellation))!;
            if (latest.Text == message.Text || delivered.Known == WhenKnown.Keep) return new IntakeAnswer(IntakeResult.Repeated, latest, null, null);
            if (delivered.Known == WhenKnown.Refuse) return null;
            var answer = await SubmitAsync(message with { Revision = latest.Revision + 1 }, cancellation);
            if (answer.Result != IntakeResult.Conflict) return answer;       // else another edit came in between
        }
        return null;
    }

    private Task<IntakeAnswer> SubmitAsync(HistoryRecord record, CancellationToken cancellation)
    {
        var cut = IntakeBody.ToMilliseconds(record);
        return pipeline.SubmitAsync(new IntakeItem(cut, BodyHash.Of(cut)), cancellation);
    }
}
