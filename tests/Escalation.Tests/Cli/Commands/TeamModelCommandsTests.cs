using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Escalation.Rules;
using Escalation.Tests.History;
using Escalation.Tests.Trainer;

namespace Escalation.Tests.Cli.Commands;

/// <summary>A team model from its CSV to the route of a message, as a person goes.</summary>
public sealed class TeamModelCommandsTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Right_teams_are_learned_promoted_routed_by_and_replayed()
    {
        folder.Write("teams.csv", SomeTeams.Csv(SomeTeams.Rows(600)).Replace(",billing,", ",cards,", StringComparison.Ordinal));
        var trained = (await Run("train", "--target", "team", "--data", "teams.csv", "--label-column", "team", "--out", "models", "--trials", "2", "--json")).Ended(0);
        var version = trained.Json.GetProperty("version").GetString()!;
        Assert.True(trained.Json.GetProperty("card").GetProperty("classMetrics")[0].GetProperty("evaluation").GetProperty("accuracy").GetProperty("value").GetDouble() > .9);
        (await Run("train", "--target", "team", "--data", "teams.csv", "--label-column", "taem", "--out", "models")).Ended(2).Says("no column 'taem', did you mean 'team'?");

        var evaluated = (await Run("models", "evaluate", "--target", "team", "--data", "teams.csv", "--label-column", "team", "--json")).Ended(0).Says("trained on these very rows");
        Assert.Equal((600, 3), (evaluated.Json.GetProperty("n").GetInt32(), evaluated.Json.GetProperty("classes").GetInt32()));
        folder.Write("some.csv", "id,text\n7,my invoice is wrong\n8,zzz qqq\n9,\n");
        var predicted = (await Run("models", "predict", "--target", "team", "--data", "some.csv")).Ended(0);
        Assert.Equal("id,team,confidence,cards,shipping,support", predicted.Lines[0]);
        Assert.StartsWith("7,cards,", predicted.Lines[1], StringComparison.Ordinal);
        Assert.Equal("9,,,,,", predicted.Lines[3]);

        folder.Write("few.jsonl", With("""{"id":"1","text":"my invoice shows 0 twice"}""", 1), With("""{"id":"2","text":"quite another matter"}""", 2));
        var held = (await Run("models", "promote", "--target", "team", "--model", version, "--data", "teams.csv", "--label-column", "team", "--database", "none.db", "--history", "few.jsonl")).Ended(1);
        Assert.Contains("there is no champion to compare with", held.Output, StringComparison.Ordinal);
        Assert.Contains("2 customer messages", held.Output, StringComparison.Ordinal);
        Assert.Contains("; the candidate learned 1 of these messages, on which decisions are better than on new ones", held.Output, StringComparison.Ordinal);
        (await Run("models", "promote", "--target", "team", "--model", version, "--force", "--reason", "the first", "--database", "none.db")).Ended(0);
        Assert.Contains($"team    {version}  yes", (await Run("models", "list", "--target", "team")).Ended(0).Output, StringComparison.Ordinal);
        var drift = (await Run("models", "drift", "--target", "team", "--data", "teams.csv", "--reference", "teams.csv", "--label-column", "team", "--json")).Ended(0);
        Assert.False(drift.Json.GetProperty("inputs").GetBoolean() || drift.Json.GetProperty("labels").GetBoolean());
        Assert.Contains("Teams that it may name: cards, shipping, support.", (await Run("models", "show", "--target", "team")).Ended(0).Output, StringComparison.Ordinal);

        WriteRules();
        (await Run("rules", "check", "rules")).Ended(0);
        const string threat = "My lawyer will call you. ";
        var input = $"{{\"id\":\"1\",\"text\":\"{threat}My invoice shows 12 twice, please refund the charge\"}}\n{{\"id\":\"2\",\"text\":\"{threat}Parcel 12 has not been delivered, where is my delivery\"}}\n";
        var teams = (await EscalationProcess.RunAsync(folder.Path, input, ["decide", "-", "--rules", "rules", "--models", "models"])).Ended(0).Lines.Select(TeamOf).ToList();
        Assert.Equal("billing", teams[0]);              // cards is a specialty of that team
        Assert.NotEqual("billing", teams[1]);           // another team is named: the rules route

        folder.Write("history.jsonl", [.. input.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, i) => With(line, i))]);
        var replayed = (await Run("replay", "--history", "history.jsonl", "--models", "models", "--arm", "with=rules:rules", "--arm", $"named=rules:rules,team:{version}", "--json")).Ended(0);
        Assert.All(replayed.Json.GetProperty("arms").EnumerateArray(), a => Assert.StartsWith(version, a.GetProperty("team").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_team_model_its_facts_are_unknown_and_nothing_is_said()
    {
        WriteRules();
        var ran = (await EscalationProcess.RunAsync(folder.Path, "{\"text\":\"My lawyer will call you about my invoice\"}\n", ["decide", "-", "--rules", "rules"])).Ended(0);
        Assert.Equal("", ran.Error);
        Assert.NotNull(TeamOf(ran.Lines[0]));
        (await Run("models", "show", "--target", "team", "--models", "models")).Ended(2).Says("no team model; train one with 'escalation train --target team'");
    }

    private static string With(string line, int i)
    {
        var message = JsonNode.Parse(line)!.AsObject();
        foreach (var (key, value) in new[] { ("source", "s"), ("externalId", $"{i}"), ("ticketId", $"t{i}"), ("customerId", $"c{i}"), ("channel", "email"), ("author", "customer"), ("at", $"2026-03-02T12:0{i}:00Z"), ("type", "message") }) message[key] = value;
        return message.ToJsonString();
    }

    private static string? TeamOf(string line) => JsonDocument.Parse(line).RootElement.GetProperty("route").GetProperty("team").GetString();

    /// <summary>The embedded rules with one routing rule more, before all others.</summary>
    private void WriteRules()
    {
        const string rule = """
            "Rules": [
              { "RuleName": "predicted_billing", "Expression": "team.Available && team.Predicted == \"billing\" && team.Confidence > 0.5",
                "Properties": { "team": "billing", "priority": "high", "slaHours": 4, "calendar": "business" } },
            """;
        foreach (var (name, content) in RuleFiles.BuiltIn().Content.Where(f => !f.Key.StartsWith("tests/", StringComparison.Ordinal)))
        {
            var file = Path.Combine(folder.Path, "rules", name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, name == "routing.json" ? Encoding.UTF8.GetString(content).Replace("\"Rules\": [", rule, StringComparison.Ordinal) : Encoding.UTF8.GetString(content));
        }
    }

    private Task<Ran> Run(params string[] args) => EscalationProcess.RunAsync(folder.Path, args);
}
