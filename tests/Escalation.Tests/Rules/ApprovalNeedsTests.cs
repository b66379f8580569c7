using Escalation.Rules;

namespace Escalation.Tests.Rules;

/// <summary>Which changes wait for a second person where the policy asks for one about routing.</summary>
public sealed class ApprovalNeedsTests
{
    private const string Teams = """{"teams":{"general-escalation":{"name":"General","members":["ann"],"note":"n"}}}""";
    private const string Hours = """{"timeZone":"Europe/Berlin","hours":{"mon":[["09:00","17:00"]]}}""";
    private const string Routing = """
        [{"WorkflowName":"routing","Rules":[{"RuleName":"vip","Expression":"customer.IdKnown && lists.Has(\"vip\", customer.Id)","Properties":{"team":"general-escalation","priority":"high","slaHours":4,"calendar":"always"}},
          {"RuleName":"all","Expression":"true","Properties":{"team":"general-escalation","priority":"high","slaHours":4,"calendar":"always"}}]}]
        """;

    [Theory]
    [InlineData("teams.json", "\"ann\"", "\"ann\",\"ben\"", "routing: teams.json changes")]
    [InlineData("teams.json", "\"note\":\"n\"", "\"note\": \"m\"", null)]
    [InlineData("calendars/office.json", "17:00", "18:00", "routing: calendars/office.json changes")]
    [InlineData("policy.json", "\"defaultCalendar\":\"always\"", "\"defaultCalendar\":\"office\"", "routing: the default calendar of policy.json changes")]
    [InlineData("routing.json", "\"slaHours\":4,\"calendar\":\"always\"}},", "\"slaHours\":4,\"calendar\":\"office\"}},", "routing: the routing rules or their tables change")]
    [InlineData("lists/vip.csv", "c1", "c2", "routing: the routing rules or their tables change")]
    [InlineData("signals.json", "> 2", "> 3", null)]
    public void Routing_is_its_rules_teams_and_calendars(string path, string old, string replacement, string? need)
    {
        var files = Files("""{"defaultCalendar":"always","approval":{"routing":true}}""");
        Assert.Contains(old, files[path], StringComparison.Ordinal);
        var changed = files.ToDictionary(f => f.Key, f => f.Key == path ? f.Value.Replace(old, replacement, StringComparison.Ordinal) : f.Value, StringComparer.Ordinal);
        Assert.Equal(need is null ? [] : [need], ApprovalNeeds.Of(Loaded(files), Loaded(changed)));
        changed["policy.json"] = changed["policy.json"].Replace("true", "false", StringComparison.Ordinal);
        files["policy.json"] = files["policy.json"].Replace("true", "false", StringComparison.Ordinal);
        Assert.Empty(ApprovalNeeds.Of(Loaded(files), Loaded(changed)));
    }

    private static Dictionary<string, string> Files(string policy) => new(StringComparer.Ordinal)
    {
        ["signals.json"] = """[{"WorkflowName":"signals","Rules":[{"RuleName":"again","Expression":"contacts.Last7d > 2","Properties":{"trigger":"repeat_contact","confidence":0.8}}]}]""",
        ["routing.json"] = Routing,
        ["teams.json"] = Teams,
        ["policy.json"] = policy,
        ["calendars/office.json"] = Hours,
        ["lists/vip.csv"] = "value\nc1\n",
    };

    private static RuleSet Loaded(Dictionary<string, string> files)
    {
        var loaded = RuleSetLoader.Load(RuleFiles.Of(files.ToDictionary(f => f.Key, f => System.Text.Encoding.UTF8.GetBytes(f.Value), StringComparer.Ordinal), "test"));
        Assert.True(loaded.RuleSet is not null, string.Join('\n', loaded.Problems));
        return loaded.RuleSet;
    }
}
