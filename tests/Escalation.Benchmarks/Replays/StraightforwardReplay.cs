using System.Globalization;
using Escalation.Benchmarks.Models;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Rules.Compilation;
using Microsoft.Data.Sqlite;

namespace Escalation.Benchmarks.Replays;

/// <summary>A replay as one would write it in an afternoon: facts by window queries of SQLite, rules by RulesEngine's ExecuteAllRulesAsync, the score by ML.NET's PredictionEngine. The reference of <see cref="ReplayReference"/>.</summary>
/// <remarks>
/// Keywords and context come from our own analysis, which nobody writes in an afternoon, so that the comparison flatters it. Answers to questions, merges, late
/// records, time zones and incidents by rate are left out, as are episodes, metrics and intervals.
/// </remarks>
internal sealed class StraightforwardReplay : IDisposable
{
    private const string Schema = """
        CREATE TABLE messages(row INTEGER, ticket TEXT, customer TEXT, channel TEXT, author TEXT, at REAL, score REAL, issue TEXT);
        CREATE TABLE customers(customer TEXT, since REAL, value REAL, tier TEXT);
        CREATE TABLE events(ticket TEXT, kind TEXT, at REAL);
        CREATE INDEX customers_since ON customers(customer, since);
        CREATE INDEX events_kind ON events(ticket, kind, at);
        CREATE INDEX messages_issue ON messages(issue, at);
        CREATE INDEX messages_customer ON messages(customer, at);
        """;

    private const string Facts = """
        WITH own AS (SELECT *, LAG(at) OVER (PARTITION BY ticket, channel ORDER BY at, row) AS earlier FROM messages WHERE author = 'customer'),
             runs AS (SELECT *, earlier IS NULL OR at - earlier >= CASE channel WHEN 'chat' THEN $chat ELSE $other END AS contact FROM own)
        SELECT row,
               SUM(contact) OVER (PARTITION BY customer ORDER BY at RANGE BETWEEN 86400 PRECEDING AND CURRENT ROW),
               SUM(contact) OVER (PARTITION BY customer ORDER BY at RANGE BETWEEN 604800 PRECEDING AND CURRENT ROW),
               SUM(contact) OVER (PARTITION BY customer ORDER BY at RANGE BETWEEN 2592000 PRECEDING AND CURRENT ROW),
               SUM(contact) OVER (PARTITION BY customer, COALESCE(issue, ticket) ORDER BY at RANGE BETWEEN 604800 PRECEDING AND CURRENT ROW),
               (SELECT COUNT(DISTINCT m.channel) FROM messages m WHERE m.customer = r.customer AND m.author = 'customer' AND m.at > r.at - 604800 AND m.at <= r.at),
               MAX(score) OVER (PARTITION BY customer ORDER BY at RANGE BETWEEN 604800 PRECEDING AND CURRENT ROW),
               score - AVG(score) OVER (PARTITION BY ticket ORDER BY at, row ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING),
               COUNT(*) OVER (PARTITION BY ticket ORDER BY at, row ROWS UNBOUNDED PRECEDING),
               at - MIN(at) OVER (PARTITION BY ticket),
               (SELECT COUNT(*) FROM events e WHERE e.ticket = r.ticket AND e.kind = 'reopened' AND e.at <= r.at),
               (SELECT value FROM customers c WHERE c.customer = r.customer AND c.since <= r.at ORDER BY c.since DESC LIMIT 1),
               (SELECT tier FROM customers c WHERE c.customer = r.customer AND c.since <= r.at ORDER BY c.since DESC LIMIT 1),
               (SELECT COUNT(DISTINCT m.customer) FROM messages m WHERE m.issue = r.issue AND m.at > r.at - $window AND m.at <= r.at)
        FROM runs r ORDER BY row
        """;

    private readonly SqliteConnection database = new("Data Source=:memory:");
    private readonly Configuration configuration;
    private readonly TextAnalyzer analyzer;
    private readonly IReadOnlyList<ReferencePlane> arms;
    private readonly TextPredictionEngine engine;

    /// <summary>A replay of arms.</summary>
    /// <param name="configuration">Text resources and policy of all arms.</param>
    /// <param name="arms">The rules of each.</param>
    /// <param name="engine">The model of all arms.</param>
    public StraightforwardReplay(Configuration configuration, IEnumerable<RuleFiles> arms, TextPredictionEngine engine)
    {
        (this.configuration, this.engine, this.arms) = (configuration, engine, [.. arms.Select(ReferencePlane.Of)]);
        analyzer = new TextAnalyzer(configuration.Rules.Text, configuration.Policy.DefaultLanguage, null, null);
        database.Open();
        Execute(Schema);
    }

    /// <summary>Replays a history and counts the hits of signal rules by arm.</summary>
    public long[] Run(IEnumerable<HistoryRecord> records)
    {
        var decided = new List<(Message Message, TextFacts Text, double Score)>();
        using (var transaction = database.BeginTransaction())
        {
            var (message, customer, happened) = (Insert("messages", 8), Insert("customers", 4), Insert("events", 3));
            foreach (var record in records)
                switch (record)
                {
                    case Message m:
                        var (score, issue) = (double.NaN, (string?)null);
                        if (m.Author == Author.Customer)
                        {
                            var text = analyzer.Analyze(m);
                            score = text.Message.LanguageKnown && text.Message.WordCount > 0 ? engine.Probability(text.Message.Text) : double.NaN;
                            issue = text.Context is { ProductKnown: true, IssueTypeKnown: true } ? $"{text.Context.Product}/{text.Context.IssueType}" : null;
                            decided.Add((m, text, score));
                        }
                        Run(message, m.Author == Author.Customer ? decided.Count - 1 : null, m.TicketId.Value, m.CustomerId.Value, Wire.Name(m.Channel), Wire.Name(m.Author), Seconds(m.At), double.IsNaN(score) ? null : score, issue);
                        break;
                    case CustomerVersion c: Run(customer, c.CustomerId.Value, Seconds(c.At), c.LifetimeValue, c.Tier); break;
                    case TicketEvent e: Run(happened, e.TicketId.Value, Wire.Name(e.Kind), Seconds(e.At)); break;
                }
            transaction.Commit();
        }
        return Decide(decided);
    }

    /// <inheritdoc/>
    public void Dispose() => database.Dispose();

    private long[] Decide(List<(Message Message, TextFacts Text, double Score)> decided)
    {
        var hits = new long[arms.Count];
        using var query = database.CreateCommand();
        query.CommandText = Facts;
        var gap = configuration.Policy.ContactGapMinutes;
        foreach (var (name, value) in new[] { ("$chat", gap.Chat * 60), ("$other", gap.Other * 60), ("$window", configuration.Policy.Incident.WindowMinutes * 60) }) query.Parameters.AddWithValue(name, value);
        using var row = query.ExecuteReader();
        while (row.Read())
        {
            var (message, text, score) = decided[row.GetInt32(0)];
            var facts = FactsOf(message, text, score, row);
            for (var arm = 0; arm < arms.Count; arm++)
            {
                hits[arm] += arms[arm].EvaluateSignals(facts).Count(r => r == RuleResult.Hit);
                arms[arm].EvaluateRouting(facts, new RecommendationFacts(0, Band.None, []));
            }
        }
        return hits;
    }

    private DerivedFacts FactsOf(Message message, TextFacts text, double score, SqliteDataReader row) => new()
    {
        Message = text.Message,
        Ticket = new TicketFacts(message.TicketId.Value, null, null, row.GetDouble(9) / 3600, row.GetInt32(8), row.GetInt32(10), 0, 0, []),
        Customer = new CustomerFacts(message.CustomerId.Value, row.IsDBNull(11) ? null : row.GetDouble(11), "USD", row.IsDBNull(12) ? null : row.GetString(12), 1),
        Contacts = new ContactFacts(row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5)),
        Frustration = new FrustrationFacts(score, row.IsDBNull(7) ? double.NaN : row.GetDouble(7), row.IsDBNull(6) ? double.NaN : row.GetDouble(6)),
        Context = text.Context,
        Keywords = text.Keywords,
        Incident = text.Context.ProductKnown && text.Context.IssueTypeKnown ? new IncidentFacts(row.GetInt32(13) >= configuration.Policy.Incident.MinCount, row.GetInt32(13), "key") : IncidentFacts.None,
        Team = TeamFacts.None,
        Attributes = AttributeFacts.Of(message),
        Clock = Derivation.ClockOf(message.At, configuration),
        At = message.At,
        DecidedAt = message.Received,
        MessageId = message.Id,
    };

    private SqliteCommand Insert(string table, int columns)
    {
        var command = database.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"INSERT INTO {table} VALUES ({string.Join(',', Enumerable.Range(0, columns).Select(i => $"${i}"))})");
        for (var i = 0; i < columns; i++) command.Parameters.AddWithValue($"${i}", DBNull.Value);
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }

    private void Execute(string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static double Seconds(NodaTime.Instant at) => at.ToUnixTimeTicks() / (double)NodaTime.NodaConstants.TicksPerSecond;
}
