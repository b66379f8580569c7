using CsCheck;
using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference.Scoring;

public sealed class ClassCalibrationTests
{
    private static readonly Gen<double[]> Scores = Gen.Double[-30, 30].Array[2, 12];
    private static readonly Gen<ConfidenceCalibration> Curves = Gen.Select(Gen.Double[0, 5], Gen.Double[0, 5], Gen.Double[-5, 5], (a, b, c) => new ConfidenceCalibration(a, b, c));

    [Fact]
    public void Probabilities_add_up_and_the_order_stays() => Gen.Select(Scores, Curves).Sample((scores, curve) =>
    {
        double[] found = [.. scores];
        new ClassCalibration(1.3, curve).Apply(found);
        Assert.Equal(1, found.Sum(), 1e-12);
        Assert.All(found, p => Assert.InRange(p, 0, 1));
        Assert.Equal(Array.IndexOf(scores, scores.Max()), Array.IndexOf(found, found.Max()));
        for (var i = 0; i < scores.Length; i++)
            for (var j = 0; j < scores.Length; j++)
                if (scores[i] < scores[j]) Assert.True(found[i] <= found[j]);
    });

    [Fact]
    public void The_likeliest_gets_the_curve_and_the_others_share_the_rest_as_before()
    {
        double[] plain = [2, 1, 0], curved = [2, 1, 0];
        new ClassCalibration(1).Apply(plain);
        var curve = new ConfidenceCalibration(2, 1, 0.5);
        new ClassCalibration(1, curve).Apply(curved);
        Assert.Equal(curve.Apply(plain[0]), curved[0], 1e-12);
        Assert.Equal(plain[1] / plain[2], curved[1] / curved[2], 1e-12);
    }
}
