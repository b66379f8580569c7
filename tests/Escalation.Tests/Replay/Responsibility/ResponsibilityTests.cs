using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.Replay;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;
using Escalation.Replay.Reports;
using Escalation.Replay.Responsibility;
using Escalation.Tests.History;
using Escalation.Tests.Replay.Analysis;
using NodaTime;
using static Escalation.Tests.SomeRules;

namespace Escalation.Tests.Replay.Responsibility;

public sealed class ResponsibilityTests
{
    private const string Angry = "This is a disgrace, I am furious and I want my money back right now!";

    private static readonly ReplayOptions Options = new() { Workers = 1 };

    private static readonly string Never = Signal("never", "contacts.Last7d > 999", "repeat_contact", .5);

    [Fact]
    public void A_rule_that_was_changed_is_named_and_those_that_changed_too_without_effect_are_not() => Assert.Equal(
        "rule words",
        By(Of(Signal("words", "message.WordCount > 90", "repeat_contact", .7), Never), Of(Signal("words", "message.WordCount > 2", "repeat_contact", .7), Signal("never", "contacts.Last7d > 998", "repeat_contact", .5))));

    [Fact]
    public void A_rule_that_was_taken_out_is_named() =>
        Assert.Equal("rule words", By(Of(Signal("words", "message.WordCount > 2", "repeat_contact", .7), Never), Of(Never)));

    [Fact]
    public void Two_rules_that_each_do_it_are_named_as_such() => Assert.Equal(
        "rule words or rule long, each alone",
        By(Of(Never), Of(Signal("words", "message.WordCount > 2", "repeat_contact", .7), Signal("long", "message.WordCount > 3", "repeat_contact", .7), Never)));

    [Fact]
    public void Two_rules_that_only_do_it_together_are_named_as_such() => Assert.Equal(
        "rule words + rule long, only together",      // 1 - .5 x (1 - .8 x .5) = .7: priority, where each alone is monitor
        By(Of(Never, Signal("other", "contacts.Last7d > 999", "keyword_match", .5)),
            Of(Signal("words", "message.WordCount > 2", "repeat_contact", .5), Signal("long", "message.WordCount > 3", "business_impact", .5), Signal("other", "contacts.Last7d > 998", "keyword_match", .5), Never)));

    [Fact]
    public void A_rule_and_the_word_list_that_it_cannot_load_without_are_named_together() => Assert.Equal(
        "keywords refund + rule refund, only together",
        By(Of([Never], null, Words("other", "nowhere")), Of([Never.Replace("999", "998", StringComparison.Ordinal), Signal("refund", "keywords.Has('refund')", "keyword_match", .9)], null, Words("other", "nowhere", "refund", "money back"))));

    [Fact]
    public void A_keyword_class_a_policy_value_and_a_list_are_parts()
    {
        Assert.Equal("keywords other", By(Of([Never], null, Words("other", "nowhere", trigger: "legal_or_compliance")), Of([Never], null, Words("other", "disgrace", trigger: "legal_or_compliance"))));
        var rule = Signal("words", "message.WordCount > 2", "repeat_contact", .7);
        Assert.Equal("policy thresholds", By(Of([rule], null, Policy("""{"defaultCalendar":"always","thresholds":{"priority":0.75}}""")), Of([rule], null, Policy("""{"defaultCalendar":"always","slowHours":30}"""))));
        Assert.Equal("policy triggers.repeat_contact", By(
            Of([rule], null, Policy("""{"defaultCalendar":"always","triggers":{"repeat_contact":{"weight":0.5,"group":"contact"},"slow_response":{"weight":0.5,"group":"contact"}}}""")),
            Of([rule], null, Policy("""{"defaultCalendar":"always","triggers":{"repeat_contact":{"weight":1,"group":"contact"},"slow_response":{"weight":0.6,"group":"contact"}}}"""))));
        var vip = Signal("vip", "customer.IdKnown && lists.Has('vip', customer.Id)", "repeat_contact", .9);
        Assert.Equal("list vip", By(Of([vip], null, ("lists/vip.csv", "value\nsomebody\n"), ("lists/other.csv", "value\na\n")), Of([vip], null, ("lists/vip.csv", "value\nof t\n"), ("lists/other.csv", "value\nb\n"))));
    }

    [Fact]
    public void A_routing_rule_and_the_order_of_routing_rules_are_parts()
    {
        var rule = Signal("words", "message.WordCount > 2", "repeat_contact", .7);
        Assert.Equal("routing rule all", By(Of([rule], Routing("all", "true", "one"), Teams), Of([rule], Routing("all", "true", "two"), Teams)));
        Assert.Equal("routing rule first", By(Of([rule], Routing("all", "true", "one"), Teams), Of([rule], Routing("first", "message.WordCount > 3", "two", "all", "true", "one"), Teams)));
        Assert.Equal("order of routing rules", By(Of([rule], Routing("a", "true", "one", "b", "message.WordCount > 3", "two"), Teams), Of([rule], Routing("b", "message.WordCount > 3", "two", "a", "true", "one"), Teams)));
    }

    [Fact]
    public void A_model_is_a_part()
    {
        var rules = Of(Signal("frustrated", "frustration.Available && frustration.Score > 0.5", "high_frustration", .9));
        Assert.Equal("frustration model", By(rules, rules.With(EditedRules.BuiltIn().Frustration, null)));
    }

    [Fact]
    public void A_model_and_a_rule_that_only_do_it_together_are_told_from_the_tables_of_both_arms()
    {
        (Configuration Without, Configuration With) = (Of(Signal("frustrated", "message.WordCount > 99", "high_frustration", .9), Never), Of(Signal("frustrated", "frustration.Available && frustration.Score > 0.5", "high_frustration", .9), Never));
        Assert.Equal("rule frustrated + frustration model, only together", By(Without, With.With(EditedRules.BuiltIn().Frustration, null)));
    }

    [Fact]
    public void A_fact_of_two_parts_that_changed_is_in_no_table_and_is_derived_again()
    {
        // The issue is told by both: each arm's table has the fact under its own product list and cues, and neither has it under one of each.
        const string Products = """{"products":[{"name":"Paydock","aliases":["paydock"]}]}""";
        var records = Enumerable.Range(0, 3).Select(HistoryRecord (i) => SomeHistory.Message("t" + i, "The paydock crashes with an error", i * 24, "c")).ToList();
        var repeat = Signal("repeat", "contacts.SameIssue7d > 2", "repeat_contact", .85);
        var explained = Explained(records, Of([repeat]), Of([repeat, Never], null, ("extraction.json", Extraction()), ("products.json", Products)), inTables: false);
        Assert.Equal([("t2@48", "extraction.json + products.json, only together")], explained.Select(e => (e.MessageId, e.Responsible)));
    }

    [Fact]
    public void Of_a_message_that_was_corrected_the_revision_that_changed_is_shown()
    {
        HistoryRecord[] records = [SomeHistory.Message("t", "short", 0) with { Id = "m" }, SomeHistory.Message("t", Angry, 1) with { Id = "m", Revision = 1 }, SomeHistory.Message("t", "short again", 2) with { Id = "m", Revision = 2 }];
        var after = Of(Signal("words", "message.WordCount > 2", "repeat_contact", .7), Never);
        using var result = SomeHistory.Run(records, null, Of(Never), after);
        ResponsibilityPass.Explain(result, records, Options, TestContext.Current.CancellationToken);
        Assert.Equal(Angry, Assert.Single(result.Explained).Value.Text);
        AssertCacheSaysTheSame(result, records, Of(Never), after, inTables: true);
    }

    [Fact]
    public void Incidents_are_counted_from_the_beginning_by_the_swapped_policy()
    {
        var rule = Signal("incident", "incident.Active", "multi_user_incident", .9);
        var records = Enumerable.Range(0, 4).Select(HistoryRecord (i) => Some.Message("The app crashes with an error", Some.Noon + Duration.FromMinutes(i), "t" + i, "c" + i, product: "app", id: "m" + i) with { Language = "en" }).ToList();
        var explained = Explained(records, Incident(5), Incident(3));
        Assert.Equal([("m2", "policy incident"), ("m3", "policy incident")], explained.Select(e => (e.MessageId, e.Responsible)));

        Configuration Incident(int count) => Of([rule, Signal("never", "contacts.Last7d > " + (990 + count), "repeat_contact", .5)], null,
            Policy($$"""{"defaultCalendar":"always","incident":{"keys":[["product"]],"minCount":{{count}},"rate":"off"} }"""));
    }

    [Fact]
    public void What_incidents_are_counted_by_is_read_of_each_message_itself()
    {
        // Two of nothing in particular, then four of one issue, which only their texts tell: the third and the fourth of these make the incident.
        string[] texts = ["Hello there", "Hello again", "The app crashes with an error", "The app crashes with an error", "The app crashes with an error", "The app crashes with an error"];
        var records = texts.Select(HistoryRecord (text, i) => Some.Message(text, Some.Noon + Duration.FromMinutes(i), "t" + i, "c" + i, id: "m" + i) with { Language = "en" }).ToList();
        var rule = Signal("incident", "incident.Active", "multi_user_incident", .9);
        Configuration Incident(int count) => Of([rule, Signal("never", "contacts.Last7d > " + (990 + count), "repeat_contact", .5)], null, ("extraction.json", Extraction()),
            Policy($$"""{"defaultCalendar":"always","incident":{"keys":[["issueType"]],"minCount":{{count}},"rate":"off"} }"""));
        Assert.Equal([("m4", "policy incident"), ("m5", "policy incident")], Explained(records, Incident(5), Incident(3)).Select(e => (e.MessageId, e.Responsible)));
    }

    [Fact]
    public void Earlier_messages_are_derived_under_the_swapped_part_too()
    {
        // Three contacts about the same issue, which only the new product list makes out: facts of the first two come from it as well.
        const string Products = """{"products":[{"name":"Paydock","aliases":["paydock"]}]}""";
        var records = Enumerable.Range(0, 3).Select(HistoryRecord (i) => SomeHistory.Message("t" + i, "The paydock crashes with an error", i * 24, "c")).ToList();
        var repeat = Signal("repeat", "contacts.SameIssue7d > 2", "repeat_contact", .85);
        (string, string) cues = ("extraction.json", Extraction());
        var explained = Explained(records, Of([repeat], null, cues), Of([repeat, Never], null, cues, ("products.json", Products)));
        Assert.Equal([("t2@48", "products.json")], explained.Select(e => (e.MessageId, e.Responsible)));
    }

    [Fact]
    public void The_report_names_it_beside_the_message_in_every_form()
    {
        var records = new List<HistoryRecord> { SomeHistory.Message("t", Angry, 0) };
        using var result = SomeHistory.Run(records, null, Of(Never), Of(Signal("words", "message.WordCount > 2", "repeat_contact", .7), Never));
        var unexplained = ReportJson.HashOf(result);
        ResponsibilityPass.Explain(result, records, new ReplayOptions { Workers = 1 }, TestContext.Current.CancellationToken);
        Assert.Equal(unexplained, ReportJson.HashOf(result));
        var provenance = new ReportProvenance([], null, null, Some.Noon, Duration.Zero, 1);
        var example = System.Text.Json.JsonDocument.Parse(ReportJson.Write(result, provenance)).RootElement.GetProperty("changes").GetProperty("candidate-baseline").GetProperty("examples")[0];
        Assert.Equal(Angry, example.GetProperty("text").GetString());
        Assert.Equal(["rule words"], example.GetProperty("responsible").GetProperty("parts").EnumerateArray().Select(p => p.GetString()));
        Assert.Contains("\n      by rule words\n", ReportText.Write(result, provenance), StringComparison.Ordinal);
        using var csv = new MemoryStream();
        ReportFolder.WriteChanges(csv, result);
        Assert.EndsWith(",rule words\n", System.Text.Encoding.UTF8.GetString(csv.ToArray()), StringComparison.Ordinal);
    }

    /// <summary>What is responsible for the change of the one angry message.</summary>
    private static string By(Configuration before, Configuration after) => Assert.Single(Explained([SomeHistory.Message("t", Angry, 0)], before, after)).Responsible;

    private static List<(string MessageId, string Responsible)> Explained(IReadOnlyList<HistoryRecord> records, Configuration before, Configuration after, bool inTables = true)
    {
        using var result = SomeHistory.Run(records, null, before, after);
        ResponsibilityPass.Explain(result, records, Options, TestContext.Current.CancellationToken);
        AssertCacheSaysTheSame(result, records, before, after, inTables);
        return [.. result.Comparisons[0].Examples.Select(e => (e.Change.MessageId, result.Explanation(e.Change)!.Responsible.ToString()))];
    }

    /// <summary>The same from cached facts: the history is not read again where they are enough, and where they are not, no text is analyzed that no listed change needs.</summary>
    private static void AssertCacheSaysTheSame(ReplayResult expected, IReadOnlyList<HistoryRecord> records, Configuration before, Configuration after, bool inTables)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new ScratchFolder();
        using var cached = new AnalyzedHistory(folder.Path, "fedcba9876543210fedcba9876543210", _ => records);
        using var result = ReplayEngine.Run([new ReplayArm("baseline", before), new ReplayArm("candidate", after)], cached, Options, cancellation);
        FactTable TableOf(Configuration arm) => cached.Open(arm, Options, cancellation).Table;
        var isRead = false;
        ResponsibilityPass.Explain(result, Again(), Options, cancellation, TableOf);
        Assert.Equal(inTables, !isRead);
        AssertSame(expected.Explained, result.Explained);

        List<DecisionChange> listed = [.. result.Comparisons[0].Examples.Select(e => e.Change)];
        AssertSame(expected.Explained, ResponsibilityPass.Walk(listed, Again(), [new ArmDifference(before, after)], Options, c => ReferenceEquals(c, before) || ReferenceEquals(c, after) ? TableOf(c) : null, cancellation));
        var incidents = new Incidents(TableOf);
        incidents.Follow(before);
        incidents.Follow(after);
        Assert.Empty(incidents.Analyzers);

        IEnumerable<HistoryRecord> Again()
        {
            isRead = true;
            foreach (var record in records) yield return record;
        }
    }

    private static void AssertSame(IReadOnlyDictionary<(int Arm, string MessageId), ExplainedChange> expected, IReadOnlyDictionary<(int Arm, string MessageId), ExplainedChange> actual) =>
        Assert.Equal(expected.Select(Line).Order(), actual.Select(Line).Order());

    private static string Line(KeyValuePair<(int Arm, string MessageId), ExplainedChange> e) => $"{e.Key} {e.Value.Text} {string.Join('|', e.Value.Responsible.Parts)} {e.Value.Responsible.Together}";

    private static readonly (string, string) Teams = ("teams.json", """{"teams":{"one":{"name":"1"},"two":{"name":"2"},"general-escalation":{"name":"G"}}}""");

    private static (string, string) Policy(string json) => ("policy.json", json);

    private static (string, string) Words(string one, string word, string? other = null, string? otherWord = null, string? trigger = null)
    {
        var rest = other is null ? "" : $$""","{{other}}":{"confidence":0.9,"words":["{{otherWord}}"]}""";
        return ("keywords.json", $$"""{"classes":{"{{one}}":{ {{(trigger is null ? "" : $"\"trigger\":\"{trigger}\",")}}"confidence":0.9,"words":["{{word}}"]}{{rest}} } }""");
    }

    private static string Routing(params string[] rules) =>
        $$"""[{"WorkflowName":"routing","Rules":[{{string.Join(',', rules.Chunk(3).Select(r => $$"""{"RuleName":"{{r[0]}}","Expression":"{{r[1]}}","Properties":{"team":"{{r[2]}}","priority":"high","slaHours":4,"calendar":"always"} }"""))}}]}]""";

    private static string Extraction() => System.Text.Encoding.UTF8.GetString(Escalation.Rules.RuleFiles.BuiltIn().Find("extraction.json")!);
}
