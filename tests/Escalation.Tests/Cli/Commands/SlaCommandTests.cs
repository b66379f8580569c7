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
