using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>Messages of a source in a quarter hour.</summary>
/// <param name="Source">The source account.</param>
/// <param name="Quarter">Unix time in whole quarter hours.</param>
/// <param name="Count">How many.</param>
/// <param name="Last">When the last of them was received.</param>
/// <param name="CameLive">Whether any of them came live, and was not imported.</param>
public sealed record MessageCount(string Source, long Quarter, long Count, NodaTime.Instant Last, bool CameLive);

/// <summary>Messages by (source, external id, revision).</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class MessageStore(EscalationDatabase database)
{
    internal const string All = """
        SELECT source, external_id, revision, id, ticket_id, customer_id, channel, author, at_ms, received_at_ms, received_given, agent_id, team,
               is_public, subject, body, thread_id, in_reply_to, language, brand, product, attributes
        FROM messages
        """;

    /// <summary>Records a message once.</summary>
    /// <param name="transaction">The transaction it belongs to.</param>
    /// <param name="message">The message; its times are kept to the millisecond.</param>
    /// <param name="bodyHash">Tells a repeat from another body under the same identity.</param>
    /// <param name="imported">Whether it is history that was imported; it came live where not.</param>
    /// <param name="cancellation">Ends the wait, not what was done.</param>
    public static async Task<Stored> AddAsync(WriteTransaction transaction, Message message, string bodyHash, bool imported, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO messages (source, external_id, revision, id, ticket_id, customer_id, channel, author, at_ms, received_at_ms, received_given, agent_id, team,
                                  is_public, subject, body, thread_id, in_reply_to, language, brand, product, attributes, body_hash, imported)
            VALUES (@Source, @ExternalId, @Revision, @Id, @TicketId, @CustomerId, @Channel, @Author, @AtMs, @ReceivedAtMs, @ReceivedGiven, @AgentId, @Team,
                    @IsPublic, @Subject, @Body, @ThreadId, @InReplyTo, @Language, @Brand, @Product, @Attributes, @BodyHash, @Imported)
            ON CONFLICT (source, external_id, revision) DO NOTHING
            """;
        if (await transaction.ExecuteAsync(sql, MessageRow.From(message, bodyHash, imported), cancellation) == 1) return Stored.New;
        const string known = "SELECT body_hash FROM messages WHERE source = @Source AND external_id = @ExternalId AND revision = @Revision";
        var hash = await transaction.QueryFirstAsync<string>(known, new { message.Source, message.ExternalId, message.Revision }, cancellation);
        return hash == bodyHash ? Stored.Repeat : Stored.Conflict;
    }

    /// <summary>Messages of a ticket, all revisions, by (at, received, source, id, revision).</summary>
    public async Task<IReadOnlyList<Message>> OfTicketAsync(TicketId ticket, CancellationToken cancellation)
    {
        const string sql = All + " WHERE ticket_id = @Ticket ORDER BY at_ms, received_at_ms, source, id, revision";
        return [.. (await database.QueryAsync<MessageRow>(sql, new { Ticket = ticket.Value }, cancellation)).Select(r => r.ToMessage())];
    }

    /// <summary>When customers wrote on some tickets so that agents could see it, in no stated order.</summary>
    public async Task<IReadOnlyList<(TicketId Ticket, NodaTime.Instant At)>> AnswersAsync(IReadOnlyCollection<TicketId> tickets, CancellationToken cancellation)
    {
        const string sql = "SELECT ticket_id, at_ms FROM messages WHERE ticket_id IN @Part AND author = @Customer AND is_public = 1 AND revision = 0";
        var answers = new List<(TicketId, NodaTime.Instant)>();
        foreach (var part in Parts(tickets.Select(t => t.Value)))
            answers.AddRange((await database.QueryAsync<AnswerRow>(sql, new { Part = part, Customer = Wire.Name(Author.Customer) }, cancellation)).Select(r => (new TicketId(r.TicketId), At(r.AtMs))));
        return answers;
    }

    /// <summary>Customers who wrote on some tickets up to an instant, and when each wrote there last, in no stated order.</summary>
    public async Task<IReadOnlyList<(TicketId Ticket, CustomerId Customer, NodaTime.Instant Last)>> WritersAsync(IReadOnlyCollection<TicketId> tickets, NodaTime.Instant until, CancellationToken cancellation)
    {
        const string sql = "SELECT ticket_id, customer_id, MAX(at_ms) AS last_ms FROM messages WHERE ticket_id IN @Part AND author = @Customer AND received_at_ms <= @UntilMs GROUP BY ticket_id, customer_id";
        var writers = new List<(TicketId, CustomerId, NodaTime.Instant)>();
        foreach (var part in Parts(tickets.Select(t => t.Value)))
            writers.AddRange((await database.QueryAsync<WriterRow>(sql, new { Part = part, Customer = Wire.Name(Author.Customer), UntilMs = Ms(until) }, cancellation)).Select(r => (new TicketId(r.TicketId), new CustomerId(r.CustomerId), At(r.LastMs))));
        return writers;
    }

    /// <summary>The last message that each of some customers wrote on each ticket since an instant, in its newest revision, by ticket.</summary>
    /// <param name="transaction">Sees what it has recorded itself.</param>
    /// <param name="customers">The customers.</param>
    /// <param name="since">Messages that happened after this.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<IReadOnlyList<Message>> LastOfTicketsAsync(WriteTransaction transaction, IReadOnlyCollection<CustomerId> customers, NodaTime.Instant since, CancellationToken cancellation)
    {
        const string sql = All + " WHERE customer_id IN @Part AND author = @Customer AND at_ms > @SinceMs";
        var found = new List<Message>();
        foreach (var part in Parts(customers.Select(c => c.Value)))
            found.AddRange((await transaction.QueryAsync<MessageRow>(sql, new { Part = part, Customer = Wire.Name(Author.Customer), SinceMs = Ms(since) }, cancellation)).Select(r => r.ToMessage()));
        return [.. found.GroupBy(m => m.TicketId).OrderBy(g => g.Key.Value, StringComparer.Ordinal).Select(g => g.OrderBy(m => m.At).ThenBy(m => m.ExternalId, StringComparer.Ordinal).ThenBy(m => m.Revision).Last())];
    }

    /// <summary>The customer of a ticket, as the first message says that names one and stands before an event; unknown where none does.</summary>
    public static async Task<CustomerId> OwnerAsync(WriteTransaction transaction, TicketId ticket, TicketEvent before, CancellationToken cancellation)
    {
        const string sql = """
            SELECT customer_id FROM messages WHERE ticket_id = @Ticket AND customer_id <> @Unknown
              AND (received_at_ms < @ReceivedMs OR (received_at_ms = @ReceivedMs AND (at_ms < @AtMs OR (at_ms = @AtMs AND (source < @Source OR (source = @Source AND id < @Id))))))
            ORDER BY received_at_ms, at_ms, source, id LIMIT 1
            """;
        var asked = new { Ticket = ticket.Value, Unknown = CustomerId.Unknown.Value, ReceivedMs = Ms(before.Received), AtMs = Ms(before.At), Source = before.OrderSource, before.Id };
        return await transaction.QueryFirstAsync<string>(sql, asked, cancellation) is { } customer ? new CustomerId(customer) : CustomerId.Unknown;
    }

    /// <summary>One message in one revision; null where it was never recorded.</summary>
    public async Task<Message?> FindAsync(string source, string externalId, int revision, CancellationToken cancellation)
    {
        const string sql = All + " WHERE source = @source AND external_id = @externalId AND revision = @revision";
        return (await database.QueryFirstAsync<MessageRow>(sql, new { source, externalId, revision }, cancellation))?.ToMessage();
    }

    /// <summary>The newest revision of a message; null where it was never recorded.</summary>
    public async Task<Message?> LatestAsync(string source, string externalId, CancellationToken cancellation)
    {
        const string sql = All + " WHERE source = @source AND external_id = @externalId ORDER BY revision DESC LIMIT 1";
        return (await database.QueryFirstAsync<MessageRow>(sql, new { source, externalId }, cancellation))?.ToMessage();
    }

    /// <summary>How many messages there are, revisions included, and when the last one was received; null without any.</summary>
    public async Task<(long Count, NodaTime.Instant? LastReceived)> SummaryAsync(CancellationToken cancellation)
    {
        var row = await database.QueryFirstAsync<SummaryRow>("SELECT COUNT(*) AS count, MAX(received_at_ms) AS last_ms FROM messages", null, cancellation);
        return (row!.Count, At(row.LastMs));
    }

    /// <summary>The texts of the customers' messages received last, the newest first.</summary>
    /// <param name="count">At most so many.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task<IReadOnlyList<string>> LatestTextsAsync(int count, CancellationToken cancellation)
    {
        const string sql = "SELECT body FROM messages WHERE author = @author ORDER BY received_at_ms DESC, at_ms DESC, source DESC, id DESC LIMIT @count";
        return database.QueryAsync<string>(sql, new { author = Wire.Name(Author.Customer), count }, cancellation);
    }

    /// <summary>How many messages of customers were received after an instant, by source and quarter hour, in no stated order.</summary>
    public async Task<IReadOnlyList<MessageCount>> CountsAsync(NodaTime.Instant after, CancellationToken cancellation)
    {
        const string sql = """
            SELECT source, received_at_ms / @QuarterMs AS quarter, COUNT(*) AS count, MAX(received_at_ms) AS last_ms, MIN(imported) AS imported FROM messages
            WHERE received_at_ms > @AfterMs AND author = @Customer GROUP BY source, received_at_ms / @QuarterMs
            """;
        var asked = new { MessageRhythm.QuarterMs, AfterMs = Ms(after), Customer = Wire.Name(Author.Customer) };
        return [.. (await database.QueryAsync<CountRow>(sql, asked, cancellation)).Select(r => new MessageCount(r.Source, r.Quarter, r.Count, At(r.LastMs), r.Imported == 0))];
    }

    private sealed class WriterRow
    {
        public string TicketId { get; init; } = "";
        public string CustomerId { get; init; } = "";
        public long LastMs { get; init; }
    }

    private sealed class CountRow
    {
        public string Source { get; init; } = "";
        public long Quarter { get; init; }
        public long Count { get; init; }
        public long LastMs { get; init; }
        public long Imported { get; init; }
    }

    private sealed class AnswerRow
    {
        public string TicketId { get; init; } = "";
        public long AtMs { get; init; }
    }

    private sealed class SummaryRow
    {
        public long Count { get; init; }
        public long? LastMs { get; init; }
    }
}

/// <summary>A row of <c>messages</c>.</summary>
internal sealed class MessageRow
{
    public string Source { get; init; } = "";
    public string ExternalId { get; init; } = "";
    public int Revision { get; init; }
    public string Id { get; init; } = "";
    public string TicketId { get; init; } = "";
    public string CustomerId { get; init; } = "";
    public string Channel { get; init; } = "";
    public string Author { get; init; } = "";
    public long AtMs { get; init; }
    public long ReceivedAtMs { get; init; }
    public int ReceivedGiven { get; init; }
    public string? AgentId { get; init; }
    public string? Team { get; init; }
    public int IsPublic { get; init; }
    public string? Subject { get; init; }
    public string Body { get; init; } = "";
    public string? ThreadId { get; init; }
    public string? InReplyTo { get; init; }
    public string? Language { get; init; }
    public string? Brand { get; init; }
    public string? Product { get; init; }
    public string? Attributes { get; init; }
    public string BodyHash { get; init; } = "";
    public int Imported { get; init; }

    public static MessageRow From(Message message, string bodyHash, bool imported) => new()
    {
        Source = message.Source,
        ExternalId = message.ExternalId,
        Revision = message.Revision,
        Id = message.Id,
        TicketId = message.TicketId.Value,
        CustomerId = message.CustomerId.Value,
        Channel = Wire.Name(message.Channel),
        Author = Wire.Name(message.Author),
        AtMs = Ms(message.At),
        ReceivedAtMs = Ms(message.Received),
        ReceivedGiven = Flag(message.ReceivedAt is not null),
        AgentId = message.AgentId,
        Team = message.Team,
        IsPublic = Flag(message.Public),
        Subject = message.Subject,
        Body = message.Text,
        ThreadId = message.ThreadId,
        InReplyTo = message.InReplyTo,
        Language = message.Language,
        Brand = message.Brand,
        Product = message.Product,
        Attributes = Map(message.Attributes),
        BodyHash = bodyHash,
        Imported = Flag(imported),
    };

    public Message ToMessage() => new()
    {
        Source = Source,
        ExternalId = ExternalId,
        Revision = Revision,
        Id = Id,
        TicketId = new(TicketId),
        CustomerId = new(CustomerId),
        Channel = Value<Channel>(Channel),
        Author = Value<Author>(Author),
        At = At(AtMs),
        ReceivedAt = ReceivedGiven != 0 ? At(ReceivedAtMs) : null,
        AgentId = AgentId,
        Team = Team,
        Public = IsPublic != 0,
        Subject = Subject,
        Text = Body,
        ThreadId = ThreadId,
        InReplyTo = InReplyTo,
        Language = Language,
        Brand = Brand,
        Product = Product,
        Attributes = Map(Attributes),
    };
}
