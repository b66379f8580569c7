using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.View;

/// <summary>One customer: versions, tickets, and what happened on them.</summary>
internal sealed class CustomerState(CustomerId id)
{
    private readonly List<CustomerVersion> versions = [];
    private CustomerAsOf? lastSeen;
    private CustomerVersion? lastVersion;

    public CustomerId Id => id;

    public Timeline Timeline { get; } = new();

    /// <summary>Tickets that the customer owns, not forgotten.</summary>
    public List<TicketState> Tickets { get; } = [];

    /// <summary>Whether any ticket of the customer was ever merged.</summary>
    public bool HasMerges { get; set; }

    /// <summary>Whether it is noted when its oldest entry has to be let go.</summary>
    public bool IsDue { get; set; }

    public bool IsEmpty => versions.Count == 0 && Tickets.Count == 0 && Timeline.Count == 0;

    public void Add(CustomerVersion version)
    {
        var place = versions.Count;
        while (place > 0 && versions[place - 1].At > version.At) place--;
        versions.Insert(place, version);
    }

    /// <summary>What was known as of then.</summary>
    /// <param name="at">The message's time.</param>
    /// <param name="received">When it was decided.</param>
    /// <param name="openTickets">Open tickets, the message's own included.</param>
    public CustomerAsOf AsOf(Instant at, Instant received, int openTickets)
    {
        var version = VersionAsOf(at, received);
        if (lastSeen is not null && ReferenceEquals(version, lastVersion) && lastSeen.OpenTickets == openTickets) return lastSeen;
        lastVersion = version;
        return lastSeen = new CustomerAsOf
        {
            Id = id,
            LifetimeValue = version?.LifetimeValue,
            Currency = version?.Currency,
            Tier = version?.Tier,
            OpenTickets = openTickets,
        };
    }

    /// <summary>Whether anything was known as of then.</summary>
    public bool IsKnownAsOf(Instant at, Instant received) => VersionAsOf(at, received) is not null;

    private CustomerVersion? VersionAsOf(Instant at, Instant received)
    {
        for (var i = versions.Count - 1; i >= 0; i--)
            if (versions[i].At <= at && versions[i].Received <= received) return versions[i];
        return null;
    }

    /// <summary>Lets go versions that were replaced before an instant.</summary>
    public void EvictVersions(Instant upTo)
    {
        var count = 0;
        while (count + 1 < versions.Count && versions[count + 1].At <= upTo && versions[count + 1].Received <= upTo) count++;
        versions.RemoveRange(0, count);
    }
}
