using Escalation.Core.Metrics;

namespace Escalation.Tests.Metrics;

public sealed class GateTests
{
    private static readonly MetricValue Good = new(.10, 200, .07, .15, "share", MetricStatus.Ok);

    [Theory]
    [InlineData(""" "max": 0.1 """)]                              // exactly on the limit passes
    [InlineData(""" "min": 0.1, "max": 0.1 """)]
    [InlineData(""" "bound": "high", "max": 0.15 """)]
    [InlineData(""" "bound": "low", "min": 0.07 """)]
    public void A_figure_inside_the_limits_passes(string limits) => Assert.Empty(Failures($$"""{"metric": "falsePositiveRate", {{limits}}}"""));

    [Theory]
    [InlineData(""" "max": 0.05 """, "falsePositiveRate, arm candidate: value 0.1 is above max 0.05 (value 0.1, 0.07 to 0.15 share, n 200)")]
    [InlineData(""" "bound": "high", "max": 0.12 """, "falsePositiveRate, arm candidate: high end 0.15 is above max 0.12 (value 0.1, 0.07 to 0.15 share, n 200)")]
    [InlineData(""" "bound": "low", "min": 0.08 """, "falsePositiveRate, arm candidate: low end 0.07 is below min 0.08 (value 0.1, 0.07 to 0.15 share, n 200)")]
    [InlineData(""" "max": 1, "minLabels": 201 """, "falsePositiveRate, arm candidate: n 200 is below minLabels 201 (value 0.1)")]
    [InlineData(""" "max": 1, "slice": "channel=fax" """, "falsePositiveRate, arm candidate, slice channel=fax: the slice is absent; there are: channel=chat")]
    [InlineData(""" "max": 1, "slice": "channel=chat" """, "falsePositiveRate, arm candidate, slice channel=chat: no_data (n 0)")]
    [InlineData(""" "max": 1, "arm": "champion" """, "falsePositiveRate, arm champion: there is none; there are: candidate, baseline")]
    public void A_failing_line_says_metric_arm_value_limit_and_n(string limits, string line) =>
        Assert.Equal(line, Assert.Single(Failures($$"""{"metric": "falsePositiveRate", {{limits}}}""")));

    [Theory]
    [InlineData(29, 1)]
    [InlineData(30, 0)]
    public void Fewer_than_30_labels_fail_unless_the_file_says_otherwise(int n, int failures)
    {
        var gate = GateParser.Parse("""{"checks": [{"metric": "recall", "min": 0}]}""", "gate.json").Definition!;
        Assert.Equal(failures, gate.Evaluate([new GateSubject("only", new Dictionary<string, MetricValue> { ["recall"] = Good with { N = n } })], []).Count);
    }

    [Fact]
    public void No_data_an_absent_slice_and_a_missing_bound_fail_unless_the_file_says_pass()
    {
        foreach (var check in new[]
        {
            """ "metric": "leadTimeHours", "min": 0 """, """ "metric": "falsePositiveRate", "max": 1, "slice": "channel=fax" """, """ "metric": "recall", "bound": "low", "min": 0 """,
        })
        {
            Assert.Single(Failures($$"""{ {{check}} }"""));
            Assert.Empty(Failures($$"""{ {{check}}, "noData": "pass" }"""));
        }
    }

    [Fact]
    public void A_metric_that_does_not_exist_fails_also_where_no_data_passes() =>
        Assert.StartsWith("recal, arm candidate: there is no such metric; there are: falsePositiveRate, leadTimeHours, recall", Assert.Single(Failures("""{"metric": "recal", "min": 0, "noData": "pass"}""")), StringComparison.Ordinal);

    [Theory, InlineData("true"), InlineData("\"candidate-baseline\"")]
    public void A_difference_is_looked_at_by_its_name_or_as_the_only_one(string difference) =>
        Assert.Equal("falsePositiveRate, difference candidate-baseline: high end 0.04 is above max 0.02 (value 0.01, -0.02 to 0.04 share, n 150)",
            Assert.Single(Failures($$"""{"metric": "falsePositiveRate", "difference": {{difference}}, "bound": "high", "max": 0.02}""")));

    [Fact]
    public void The_place_is_told_by_line_and_by_column_in_characters()
    {
        var reading = GateParser.Parse("{\n  // für alle\n  \"checks\": [\n    {\"metric\": \"recall\", \"min\": 0},\n    {\"metric\": \"späte\", \"min\": false},\n  ]\n}", "gates/gate.json");
        Assert.Equal("gates/gate.json:5:32: checks[1].min: must be a number", Assert.Single(reading.Problems));
        var check = GateParser.Parse("{\"checks\": [\n  {\"metric\": \"recall\", \"min\": 0}]}", "gate.json").Definition!.Checks[0];
        Assert.Equal((2, 3), (check.Line, check.Column));
    }

    [Fact]
    public void No_data_too_few_labels_and_an_absent_slice_are_not_judged_where_the_file_says_skip()
    {
        foreach (var check in new[]
        {
            """ "metric": "leadTimeHours", "min": 0 """, """ "metric": "falsePositiveRate", "max": 1, "slice": "channel=fax" """, """ "metric": "recall", "bound": "low", "min": 0 """,
            """ "metric": "falsePositiveRate", "max": 1, "minLabels": 201 """,
        })
        {
            Assert.Equal(GateVerdict.Skipped, Assert.Single(Judged($$"""{ {{check}}, "noData": "skip" }""")).Verdict);
            Assert.Equal(GateVerdict.Failed, Assert.Single(Judged($$"""{ {{check}} }""")).Verdict);
        }
        Assert.Equal(GateVerdict.Failed, Assert.Single(Judged("""{"metric": "falsePositiveRate", "max": 0.05, "noData": "skip"}""")).Verdict);
    }

    [Theory]
    [InlineData("*", "channel=chat Skipped, channel=mail Passed, channel=web Failed, tier=gold Passed")]
    [InlineData("channel=*", "channel=chat Skipped, channel=mail Passed, channel=web Failed")]
    public void One_check_looks_at_every_slice_of_a_dimension_and_names_those_that_are_too_small(string slice, string expected)
    {
        var slices = new Dictionary<string, IReadOnlyDictionary<string, MetricValue>>
        {
            ["channel=chat"] = Only(Good with { N = 29, Value = .9 }),
            ["channel=mail"] = Only(Good),
            ["channel=web"] = Only(Good with { Value = .21 }),
            ["tier=gold"] = Only(Good),
        };
        var results = Gate($$"""{"metric": "falsePositiveRate", "max": 0.2, "slice": "{{slice}}"}""").Judge([new GateSubject("only", Only(Good), slices)], []);
        Assert.Equal(expected, string.Join(", ", results.Select(r => $"{r.Check.Slice} {r.Verdict}")));

        static Dictionary<string, MetricValue> Only(MetricValue value) => new() { ["falsePositiveRate"] = value };
    }

    [Theory]
    [InlineData("""{"metric": "falsePositiveRate", "max": 0.2, "slice": "tier=*"}""", GateVerdict.Failed)]
    [InlineData("""{"metric": "falsePositiveRate", "max": 0.2, "slice": "tier=*", "noData": "skip"}""", GateVerdict.Skipped)]
    [InlineData("""{"metric": "falsePositiveRate", "max": 0.2, "slice": "tier=*", "noData": "pass"}""", GateVerdict.Passed)]
    public void Every_slice_of_a_dimension_without_any_is_no_data(string check, GateVerdict verdict)
    {
        var result = Assert.Single(Judged(check));
        Assert.Equal((verdict, "falsePositiveRate, arm candidate, slice tier=*: no slice has a figure over at least 30; there are: channel=chat"), (result.Verdict, result.Text));
    }

    [Theory]
    [InlineData("""{"checks": [{"max": 1}]}""", "gate.json:1:13: checks[0].metric: missing; for example falsePositiveRate")]
    [InlineData("""{"checks": [{"metric": "recall"}]}""", "gate.json:1:13: checks[0].min: missing, and max too; a check needs one of them")]
    [InlineData("""{"checks": [{"metric": "recall", "min": 0}, {"metric": "recall", "min": "0.5"}]}""", "gate.json:1:73: checks[1].min: must be a number")]
    [InlineData("""{"checks": [{"metric": "recall", "min": 0, "bound": "lo"}]}""", "gate.json:1:53: checks[0].bound: must be one of value, low, high")]
    [InlineData("""{"checks": [{"metric": "recall", "min": 0, "noData": "ok"}]}""", "gate.json:1:54: checks[0].noData: must be one of fail, pass, skip")]
    [InlineData("""{"checks": [{"metric": "recall", "min": 0, "minlabels": 5}]}""", "gate.json:1:57: checks[0].minlabels: unknown key; known are metric, arm, difference, bound, min, max, slice, minLabels, noData")]
    [InlineData("""{"checks": [{"metric": "recall", "min": 0, "minLabels": 2.5}]}""", "gate.json:1:57: checks[0].minLabels: must be a whole number from 0 on")]
    [InlineData("""{"checks": [{"metric": "recall", "min": 1, "max": 0}]}""", "gate.json:1:41: checks[0].min: is above max; nothing can pass")]
    [InlineData("""{"checks": [{"metric": "recall", "min": 0, "arm": "a", "difference": true}]}""", "gate.json:1:70: checks[0].difference: stands beside arm; a check looks at one of the two")]
    [InlineData("""{"checks": []}""", "gate.json:1:12: checks: empty; a gate without a check passes everything, leave it out instead")]
    [InlineData("""{"checks": {}}""", "gate.json:1:12: checks: must be an array")]
    [InlineData("""{}""", "gate.json:1:1: checks: missing; a gate is {\"checks\": [...]}")]
    [InlineData("""[]""", "gate.json:1:1: gate: must be an object")]
    [InlineData("{\n  \"checks\": [,]}", "gate.json:2:14: is no JSON")]
    [InlineData("", "gate.json:1:1: is no JSON")]
    public void A_broken_gate_names_the_place(string json, string problem)
    {
        var reading = GateParser.Parse(json, "gate.json");
        Assert.Null(reading.Definition);
        Assert.Equal(problem, Assert.Single(reading.Problems));
    }

    [Fact]
    public void A_whole_arm_with_details_and_slices_can_be_checked()
    {
        var metrics = SomeOutcomes.Measure(Enumerable.Range(0, 40).Select(i => SomeOutcomes.Episode($"t{i}").Said(i < 10 ? ReviewVerdict.Dismissed : ReviewVerdict.Confirmed)));
        var arm = GateSubject.Of("candidate", metrics, new Dictionary<string, MetricSet> { ["channel=chat"] = metrics });
        var gate = GateParser.Parse(
            """
            {
              // comments are allowed
              "checks": [
                {"metric": "falsePositiveRate", "max": 0.3, "slice": "channel=chat"},
                {"metric": "falsePositiveRate.upperBound", "max": 0.2},
              ]
            }
            """, "gate.json").Definition!;
        Assert.StartsWith("falsePositiveRate.upperBound, arm candidate: value 0.25 is above max 0.2", Assert.Single(gate.Evaluate([arm], [])).Text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Failures(string check) => Judged(check).Where(r => r.Verdict == GateVerdict.Failed).Select(f => f.Text);

    private static GateDefinition Gate(string check)
    {
        var reading = GateParser.Parse($$"""{"checks": [{{check}}]}""", "gate.json");
        Assert.Empty(reading.Problems);
        return reading.Definition!;
    }

    private static IReadOnlyList<GateResult> Judged(string check)
    {
        var metrics = new Dictionary<string, MetricValue>
        {
            ["falsePositiveRate"] = Good,
            ["leadTimeHours"] = MetricValue.NoData("hours"),
            ["recall"] = new(.9, 100, null, 1, "share", MetricStatus.NoLowerBound),
        };
        var chat = new Dictionary<string, IReadOnlyDictionary<string, MetricValue>> { ["channel=chat"] = new Dictionary<string, MetricValue> { ["falsePositiveRate"] = MetricValue.NoData("share") } };
        var difference = new Dictionary<string, MetricValue> { ["falsePositiveRate"] = new(.01, 150, -.02, .04, "share", MetricStatus.Ok) };
        return Gate(check).Judge([new GateSubject("candidate", metrics, chat), new GateSubject("baseline", metrics)], [new GateSubject("candidate-baseline", difference)]);
    }
}
