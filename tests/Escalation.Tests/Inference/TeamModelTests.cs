using System.Buffers.Binary;
using Escalation.Core.Decisions;
using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Learning;

namespace Escalation.Tests.Inference;

public sealed class TeamModelTests
{
    private static readonly (string Text, string Team)[] Rows =
    [
        .. Enumerable.Range(0, 20).SelectMany(i => ((string, string)[])
        [
            ($"my invoice number {i} is wrong, I was charged twice", "billing"), ($"the app crashes when I open page {i}", "support"),
            ($"where is parcel {i}? it has not been delivered", "shipping"), ($"I want to book a demo for {i} people", "sales"),
        ]),
    ];

    [Fact]
    public void Names_the_three_likeliest_teams_and_abstains_below_its_bound()
    {
        var model = new TeamModel(Train(bound: 0.6), new ModelVersion("v"));
        Assert.Equal(["billing", "sales", "shipping", "support"], model.Teams);
        var clear = model.Predict("I was charged twice, please correct the invoice");
        Assert.Equal("billing", clear.First.Team);
        Assert.False(clear.IsUnsure);
        Assert.True(clear.First.Confidence >= clear.Second.Confidence && clear.Second.Confidence >= clear.Third.Confidence);
        Assert.InRange(clear.First.Confidence + clear.Second.Confidence + clear.Third.Confidence, 0, 1);
        Assert.Equal(3, new[] { clear.First.Team, clear.Second.Team, clear.Third.Team }.Distinct().Count());
        Assert.True(model.Predict("zzz qqq").IsUnsure);
    }

    [Theory]
    [InlineData("message.WordCount > 0", null, false)]
    [InlineData("message.WordCount > 0", "attributes[\"team\"] == \"x\"", false)]
    [InlineData("team.Available && team.Confidence > 0.1", null, true)]
    [InlineData("message.WordCount > 0", "input1.team.Available && input1.team.Predicted == \"billing\"", true)]
    public void Is_run_and_part_of_the_configuration_only_where_a_rule_asks_for_teams(string signal, string? route, bool isAsked)
    {
        var routing = route is null ? null : $$$"""[{"WorkflowName":"routing","Rules":[{"RuleName":"first","Expression":{{{System.Text.Json.JsonSerializer.Serialize(route)}}},"Properties":{"team":"general-escalation","priority":"high","slaHours":4,"calendar":"always"}},{"RuleName":"all","Expression":"true","Properties":{"team":"general-escalation","priority":"high","slaHours":4,"calendar":"always"}}]}]""";
        var without = SomeRules.Of([SomeRules.Signal("one", signal, "keyword_match", .5)], routing);
        var with = without.With(null, new TeamModel(Train(bound: 0.6), new ModelVersion("v")));
        Assert.Equal(isAsked, with.Id != without.Id);
        Assert.Equal(isAsked, with.Analyzer.Analyze(Some.Message("I was charged twice, please correct the invoice")).Team.Available);
        Assert.NotNull(with.Team);      // kept for rules to come
        Assert.True(with.With(SomeRules.Of(SomeRules.Signal("one", "team.Available", "keyword_match", .5)).Rules).Analyzer.Analyze(Some.Message("I was charged twice, please correct the invoice")).Team.Available);
    }

    [Fact]
    public void Its_file_reads_back_and_is_no_frustration_model()
    {
        var file = ScorerFile.Write(Train(bound: 0.6).Rounded());
        Assert.Equal("shipping", TeamModel.Load(file, "scorer.bin").Predict("my parcel is not delivered").First.Team);
        Assert.Contains("predicts team", Assert.Throws<ModelFormatException>(() => FrustrationModel.Load(file, "scorer.bin")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_keeps_the_calibration_of_the_likeliest_team_and_the_version_follows_it()
    {
        var plain = Train(bound: 0.6).Rounded();
        var curved = plain with { Confidence = new ConfidenceCalibration(1.5, 0.25, -0.125) };
        var file = ScorerFile.Write(curved);
        var (read, version) = ScorerFile.Read(file, "scorer.bin");
        Assert.Equal(curved.Confidence, read.Confidence);
        Assert.Equal(5, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(8)));
        Assert.Equal(3, BinaryPrimitives.ReadInt32LittleEndian(ScorerFile.Write(plain).AsSpan(8)));
        Assert.NotEqual(ScorerFile.Read(ScorerFile.Write(plain), "scorer.bin").Version, version);
        Assert.Equal(new TeamModel(curved, new ModelVersion("v")).Predict("my parcel is not delivered"), TeamModel.Load(file, "scorer.bin").Predict("my parcel is not delivered"));
    }

    [Fact]
    public void Predicting_allocates_nothing()
    {
        var model = new TeamModel(Train(bound: 0.6), new ModelVersion("v"));
        model.Predict(Rows[0].Text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        model.Predict(Rows[1].Text);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ScorerContent Train(double bound)
    {
        string[] teams = [.. Rows.Select(r => r.Team).Distinct().Order(StringComparer.Ordinal)];
        var rows = NgramRows.Build([.. Rows.Select(r => r.Text)], 14, cancellation: TestContext.Current.CancellationToken);
        int[] all = [.. Enumerable.Range(0, rows.Count)];
        var task = new TrainingTask(TeamModel.Target, teams, [.. Rows.Select(r => Array.IndexOf(teams, r.Team))], [.. Rows.Select(_ => 1f)]);
        var data = new WeightedRows(rows, FeatureWeighting.Fit(rows, all, row => task.Classes[row], task.ClassCount, Weighting.Idf, 1));
        var member = task.Train(data, all, new MemberRecipe(Weighting.Idf, Learner.Dual, 3, 1, 0.3), 1, TestContext.Current.CancellationToken);
        return new Ensemble([(member, 1)]).Fold(task.Target, rows.Schema, ["en"], [.. teams.Select(t => (t, new Calibration(1.5, 0)))], bound);
    }
}
