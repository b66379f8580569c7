using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Versions;

/// <summary>What somebody asks: one rule, for one customer or one product, until an instant.</summary>
/// <param name="Rule">A signal rule, or <c>keywords/CLASS</c>.</param>
/// <param name="Customer">Either this, or a product.</param>
/// <param name="Product">A product's canonical name.</param>
/// <param name="Until">Exclusive end.</param>
/// <param name="Reason">Why, for the record.</param>
/// <param name="Actor">Who, for the record.</param>
/// <param name="EvenMustEscalate">Said explicitly: a rule that always escalates may be snoozed too.</param>
public sealed record SnoozeOrder(string Rule, string? Customer, string? Product, Instant Until, string Reason, string Actor, bool EvenMustEscalate);

/// <summary>Why an order was refused.</summary>
/// <param name="Field">The field at fault, for example <c>until</c>.</param>
/// <param name="Message">What is wrong, and the way out.</param>
public sealed record SnoozeRefusal(string Field, string Message);

/// <summary>Snoozes of rules in a database: recorded, listed, ended early. A running service takes them in with its next message.</summary>
/// <remarks>Thread-safe; used by the running service and by the command line beside it.</remarks>
public sealed class RuleSnoozes(EscalationDatabase database)
{
    private readonly RuleExceptionStore store = new(database);

    /// <summary>Every snooze and quarantine ever recorded, in that order.</summary>
    public Task<IReadOnlyList<RecordedException>> AllAsync(CancellationToken cancellation) => store.AllAsync(cancellation);

    /// <summary>Records a snooze.</summary>
    /// <param name="order">The snooze.</param>
    /// <param name="rules">The rules in force: the rule must be one of them.</param>
    /// <param name="clock">Read under the lock, so that the snooze holds from the next message on.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The snooze as recorded, or why it is refused.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<(RuleException? Snooze, SnoozeRefusal? Refused)> StartAsync(SnoozeOrder order, RuleSet rules, TimeProvider clock, CancellationToken cancellation)
    {
        if (Refusal(order, rules) is { } refused) return (null, refused);
        await using var transaction = await database.BeginAsync(cancellation);
        var now = clock.Now();
        var snooze = await RuleExceptionStore.StartAsync(transaction, new RuleException
        {
            Id = "s-" + Guid.NewGuid().ToString("N")[..12],
            Kind = RuleExceptionKind.Snooze,
            Rule = order.Rule,
            Customer = order.Customer is null ? null : new CustomerId(order.Customer),
            Product = order.Product,
            From = now,
            Until = order.Until,
            Reason = order.Reason.Trim(),
            Actor = order.Actor.Trim(),
        }, cancellation);
        if (snooze is null) return (null, new SnoozeRefusal("until", $"{order.Until} is not after now ({now}); name a later instant"));
        await transaction.CommitAsync(cancellation);
        return (snooze, null);
    }

    /// <summary>Ends a snooze or a quarantine before its time.</summary>
    /// <returns>The end; null, and nothing done, where there is none of that id, or it is over.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<ExceptionEnd?> EndAsync(string id, string actor, string reason, TimeProvider clock, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(cancellation);
        var end = await RuleExceptionStore.EndAsync(transaction, id, clock.Now(), actor.Trim(), reason.Trim(), cancellation);
        if (end is not null) await transaction.CommitAsync(cancellation);
        return end;
    }

    private static SnoozeRefusal? Refusal(SnoozeOrder order, RuleSet rules)
    {
        var rule = rules.SignalRules.FirstOrDefault(r => string.Equals(r.Name, order.Rule, StringComparison.Ordinal));
        if (rule is null && rules.Describe().FirstOrDefault(r => string.Equals(r.Name, order.Rule, StringComparison.Ordinal)) is { } known)
            return new SnoozeRefusal("rule", known.Kind == "routing" ? $"{order.Rule} is a routing rule; only signal rules can be snoozed" : $"{order.Rule} is a draft and never runs");
        if (rule is null) return new SnoozeRefusal("rule", $"the rules in force (version {rules.Version.Short}) have no signal rule \"{order.Rule}\"{rules.Suggest(order.Rule)}");
        if (order.Customer is null == order.Product is null) return new SnoozeRefusal("customer", "a snooze is for one customer or for one product; name exactly one of the two (to silence a rule for everybody, change its stage)");
        if (string.IsNullOrWhiteSpace(order.Customer ?? order.Product)) return new SnoozeRefusal(order.Customer is null ? "product" : "customer", "is blank; a blank never matches");
        if (string.IsNullOrWhiteSpace(order.Reason)) return new SnoozeRefusal("reason", "is missing; say why, for the record");
        if (string.IsNullOrWhiteSpace(order.Actor)) return new SnoozeRefusal("actor", "is missing; say who");
        return rule.MustEscalate && !order.EvenMustEscalate
            ? new SnoozeRefusal("mustEscalate", $"{order.Rule} is a rule that must escalate; it is snoozed only where that is said explicitly (--must-escalate, or \"mustEscalate\": true)")
            : null;
    }
}
