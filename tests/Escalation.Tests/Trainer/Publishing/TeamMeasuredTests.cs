using Escalation.Inference.Evaluation;
using Escalation.Trainer.Publishing;

namespace Escalation.Tests.Trainer.Publishing;

public sealed class TeamMeasuredTests
{
    [Theory, InlineData(.7, -.02, .02), InlineData(.9, .15, .25)]
    public void Confidence_that_is_right_as_often_as_it_says_has_no_excess_and_one_that_boasts_has(double said, double low, double high)
    {
        string[] truth = [.. Enumerable.Range(0, 1000).Select(i => i % 10 < 7 ? "a" : "b")];
        var measured = new TeamMeasured(new ClassAnswers([.. truth.Select(_ => "a")], [.. truth.Select(_ => said)], truth, .5), [.. truth.Select(_ => 1.0)]);
        Assert.InRange(measured.ExcessOverFloor(1).Value, low, high);
    }
}
