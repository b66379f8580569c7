using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference;

/// <summary>A small scorer with weights from a fixed seed, and the repository's own models.</summary>
internal static class SomeModel
{
    public static ScorerContent Content(int bits = 12, int seed = 5)
    {
        var random = new Random(seed);
        float[] Plane(float low, float high) =>
            [.. Enumerable.Range(0, 1 << bits).Select(i => i % 3 == 0 ? 0 : Bfloat16.Round(low + ((high - low) * random.NextSingle())))];
        var features = new FeatureWeights(Plane(1, 8), Plane(0.1f, 3));
        return new ScorerContent(FrustrationModel.Target, FeatureSchema.Current(bits), ["en"], new Calibration(1.5, -0.25), 0.42, 0.125f,
            features, [.. Plane(-1, 1)], [.. Plane(-1, 1)]);
    }

    public static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Escalation.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }
}
