using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference;

/// <summary>A small scorer with weights from a fixed seed, and the repository's own models.</summary>
internal static class SomeModel
{
    public static ScorerContent Content(int bits = 12, int seed = 5, int planes = 2)
    {
        var random = new Random(seed);
        var schema = FeatureSchema.Current(bits);
        float[] Numbers(float low, float high) =>
            [.. Enumerable.Range(0, schema.Buckets).Select(i => i % 3 == 0 ? 0 : low + ((high - low) * random.NextSingle()))];
        return new ScorerContent(FrustrationModel.Target, schema, ["en"], 0.42, [new ScorerOutput(FrustrationModel.Target, 0.125f, new Calibration(1.5, -0.25))],
            [.. Enumerable.Range(0, planes).Select(p => new ScorerPlane(new FeaturePlane((Weighting)(p % 5), Numbers(0.1f, 8)), [Numbers(-1, 1)]))]).Rounded();
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
