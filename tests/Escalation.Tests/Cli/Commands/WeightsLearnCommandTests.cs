using Escalation.Tests.History;
using Escalation.Tests.Inference;

namespace Escalation.Tests.Cli.Commands;

public sealed class WeightsLearnCommandTests : IDisposable
{
    private static readonly string History = Path.Combine(SomeModel.Repository, "data", "history"), Rules = Path.Combine(SomeModel.Repository, "rules");

    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_proposal_is_a_rules_folder_that_the_next_commands_take_and_nothing_is_overwritten()
    {
        string[] learn = ["weights", "learn", "--history", History, "--rules", Rules, "--out", "proposed"];
        var learned = (await Run(learn)).Ended(0);
        Assert.Contains("triggers.repeat_contact.weight: 1 -> 0.", learned.Output, StringComparison.Ordinal);
        Assert.Contains("proposed: the rules with the proposed policy.json; look at it with 'escalation rules diff ", learned.Output, StringComparison.Ordinal);
        Assert.Contains("~ policy.json: triggers.repeat_contact.weight: 1 -> 0.", (await Run("rules", "diff", Rules, "proposed")).Ended(1).Output, StringComparison.Ordinal);
        (await Run("rules", "check", "proposed")).Ended(0);
        var policy = await File.ReadAllTextAsync(Path.Combine(folder.Path, "proposed", "policy.json"), TestContext.Current.CancellationToken);
        (await Run(learn)).Ended(2).Says("--out: proposed is not an empty folder");
        Assert.Equal(policy, await File.ReadAllTextAsync(Path.Combine(folder.Path, "proposed", "policy.json"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_files_the_database_is_read_and_without_either_it_is_said_what_to_name()
    {
        (await Run("weights", "learn")).Ended(2).Says("--history: no history is named, and there is no database escalation.db");
        folder.Write("few.jsonl",
            """{"type":"message","id":"m1","source":"s","externalId":"1","ticketId":"t1","customerId":"c1","channel":"email","author":"customer","at":"2026-03-02T12:00:00Z","text":"my lawyer will call"}""",
            """{"type":"label","id":"l1","at":"2026-03-02T13:00:00Z","ticketId":"t1","kind":"confirmed","origin":"agent","actor":{"id":"ann","kind":"human"}}""");
        (await Run("import", "--from", "jsonl", "few.jsonl")).Ended(0);
        (await Run("weights", "learn")).Ended(2).Says("escalation.db: 1 labelled ticket in need and 0 not: at least 20 of each are needed");
    }

    private Task<Ran> Run(params string[] args) => EscalationProcess.RunAsync(folder.Path, args);
}
