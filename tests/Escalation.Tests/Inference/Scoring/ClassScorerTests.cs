using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference.Scoring;

public sealed class ClassScorerTests
{
    private static readonly string[] Texts = ["ok", "", "Where is my card? I have been WAITING for two weeks!!", "refund please"];

    [Fact]
    public void Each_output_scores_as_it_does_alone()
    {
        var content = Teams();
        var scorer = new ClassScorer(content);
        var scores = new float[3];
        foreach (var text in Texts)
        {
            scorer.Score(text, scores);
            for (var k = 0; k < scores.Length; k++)
            {
                var alone = content with { Outputs = [content.Outputs[k]], Planes = [.. content.Planes.Select(p => p with { Heads = [p.Heads[k]] })] };
                Assert.Equal(alone.ToScorer().Score(text), scores[k], 1e-4);
            }
        }
    }

    [Fact]
    public void Scoring_allocates_nothing()
    {
        var scorer = new ClassScorer(Teams());
        var scores = new float[3];
        foreach (var text in Texts) scorer.Score(text, scores);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var text in Texts) scorer.Score(text, scores);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ScorerContent Teams()
    {
        var one = SomeModel.Content(planes: 3);
        float[][] heads = [one.Planes[0].Heads[0], one.Planes[1].Heads[0], one.Planes[2].Heads[0]];
        return (one with
        {
            Outputs = [.. Enumerable.Range(0, 3).Select(k => new ScorerOutput($"team {k}", 0.1f * k, Calibration.Identity))],
            Planes = [.. one.Planes.Select((p, i) => p with { Heads = [heads[i], heads[(i + 1) % 3], heads[(i + 2) % 3]] })],
        }).Rounded();
    }
}
