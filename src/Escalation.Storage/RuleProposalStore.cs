using Escalation.Core.Decisions;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>A rule set that waits, or waited, for a second person's approval.</summary>
/// <param name="Number">From 1, in order.</param>
/// <param name="Version">The rule set, stored whole.</param>
/// <param name="InForce">Number of the activation that it was proposed against: it can become active only after that one.</param>
/// <param name="At">When.</param>
/// <param name="Author">Who proposed it, and so cannot approve it.</param>
/// <param name="Reason">Why, in their words.</param>
/// <param name="Needs">What asks for a second person, a line each.</param>
/// <param name="Changes">What it changes, a line each.</param>
/// <param name="Consequences">What it was shown to do, as JSON.</param>
/// <param name="Approved">Number of the activation that it became; null = not approved.</param>
public sealed record RuleProposal(
    int Number, RuleSetVersion Version, int InForce, Instant At, string Author, string Reason, string Needs, string Changes, string Consequences, int? Approved);

/// <summary>Rule sets that wait for a second person.</summary>
/// <remarks>Thread-safe. Nothing here decides: a proposal is served only once it became an activation.</remarks>
public sealed class RuleProposalStore(EscalationDatabase database)
{
    private const string All = "SELECT number, version, in_force, at_ms, author, reason, needs, changes, consequences, approved FROM rule_proposals";
    private const string Waits = "approved IS NULL AND withdrawn_at_ms IS NULL";

    /// <summary>Records a proposal whose version is stored.</summary>
    /// <returns>It with its number.</returns>
    public static async Task<RuleProposal> AddAsync(WriteTransaction transaction, RuleProposal proposal, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO rule_proposals (number, version, in_force, at_ms, author, reason, needs, changes, consequences)
            VALUES (@Number, @Version, @InForce, @AtMs, @Author, @Reason, @Needs, @Changes, @Consequences)
            """;
        var numbered = proposal with { Number = await transaction.QueryFirstAsync<int>("SELECT COALESCE(MAX(number), 0) + 1 FROM rule_proposals", null, cancellation) };
        await transaction.ExecuteAsync(sql, Row.From(numbered), cancellation);
        return numbered;
    }

    /// <summary>Notes the activation that a proposal became.</summary>
    /// <returns>False, and nothing done, where it does not wait any more.</returns>
    public static async Task<bool> ApproveAsync(WriteTransaction transaction, int number, int activation, CancellationToken cancellation) =>
        await transaction.ExecuteAsync($"UPDATE rule_proposals SET approved = @activation WHERE number = @number AND {Waits}", new { number, activation }, cancellation) == 1;

    /// <summary>Takes back every proposal of a version that waits.</summary>
    /// <returns>How many those were.</returns>
    public static Task<int> WithdrawAsync(WriteTransaction transaction, RuleSetVersion version, Instant at, CancellationToken cancellation) =>
        transaction.ExecuteAsync($"UPDATE rule_proposals SET withdrawn_at_ms = @AtMs WHERE version = @Version AND {Waits}", new { Version = version.Value, AtMs = Ms(at) }, cancellation);

    /// <summary>Proposals that are neither approved nor withdrawn, the newest first.</summary>
    public async Task<IReadOnlyList<RuleProposal>> OpenAsync(CancellationToken cancellation) =>
        [.. (await database.QueryAsync<Row>($"{All} WHERE {Waits} ORDER BY number DESC", null, cancellation)).Select(r => r.ToProposal())];

    private sealed class Row
    {
        public int Number { get; init; }
        public string Version { get; init; } = "";
        public int InForce { get; init; }
        public long AtMs { get; init; }
        public string Author { get; init; } = "";
        public string Reason { get; init; } = "";
        public string Needs { get; init; } = "";
        public string Changes { get; init; } = "";
        public string Consequences { get; init; } = "";
        public int? Approved { get; init; }

        public static Row From(RuleProposal p) => new()
        {
            Number = p.Number,
            Version = p.Version.Value,
            InForce = p.InForce,
            AtMs = Ms(p.At),
            Author = p.Author,
            Reason = p.Reason,
            Needs = p.Needs,
            Changes = p.Changes,
            Consequences = p.Consequences,
        };

        public RuleProposal ToProposal() => new(Number, new(Version), InForce, At(AtMs), Author, Reason, Needs, Changes, Consequences, Approved);
    }
}
