using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.FollowUp;

/// <summary>What somebody asks: that nobody is told of a customer, a ticket or a robot until an instant.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Subject">Its id.</param>
/// <param name="Until">Exclusive end.</param>
/// <param name="Reason">Why, for the record.</param>
/// <param name="Actor">Who, for the record.</param>
public sealed record MuteOrder(MuteKind Kind, string Subject, Instant Until, string Reason, string Actor);

/// <summary>Mutes: they keep people from being told, and nothing from being decided, opened or shown. Each is in the trail, and so is its end.</summary>
/// <remarks>Thread-safe. A mute is asked for when a notification is about to be sent, so it holds at once, also for what waits.</remarks>
public sealed class Mutes(EscalationDatabase database)
{
    private readonly MuteStore store = new(database);

    /// <summary>The longest a mute may be: what is muted for ever is forgotten.</summary>
    public static Duration Longest { get; } = Duration.FromDays(180);

    /// <summary>Every mute ever recorded, newest first.</summary>
    public Task<IReadOnlyList<Mute>> AllAsync(CancellationToken cancellation) => store.AllAsync(cancellation);

    /// <summary>Mutes in force on a ticket, the one that ends last first.</summary>
    /// <inheritdoc cref="MuteStore.InForceAsync"/>
    public Task<IReadOnlyList<Mute>> InForceAsync(CustomerId customer, TicketId ticket, IReadOnlyCollection<string> robots, Instant now, CancellationToken cancellation) =>
        store.InForceAsync(customer, ticket, robots, now, cancellation);

    /// <summary>Records a mute.</summary>
    /// <returns>The mute, or the field at fault and what is wrong with it.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<(Mute? Mute, (string Field, string Message)? Refused)> StartAsync(MuteOrder order, Instant now, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(order.Subject)) return (null, ("subject", "is missing; name the customer, the ticket or the source"));
        if (order.Until <= now) return (null, ("until", "is not after now; name a later instant"));
        if (order.Until - now > Longest) return (null, ("until", $"is more than {Longest.Days} days from now; mute for less, and again where it is still needed"));
        if (string.IsNullOrWhiteSpace(order.Reason)) return (null, ("reason", "is missing; say why, for the record"));
        if (string.IsNullOrWhiteSpace(order.Actor)) return (null, ("actor", "is missing; say who"));
        var mute = new Mute("m-" + Guid.NewGuid().ToString("N")[..12], order.Kind, order.Subject.Trim(), now, order.Until, order.Reason.Trim(), order.Actor.Trim());
        await using var transaction = await database.BeginAsync(cancellation);
        await MuteStore.AddAsync(transaction, mute, cancellation);
        var content = JsonSerializer.Serialize(new { mute = mute.Id, kind = Wire.Name(mute.Kind), untilMs = mute.Until.ToUnixTimeMilliseconds(), reason = mute.Reason });
        await AuditStore.AppendAsync(transaction, [new AuditEntry(now, "mute_started", mute.Subject, "human:" + mute.Actor, content)], cancellation);
        await transaction.CommitAsync(cancellation);
        return (mute, null);
    }

    /// <summary>Ends a mute before its time.</summary>
    /// <returns>The mute as it ended; null, and nothing done, where there is none of that id, or it is over.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<Mute?> EndAsync(string id, string actor, string reason, Instant now, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } mute) return null;
        await using (var transaction = await database.BeginAsync(cancellation))
        {
            if (!await MuteStore.EndAsync(transaction, id, now, actor.Trim(), reason.Trim(), cancellation)) return null;
            await AuditStore.AppendAsync(transaction, [new AuditEntry(now, "mute_ended", mute.Subject, "human:" + actor.Trim(), JsonSerializer.Serialize(new { mute = id, reason = reason.Trim() }))], cancellation);
            await transaction.CommitAsync(cancellation);
        }
        return await store.FindAsync(id, cancellation);
    }
}
