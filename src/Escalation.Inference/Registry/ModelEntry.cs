using System.IO.Compression;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Inference.Scoring;

namespace Escalation.Inference.Registry;

/// <summary>One version of a model: a folder, or the one inside the program.</summary>
/// <param name="Target">What it predicts.</param>
/// <param name="Version">The folder's name: the first 12 digits of the model version.</param>
/// <param name="Folder">Where it lies; null for the one inside the program.</param>
/// <param name="IsChampion">Whether the service uses it.</param>
public sealed record ModelEntry(string Target, string Version, string? Folder, bool IsChampion)
{
    private const string ByCopying = "copy the model's folder again, or train the model again";

    /// <summary>The frustration model. A version is whole or not used: its card must be readable and its own, and its zip complete.</summary>
    /// <exception cref="ModelFormatException">One of its files is missing, truncated, damaged, newer, of another version or of another target.</exception>
    public FrustrationModel Load()
    {
        if (Folder is null) return EmbeddedModel.Load();
        var model = FrustrationModel.Load(ScorerPath);
        CheckOthers(model.Version);
        return model;
    }

    /// <summary>The team model, as whole as <see cref="Load"/> asks.</summary>
    /// <exception cref="ModelFormatException">One of its files is missing, truncated, damaged, newer, of another version or of another target.</exception>
    public TeamModel LoadTeam()
    {
        var model = TeamModel.Load(ReadScorer(), ScorerPath);
        CheckOthers(model.Version);
        return model;
    }

    /// <summary>Checks that a version is whole, whatever it predicts.</summary>
    /// <exception cref="ModelFormatException">It is not.</exception>
    public ModelVersion Check() => Target == TeamModel.Target ? LoadTeam().Version : Load().Version;

    /// <summary>What its scorer holds, for a model that starts from it.</summary>
    /// <exception cref="ModelFormatException">The scorer is missing, truncated, damaged or of another format.</exception>
    public ScorerContent Content()
    {
        if (Folder is null) return EmbeddedModel.Content();
        var (content, version) = ScorerFile.Read(ReadScorer(), ScorerPath);
        CheckOthers(version);
        return content;
    }

    private string ScorerPath => Path.Combine(Folder!, ModelRegistry.ScorerName);

    private byte[] ReadScorer() => ModelFile.Bytes(ScorerPath);

    private void CheckOthers(ModelVersion version)
    {
        var card = Card();
        if (card.Version != version.Value)
            throw new ModelFormatException(Path.Combine(Folder!, ModelRegistry.CardName), $"is the card of version {Start(card.Version)}, and {ModelRegistry.ScorerName} beside it is {version.Short}", ByCopying);
        CheckZip(Path.Combine(Folder!, ModelRegistry.ZipName));
    }

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
            throw new ModelFormatException(path, ModelFile.Reason(e), ByCopying, e);
        }
    }

    /// <summary>Which texts it was trained on; none where that is not told.</summary>
    /// <exception cref="ModelFormatException">Damaged.</exception>
    public ModelRows Rows() => Folder is null ? ModelRows.None : ModelRows.Load(Folder);

    /// <remarks>The list of what is in a zip stands at its end, so a file that was cut off has none; that the content is a model, only promotion checks.</remarks>
    private static void CheckZip(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            if (zip.Entries.Count == 0) throw new InvalidDataException("it is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ModelFormatException(path, $"cannot be read as an ML.NET model ({e.Message})", ByCopying, e);
        }
    }

    private static string Start(string version) => version.Length > 12 ? version[..12] : version;
}

/// <summary>The answer to "which model": one, or what is wrong and the way out.</summary>
/// <param name="Entry">The model; null with a problem.</param>
/// <param name="Problem">A sentence for people; null with a model.</param>
public sealed record ModelChoice(ModelEntry? Entry, string? Problem);
