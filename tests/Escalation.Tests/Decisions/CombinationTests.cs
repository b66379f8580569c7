using Escalation.Core.Decisions;

namespace Escalation.Tests.Decisions;

public sealed class CombinationTests
{
    public static TheoryData<string, Signal[], double, Band> Worked => new()
    {
        { "frustration .76 alone", [Some.Frustrated(.76)], .76, Band.PriorityEscalation },
        { "frustration .95 alone", [Some.Frustrated(.95)], .95, Band.ImmediateEscalation },
        { "repeat alone", [Some.Repeat()], .85, Band.PriorityEscalation },
        { "frustration .76 and repeat", [Some.Frustrated(.76), Some.Repeat()], .964, Band.ImmediateEscalation },
        { "keyword .8 exactly", [Some.Signal("keyword_match", .8)], .8, Band.PriorityEscalation },
        { "keyword .9 of risk", [Some.Signal("legal_or_compliance", .9)], .9, Band.ImmediateEscalation },
        { "keyword .5 and slow response", [Some.Signal("keyword_match", .5), Some.Signal("slow_response", .6)], .68, Band.PriorityEscalation },
        { "high value alone", [Some.Signal("high_value_customer", .5)], 0, Band.None },
        { "frustration .8 and high value", [Some.Frustrated(.8), Some.Signal("high_value_customer", .5)], .84, Band.ImmediateEscalation },
        { "repeat and high value", [Some.Repeat(), Some.Signal("high_value_customer", .5)], .88, Band.ImmediateEscalation },
        { "nothing", [], 0, Band.None },
    };

    [Theory, MemberData(nameof(Worked))]
    public void The_worked_examples_of_the_design_hold(string name, Signal[] signals, double score, Band band)
    {
        var recommendation = Combination.Recommend(signals, Policy.Default);
        Assert.Equal(score, recommendation.Score, 1e-9);
        Assert.True(band == recommendation.Band, name);
    }

    [Theory, InlineData(.3, Band.None), InlineData(.300000001, Band.Monitor), InlineData(.6, Band.Monitor), InlineData(.600000001, Band.PriorityEscalation),
     InlineData(.8, Band.PriorityEscalation), InlineData(.800000001, Band.ImmediateEscalation), InlineData(.8000000001, Band.PriorityEscalation)]
    public void Bands_are_strictly_greater_after_rounding_to_nine_decimals(double score, Band band) => Assert.Equal(band, new BandThresholds().BandOf(score));

    [Fact]
    public void Signals_of_one_group_count_once_by_their_strongest()
    {
        var recommendation = Combination.Recommend([Some.Signal("legal_or_compliance", .9), Some.Signal("churn_threat", .7)], Policy.Default);
        Assert.Equal(.9, recommendation.Score, 1e-9);
        Assert.Equal("legal_or_compliance", Assert.Single(recommendation.Contributions).Trigger);
    }

    [Fact]
    public void Shares_add_up_to_the_score_and_the_largest_comes_first()
    {
        var recommendation = Combination.Recommend([Some.Signal("slow_response", .6), Some.Frustrated(.9), Some.Repeat()], Policy.Default);
        Assert.Equal(recommendation.Score, recommendation.Contributions.Sum(c => c.Share), 1e-8);
        Assert.Equal(["feeling", "contact"], recommendation.Contributions.Select(c => c.Group));
    }

    [Fact]
    public void A_certain_signal_gives_score_one_and_finite_shares()
    {
        var recommendation = Combination.Recommend([Some.Signal("keyword_match", 1), Some.Repeat()], Policy.Default);
        Assert.Equal(1, recommendation.Score);
        Assert.All(recommendation.Contributions, c => Assert.True(double.IsFinite(c.Share)));
    }

    [Fact]
    public void A_cap_lowers_and_must_escalate_lifts_last_and_the_score_stays()
    {
        Signal[] signals = [Some.Frustrated(.95), Some.Repeat()];
        var capped = Combination.Recommend(signals, Policy.Default, cap: Band.Monitor);
        var lifted = Combination.Recommend(signals, Policy.Default, cap: Band.Monitor, lift: Band.PriorityEscalation);
        Assert.Equal((Band.Monitor, .9925), (capped.Band, capped.Score));
        Assert.Equal((Band.PriorityEscalation, .9925), (lifted.Band, lifted.Score));
    }

    [Fact]
    public void Adding_a_signal_never_lowers_the_score_or_the_band()
    {
        var random = new Random(7);
        var triggers = Policy.Default.Triggers;
        for (var round = 0; round < 2000; round++)
        {
            var signals = Enumerable.Range(0, random.Next(0, 5)).Select(_ => Some.Signal(triggers[random.Next(triggers.Count)].Name, Math.Round(random.NextDouble(), 3))).ToList();
            var before = Combination.Recommend(signals, Policy.Default);
            var added = Some.Signal(triggers[random.Next(triggers.Count)].Name, Math.Round(random.NextDouble(), 3));
            var after = Combination.Recommend([.. signals, added], Policy.Default);
            Assert.True(after.Score >= before.Score, "score");
            Assert.True(after.Band >= before.Band, $"{string.Join(' ', signals)} + {added}: {before.Band} -> {after.Band}");
        }
    }

    [Fact]
    public void Probability_is_null_without_calibration_and_monotone_with_it()
    {
        Assert.Null(Combination.Recommend([Some.Repeat()], Policy.Default).Probability);
        var policy = Policy.Default with { Calibration = new ScoreCalibration(1, 0, 250) };
        Assert.Equal(.85, Combination.Recommend([Some.Repeat()], policy).Probability!.Value, 1e-9);
        var probabilities = Enumerable.Range(0, 101).Select(i => Combination.Recommend([Some.Signal("keyword_match", i / 100d)], policy).Probability!.Value).ToList();
        Assert.Equal(probabilities.Order(), probabilities);
        Assert.All(probabilities, p => Assert.InRange(p, 0, 1));
    }

    [Theory, InlineData(199, false), InlineData(200, true)]
    public void A_calibration_on_fewer_than_two_hundred_labels_gives_no_probability(int labels, bool isGiven) =>
        Assert.Equal(isGiven, Combination.Recommend([Some.Repeat()], Policy.Default with { Calibration = new ScoreCalibration(1, 0, labels) }).Probability is not null);

    [Fact]
    public void A_trigger_that_only_joins_counts_where_another_group_fired_even_faintly()
    {
        Assert.Equal(1 - .99 * .8, Combination.Recommend([Some.Signal("high_value_customer", .5), Some.Signal("keyword_match", .01)], Policy.Default).Score, 1e-9);
        Assert.Equal(0, Combination.Recommend([Some.Signal("high_value_customer", .5), Some.Signal("high_value_customer", .7)], Policy.Default).Score);
    }

    [Fact]
    public void The_order_of_the_signals_does_not_matter()
    {
        Signal[] signals = [Some.Frustrated(.8), Some.Repeat(), Some.Signal("high_value_customer", .5), Some.Signal("churn_threat", .7), Some.Signal("slow_response", .6)];
        var forwards = Combination.Recommend(signals, Policy.Default);
        var backwards = Combination.Recommend([.. signals.Reverse()], Policy.Default);
        Assert.Equal((forwards.Score, forwards.Band), (backwards.Score, backwards.Band));
        Assert.Equal(forwards.Contributions, backwards.Contributions);
    }
}
