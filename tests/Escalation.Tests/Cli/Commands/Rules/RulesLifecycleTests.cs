using System.Text.Json;
using Escalation.Tests.History;

namespace Escalation.Tests.Cli.Commands.Rules;

/// <summary>Rule sets on their way into force, by the real executable over a real database.</summary>
public sealed class RulesLifecycleTests : IDisposable
{
    private const string Loud = """{"RuleName":"loud","Expression":"message.Shouting","Properties":{"trigger":"keyword_match","confidence":0.9,"recommendation":"priority_escalation","mustEscalate":true}}""";
    private const string Again = """{"RuleName":"again","Expression":"contacts.Last7d > 2","Properties":{"trigger":"repeat_contact","confidence":0.8}}""";

    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_snooze_is_recorded_listed_and_ended_early_and_a_mistake_is_named()
    {
        Write("one", [Loud, Again]);
        (await Run("snooze", "again", "--customer", "c1", "--until", "2099-01-01", "--reason", "r")).Ended(2).Says("no rule set is active");
        (await Run("promote", "one")).Ended(0);
        (await Run("snooze", "agian", "--customer", "c1", "--until", "2099-01-01", "--reason", "r")).Ended(2).Says("did you mean \"again\"?");
        (await Run("snooze", "again", "--until", "2099-01-01", "--reason", "r")).Ended(2).Says("name exactly one of the two");
        (await Run("snooze", "again", "--customer", "c1", "--until", "2020-01-01", "--reason", "r")).Ended(2).Says("--until: ", "is not after now");
        (await Run("snooze", "all", "--customer", "c1", "--until", "2099-01-01", "--reason", "r")).Ended(2).Says("is a routing rule");
        (await Run("snooze", "loud", "--customer", "c1", "--until", "2099-01-01", "--reason", "r")).Ended(2).Says("must escalate", "--must-escalate");
        (await Run("snooze", "loud", "--customer", "c1", "--until", "2099-01-01", "--reason", "r", "--must-escalate")).Ended(0);

        var snoozed = (await Run("snooze", "again", "--product", "checkuot", "--until", "2099-01-01T10:00:00+02:00", "--reason", "known fault", "--by", "ann", "--json")).Ended(0).Says("no product \"checkuot\"");
        Assert.Equal(("snooze", "again", "checkuot", "2099-01-01T08:00:00.000Z", "ann"), (Text(snoozed.Json, "kind"), Text(snoozed.Json, "rule"), Text(snoozed.Json, "product"), Text(snoozed.Json, "until"), Text(snoozed.Json, "actor")));
        var id = Text(snoozed.Json, "id");
        Assert.Equal(2, (await Run("snoozes", "--json")).Ended(0).Json.GetProperty("items").GetArrayLength());
        (await Run("unsnooze", id, "--reason", "mended", "--by", "ben")).Ended(0);
        (await Run("unsnooze", id, "--reason", "again")).Ended(2).Says("there is no snooze");
        Assert.Equal(1, (await Run("snoozes", "--json")).Ended(0).Json.GetProperty("items").GetArrayLength());
        var over = (await Run("snoozes", "--all", "--json")).Ended(0).Json.GetProperty("items")[1];
        Assert.Equal((false, "ben", "mended"), (over.GetProperty("inForce").GetBoolean(), Text(over.GetProperty("ended"), "actor"), Text(over.GetProperty("ended"), "reason")));
    }

    [Fact]
    public async Task Of_two_processes_that_promote_at_once_one_is_told_who_came_first_and_what_to_do()
    {
        Write("one", [Again]);
        Write("two", [Again.Replace("> 2", "> 3", StringComparison.Ordinal)]);
        Write("three", [Again.Replace("> 2", "> 4", StringComparison.Ordinal)]);
        var seen = Text((await Run("promote", "one", "--json")).Ended(0).Json, "version");
        var both = await Task.WhenAll(Run("promote", "two", "--by", "ann", "--reason", "ann's reason", "--expect", seen[..12]), Run("promote", "three", "--by", "ben", "--reason", "ben's reason", "--expect", seen[..12]));
        Assert.Equal([0, 1], both.Select(r => r.Exit).Order());
        var (first, told) = both[0].Exit == 0 ? ("ann", both[1]) : ("ben", both[0]);
        told.Ended(1).Says($"{first} made ", $"({first}'s reason)", $"this was meant for {seen[..12]}", "escalation rules diff", "promote them again");
        var versions = (await Run("versions", "--json")).Ended(0).Json;
        Assert.Equal((2, first), (versions.GetArrayLength(), Text(versions[0], "actor")));
    }

    [Fact]
    public async Task Rules_that_must_escalate_and_routing_wait_for_a_second_person_where_the_policy_says_so()
    {
        const string Asking = """{"defaultCalendar":"always","approval":{"mustEscalate":true,"routing":true}}""";
        Write("one", [Loud, Again], Asking);
        Write("harmless", [Loud, Again.Replace("> 2", "> 3", StringComparison.Ordinal)], Asking);
        Write("quiet", [Loud.Replace("message.Shouting", "message.Shouting && message.WordCount > 3", StringComparison.Ordinal), Again], Asking);
        Write("sly", [Again], """{"defaultCalendar":"always"}""");
        Write("routed", [Loud, Again], Asking, slaHours: 8);
        (await Run("promote", "one", "--by", "ann")).Ended(0);
        (await Run("promote", "harmless", "--by", "ann")).Ended(0);
        Assert.Equal(2, (await Run("versions", "--json")).Ended(0).Json.GetArrayLength());

        var sly = (await Run("promote", "sly", "--by", "ann", "--json")).Ended(0).Json;
        Assert.Equal((false, true), (sly.GetProperty("activated").GetBoolean(), sly.GetProperty("pending").GetBoolean()));
        Assert.Equal(["mustEscalate: loud", "approval: policy.json asks for a second person less often than before"], sly.GetProperty("needs").EnumerateArray().Select(n => n.GetString()));
        Assert.Equal("routing: the routing rules or their tables change", Assert.Single((await Run("promote", "routed", "--dry-run", "--json")).Ended(0).Json.GetProperty("needs").EnumerateArray()).GetString());

        var proposed = (await Run("promote", "quiet", "--by", "ann", "--reason", "less noise")).Ended(0);
        Assert.Contains("waits for a second person", proposed.Output, StringComparison.Ordinal);
        var waiting = (await Run("versions", "--json")).Ended(0).Json[2];
        Assert.Equal((true, "ann", false), (waiting.GetProperty("pending").GetBoolean(), Text(waiting, "author"), waiting.GetProperty("outdated").GetBoolean()));
        var version = Text(waiting, "version");

        (await Run("rollback", "--to", version[..12])).Ended(2).Says("was never active");
        (await Run("approve", version[..12], "--by", " Ann ")).Ended(1).Says("cannot approve it too");
        var approved = (await Run("approve", version[..12], "--by", "ben", "--json")).Ended(0).Json;
        Assert.Equal((true, "ben"), (approved.GetProperty("activated").GetBoolean(), Text(approved, "approvedBy")));
        (await Run("approve", version[..12], "--by", "ben")).Ended(2).Says("no such version waits");
        (await Run("approve", Text(sly, "version")[..12], "--by", "ben")).Ended(1).Says("ann made ", "nothing was done");
        (await Run("withdraw", Text(sly, "version")[..12], "--by", "ann")).Ended(2).Says("--reason");
        Assert.Contains("waits no more: withdrawn by ann, not meant so", (await Run("withdraw", Text(sly, "version")[..12], "--by", "ann", "--reason", "not meant so")).Ended(0).Output, StringComparison.Ordinal);
        (await Run("withdraw", Text(sly, "version")[..12], "--by", "ann", "--reason", "again")).Ended(2).Says("no such version waits");

        (await Run("rollback", "--by", "ann")).Ended(0);
        (await Run("promote", "quiet", "--by", "ann")).Ended(0);
        var versions = (await Run("versions", "--json")).Ended(0).Json;
        Assert.Equal(version, Text(versions[0], "version"));
    }

    [Fact]
    public async Task Check_and_list_say_which_rules_are_past_their_dates()
    {
        Write("dated", [Again.Replace("0.8", "0.8,\n  \"stage\":\"shadow\",\"effectiveFrom\":\"2020-01-01\",\"effectiveTo\":\"2020-02-01\"", StringComparison.Ordinal)]);
        (await Run("check", "dated")).Ended(0).Says("signals.json(2,63): warning: again: its shadow run ended at 2020-02-01T00:00:00Z");
        var rule = (await Run("list", "dated", "--json")).Ended(0).Json[0];
        Assert.Equal(("2020-01-01T00:00:00.000Z", "2020-02-01T00:00:00.000Z"), (Text(rule, "effectiveFrom"), Text(rule, "effectiveTo")));
    }

    [Fact]
    public async Task Replay_takes_a_stored_version_and_honours_dates_and_recorded_snoozes_where_it_is_told_to()
    {
        const string Once = """{"RuleName":"once","Expression":"contacts.Last7d > 0","Properties":{"trigger":"keyword_match","confidence":0.9}}""";
        Write("plain", [Once]);
        Write("dated", [Once.Replace("0.9", "0.9,\"effectiveTo\":\"2099-02-01\"", StringComparison.Ordinal)]);
        var version = Text((await Run("promote", "plain", "--json")).Ended(0).Json, "version");
        (await Run("snooze", "once", "--customer", "c1", "--until", "2099-12-31", "--reason", "r")).Ended(0);
        folder.Write("history.jsonl", """{"type":"message","id":"m1","source":"s","externalId":"m1","ticketId":"t1","customerId":"c1","channel":"email","author":"customer","at":"2099-03-02T12:00:00Z","text":"Where is my order?"}""");
        Assert.Equal(1, await RateAsync("dated"));
        Assert.Equal(0, await RateAsync("dated", "--effective-dates"));
        Assert.Equal(1, await RateAsync("plain", "--effective-dates"));
        Assert.Equal(0, await RateAsync("plain", "--exceptions"));
        Assert.Equal(1, await RateAsync(version[..12]));
        (await EscalationProcess.RunAsync(folder.Path, "replay", "--history", "history.jsonl", "--rules", "0123456789ab")).Ended(2).Says("0123456789ab: there is no such rules folder, and no stored version begins so");

        async Task<double> RateAsync(string rules, params string[] more)
        {
            var ran = await EscalationProcess.RunAsync(folder.Path, ["replay", "--history", "history.jsonl", "--rules", rules, "--json", .. more]);
            return ran.Ended(0).Json.GetProperty("arms")[0].GetProperty("metrics").GetProperty("escalationRate").GetProperty("value").GetDouble();
        }
    }

    private Task<Ran> Run(params string[] args) => EscalationProcess.RunAsync(folder.Path, ["rules", .. args]);

    private void Write(string name, string[] signals, string policy = """{"defaultCalendar":"always"}""", int slaHours = 4)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder.Path, name)).FullName;
        File.WriteAllText(Path.Combine(home, "signals.json"), $$"""[{"WorkflowName":"signals","Rules":[{{string.Join(',', signals)}}]}]""");
        File.WriteAllText(Path.Combine(home, "routing.json"),
            $$$"""[{"WorkflowName":"routing","Rules":[{"RuleName":"all","Expression":"true","Properties":{"team":"general","priority":"high","slaHours":{{{slaHours}}},"calendar":"always"}}]}]""");
        File.WriteAllText(Path.Combine(home, "teams.json"), """{"teams":{"general":{"name":"General"}}}""");
        File.WriteAllText(Path.Combine(home, "policy.json"), policy);
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
