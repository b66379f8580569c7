using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Synthetic.Texts;
using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>A customer as the generator knows it.</summary>
internal sealed class SyntheticCustomer
{
    public required CustomerId Id { get; init; }

    /// <summary>Train and test share no customer.</summary>
    public required bool IsTest { get; init; }

    public required string Language { get; init; }

    public required bool IsBusiness { get; init; }

    public required Writer Writer { get; init; }

    /// <summary>Temper: added to the tone of every case, -1 to 1.</summary>
    public required int Temper { get; init; }

    public required string Name { get; init; }

    public required string CompanyName { get; init; }

    public required string City { get; init; }

    public required string Currency { get; init; }

    /// <summary>Whether mails end in a signature block.</summary>
    public required bool HasSignature { get; init; }

    /// <summary>Channels with a linked address, the favourite first.</summary>
    public required Channel[] Channels { get; init; }

    public double? LifetimeValue { get; set; }

    public string? Tier { get; set; }

    /// <summary>No second case begins while one is being written.</summary>
    public Instant BusyUntil { get; set; }

    /// <summary>Lines of history about this customer, when it joins.</summary>
    public string AddressOn(Channel channel) => channel switch
    {
        Channel.Email or Channel.Web => $"{Id.Value.ToLowerInvariant()}@mail.example",
        Channel.Phone => $"+1-555-01{Id.Value[^2..]}-{Id.Value[2..6]}",
        Channel.Social => $"@{Name.ToLowerInvariant()}{Id.Value[^4..]}",
        _ => Id.Value.ToLowerInvariant(),
    };
}

/// <summary>The customers of the organisation: a fixed number at a time, some leave and others come.</summary>
/// <remarks>A customer follows from the seed and its number alone, so that memory holds only those of today.</remarks>
internal sealed class Customers
{
    private const int FullCount = 6000;
    private static readonly string[] Tiers = ["starter", "team", "business", "enterprise"];
    private static readonly string[] Names =
        ["Ada", "Ben", "Carla", "Dev", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Leo", "Mina", "Noor", "Otto", "Priya", "Quinn", "Rosa", "Sami", "Tess", "Uma", "Vito", "Wendy", "Yann", "Zoe"];
    private static readonly string[] Trades = ["Bakery", "Cycles", "Dental", "Florists", "Garage", "Interiors", "Logistics", "Optics", "Pottery", "Roasters", "Textiles", "Vets"];
    private static readonly string[] Families = ["Alder", "Birch", "Corran", "Dunmore", "Elmsley", "Fenwick", "Grieve", "Hollis", "Iverson", "Jessop", "Kestrel", "Lomax"];
    private static readonly string[] Cities = ["Albany", "Bristol", "Cork", "Dayton", "Essen", "Fargo", "Ghent", "Hull", "Ithaca", "Leeds", "Lyon", "Malaga", "Norfolk", "Omaha", "Porto", "Reno", "Tampa", "Ulm"];

    private readonly SyntheticRandom random = new(0);
    private readonly SyntheticCustomer[] current;
    private readonly ulong seed;
    private int joined;

    /// <summary>The customers at the start.</summary>
    public Customers(ulong seed, double scale)
    {
        this.seed = seed;
        current = new SyntheticCustomer[Math.Max(120, (int)(FullCount * scale))];
    }

    /// <summary>Customers at a time.</summary>
    public int Count => current.Length;

    /// <summary>Fills the organisation and puts what is known of each customer into the queue.</summary>
    public void JoinAll(Instant start, RecordQueue queue)
    {
        for (var slot = 0; slot < current.Length; slot++)
            Join(slot, start - Duration.FromMinutes(random.Between(60, 500_000)), queue);
    }

    /// <summary>A customer drawn by how often people write: a few write a lot.</summary>
    public SyntheticCustomer Draw(SyntheticRandom by)
    {
        var share = by.Unit();
        return current[(int)(share * (share * .6 + .4) * current.Length)];
    }

    /// <summary>What changes in a day: new customers for lost ones, new lifetime values and tiers, addresses taken back.</summary>
    public void ChangeOfDay(Instant midnight, SyntheticRandom by, RecordQueue queue)
    {
        for (var n = current.Length / 60 + 1; n > 0; n--) Revalue(current[by.Below(current.Length)], midnight + Duration.FromMinutes(by.Below(1440)), by, queue);
        for (var n = by.Below(2 + current.Length / 700); n > 0; n--) Join(by.Below(current.Length), midnight + Duration.FromMinutes(by.Below(1440)), queue);
        if (!by.Chance(.3)) return;
        var leaver = current[by.Below(current.Length)];
        if (leaver.Channels.Length > 1)
            queue.Add(Link(leaver, leaver.Channels[^1], midnight + Duration.FromMinutes(600 + by.Below(480)), false));
    }

    private void Join(int slot, Instant at, RecordQueue queue)
    {
        var number = ++joined;
        random.Reseed(seed, 0xC057, (ulong)number);
        var business = random.Chance(.55);
        var channels = (Channel[])[.. DrawChannels(business)];
        var language = random.Weighted([88, 5, 4, 3]);
        var customer = new SyntheticCustomer
        {
            Id = new CustomerId(FormattableString.Invariant($"C-{number:000000}")),
            IsTest = random.Chance(.3),
            Language = TextBank.Languages[language],
            IsBusiness = business,
            Writer = new Writer(random.Chance(business ? .6 : .35), random.Chance(.35) ? .01 + random.Unit() * .04 : 0, random.Chance(.4)),
            Temper = random.Weighted([25, 55, 20]) - 1,
            Name = random.Pick<string>(Names),
            CompanyName = $"{random.Pick<string>(Families)} {random.Pick<string>(Trades)}",
            City = random.Pick<string>(Cities),
            Currency = language == 0 ? random.Weighted([60, 25, 15]) switch { 0 => "USD", 1 => "GBP", _ => "EUR" } : "EUR",
            HasSignature = random.Chance(business ? .55 : .12),
            Channels = channels,
        };
        current[slot] = customer;
        foreach (var channel in channels) queue.Add(Link(customer, channel, at, true));
        if (random.Chance(.06)) return;                       // never valued: unknown stays unknown
        customer.LifetimeValue = Money(random.Quantile(business ? [120, 900, 2500, 6000, 14_000, 90_000] : [20, 60, 150, 320, 800, 4000]));
        customer.Tier = Tiers[business ? random.Weighted([30, 40, 22, 8]) : random.Weighted([90, 10])];
        queue.Add(Version(customer, at));
    }

    private static void Revalue(SyntheticCustomer customer, Instant at, SyntheticRandom by, RecordQueue queue)
    {
        if (customer.LifetimeValue is not { } value) return;
        customer.LifetimeValue = Money(value * by.Quantile([.6, .95, 1.05, 1.2, 2.2]));
        if (by.Chance(.1)) customer.Tier = Tiers[Math.Min(3, Array.IndexOf(Tiers, customer.Tier) + 1)];
        var version = Version(customer, at);
        queue.Add(by.Chance(.25) ? version with { ReceivedAt = at + Duration.FromMinutes(by.Between(60, 1500)) } : version);
    }

    private static double Money(double value) => Math.Round(value, MidpointRounding.ToEven);

    private static CustomerVersion Version(SyntheticCustomer customer, Instant at) => new()
    {
        Id = RecordIds.Customer(customer.Id),
        At = at,
        CustomerId = customer.Id,
        LifetimeValue = customer.LifetimeValue,
        Currency = customer.Currency,
        Tier = customer.Tier,
    };

    private static IdentityLink Link(SyntheticCustomer customer, Channel channel, Instant at, bool linked) => new()
    {
        Id = RecordIds.Identity(customer.Id, channel, customer.AddressOn(channel)),
        At = at,
        CustomerId = customer.Id,
        Channel = channel,
        Address = customer.AddressOn(channel),
        Linked = linked,
        Attested = channel is not (Channel.Social or Channel.Phone),
    };

    private List<Channel> DrawChannels(bool business)
    {
        var list = new List<Channel>(4);
        while (list.Count == 0 || (list.Count < 4 && random.Chance(.5)))
        {
            var channel = random.Weighted(business ? [25, 45, 6, 10, 14] : [30, 30, 20, 10, 10]) switch
            {
                0 => Channel.Chat,
                1 => Channel.Email,
                2 => Channel.Social,
                3 => Channel.Phone,
                _ => Channel.Web,
            };
            if (!list.Contains(channel)) list.Add(channel);
        }
        return list;
    }
}
