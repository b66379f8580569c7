using System.IO.Compression;
using System.Text.Json;
using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference;

/// <summary>Folders of model versions that are whole.</summary>
internal static class ModelFolder
{
    /// <summary>Writes a version with a small scorer, its card and a zip; the folder of the version.</summary>
    public static string Add(string models, string version)
    {
        var home = Directory.CreateDirectory(Path.Combine(models, FrustrationModel.Target, version)).FullName;
        var scorer = ScorerFile.Write(SomeModel.Content());
        File.WriteAllBytes(Path.Combine(home, ModelRegistry.ScorerName), scorer);
        File.WriteAllText(Path.Combine(home, ModelRegistry.CardName), JsonSerializer.Serialize(Card(ScorerFile.Read(scorer, "scorer").Version.Value), ModelJson.Options));
        using var zip = ZipFile.Open(Path.Combine(home, ModelRegistry.ZipName), ZipArchiveMode.Create);
        using var entry = new StreamWriter(zip.CreateEntry("model").Open());
        entry.Write("small");
        return home;
    }

    private static ModelCard Card(string version) => new()
    {
        Target = FrustrationModel.Target,
        Version = version,
        TrainedAt = "2026-03-02T12:00:00Z",
        Seed = 1,
        Data = [],
        Split = "none",
        Languages = ["en"],
        Features = FeatureSchema.Current(12),
        Learner = "none",
        Calibration = new Calibration(1.5, -0.25),
        Threshold = 0.42,
        Metrics = [],
        ScorerDeviation = 0,
        Versions = new Dictionary<string, string>(),
        Limits = [],
    };
}
