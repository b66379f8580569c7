using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.View;

/// <summary>Which customers are one person, as it was known at any time.</summary>
/// <remarks>
/// A link says that messages of a customer whose id is the link's address are those of the link's customer. Only what is attested joins; what is not is a suggestion.
/// Where an address was given to a second customer before it was taken from the first, the first keeps it: that is for a person to decide.
/// Not thread-safe. Source: "Identity" in issue 6, chatwoot#2811.
/// </remarks>
public sealed class IdentityBook
{
    private const int MostSteps = 16;
    private readonly Dictionary<CustomerId, Said> byAddress = [];
    private readonly Dictionary<CustomerId, List<CustomerId>> addresses = [];

    /// <summary>Whether a customer may be another, or others be it.</summary>
    public bool Knows(CustomerId customer) => byAddress.ContainsKey(customer) || addresses.ContainsKey(customer);

    /// <summary>Takes what was said of an address.</summary>
    /// <param name="link">The link.</param>
    /// <param name="isCustomer">Whether anybody wrote under the address as a customer.</param>
    public void Take(IdentityLink link, bool isCustomer)
    {
        var address = new CustomerId(link.Address);
        if ((link.Linked && !link.Attested) || address == link.CustomerId || !address.IsKnown) return;
        byAddress[address] = new Said(link.CustomerId, link.Linked, link.At, link.Received, byAddress.GetValueOrDefault(address));
        if (isCustomer || addresses.ContainsKey(address)) Show(address);
    }

    /// <summary>Notes that somebody writes under an id, which may be an address of another customer, and that one an address of yet another.</summary>
    public void Show(CustomerId customer)
    {
        for (var said = byAddress.GetValueOrDefault(customer); said is not null; said = said.Before)
        {
            if (!addresses.TryGetValue(said.Customer, out var known)) addresses.Add(said.Customer, known = []);
            if (known.Contains(customer)) continue;
            known.Add(customer);
            Show(said.Customer);
        }
    }

    /// <summary>Who a customer is as of then; itself where nobody said otherwise. Of a ring the first by its id.</summary>
    public CustomerId PersonOf(CustomerId customer, Instant at, Instant received)
    {
        if (HolderOf(customer, at, received) is not { } owner) return customer;
        var way = new List<CustomerId>(4) { customer };
        for (var next = owner; way.Count < MostSteps;)
        {
            if (way.IndexOf(next) is var place && place >= 0) return way.Skip(place).MinBy(c => c.Value, StringComparer.Ordinal);
            way.Add(next);
            if (HolderOf(next, at, received) is not { } further) return next;
            next = further;
        }
        return way[^1];
    }

    /// <summary>Everybody who is a person as of then, the person first.</summary>
    public List<CustomerId> MembersOf(CustomerId person, Instant at, Instant received)
    {
        var members = new List<CustomerId>(4) { person };
        for (var i = 0; i < members.Count; i++)
            foreach (var address in addresses.GetValueOrDefault(members[i]) ?? [])
                if (!members.Contains(address) && PersonOf(address, at, received) == person) members.Add(address);
        return members;
    }

    /// <summary>Whose an address is as of then; null where it is nobody's.</summary>
    public CustomerId? HolderOf(CustomerId address, Instant at, Instant received)
    {
        Said? owner = null;
        for (var said = byAddress.GetValueOrDefault(address); said is not null; said = said.Before)
            if (said.IsLinked && said.IsSeen(at, received) && !IsOver(address, said, at, received) && (owner is null || said.IsBefore(owner))) owner = said;
        return owner?.Customer;
    }

    /// <summary>Whether the address was taken from its customer later. Saying the same again changes nothing, so that the first to have it stays the first.</summary>
    private bool IsOver(CustomerId address, Said link, Instant at, Instant received)
    {
        for (var said = byAddress.GetValueOrDefault(address); said is not null; said = said.Before)
            if (!said.IsLinked && said.Customer == link.Customer && said.IsSeen(at, received) && link.IsBefore(said)) return true;
        return false;
    }

    /// <param name="Customer">Whose the address is, or is no longer.</param>
    /// <param name="IsLinked">Which of the two.</param>
    /// <param name="At">From when on.</param>
    /// <param name="Received">When we learned of it.</param>
    /// <param name="Before">What was said of the address before.</param>
    private sealed record Said(CustomerId Customer, bool IsLinked, Instant At, Instant Received, Said? Before)
    {
        public bool IsSeen(Instant at, Instant received) => At <= at && Received <= received;

        /// <remarks>At one instant an end stands after a beginning.</remarks>
        public bool IsBefore(Said other) =>
            At != other.At ? At < other.At : IsLinked != other.IsLinked ? IsLinked : string.CompareOrdinal(Customer.Value, other.Customer.Value) < 0;
    }
}
