using System.Globalization;
using System.Text.Json;
using Escalation.Core.Failures;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Search;

namespace Escalation.Trainer.Publishing;

/// <summary>Writes a version of a model; never promotes it.</summary>
public static class ModelPublisher
{
    /// <summary>Writes <c>DIR/TARGET/VERSION/{model.zip, scorer.bin, card.json, card.html, rows.csv, trials.csv}</c>: into a folder beside it first, then by one rename.</summary>
    /// <param name="model">The model.</param>
    /// <param name="directory">DIR; made where it is missing.</param>
    /// <param name="cancellation">Ends before the rename with nothing left behind.</param>
    /// <returns>The version's folder; where the same version is already there and whole it stays as it is.</returns>
    /// <exception cref="IOException">The disk refused; nothing half written is left under the version's name.</exception>
    public static string Write(TrainedModel model, string directory, CancellationToken cancellation)
    {
        var home = Path.Combine(directory, model.Card.Target);
        var folder = Path.Combine(home, model.Version.Short);
        RemoveLeftovers(home);
        if (IsWhole(model, folder)) return folder;
        var temporary = Path.Combine(home, string.Create(CultureInfo.InvariantCulture, $".{model.Version.Short}.{Guid.NewGuid():N}.{Environment.ProcessId}"));
        Directory.CreateDirectory(temporary);
        try
        {
            File.WriteAllBytes(Path.Combine(temporary, ModelRegistry.ScorerName), model.Scorer);
            File.WriteAllText(Path.Combine(temporary, ModelRegistry.CardName), JsonSerializer.Serialize(model.Card, ModelJson.Options) + "\n");
            File.WriteAllText(Path.Combine(temporary, CardPage.Name), CardPage.Of(model.Card, model.HeldOut));
            model.Rows.Save(temporary);
            if (model.Trials is { } trials) File.WriteAllText(Path.Combine(temporary, TrialFile.Name), trials);
            model.SaveZip(Path.Combine(temporary, ModelRegistry.ZipName));
            cancellation.ThrowIfCancellationRequested();
            return Publish(model, temporary, folder);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    /// <remarks>Two runs that trained the same version may publish at once: the one that comes second finds it there.</remarks>
    private static string Publish(TrainedModel model, string temporary, string folder)
    {
        if (Directory.Exists(folder) && !IsWhole(model, folder)) Directory.Delete(folder, recursive: true);
        try
        {
            PausePoint.Pass(PausePoint.BeforeVersionRename);
            Directory.Move(temporary, folder);
            PausePoint.Pass(PausePoint.AfterVersionRename);
        }
        catch (IOException) when (IsWhole(model, folder))
        {
            // The other run's files are as good.
        }
        return folder;
    }

    private static bool IsWhole(TrainedModel model, string folder)
    {
        if (!Directory.Exists(folder)) return false;
        try
        {
            return new ModelEntry(model.Card.Target, model.Version.Short, folder, false).Check() == model.Version;
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    /// <summary>Deletes what runs that were killed left behind.</summary>
    private static void RemoveLeftovers(string home)
    {
        if (!Directory.Exists(home)) return;
        foreach (var folder in Directory.GetDirectories(home, ".*.*"))
            if (int.TryParse(Path.GetExtension(folder).AsSpan(1), CultureInfo.InvariantCulture, out var process) && !IsRunning(process)) Directory.Delete(folder, recursive: true);
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
