using System.Text.Json;
using Escalation.Inference.Registry;
using Escalation.Trainer.Search;

namespace Escalation.Trainer.Publishing;

/// <summary>Writes a version of a model; never promotes it.</summary>
public static class ModelPublisher
{
    /// <summary>Writes <c>DIR/TARGET/VERSION/{model.zip, scorer.bin, card.json, trials.csv}</c>: into a folder beside it first, then by one rename.</summary>
    /// <param name="model">The model.</param>
    /// <param name="directory">DIR; made where it is missing.</param>
    /// <param name="cancellation">Ends before the rename with nothing left behind.</param>
    /// <returns>The version's folder; where the same version is already there it stays as it is.</returns>
    /// <exception cref="IOException">The disk refused; nothing half written is left under the version's name.</exception>
    public static string Write(TrainedModel model, string directory, CancellationToken cancellation)
    {
        var home = Path.Combine(directory, model.Card.Target);
        var folder = Path.Combine(home, model.Version.Short);
        if (Directory.Exists(folder)) return folder;
        var temporary = Path.Combine(home, $".{model.Version.Short}.{Environment.ProcessId}");
        Directory.CreateDirectory(temporary);
        try
        {
            File.WriteAllBytes(Path.Combine(temporary, ModelRegistry.ScorerName), model.Scorer);
            File.WriteAllText(Path.Combine(temporary, ModelRegistry.CardName), JsonSerializer.Serialize(model.Card, ModelJson.Options) + "\n");
            if (model.Trials is { } trials) File.WriteAllText(Path.Combine(temporary, TrialFile.Name), trials);
            model.SaveZip(Path.Combine(temporary, ModelRegistry.ZipName));
            cancellation.ThrowIfCancellationRequested();
            Directory.Move(temporary, folder);
            return folder;
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }
}
