using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.View;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Identity;

/// <summary>What a link of an address to a customer does.</summary>
public enum LinkState
{
    /// <summary>Messages under the address are the customer's.</summary>
    InForce,

    /// <summary>A source says so and vouches for nothing: a person decides.</summary>
    Suggested,

    /// <summary>It is vouched for, but so is another customer who had the address first: a person decides.</summary>
    Conflict,

    /// <summary>It was taken back.</summary>
    Ended,
}

/// <summary>That an address belongs to a customer: the address is an id under which somebody writes.</summary>
/// <param name="Customer">The customer.</param>
/// <param name="Address">The address.</param>
/// <param name="Channel">The channel of the address.</param>
/// <param name="State">What it does now.</param>
/// <param name="Since">When the last was said of it.</param>
/// <param name="HolderNow">Who has the address instead; null where nobody or the customer does.</param>
public sealed record CustomerLink(CustomerId Customer, CustomerId Address, Channel Channel, LinkState State, Instant Since, CustomerId? HolderNow)
{
    /// <summary>Under what the trail keeps who decided: a digest, since the trail outlives an erased address.</summary>
    public static string SubjectOf(CustomerId customer, CustomerId address) =>
        "link-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{customer.Value}\n{address.Value}")).AsSpan(0, 8));
}

/// <summary>One person under all ids.</summary>
/// <param name="Id">The id that facts carry.</param>
/// <param name="Members">Every id, the person's own first.</param>
/// <param name="Links">What was said of them.</param>
public sealed record Person(CustomerId Id, IReadOnlyList<CustomerId> Members, IReadOnlyList<CustomerLink> Links);

/// <summary>What a person orders: an address belongs to a customer, or does not.</summary>
/// <param name="Customer">The customer.</param>
/// <param name="Address">The address.</param>
/// <param name="Linked">Whether it does.</param>
/// <param name="Actor">Who says so.</param>
/// <param name="Reason">Why, for the record.</param>
public sealed record LinkOrder(CustomerId Customer, CustomerId Address, bool Linked, string Actor, string Reason);

/// <summary>Customers who are one person: what is in force, and what waits for somebody to decide.</summary>
/// <remarks>Thread-safe: reads all that is recorded, by the same <see cref="IdentityBook"/> as decisions. What was just recorded is stamped a moment ahead of the clock, and counts.</remarks>
public sealed class People(EscalationDatabase database)
{
    private const int MostSteps = 16;
    private readonly CustomerStore store = new(database);
    private readonly AuditStore trail = new(database);

    /// <summary>The person that an id is now.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<Person> FindAsync(CustomerId id, Instant now, CancellationToken cancellation)
    {
        var said = await AroundAsync([id.Value], cancellation);
        var book = BookOf(said);
        var person = book.PersonOf(id, now, Instant.MaxValue);
        return new Person(person, book.MembersOf(person, now, Instant.MaxValue), LinksOf(said, book, now));
    }

    /// <summary>Whether two ids are one person now.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<bool> AreOneAsync(CustomerId one, CustomerId other, Instant now, CancellationToken cancellation)
    {
        if (one == other || !one.IsKnown || !other.IsKnown) return one == other && one.IsKnown;
        var book = BookOf(await AroundAsync([one.Value, other.Value], cancellation));
        return book.PersonOf(one, now, Instant.MaxValue) == book.PersonOf(other, now, Instant.MaxValue);
    }

    /// <summary>Links that wait for a person, by address: suggestions and conflicts under which somebody writes.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<IReadOnlyList<CustomerLink>> WaitingAsync(int most, Instant now, CancellationToken cancellation)
    {
        var addresses = await store.QuestionableAsync(most, cancellation);
        if (addresses.Count == 0) return [];
        var asked = addresses.ToHashSet(StringComparer.Ordinal);
        var said = await AroundAsync(addresses, cancellation);
        var book = BookOf(said);
        return [.. LinksOf(said, book, now).Where(l => l.State is LinkState.Suggested or LinkState.Conflict && asked.Contains(l.Address.Value) && book.PersonOf(l.Address, now, Instant.MaxValue) != book.PersonOf(l.Customer, now, Instant.MaxValue))];
    }

    /// <summary>Links of which something was said last, as they are now, the latest first, with who decided where a person did.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<IReadOnlyList<(CustomerLink Link, AuditEntry? By)>> LatestAsync(int most, Instant now, CancellationToken cancellation)
    {
        var latest = (await store.LatestLinksAsync(most, cancellation)).Select(l => (l.CustomerId, Address: new CustomerId(l.Address))).Distinct().ToList();
        if (latest.Count == 0) return [];
        var said = await AroundAsync([.. latest.Select(l => l.Address.Value).Distinct(StringComparer.Ordinal)], cancellation);
        var links = LinksOf(said, BookOf(said), now).ToDictionary(l => (l.Customer, l.Address));
        var shown = new List<(CustomerLink, AuditEntry?)>(latest.Count);
        foreach (var pair in latest) shown.Add((links[pair], await DecisionOnAsync(links[pair], cancellation)));
        return shown;
    }

    /// <summary>Who decided last on a link; null where nobody did.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<AuditEntry?> DecisionOnAsync(CustomerLink link, CancellationToken cancellation) =>
        (await trail.OfAsync(CustomerLink.SubjectOf(link.Customer, link.Address), cancellation)) is [.., var last] ? last : null;

    /// <summary>Whether anything was ever said of a pair: a source's word is taken once, and what a person decided afterwards stands.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public Task<bool> KnowsAsync(IdentityLink link, CancellationToken cancellation) => store.KnowsAsync(link, cancellation);

    /// <summary>Why an order cannot be followed, and the field at fault; null where it can.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<(string Field, string Message)?> RefusalAsync(LinkOrder order, Instant now, CancellationToken cancellation)
    {
        var (customer, address) = (order.Customer, order.Address);
        if (customer == address) return ("address", $"{address} is the customer's own id; name another under which the same person writes");
        var said = await AroundAsync([customer.Value, address.Value], cancellation);
        var book = BookOf(said);
        var link = LinksOf(said, book, now).FirstOrDefault(l => l.Customer == customer && l.Address == address);
        if (!order.Linked) return link is null or { State: LinkState.Ended } ? ("address", $"{address} is not linked to {customer}; GET /api/v1/customers/{customer} shows what is") : null;
        if (link?.State == LinkState.InForce) return ("address", $"{address} is linked to {customer} already");
        if (book.HolderOf(address, now, Instant.MaxValue) is { } holder) return ("address", $"{address} belongs to {holder}; where that is wrong, take it from there first; where all three are one person, link {customer} to {holder}");
        return book.PersonOf(customer, now, Instant.MaxValue) == address ? ("customerId", $"{customer} belongs to {address} already; a ring of links would say nothing") : null;
    }

    /// <summary>The record of an order.</summary>
    public static IdentityLink ToRecord(LinkOrder order, Instant now)
    {
        var channel = order.Address.Value.Contains('@', StringComparison.Ordinal) ? Channel.Email : Channel.Other;
        return new IdentityLink
        {
            Id = RecordIds.Identity(order.Customer, channel, order.Address.Value),
            CustomerId = order.Customer,
            Channel = channel,
            Address = order.Address.Value,
            At = now,
            Linked = order.Linked,
            Attested = true,
        };
    }

    /// <summary>All that was said of some ids and of those that they lead to.</summary>
    private async Task<IReadOnlyList<IdentityLink>> AroundAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var (known, said) = (new HashSet<string>(ids, StringComparer.Ordinal), (IReadOnlyList<IdentityLink>)[]);
        for (var steps = 0; steps < MostSteps; steps++)
        {
            said = await store.LinksOfAsync(known, cancellation);
            if (!said.Aggregate(false, (grew, link) => known.Add(link.Address) | known.Add(link.CustomerId.Value) | grew)) break;
        }
        return said;
    }

    private static IdentityBook BookOf(IReadOnlyList<IdentityLink> said)
    {
        var book = new IdentityBook();
        foreach (var link in said) book.Take(link, isCustomer: true);
        return book;
    }

    private static List<CustomerLink> LinksOf(IReadOnlyList<IdentityLink> said, IdentityBook book, Instant now)
    {
        var links = new List<CustomerLink>();
        foreach (var pair in said.GroupBy(l => (l.CustomerId, Address: new CustomerId(l.Address))).OrderBy(g => g.Key.Address.Value, StringComparer.Ordinal).ThenBy(g => g.Key.CustomerId.Value, StringComparer.Ordinal))
        {
            var inOrder = pair.OrderBy(l => l.At).ThenBy(l => l.Linked ? 0 : 1).ToList();
            var holder = book.HolderOf(pair.Key.Address, now, Instant.MaxValue);
            var since = inOrder.FindLastIndex(l => !l.Linked) + 1;                // what was said after it was last taken back
            var state = since == inOrder.Count ? LinkState.Ended : holder == pair.Key.CustomerId ? LinkState.InForce : inOrder.Skip(since).Any(l => l.Attested) ? LinkState.Conflict : LinkState.Suggested;
            links.Add(new CustomerLink(pair.Key.CustomerId, pair.Key.Address, inOrder[^1].Channel, state, inOrder[^1].At, holder == pair.Key.CustomerId ? null : holder));
        }
        return links;
    }
}
