using Escalation.Core.Tickets;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>Dated versions of customers, their addresses on channels, and the shifts of agents.</summary>
/// <remarks>Thread-safe. A version that is there already is kept as it is.</remarks>
public sealed class CustomerStore(EscalationDatabase database)
{
    /// <summary>Links that are looked through for the latest of addresses that write: an import may have brought thousands of others.</summary>
    private const string LookedThrough = "500";

    internal const string AllVersions = "SELECT id, customer_id, at_ms, received_at_ms, received_given, lifetime_value, currency, tier FROM customer_versions";
    internal const string AllIdentities = "SELECT id, customer_id, channel, address, at_ms, received_at_ms, received_given, linked, attested FROM identities";
    internal const string AllShifts = "SELECT id, agent_id, team, at_ms, to_ms, received_at_ms, received_given FROM shifts";

    /// <summary>Records what was known of a customer from an instant on; true where it is new.</summary>
    public static async Task<bool> AddAsync(WriteTransaction transaction, CustomerVersion version, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO customer_versions (id, customer_id, at_ms, received_at_ms, received_given, lifetime_value, currency, tier)
            VALUES (@Id, @CustomerId, @AtMs, @ReceivedAtMs, @ReceivedGiven, @LifetimeValue, @Currency, @Tier)
            ON CONFLICT (customer_id, at_ms, received_at_ms) DO NOTHING
            """;
        return await transaction.ExecuteAsync(sql, CustomerRow.From(version), cancellation) == 1;
    }

    /// <summary>Records that an address belongs to a customer, or no longer does; true where it is new.</summary>
    public static async Task<bool> AddAsync(WriteTransaction transaction, IdentityLink link, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO identities (id, customer_id, channel, address, at_ms, received_at_ms, received_given, linked, attested)
            VALUES (@Id, @CustomerId, @Channel, @Address, @AtMs, @ReceivedAtMs, @ReceivedGiven, @Linked, @Attested)
            ON CONFLICT (customer_id, channel, address, at_ms, linked) DO NOTHING
            """;
        return await transaction.ExecuteAsync(sql, IdentityRow.From(link), cancellation) == 1;
    }

    /// <summary>Records a shift; true where it is new.</summary>
    public static async Task<bool> AddAsync(WriteTransaction transaction, Shift shift, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO shifts (id, agent_id, team, at_ms, to_ms, received_at_ms, received_given)
            VALUES (@Id, @AgentId, @Team, @AtMs, @ToMs, @ReceivedAtMs, @ReceivedGiven)
            ON CONFLICT (agent_id, team, at_ms) DO NOTHING
            """;
        return await transaction.ExecuteAsync(sql, ShiftRow.From(shift), cancellation) == 1;
    }

    /// <summary>Shifts that cover an instant, in no stated order.</summary>
    public async Task<IReadOnlyList<Shift>> ShiftsAtAsync(NodaTime.Instant at, CancellationToken cancellation) =>
        [.. (await database.QueryAsync<ShiftRow>(AllShifts + " WHERE at_ms <= @AtMs AND to_ms > @AtMs", new { AtMs = Ms(at) }, cancellation)).Select(r => r.ToShift())];

    /// <summary>What was said of links in which any of some ids is the customer or the address, in the order it was learned.</summary>
    public async Task<IReadOnlyList<IdentityLink>> LinksOfAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        const string sql = AllIdentities + " WHERE customer_id IN @ids OR address IN @ids ORDER BY received_at_ms, at_ms, id";
        return [.. (await database.QueryAsync<IdentityRow>(sql, new { ids }, cancellation)).Select(r => r.ToLink())];
    }

    /// <summary>What was said last of links of addresses under which somebody writes, the latest first.</summary>
    public async Task<IReadOnlyList<IdentityLink>> LatestLinksAsync(int most, CancellationToken cancellation)
    {
        const string sql = $"""
            SELECT * FROM ({AllIdentities} WHERE address <> customer_id ORDER BY received_at_ms DESC, at_ms DESC, id LIMIT {LookedThrough}) AS latest
            WHERE EXISTS (SELECT 1 FROM messages m WHERE m.customer_id = latest.address) ORDER BY received_at_ms DESC, at_ms DESC, id LIMIT @most
            """;
        return [.. (await database.QueryAsync<IdentityRow>(sql, new { most }, cancellation)).Select(r => r.ToLink())];
    }

    /// <summary>Whether a link was taken before, or taken back, so that saying it again says nothing new; a suggestion that is vouched for now is new.</summary>
    public async Task<bool> KnowsAsync(IdentityLink link, CancellationToken cancellation)
    {
        const string sql = "SELECT 1 FROM identities WHERE customer_id = @Customer AND address = @Address AND (linked = 0 OR attested >= @Attested) LIMIT 1";
        return await database.QueryFirstAsync<int?>(sql, new { Customer = link.CustomerId.Value, link.Address, Attested = Flag(link.Attested) }, cancellation) is not null;
    }

    /// <summary>Addresses under which somebody writes and of which it may not be settled whose they are, in their order.</summary>
    public Task<IReadOnlyList<string>> QuestionableAsync(int most, CancellationToken cancellation)
    {
        const string sql = """
            SELECT s.address FROM identities s
            WHERE s.linked = 1 AND s.attested = 0 AND s.address <> s.customer_id
              AND NOT EXISTS (SELECT 1 FROM identities d WHERE d.customer_id = s.customer_id AND d.address = s.address AND (d.attested = 1 OR d.linked = 0) AND d.at_ms >= s.at_ms)
              AND EXISTS (SELECT 1 FROM messages m WHERE m.customer_id = s.address) AND EXISTS (SELECT 1 FROM messages m WHERE m.customer_id = s.customer_id)
            UNION
            SELECT c.address FROM identities c
            WHERE c.linked = 1 AND c.attested = 1 AND c.address <> c.customer_id AND EXISTS (SELECT 1 FROM messages m WHERE m.customer_id = c.address)
              AND NOT EXISTS (SELECT 1 FROM identities d WHERE d.customer_id = c.customer_id AND d.address = c.address AND d.linked = 0 AND d.at_ms >= c.at_ms)
            GROUP BY c.address HAVING COUNT(DISTINCT c.customer_id) > 1
            ORDER BY 1 LIMIT @most
            """;
        return database.QueryAsync<string>(sql, new { most }, cancellation);
    }

    /// <summary>Versions of a customer, oldest first.</summary>
    public async Task<IReadOnlyList<CustomerVersion>> VersionsAsync(CustomerId customer, CancellationToken cancellation)
    {
        const string sql = AllVersions + " WHERE customer_id = @Customer ORDER BY at_ms, received_at_ms";
        return [.. (await database.QueryAsync<CustomerRow>(sql, new { Customer = customer.Value }, cancellation)).Select(r => r.ToVersion())];
    }
}

/// <summary>A row of <c>customer_versions</c>.</summary>
internal sealed class CustomerRow
{
    public string Id { get; init; } = "";
    public string CustomerId { get; init; } = "";
    public long AtMs { get; init; }
    public long ReceivedAtMs { get; init; }
    public int ReceivedGiven { get; init; }
    public double? LifetimeValue { get; init; }
    public string? Currency { get; init; }
    public string? Tier { get; init; }

    public static CustomerRow From(CustomerVersion v) => new()
    {
        Id = v.Id,
        CustomerId = v.CustomerId.Value,
        AtMs = Ms(v.At),
        ReceivedAtMs = Ms(v.Received),
        ReceivedGiven = Flag(v.ReceivedAt is not null),
        LifetimeValue = v.LifetimeValue,
        Currency = v.Currency,
        Tier = v.Tier,
    };

    public CustomerVersion ToVersion() => new()
    {
        Id = Id,
        CustomerId = new(CustomerId),
        At = At(AtMs),
        ReceivedAt = ReceivedGiven != 0 ? At(ReceivedAtMs) : null,
        LifetimeValue = LifetimeValue,
        Currency = Currency,
        Tier = Tier,
    };
}

/// <summary>A row of <c>identities</c>.</summary>
internal sealed class IdentityRow
{
    public string Id { get; init; } = "";
    public string CustomerId { get; init; } = "";
    public string Channel { get; init; } = "";
    public string Address { get; init; } = "";
    public long AtMs { get; init; }
    public long ReceivedAtMs { get; init; }
    public int ReceivedGiven { get; init; }
    public int Linked { get; init; }
    public int Attested { get; init; }

    public static IdentityRow From(IdentityLink i) => new()
    {
        Id = i.Id,
        CustomerId = i.CustomerId.Value,
        Channel = Wire.Name(i.Channel),
        Address = i.Address,
        AtMs = Ms(i.At),
        ReceivedAtMs = Ms(i.Received),
        ReceivedGiven = Flag(i.ReceivedAt is not null),
        Linked = Flag(i.Linked),
        Attested = Flag(i.Attested),
    };

    public IdentityLink ToLink() => new()
    {
        Id = Id,
        CustomerId = new(CustomerId),
        Channel = Value<Channel>(Channel),
        Address = Address,
        At = At(AtMs),
        ReceivedAt = ReceivedGiven != 0 ? At(ReceivedAtMs) : null,
        Linked = Linked != 0,
        Attested = Attested != 0,
    };
}

/// <summary>A row of <c>shifts</c>.</summary>
internal sealed class ShiftRow
{
    public string Id { get; init; } = "";
    public string AgentId { get; init; } = "";
    public string Team { get; init; } = "";
    public long AtMs { get; init; }
    public long ToMs { get; init; }
    public long ReceivedAtMs { get; init; }
    public int ReceivedGiven { get; init; }

    public static ShiftRow From(Shift s) => new()
    {
        Id = s.Id,
        AgentId = s.AgentId,
        Team = s.Team,
        AtMs = Ms(s.At),
        ToMs = Ms(s.To),
        ReceivedAtMs = Ms(s.Received),
        ReceivedGiven = Flag(s.ReceivedAt is not null),
    };

    public Shift ToShift() => new()
    {
        Id = Id,
        AgentId = AgentId,
        Team = Team,
        At = At(AtMs),
        To = At(ToMs),
        ReceivedAt = ReceivedGiven != 0 ? At(ReceivedAtMs) : null,
    };
}
