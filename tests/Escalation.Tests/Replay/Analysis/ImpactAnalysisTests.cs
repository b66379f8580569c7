using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.History.Facts;
using Escalation.Replay;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Replay.Reports;
using Escalation.Tests.History;
using Escalation.Tests.History.Synthetic;

namespace Escalation.Tests.Replay.Analysis;

/// <summary>A generated history derived once, and replayed once by the engine with every candidate as an arm.</summary>
public sealed class ImpactHistory : IDisposable
{
    internal static readonly Dictionary<string, Func<Configuration>> Candidates = new(StringComparer.Ordinal)
    {
        ["a condition with a constant confidence"] = () => EditedRules.With(("signals.json", "\"contacts.SameIssue7d > 2\"", "\"contacts.SameIssue7d > 1\"")),
        ["a condition with a computed confidence"] = () => EditedRules.With(("signals.json", "\"frustration.Available && frustration.Score > 0.75\"", "\"frustration.Available && frustration.Score > 0.6\"")),
        ["an added rule"] = () => EditedRules.With(EditedRules.Added("""
            {"RuleName": "late_and_angry", "Expression": "ticket.WaitingHours > 4 && frustration.Available && frustration.Score > 0.4",
             "Properties": {"trigger": "slow_response", "confidence": "0.5 + frustration.Score / 2", "recommendation": "priority_escalation"}}
            """)),
        ["an added rule that caps"] = () => EditedRules.With(EditedRules.Added("""{"RuleName": "cap_social", "Expression": "message.Channel == \"social\"", "Properties": {"cap": "monitor"}}""")),
        ["an added rule that must escalate"] = () => EditedRules.With(EditedRules.Added("""
            {"RuleName": "must", "Expression": "keywords.Has(\"churn\") || message.Text.Contains(\"again\")",
             "Properties": {"trigger": "keyword_match", "confidence": 0.31, "recommendation": "priority_escalation", "mustEscalate": true}}
            """)),
        ["an added rule that throws on some"] = () => EditedRules.With(EditedRules.Added("""
            {"RuleName": "divides", "Expression": "100 / (ticket.MessageCount - 1) > 20", "Properties": {"trigger": "keyword_match", "confidence": 0.7}}
            """)),
        ["an added rule that reads unguarded"] = () => EditedRules.With(EditedRules.Added("""
            {"RuleName": "unguarded", "Expression": "customer.LifetimeValue > 5000 && context.Severity > 2", "Properties": {"trigger": "business_impact", "confidence": 0.9}}
            """)),
        ["a rule taken out"] = () => EditedRules.With(("signals.json", "\"RuleName\": \"repeat_contact\",", "\"RuleName\": \"repeat_contact\", \"Enabled\": false,")),
        ["a shadow rule made live"] = () => EditedRules.With(("signals.json", "contacts.SameIssue7d > 1 && frustration.Available && frustration.Score > 0.5\",\n        \"Properties\": {\n          \"trigger\": \"repeat_contact\",\n          \"confidence\": 0.75,\n          \"recommendation\": \"priority_escalation\",\n          \"stage\": \"shadow\"", "contacts.SameIssue7d > 1 && frustration.Available && frustration.Score > 0.5\",\n        \"Properties\": {\n          \"trigger\": \"repeat_contact\",\n          \"confidence\": 0.75,\n          \"recommendation\": \"priority_escalation\",\n          \"stage\": \"live\"")),
        ["words of a class"] = () => EditedRules.With(("keywords.json", "\"my lawyer\",", "\"again\", \"my lawyer\",")),
        ["a threshold of the policy"] = () => EditedRules.With(("policy.json", "\"priority\": 0.6", "\"priority\": 0.5")),
        ["another model"] = () => EditedRules.BuiltIn().With(new EditedRules.Bolder(), null),
        ["another model and another condition"] = () => EditedRules.With(("signals.json", "\"contacts.SameIssue7d > 2\"", "\"contacts.SameIssue7d > 1\"")).With(new EditedRules.Bolder(), null),
        ["a routing condition"] = () => EditedRules.With(("routing.json", "context.Severity > 8", "context.Severity > 3")),
    };

    internal static readonly Generated Source = Generated.Of(5_000, 5);

    private readonly ScratchFolder cache = new();

    public ImpactHistory()
    {
        var records = Source.Records;
        Names = [.. Candidates.Keys];
        IReadOnlyList<Configuration> configurations = [EditedRules.BuiltIn(), .. Candidates.Values.Select(c => c())];
        Configurations = AnalyzerSharing.Share(configurations);
        Replay = ReplayEngine.Run([.. Configurations.Select((c, i) => new ReplayArm($"arm{i}", c))], records, new ReplayOptions(), TestContext.Current.CancellationToken);
        Analyzed = new AnalyzedHistory(cache.Path, "generated-history-of-the-tests", _ => records);
    }

    internal IReadOnlyList<string> Names { get; }

    internal IReadOnlyList<Configuration> Configurations { get; }

    internal ReplayResult Replay { get; }

    internal AnalyzedHistory Analyzed { get; }

    internal DecidedHistory Open(Configuration configuration) => Analyzed.Open(configuration, new ReplayOptions(), TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Replay.Dispose();
        Analyzed.Dispose();
        cache.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class ImpactHistoryTests : ICollectionFixture<ImpactHistory>
{
    public const string Name = "impact history";
}

[Collection(ImpactHistoryTests.Name)]
public sealed class ImpactAnalysisTests(ImpactHistory history)
{
    public static TheoryData<string> Candidates => [.. ImpactHistory.Candidates.Keys];

    [Theory, MemberData(nameof(Candidates))]
    public void Impact_is_the_difference_of_two_replays_message_by_message(string name)
    {
        var arm = history.Names.ToList().IndexOf(name) + 1;
        var report = ImpactAnalysis.Run(history.Open(history.Configurations[0]), history.Open(history.Configurations[arm]), int.MaxValue);

        var replayed = history.Replay.Spool.Read().Where(c => c.Arm == arm).Select(c => (c.MessageId, c.Before, c.After)).ToList();
        Assert.NotEmpty(replayed);
        Assert.Equal(replayed, report.Examples.Select(e => (e.MessageId, e.Before, e.After)));
        Assert.Equal(replayed.Count, report.Changed.Messages);
        Assert.Equal(history.Replay.Arms[0].Bands[2] + history.Replay.Arms[0].Bands[3], report.EscalatedBefore.Messages);
        Assert.Equal(history.Replay.Arms[arm].Bands[2] + history.Replay.Arms[arm].Bands[3], report.EscalatedAfter.Messages);
    }

    [Theory, MemberData(nameof(Candidates))]
    public void A_cached_replay_takes_tickets_on_which_no_arm_differs_once_and_comes_to_the_same(string name)
    {
        var arm = history.Names.ToList().IndexOf(name) + 1;
        List<ReplayArm> arms = [new("baseline", history.Configurations[0]), new("candidate", history.Configurations[arm])];
        var options = new ReplayOptions { Top = 7 };
        using var cached = ReplayEngine.Run(arms, history.Analyzed, options, TestContext.Current.CancellationToken);
        using var direct = ReplayEngine.Run(arms, ImpactHistory.Source.Records, options, TestContext.Current.CancellationToken);
        Assert.Equal(ReportJson.HashOf(direct), ReportJson.HashOf(cached));
        Assert.Equal(direct.Arms.SelectMany(a => a.Highest), cached.Arms.SelectMany(a => a.Highest));
        Assert.Equal(direct.Spool.Read(), cached.Spool.Read());
    }

    [Theory, MemberData(nameof(Candidates))]
    public void Matches_of_every_live_rule_are_those_that_the_replay_counts(string name)
    {
        var arm = history.Names.ToList().IndexOf(name) + 1;
        var decided = history.Open(history.Configurations[arm]);
        var tallies = history.Replay.Arms[arm].Rules.ToDictionary(r => r.Rule, StringComparer.Ordinal);

        for (var i = 0; i < decided.Rules.SignalRules.Count; i++)
        {
            var (rule, bits) = (decided.Rules.SignalRules[i], decided.Bits[i]);
            if (rule.Stage != RuleStage.Live) continue;
            var tally = tallies.GetValueOrDefault(rule.Name) ?? new RuleTally(rule.Name, 0, 0, 0, 0, 0, 0, 0);
            if (rule.TriggerIndex >= 0) Assert.Equal((rule.Name, tally.Messages + tally.Suppressed), (rule.Name, bits.Hit.Count));
            Assert.Equal((rule.Name, tally.Unavailable, tally.Errors), (rule.Name, bits.Unavailable.Count, bits.Error.Count));
        }
    }

    [Fact]
    public void What_people_said_of_a_rules_tickets_is_what_the_replay_says()
    {
        var decided = history.Open(history.Configurations[0]);
        var tally = history.Replay.Arms[0].Rules.Single(r => r.Rule == "high_frustration");
        var place = decided.Rules.SignalRules.ToList().FindIndex(r => r.Name == tally.Rule);
        var verdicts = decided.Bits[place].Hit.Places().GroupBy(row => decided.Table.Tickets[row]).Select(g => decided.Table.Verdicts[g.First()]).ToList();

        Assert.Equal(tally.Tickets, verdicts.Count);
        Assert.True(tally.Needed > 10 && tally.NotNeeded > 10);
        Assert.Equal(tally.Needed, verdicts.Count(v => v is RowVerdict.Confirmed or RowVerdict.Missed));
        Assert.Equal(tally.NotNeeded, verdicts.Count(v => v == RowVerdict.Dismissed));
    }

    [Fact]
    public void An_edited_condition_decides_only_the_messages_on_which_it_differs()
    {
        var arm = history.Names.ToList().IndexOf("a condition with a constant confidence") + 1;
        var report = ImpactAnalysis.Run(history.Open(history.Configurations[0]), history.Open(history.Configurations[arm]));

        var rule = Assert.Single(report.Rules);
        Assert.Equal(("repeat_contact", RuleChangeKind.Condition), (rule.Rule, rule.Kind));
        Assert.Equal(rule.Gained.Messages + rule.Lost.Messages, report.Redecided);
        Assert.Equal(rule.After.Messages, rule.Before.Messages + rule.Gained.Messages - rule.Lost.Messages);
    }

    [Fact]
    public void Editing_one_rule_evaluates_one_rule()
    {
        _ = history.Open(history.Configurations[0]).Decisions;
        var folder = history.Open(history.Configurations[0]).Table.Folder;
        var before = Directory.GetFiles(folder, "rule-*.col").Length;

        _ = history.Open(EditedRules.With(("signals.json", "\"contacts.SameIssue7d > 2\"", "\"contacts.SameIssue7d > 17\""))).Bits;

        Assert.Equal(before + 1, Directory.GetFiles(folder, "rule-*.col").Length);
    }

    [Fact]
    public void A_damaged_column_is_computed_again()
    {
        using var other = new ScratchFolder();
        using (var first = new AnalyzedHistory(other.Path, "generated-history-of-the-tests", _ => ImpactHistory.Source.Records))
            _ = first.Open(history.Configurations[0], new ReplayOptions(), TestContext.Current.CancellationToken);
        var column = Directory.GetFiles(other.Path, "frustration-*.col", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(column);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(column, bytes);

        using var second = new AnalyzedHistory(other.Path, "generated-history-of-the-tests", _ => ImpactHistory.Source.Records);
        var table = second.Open(history.Configurations[0], new ReplayOptions(), TestContext.Current.CancellationToken).Table;

        var sound = history.Open(history.Configurations[0]).Table;
        Assert.All(Enumerable.Range(0, table.Count), row => Assert.Equal(
            FactCatalog.Describe(sound.Read(row, FactColumns.Frustration), "frustration.Max7d"), FactCatalog.Describe(table.Read(row, FactColumns.Frustration), "frustration.Max7d")));
    }

    [Fact]
    public void Two_equal_rule_sets_have_no_impact()
    {
        var report = ImpactAnalysis.Run(history.Open(history.Configurations[0]), history.Open(EditedRules.BuiltIn()));

        Assert.Empty(report.Rules);
        Assert.Equal((0, 0), (report.Changed.Messages, report.Redecided));
    }

    [Fact]
    public void A_keyword_class_put_in_before_the_others_changes_no_other_rule()
    {
        var withClass = EditedRules.With(("keywords.json", "\"classes\": {", """
            "classes": {"greeting": {"trigger": "keyword_match", "confidence": 0.2, "words": ["hello", "hi"]},
            """));
        var report = ImpactAnalysis.Run(history.Open(history.Configurations[0]), history.Open(withClass));

        Assert.Equal(("keywords/greeting", RuleChangeKind.Added), Assert.Single(report.Rules.Select(r => (r.Rule, r.Kind))));
    }

    [Fact]
    public void Facts_come_back_from_the_columns_as_they_were_derived()
    {
        var table = history.Open(history.Configurations[0]).Table;
        var decisions = Enumerable.Range(0, table.Count).Select(row => DecisionEngine.Decide(table.Read(row, FactColumns.All, toDecide: true), history.Configurations[0])).ToList();

        Assert.Equal(history.Replay.Arms[0].Bands, Enum.GetValues<Band>().Select(b => decisions.LongCount(d => d.Recommendation.Band == b)));
        Assert.Equal(history.Replay.Arms[0].Messages, table.Count);
    }
}
