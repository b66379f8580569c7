using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace Escalation.Inference.Registry;

/// <summary>The models of a folder: <c>TARGET/VERSION/{model.zip, scorer.bin, card.json}</c> and <c>TARGET/current.json</c>, which names the champion.</summary>
/// <remarks>Reads the disk at every call, so that a promotion by another process is seen. Thread-safe.</remarks>
public sealed class ModelRegistry
{
    /// <summary>The ML.NET model.</summary>
    public const string ZipName = "model.zip";

    /// <summary>The compiled scorer.</summary>
    public const string ScorerName = "scorer.bin";

    /// <summary>The card.</summary>
    public const string CardName = "card.json";

    /// <summary>Names the champion of a target.</summary>
    public const string ChampionName = "current.json";

    /// <summary>The folder looked for in the working folder.</summary>
    public const string DefaultFolder = "models";

    private readonly string? folder;

    private ModelRegistry(string? folder) => this.folder = folder;

    /// <summary>The models of a folder; without one those of <c>models</c> in the working folder, else the one inside the program.</summary>
    public static ModelRegistry Open(string? folder) => new(folder ?? (Directory.Exists(DefaultFolder) ? DefaultFolder : null));

    /// <summary>Every version present, by name; champion marked.</summary>
    /// <exception cref="Scoring.ModelFormatException">A damaged current.json.</exception>
    public IReadOnlyList<ModelEntry> List(string target)
    {
        if (folder is null)
            return target == FrustrationModel.Target && EmbeddedModel.Exists ? [new ModelEntry(target, EmbeddedModel.Version, null, true)] : [];
        var home = Path.Combine(folder, target);
        if (!Directory.Exists(home)) return [];
        var versions = Directory.GetDirectories(home).Where(d => !Path.GetFileName(d).StartsWith('.')).Order(StringComparer.Ordinal).ToArray();
        var champion = Champion(target)?.Version;
        return [.. versions.Select(d => new ModelEntry(target, Path.GetFileName(d), d, champion is null ? versions.Length == 1 : Path.GetFileName(d) == champion))];
    }

    /// <summary>The named version, or the champion: the one that current.json names, else the only one present.</summary>
    /// <param name="target">What is predicted.</param>
    /// <param name="version">A version or the start of one; null = the champion.</param>
    /// <exception cref="Scoring.ModelFormatException">A damaged current.json.</exception>
    public ModelChoice Choose(string target, string? version = null)
    {
        var present = List(target);
        var names = string.Join(", ", present.Select(e => e.Version));
        var home = folder is null ? "this program" : Path.Combine(folder, target);
        if (present.Count == 0)
            return new ModelChoice(null, $"{home}: no {target} model; train one with 'escalation train --target {target}', or name another folder with --models");
        if (version is null)
        {
            if (present.FirstOrDefault(e => e.IsChampion) is { } champion) return new ModelChoice(champion, null);
            return Champion(target) is { } missing
                ? new ModelChoice(null, $"{Path.Combine(home, ChampionName)}: names {missing.Version}, which is not there; present: {names}; promote one with 'escalation models promote'")
                : new ModelChoice(null, $"{home}: several versions and no champion: {names}; name one with --model, or promote one with 'escalation models promote'");
        }
        var matches = present.Where(e => e.Version.StartsWith(version, StringComparison.Ordinal) || version.StartsWith(e.Version, StringComparison.Ordinal)).ToArray();
        return matches.Length switch
        {
            1 => new ModelChoice(matches[0], null),
            0 => new ModelChoice(null, $"{home}: no version {version}; present: {names}"),
            _ => new ModelChoice(null, $"{home}: {version} is the start of several versions: {string.Join(", ", matches.Select(e => e.Version))}"),
        };
    }

    /// <summary>Makes a version the champion, in one step that a crash cannot halve.</summary>
    /// <param name="entry">A version of this folder; its files must be readable and agree.</param>
    /// <param name="by">Who promotes.</param>
    /// <param name="at">When.</param>
    /// <returns>What current.json says now.</returns>
    /// <exception cref="Scoring.ModelFormatException">The version's files are missing or damaged; nothing is changed.</exception>
    public Champion Promote(ModelEntry entry, string by, Instant at)
    {
        if (entry.Folder is null) throw new InvalidOperationException("the model inside the program cannot be promoted: it is used where there is no models folder");
        ModelSelfTest.Run(entry);
        var path = Path.Combine(Path.GetDirectoryName(entry.Folder)!, ChampionName);
        var champion = new Champion(entry.Version, InstantPattern.ExtendedIso.Format(at), by, Champion(entry.Target)?.Version);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(champion, ModelJson.Options) + "\n");
        File.Move(temporary, path, overwrite: true);
        return champion;
    }

    private Champion? Champion(string target)
    {
        var path = Path.Combine(folder!, target, ChampionName);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<Champion>(File.ReadAllText(path), ModelJson.Options) is { Version.Length: > 0 } champion
                ? champion
                : throw new JsonException("no version");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new Scoring.ModelFormatException(path, $"cannot be read ({e.Message})", "promote a version again with 'escalation models promote --model VERSION'", e);
        }
    }
}

/// <summary>current.json: which version the service uses, and who decided that.</summary>
/// <param name="Version">The version's folder name.</param>
/// <param name="PromotedAt">RFC 3339.</param>
/// <param name="PromotedBy">Who.</param>
/// <param name="From">The champion before; null for the first.</param>
public sealed record Champion(string Version, string? PromotedAt, string? PromotedBy, string? From);
