using System.Text.Json;
using Escalation.Inference.Scoring;

namespace Escalation.Inference.Registry;

/// <summary>One version of a model: a folder, or the one inside the program.</summary>
/// <param name="Target">What it predicts.</param>
/// <param name="Version">The folder's name: the first 12 digits of the model version.</param>
/// <param name="Folder">Where it lies; null for the one inside the program.</param>
/// <param name="IsChampion">Whether the service uses it.</param>
public sealed record ModelEntry(string Target, string Version, string? Folder, bool IsChampion)
{
    /// <summary>The model.</summary>
    /// <exception cref="ModelFormatException">Missing, truncated, damaged or newer.</exception>
    public FrustrationModel Load() => Folder is null
        ? EmbeddedModel.Load()
        : FrustrationModel.Load(Path.Combine(Folder, ModelRegistry.ScorerName));

    /// <summary>The model's card.</summary>
    /// <exception cref="ModelFormatException">Missing or damaged.</exception>
    public ModelCard Card()
    {
        var path = Folder is null ? EmbeddedModel.CardName : Path.Combine(Folder, ModelRegistry.CardName);
        try
        {
            var text = Folder is null ? EmbeddedModel.CardText() : File.ReadAllText(path);
            return JsonSerializer.Deserialize<ModelCard>(text, ModelJson.Options) ?? throw new JsonException("empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ModelFormatException(path, $"cannot be read ({e.Message})", "copy the model's folder again, or train the model again", e);
        }
    }
}

/// <summary>The answer to "which model": one, or what is wrong and the way out.</summary>
/// <param name="Entry">The model; null with a problem.</param>
/// <param name="Problem">A sentence for people; null with a model.</param>
public sealed record ModelChoice(ModelEntry? Entry, string? Problem);
