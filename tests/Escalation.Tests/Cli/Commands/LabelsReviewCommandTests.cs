using Escalation.Core.Tickets;
using Escalation.Storage;
using Escalation.Tests.History;

namespace Escalation.Tests.Cli.Commands;

public sealed class LabelsReviewCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_is_reviewed_and_the_answers_stand_beside_what_was_said_before()
    {
        using var folder = new ScratchFolder();
        var history = Path.Combine(Inference.SomeModel.Repository, "data", "history");
        (await EscalationProcess.RunAsync(folder.Path, ["import", "--from", "jsonl", Path.Combine(history, "messages.jsonl"), Path.Combine(history, "labels.jsonl")])).Ended(0);
        var store = new LabelStore(EscalationDatabase.At(Path.Combine(folder.Path, "escalation.db")));
        var before = await store.AllAsync(Cancellation);

        var reviewed = (await EscalationProcess.RunAsync(folder.Path, "labels", "review", "--audit", "20", "--design", "spring", "--queue", "5", "--out", "review.csv", "--json")).Ended(0).Json;
        Assert.True(reviewed.GetProperty("labels").GetInt32() > 50);
        var path = Path.Combine(folder.Path, "review.csv");
        var lines = await File.ReadAllLinesAsync(path, Cancellation);
        Assert.Equal("message_id,ticket_id,channel,at,text,frustrated,needed,note", lines[0]);
        var key = (await File.ReadAllLinesAsync(Path.Combine(folder.Path, "review.key.csv"), Cancellation)).Select(l => l.Split(',')).ToDictionary(c => c[0], c => string.Join(',', c[1..]));
        Assert.Contains(key.Values, k => k.StartsWith("audit,spring,quiet,", StringComparison.Ordinal));
        Assert.Contains("queue,,,", key.Values);

        var messages = reviewed.GetProperty("toJudge").EnumerateArray().Where(i => i.GetProperty("why").GetString() == "audit").Select(i => i.GetProperty("messageId").GetString());
        await File.WriteAllTextAsync(path, $"message_id,frustrated,needed\n{string.Concat(messages.Select(m => $"{m},no,no\n"))}", Cancellation);
        for (var time = 0; time < 2; time++)
            (await EscalationProcess.RunAsync(folder.Path, "labels", "review", "--answers", "review.csv", "--by", "eve")).Ended(0);
        var added = (await store.AllAsync(Cancellation)).Where(l => l.Actor.Id == "eve").ToList();
        Assert.InRange(added.Count, 15, 25);
        Assert.All(added, l => Assert.Equal((LabelOrigin.Audit, "spring", FrustratedAnswer.No, false, null), (l.Origin, l.Audit!.Design, l.Frustrated, l.Needed, l.Shown)));
        Assert.Empty(before.Select(l => l.Id).Except((await store.AllAsync(Cancellation)).Select(l => l.Id)));

        await File.WriteAllTextAsync(path, "message_id,frustrated\nnobody,yes\n", Cancellation);
        (await EscalationProcess.RunAsync(folder.Path, "labels", "review", "--answers", "review.csv")).Ended(2).Says("message_id: nobody is none of those asked in");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "other.key.csv"), "message_id,why,design,stratum,probability\nnobody,queue,,,\n", Cancellation);
        (await EscalationProcess.RunAsync(folder.Path, "labels", "review", "--answers", "review.csv", "--key", "other.key.csv")).Ended(2).Says("no customer's message nobody to judge");
        (await EscalationProcess.RunAsync(folder.Path, "labels", "review", "--database", "none.db")).Ended(2).Says("there is no database none.db");
    }
}
