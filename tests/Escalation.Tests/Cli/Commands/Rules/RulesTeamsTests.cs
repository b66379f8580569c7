using System.Text.Json;
using Escalation.Tests.History;

namespace Escalation.Tests.Cli.Commands.Rules;

/// <summary><c>rules teams</c>: teams, agents and help-desk groups from a CSV.</summary>
public sealed class RulesTeamsTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_table_adds_to_what_is_there_and_again_changes_nothing()
    {
        folder.Write("agents.csv", "team,member,group,name,calendar,specialty", "on-call,anna@acme.com,Night Shift,,,", "on-call,Anna@acme.com,,,,", "payments,bob@acme.com,\"Payments, EU\",Payments,business,", "payments,carl@acme.com,4711,,,card-fraud");
        var made = (await Run("rules", "teams", "agents.csv", "--out", "one", "--json")).Ended(0).Json;
        Assert.Equal((4, "payments", "on-call"), (made.GetProperty("accepted").GetInt32(), made.GetProperty("made")[0].GetString(), made.GetProperty("changed")[0].GetString()));
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Path, "one", "teams.json")));
        var teams = document.RootElement.GetProperty("teams");
        Assert.Equal(["anna@acme.com"], Texts(teams.GetProperty("on-call").GetProperty("members")));
        Assert.Equal(("Payments", "business"), (teams.GetProperty("payments").GetProperty("name").GetString(), teams.GetProperty("payments").GetProperty("calendar").GetString()));
        Assert.Equal(["Payments, EU", "4711"], Texts(teams.GetProperty("payments").GetProperty("helpDeskGroups")));
        Assert.Equal("payments", document.RootElement.GetProperty("specialties").GetProperty("card-fraud").GetString());
        Assert.Contains("0 teams made, 0 changed", (await Run("rules", "teams", "agents.csv", "one", "--out", "two")).Ended(0).Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Path.Combine(folder.Path, "one", "teams.json")), File.ReadAllText(Path.Combine(folder.Path, "two", "teams.json")));
        (await Run("rules", "check", "two")).Ended(0);
        (await Run("rules", "teams", "agents.csv", "one", "--out", "two")).Ended(2).Says("--out: two is not an empty folder");
    }

    [Fact]
    public async Task A_row_with_a_problem_is_named_with_its_place_and_the_others_are_taken()
    {
        folder.Write("agents.csv", "team,group,name,calendar,specialty,member", "on-call,Night,,,,", "executive,night,Changed,,,eve@acme.com", "Sales Team,,,,,", ",x,,,,", "new,,A,,vaults,", "new,,B,,,", "on-call,a,b,c,d,e,f", "new,,,moon,,", "vaults,,,,,", "on-call,,,,new,", "new,,,,,nia@acme.com");
        var ran = (await Run("rules", "teams", "agents.csv", "--out", "one", "--json")).Ended(2);
        ran.Says(
            "agents.csv(3,11): executive: the group \"night\" belongs to on-call", "agents.csv(4,1): Sales Team: a team's id", "agents.csv(5,1): \"team\" is blank", "agents.csv(7,6): new: \"name\" is \"B\" here and \"A\"",
            "agents.csv(8,19): this row has 7 columns", "agents.csv(9,7): new: there is no calendars/moon.json", "agents.csv(10,1): vaults: \"vaults\" is a specialty of new", "agents.csv(11,12): on-call: \"new\" is a team itself");
        Assert.Equal((11, 3), (ran.Json.GetProperty("read").GetInt32(), ran.Json.GetProperty("accepted").GetInt32()));
        Assert.Equal([(3, 11), (4, 1), (5, 1), (7, 6), (8, 19), (9, 7), (10, 1), (11, 12)], ran.Json.GetProperty("rejected").EnumerateArray().Select(r => (r.GetProperty("line").GetInt32(), r.GetProperty("column").GetInt32())));
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Path, "one", "teams.json")));
        var teams = document.RootElement.GetProperty("teams");
        Assert.Equal(("A", "nia@acme.com"), (teams.GetProperty("new").GetProperty("name").GetString(), teams.GetProperty("new").GetProperty("members")[0].GetString()));
        Assert.DoesNotContain("eve@acme.com", document.RootElement.GetRawText(), StringComparison.Ordinal);
        (await Run("rules", "check", "one")).Ended(0);
    }

    [Fact]
    public async Task Where_nothing_can_be_taken_nothing_is_written()
    {
        folder.Write("odd.csv", "team,colour", "a,b");
        (await Run("rules", "teams", "odd.csv", "--out", "one")).Ended(2).Says("odd.csv(1,1): the first line must be a header");
        folder.Write("late.csv", "team,calendar", "on-call,moon");
        (await Run("rules", "teams", "late.csv", "--out", "one")).Ended(2).Says("late.csv(2,9): on-call: there is no calendars/moon.json");
        (await Run("rules", "teams", "gone.csv", "--out", "one")).Ended(2).Says("gone.csv: file: is not there");
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "one")));
    }

    private static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(t => t.GetString());

    private Task<Ran> Run(params string[] args) => EscalationProcess.RunAsync(folder.Path, args);
}
