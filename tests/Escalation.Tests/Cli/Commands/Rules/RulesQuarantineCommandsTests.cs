using Escalation.Core.Decisions;
using Escalation.Storage;
using Escalation.Tests.History;
using NodaTime;

namespace Escalation.Tests.Cli.Commands.Rules;

/// <summary>Quarantined rules by the real executable over a real database.</summary>
public sealed class RulesQuarantineCommandsTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_quarantined_rule_is_listed_and_a_person_ends_it_once_and_says_why()
    {
        Assert.Contains("no rule is quarantined", (await Run("list")).Ended(0).Output, StringComparison.Ordinal);
        var database = EscalationDatabase.At(Path.Combine(folder.Path, "escalation.db"));
        await using (var transaction = await database.BeginAsync(Cancellation))
        {
            await QuarantineStore.StartAsync(transaction, Quarantined("spend"), Cancellation);
            await QuarantineStore.StartAsync(transaction, Quarantined("widgets"), Cancellation);
            Assert.Null(await QuarantineStore.StartAsync(transaction, Quarantined("spend"), Cancellation));          // it is quarantined already
            await transaction.CommitAsync(Cancellation);
        }

        var listed = (await Run("list", "--json")).Ended(0).Json;
        Assert.Equal(["spend", "widgets"], listed.EnumerateArray().Select(q => q.GetProperty("rule").GetString()));
        Assert.Contains("it threw", (await Run("list")).Ended(0).Output, StringComparison.Ordinal);
        (await Run("end", "spent", "--reason", "mended")).Ended(2).Says("spent: no rule of that name is quarantined");
        (await Run("end", "spend", "--reason", " ")).Ended(2).Says("--reason: is blank");
        var ended = (await Run("end", "spend", "--reason", "mended", "--by", "ann", "--json")).Ended(0).Json;
        Assert.Equal(("ann", "mended"), (ended.GetProperty("ended").GetProperty("actor").GetString(), ended.GetProperty("ended").GetProperty("reason").GetString()));
        (await Run("end", "spend", "--reason", "mended")).Ended(2);
        Assert.Equal("widgets", Assert.Single((await Run("list", "--json")).Ended(0).Json.EnumerateArray()).GetProperty("rule").GetString());
        database.Release();
    }

    private static Quarantine Quarantined(string rule) => new(
        new RuleException { Id = "q-" + Guid.NewGuid().ToString("N"), Kind = RuleExceptionKind.Quarantine, Rule = rule, From = Instant.FromUtc(2026, 3, 2, 12, 0), Reason = "it threw", Actor = "serve" }, "key");

    private Task<Ran> Run(params string[] words) => EscalationProcess.RunAsync(folder.Path, ["rules", "quarantine", .. words]);
}
