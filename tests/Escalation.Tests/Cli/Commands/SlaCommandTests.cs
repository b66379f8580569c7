using Escalation.Tests.History;

namespace Escalation.Tests.Cli.Commands;

public sealed class SlaCommandTests : IDisposable
{
    private const string Berlin = """{"timeZone":"Europe/Berlin","hours":{"fri":[["09:00","17:00"]],"mon":[["09:00","17:00"]]},"holidays":[]}""";

    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<Ran> Run(params string[] args) => EscalationProcess.RunAsync(folder.Path, args);

    [Fact]
    public async Task A_calendar_is_explained_piece_by_piece_in_its_own_time()
    {
        var file = folder.Write("berlin.json", Berlin);
        var json = (await Run("sla", "explain", "--calendar", file, "--start", "2026-03-27T15:00:00+01:00", "--hours", "4", "--json")).Ended(0).Json;
        Assert.Equal("2026-03-30T09:00:00.000Z", json.GetProperty("deadline").GetString());
        Assert.Equal(14_400, json.GetProperty("segments").EnumerateArray().Sum(s => s.GetProperty("countedSeconds").GetDouble()));
        var text = (await Run("sla", "explain", "--calendar", file, "--start", "2026-03-27T15:00:00+01:00", "--hours", "4")).Ended(0).Output;
        Assert.Contains("closed; the clocks go forward 1 h", text, StringComparison.Ordinal);
        Assert.Contains("due Mon 2026-03-30 11:00:00 +02", text, StringComparison.Ordinal);
        Assert.Equal("2026-03-27T18:00:00.000Z", (await Run("sla", "explain", "--calendar", "always", "--start", "2026-03-27T14:00:00Z", "--hours", "4", "--json")).Ended(0).Json.GetProperty("deadline").GetString());
    }

    [Fact]
    public async Task Who_is_on_call_follows_shifts_and_exit_1_says_that_nobody_is()
    {
        folder.Write("shifts.jsonl", """{"type":"shift","agentId":"nora","team":"legal","from":"2026-03-07T20:00:00Z","to":"2026-03-08T06:00:00Z"}""");
        (await Run("import", "--from", "jsonl", "shifts.jsonl", "--database", "escalation.db")).Ended(0);
        var json = (await Run("sla", "oncall", "--team", "legal", "--at", "2026-03-07T22:00:00Z", "--json")).Ended(0).Json;
        var person = Assert.Single(json.GetProperty("onCall").EnumerateArray().ToList());
        Assert.Equal(("nora", "shift", "2026-03-08T06:00:00.000Z"), (person.GetProperty("who").GetString(), person.GetProperty("reason").GetString(), person.GetProperty("until").GetString()));
        Assert.Contains("the team's hours are open", (await Run("sla", "oncall", "--team", "legal", "--at", "2026-03-09T15:00:00Z")).Ended(0).Output, StringComparison.Ordinal);
        Assert.Contains("nobody is on call for legal", (await Run("sla", "oncall", "--team", "legal", "--at", "2026-03-08T12:00:00Z")).Ended(1).Output, StringComparison.Ordinal);
        (await Run("sla", "oncall", "--team", "leagl")).Ended(2).Says("leagl", "legal");
        (await Run("sla", "oncall", "--team", "legal", "--at", "soon")).Ended(2).Says("--at: ");
        (await Run("sla", "oncall", "--team", "legal", "--database", "none.db")).Ended(2).Says("there is no such database");
    }

    [Fact]
    public async Task What_is_wrong_is_named_with_its_place()
    {
        (await Run("sla", "explain")).Ended(2).Says("--ticket T", "--calendar F");
        (await Run("sla", "explain", "--ticket", "t1", "--calendar", "always")).Ended(2).Says("either");
        (await Run("sla", "explain", "--calendar", "always")).Ended(2).Says("--start T and --hours H");
        (await Run("sla", "explain", "--calendar", "always", "--start", "soon", "--hours", "1")).Ended(2).Says("--start: ");
        (await Run("sla", "explain", "--calendar", "always", "--start", "2026-03-27", "--hours", "-1")).Ended(2).Says("--hours: ");
        (await Run("sla", "explain", "--calendar", "nights", "--start", "2026-03-27", "--hours", "1")).Ended(2).Says("nights", "always, business");
        var file = folder.Write("wrong.json", "{\"timeZone\":\"Europe/Berlin\",", "\"hours\":{\"mon\":[[\"09:00\",\"25:00\"]]}}");
        (await Run("sla", "explain", "--calendar", file, "--start", "2026-03-27", "--hours", "1")).Ended(2).Says("wrong.json(2,", "25:00");
        (await Run("sla", "explain", "--ticket", "t1")).Ended(2).Says("there is no such database");
    }
}
