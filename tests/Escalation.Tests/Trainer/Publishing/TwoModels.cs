using Escalation.Trainer;
using Escalation.Trainer.Data;
using Escalation.Trainer.Publishing;

namespace Escalation.Tests.Trainer.Publishing;

/// <summary>Two trained models over the project's own messages: a good one, and one whose labels were wrong in every third row.</summary>
public sealed class TwoModels : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-two-models");

    public TwoModels()
    {
        Good = Train(SomeCorpus.Rows());
        Poor = Train(Poorly(SomeCorpus.Rows()));
        GoodVersion = Path.GetFileName(ModelPublisher.Write(Good, folder.FullName, CancellationToken.None));
        PoorVersion = Path.GetFileName(ModelPublisher.Write(Poor, folder.FullName, CancellationToken.None));
    }

    public TrainedModel Good { get; }

    public TrainedModel Poor { get; }

    public string GoodVersion { get; }

    public string PoorVersion { get; }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>A models folder of its own with both versions and no champion.</summary>
    public string CopyTo(string target)
    {
        foreach (var file in folder.GetFiles("*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(folder.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy);
        }
        return target;
    }

    internal static TrainedModel Train(TrainingRows rows) =>
        new FrustrationTrainer(new TrainingOptions { Bits = 14 }, TimeProvider.System).Train(rows, null, CancellationToken.None).Model!;

    private static TrainingRows Poorly(TrainingRows rows) => rows with { Rows = [.. rows.Rows.Select((r, i) => i % 3 == 0 ? r with { Positive = !r.Positive } : r)] };
}
