using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Decisions;

/// <summary>Why a rule is set aside: a person snoozed it for one customer or product, or it kept failing and is quarantined for all.</summary>
public enum RuleExceptionKind { Snooze, Quarantine }

/// <summary>A rule that does not count for some messages during some time, recorded as an event and so known to every replay.</summary>
/// <remarks>Immutable. Times are compared with the instant of the decision (receivedAt). Source: "snoozes and quarantines in force" in CONTRACTS.md.</remarks>
public sealed record RuleException
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Snooze or quarantine.</summary>
    public required RuleExceptionKind Kind { get; init; }

    /// <summary>The rule, by name; a routing rule can be quarantined, not snoozed.</summary>
    public required string Rule { get; init; }

    /// <summary>Only messages of this customer; null = of all.</summary>
    public CustomerId? Customer { get; init; }

    /// <summary>Only messages whose recognised product is this one; null = all.</summary>
    public string? Product { get; init; }

    /// <summary>The first instant at which it holds, never before it was recorded.</summary>
    public required Instant From { get; init; }

    /// <summary>The exclusive end: as it was recorded, or when somebody ended it early; null = until it is ended.</summary>
    public Instant? Until { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Who recorded it.</summary>
    public required string Actor { get; init; }

    /// <summary>Whether it holds for every message: such a rule is not run at all.</summary>
    public bool IsEverywhere => Customer is null && Product is null;

    /// <summary>Whether it holds at an instant.</summary>
    public bool IsInForceAt(Instant at) => From <= at && (Until is not { } end || at < end);

    /// <summary>Whether it is about a message, whatever the time; an unknown customer or product is never meant.</summary>
    public bool Covers(DerivedFacts derived) =>
        (Customer is not { } customer || (derived.Customer.IdKnown && string.Equals(derived.Customer.Id, customer.Value, StringComparison.Ordinal)))
        && (Product is not { } product || (derived.Context.ProductKnown && string.Equals(derived.Context.Product, product, StringComparison.Ordinal)));
}

/// <summary>A rule that was set aside on a message.</summary>
/// <param name="Exception">What set it aside.</param>
/// <param name="Signal">The signal that it would have given; null for a rule that was not run, or that only caps.</param>
public sealed record ExceptedRule(RuleException Exception, Signal? Signal);
