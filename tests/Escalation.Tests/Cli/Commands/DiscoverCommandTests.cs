using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Tests.History;
using NodaTime;

namespace Escalation.Tests.Cli.Commands;

public sealed class DiscoverCommandTests : IDisposable
{
    private const int Days = 20;
    private static readonly Instant Begin = Instant.FromUtc(2026, 3, 2, 8, 0);

    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<Ran> Escalation(params string[] args) => EscalationProcess.RunAsync(folder.Path, args);

    private Task<Ran> Discover(params string[] args) => Escalation(["discover", "--history", "history.jsonl", "--rules", "rules", .. args]);

    /// <summary>On every day one alarm, which people confirm, two broken things, which they dismiss, and a question of which nobody says anything.</summary>
    private void Write()
    {
        var records = new List<HistoryRecord>();
        for (var day = 0; day < Days; day++)
        {
            Say(day, "alarm", "There is an alarm at our site", true);
            Say(day, "one", "It broke again", false);
            Say(day, "two", "Everything broke", false);
            Say(day, "ask", "Where is the alarm clock shop, for a friend?", null);
        }
        records.Sort(HistoryOrder.Instance);
        folder.Write("history.jsonl", [.. records.Select(Lines.Of)]);
        Directory.CreateDirectory(Path.Combine(folder.Path, "rules"));
        folder.Write("rules/signals.json", """
            [{"WorkflowName":"signals","Rules":[
              {"RuleName":"broken","Expression":"keywords.Has(\"broken\")","Properties":{"trigger":"keyword_match","confidence":0.8,"recommendation":"priority_escalation"} },
              {"RuleName":"never","Expression":"contacts.Last7d > 999","Properties":{"trigger":"repeat_contact","confidence":0.5} } ]}]
            """);
        folder.Write("rules/routing.json", """[{"WorkflowName":"routing","Rules":[{"RuleName":"all","Expression":"true","Properties":{"team":"first","priority":"high","slaHours":4,"calendar":"always"} } ]}]""");
        folder.Write("rules/teams.json", """{"teams":{"first":{"name":"1"},"general-escalation":{"name":"G"}}}""");
        folder.Write("rules/policy.json", """{"defaultCalendar":"always"}""");
        folder.Write("rules/keywords.json", """{"classes":{"alarm":{"confidence":0.9,"words":["alarm"]},"broken":{"confidence":0.5,"words":["broke"]} } }""");

        void Say(int day, string what, string text, bool? needed)
        {
            var (id, at) = ($"{what}{day:00}", Begin + Duration.FromDays(day) + Duration.FromMinutes(what.Length));
            records.Add(Some.Message(text, at, "t" + id, "c" + id, id: id));
            if (needed is not { } said) return;
            records.Add(new Label
            {
                Id = "l" + id,
                At = at + Duration.FromHours(1),
                TicketId = new("t" + id),
                MessageId = new(id),
                Kind = said ? LabelKind.Confirmed : LabelKind.Dismissed,
                Needed = said,
                Reason = said ? null : DismissalReason.NotUrgent,
                Actor = new Actor("ann", ActorKind.Human),
                Origin = LabelOrigin.Review,
            });
        }
    }

    [Fact]
    public async Task The_precise_class_is_proposed_and_the_imprecise_rule_is_not()
    {
        Write();
        var report = (await Discover("--json")).Ended(0).Json;
        Assert.Equal(["keywords/alarm"], report.GetProperty("preset").GetProperty("triggers").EnumerateArray().Select(t => t.GetString()));
        var candidates = report.GetProperty("candidates").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);
        Assert.Equal((2 * Days, 0, 2 * Days, 0), Counts(candidates["broken"]));
        Assert.Equal((2 * Days, Days, 0, Days), Counts(candidates["keywords/alarm"]));
        Assert.DoesNotContain("never", candidates.Keys);
        var examples = candidates["keywords/alarm"].GetProperty("examples").EnumerateArray().ToList();
        Assert.Equal(20, examples.Count);
        Assert.All(examples, e => Assert.Equal("alarm", Assert.Single(e.GetProperty("words").EnumerateArray()).GetString()));
        Assert.Equal(["There is an alarm at our site", "Where is the alarm clock shop, for a friend?"], examples.Select(e => e.GetProperty("text").GetString()).Distinct().Order());
        var people = (await Discover()).Ended(0).Output;
        foreach (var expected in (string[])["(confirmed) alarm\n    There is an alarm at our site\n", "Examples of the other"]) Assert.Contains(expected, people, StringComparison.Ordinal);

        static (int, int, int, int) Counts(JsonElement candidate)
        {
            var verdicts = candidate.GetProperty("verdicts");
            int Of(string name) => verdicts.GetProperty(name).GetInt32();
            return (Of("tickets"), Of("needed"), Of("notNeeded"), Of("unknown"));
        }
    }

    [Fact]
    public async Task The_preset_is_a_rules_folder_that_escalates_by_it_alone()
    {
        Write();
        Assert.Contains("<- preset", (await Discover("--out", "narrow")).Ended(0).Output, StringComparison.Ordinal);
        (await Escalation("rules", "check", "narrow")).Ended(0);
        var arm = (await Escalation("replay", "--history", "history.jsonl", "--rules", "narrow", "--json")).Ended(0).Json.GetProperty("arms")[0];
        Assert.Equal(["narrow_alarm"], arm.GetProperty("rulesFired").EnumerateArray().Where(r => r.GetProperty("messages").GetInt64() > 0).Select(r => r.GetProperty("rule").GetString()));
        Assert.Contains("is not an empty folder", (await Discover("--out", "narrow")).Ended(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_known_to_be_precise_nothing_is_proposed()
    {
        Write();
        Assert.Contains("no candidate is known to be precise enough", (await Discover("--least-labels", "500")).Ended(0).Output, StringComparison.Ordinal);
    }
}
