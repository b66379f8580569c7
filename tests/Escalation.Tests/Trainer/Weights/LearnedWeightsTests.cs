using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Trainer.Weights;
using NodaTime;

namespace Escalation.Tests.Trainer.Weights;

public sealed class LearnedWeightsTests
{
    private static readonly Policy Policy = Policy.Default;
    private static readonly int Repeat = Policy.TriggerIndex("repeat_contact"), Angry = Policy.TriggerIndex("high_frustration"), Value = Policy.TriggerIndex("high_value_customer");

    [Fact]
    public void A_trigger_that_people_mostly_wave_away_loses_weight_and_the_others_keep_theirs()
    {
        var learned = LearnedWeights.Of(Policy, Rows(1500, repeatWeight: .4), 1, out var problem, TestContext.Current.CancellationToken)!;
        Assert.Null(problem);
        var repeat = learned.Weights[Repeat];
        Assert.InRange(repeat.Learned, .25, .55);
        Assert.InRange(.4, repeat.Low - .1, repeat.High + .1);
        Assert.Equal(Math.Round(repeat.Learned, 2), repeat.Proposed);
        Assert.True(learned.Weights[Angry].Learned > .8, $"{learned.Weights[Angry].Learned}");
        Assert.All(learned.Weights, w => Assert.InRange(w.Learned, 0, 1));
        Assert.True(learned.LogLoss.Learned < learned.LogLoss.HandSet, $"{learned.LogLoss}");
        Assert.True(learned.Calibration!.A > 0);
        Assert.Equal(1500, learned.Calibration.N);
    }

    [Fact]
    public void Few_labels_leave_weights_near_the_hand_set_ones_and_too_few_leave_nothing()
    {
        var few = LearnedWeights.Of(Policy, Rows(90, repeatWeight: .4), 1, out _, TestContext.Current.CancellationToken)!;
        var many = LearnedWeights.Of(Policy, Rows(1500, repeatWeight: .4), 1, out _, TestContext.Current.CancellationToken)!;
        Assert.True(few.Weights[Repeat].Learned > many.Weights[Repeat].Learned);
        Assert.Null(few.Calibration);
        Assert.Equal(Policy.Triggers[Policy.TriggerIndex("safety_threat")].Weight, few.Weights[Policy.TriggerIndex("safety_threat")].Learned);      // never seen
        Assert.Null(LearnedWeights.Of(Policy, Rows(20, .4), 1, out var problem, TestContext.Current.CancellationToken));
        Assert.Contains("at least 20 of each", problem, StringComparison.Ordinal);
        Assert.Null(LearnedWeights.Of(Policy, [], 1, out problem, TestContext.Current.CancellationToken));
        Assert.Contains("0 labelled tickets in need and 0 not", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_score_is_the_products_own()
    {
        var model = new WeightModel(Policy);
        double[] weights = [.. Policy.Triggers.Select(t => t.Weight)];
        foreach (var row in Rows(50, .4))
        {
            var signals = row.Confidences.Select((c, t) => (c, t)).Where(x => x.c > 0).Select(x => new Signal(Policy.Triggers[x.t].Name, Policy.Triggers[x.t].Group, x.c, Band.Monitor, "r", [])).ToList();
            Assert.Equal(Combination.Recommend(signals, Policy).Score, model.Score(row.Confidences, weights), 8);
        }
    }

    [Fact]
    public void The_proposal_changes_only_what_it_says_and_loads_as_rules()
    {
        var learned = LearnedWeights.Of(Policy, Rows(1500, repeatWeight: .4), 1, out _, TestContext.Current.CancellationToken)!;
        var files = RuleFiles.BuiltIn();
        var content = Encoding.UTF8.GetString(files.Find("policy.json")!);
        var (proposed, diff) = PolicyProposal.Of(content, Policy, learned);
        Assert.Contains(diff, d => d.StartsWith("triggers.repeat_contact.weight: 1 -> 0.", StringComparison.Ordinal));
        Assert.Contains(diff, d => d.StartsWith("calibration: none -> ", StringComparison.Ordinal));
        var loaded = RuleSetLoader.Load(RuleFiles.Of(files.Content.ToDictionary(f => f.Key, f => f.Key == "policy.json" ? Encoding.UTF8.GetBytes(proposed) : f.Value), "proposal"), failingCases: FailingCases.NotRun);
        Assert.Empty(loaded.Problems);
        Assert.Equal(learned.Weights.Select(w => w.Proposed), loaded.RuleSet!.Policy.Triggers.Select(t => t.Weight));
        Assert.Equal(learned.Calibration, loaded.RuleSet.Policy.Calibration);
        Assert.Contains("\"joinsOnly\":true", PolicyProposal.With("{}", Policy, [.. learned.Weights.Select(w => w.Learned)]).ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>Tickets whose need follows the product's formula with another weight for repeated contact.</summary>
    private static List<WeightRow> Rows(int count, double repeatWeight)
    {
        var random = new Random(7);
        var model = new WeightModel(Policy);
        double[] truth = [.. Policy.Triggers.Select(t => t.Weight)];
        truth[Repeat] = repeatWeight;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var confidences = new double[Policy.Triggers.Count];
            if (random.Next(2) == 0) confidences[Repeat] = .85;
            if (random.Next(3) == 0) confidences[Angry] = .76 + (random.NextDouble() * .2);
            if (random.Next(5) == 0) confidences[Value] = .5;
            var probability = model.Probability(confidences, new WeightModel.Parameters(truth, 1, 0));
            return new WeightRow(new TicketId($"t{i:0000}"), $"c{i / 2}", Some.Noon + Duration.FromHours(i), random.NextDouble() < probability, 1, confidences);
        })];
    }
}
