using Escalation.Core.Tickets;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>Dated versions of customers, their addresses on channels, and the shifts of agents.</summary>
/// <remarks>Thread-safe. A version that is there already is kept as it is.</remarks>
public sealed class CustomerStore(EscalationDatabase database)
{
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
