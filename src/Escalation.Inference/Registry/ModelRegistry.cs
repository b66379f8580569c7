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

    /// <summary>Names the version that was trained last.</summary>
    public const string Newest = "newest";

    /// <summary>The folder looked for in the working folder.</summary>
    public const string DefaultFolder = "models";

    private readonly string? folder;

    private ModelRegistry(string? folder) => this.folder = folder;

    /// <summary>The models of a folder; without one those of <c>models</c> in the working folder, else the one inside the program.</summary>
    public static ModelRegistry Open(string? folder) => new(folder ?? (Directory.Exists(DefaultFolder) ? DefaultFolder : null));

    /// <summary>Every version present, by name; champion marked.</summary>
    /// <exception cref="Scoring.ModelFormatException">A damaged current.json.</exception>
    public IReadOnlyList<ModelEntry> List(string target) => folder is null ? Versions(target, null) : Versions(target, Current(target));

    /// <summary>The named version, or the champion: the one that current.json names, else the only one present.</summary>
    /// <param name="target">What is predicted.</param>
    /// <param name="version">A version, the start of one, or <see cref="Newest"/>; null = the champion.</param>
    /// <exception cref="Scoring.ModelFormatException">A damaged current.json.</exception>
    public ModelChoice Choose(string target, string? version = null)
    {
        var present = version is null ? List(target) : Versions(target, CurrentOrNone(target));
        var names = string.Join(", ", present.Select(e => e.Version));
        var home = folder is null ? "this program" : Path.Combine(folder, target);
        if (present.Count == 0)
            return new ModelChoice(null, $"{home}: no {target} model; train one with 'escalation train --target {target}', or name another folder with --models");
        if (version is null)
        {
            if (present.FirstOrDefault(e => e.IsChampion) is { } champion) return new ModelChoice(champion, null);
            return Current(target) is { } missing
                ? new ModelChoice(null, $"{Path.Combine(home, ChampionName)}: names {missing.Version}, which is not there; present: {names}; promote one with 'escalation models promote'")
                : new ModelChoice(null, $"{home}: several versions and no champion: {names}; name one with --model, or promote one with 'escalation models promote'");
        }
        if (version == Newest) return LastTrained(present) is { } newest ? new ModelChoice(newest, null) : new ModelChoice(null, $"{home}: no version's card can be read, so that the newest is not known; present: {names}");
        var matches = present.Where(e => e.Version.StartsWith(version, StringComparison.Ordinal) || version.StartsWith(e.Version, StringComparison.Ordinal)).ToArray();
        return matches.Length switch
        {
            1 => new ModelChoice(matches[0], null),
            0 => new ModelChoice(null, $"{home}: no version {version}; present: {names}"),
            _ => new ModelChoice(null, $"{home}: {version} is the start of several versions: {string.Join(", ", matches.Select(e => e.Version))}"),
        };
    }

    private static ModelEntry? LastTrained(IReadOnlyList<ModelEntry> present) => present.Select(e => (Entry: e, At: TrainedAt(e))).Where(e => e.At is not null).OrderBy(e => e.At, StringComparer.Ordinal).LastOrDefault().Entry;

    private static string? TrainedAt(ModelEntry entry)
    {
        try
        {
            return entry.Card().TrainedAt;
        }
        catch (Scoring.ModelFormatException)
        {
            return null;
        }
    }

    /// <summary>The champion that others are compared with: the chosen one, or, while a folder has none, the one inside the program; null without any.</summary>
    public ModelEntry? ChampionOf(string target)
    {
        var current = CurrentOrNone(target);
        if ((folder is null || current is not null) && Versions(target, current).FirstOrDefault(e => e.IsChampion) is { } chosen) return chosen;
        return target == FrustrationModel.Target && EmbeddedModel.Exists ? new ModelEntry(target, EmbeddedModel.Version, null, false) : null;
    }

    /// <summary>What current.json says; null where it is not there.</summary>
    /// <exception cref="Scoring.ModelFormatException">It is damaged.</exception>
    public Champion? Current(string target) => folder is null ? null : FileOf(target).Current();

    /// <summary>What current.json says; null where it is not there or damaged, out of which a promotion is the way.</summary>
    public Champion? CurrentOrNone(string target) => folder is null ? null : FileOf(target).CurrentOrNone();

    /// <summary>Every promotion recorded, the newest first.</summary>
    public IReadOnlyList<Champion> Promotions(string target) => folder is null ? [] : FileOf(target).History();

    /// <summary>When and how large current.json is, for who waits for a change; empty where it is not there.</summary>
    public string StampOf(string target)
    {
        if (folder is null) return "";
        var file = new FileInfo(Path.Combine(folder, target, ChampionName));
        return file.Exists ? FormattableString.Invariant($"{file.LastWriteTimeUtc.Ticks} {file.Length}") : "";
    }

    /// <summary>Makes a version the champion, in one step that a crash cannot halve.</summary>
    /// <param name="entry">A version of this folder; its files must be readable and agree.</param>
    /// <param name="order">Who promotes, on what grounds.</param>
    /// <param name="at">When.</param>
    /// <returns>What current.json says now; null, and nothing done, where another promotion came in between.</returns>
    /// <exception cref="Scoring.ModelFormatException">The version's files are missing or damaged; nothing is changed.</exception>
    /// <exception cref="IOException">The disk refused; nothing is changed.</exception>
    public Champion? Promote(ModelEntry entry, PromotionOrder order, Instant at)
    {
        if (entry.Folder is null) throw new InvalidOperationException("the model inside the program cannot be promoted: it is used where there is no models folder");
        ModelSelfTest.Run(entry);
        return FileOf(entry.Target).Write(
            new Champion(entry.Version, InstantPattern.ExtendedIso.Format(at), order.By, null) { Way = order.Way, Reason = order.Reason, Grounds = order.Grounds, Failures = order.Failures }, order.After);
    }

    private IReadOnlyList<ModelEntry> Versions(string target, Champion? current)
    {
        if (folder is null)
            return target == FrustrationModel.Target && EmbeddedModel.Exists ? [new ModelEntry(target, EmbeddedModel.Version, null, true)] : [];
        var home = Path.Combine(folder, target);
        if (!Directory.Exists(home)) return [];
        var versions = Directory.GetDirectories(home).Where(d => !Path.GetFileName(d).StartsWith('.')).Order(StringComparer.Ordinal).ToArray();
        var champion = current?.Version;
        return [.. versions.Select(d => new ModelEntry(target, Path.GetFileName(d), d, champion is null ? versions.Length == 1 : Path.GetFileName(d) == champion))];
    }

    private ChampionFile FileOf(string target) => new(Path.Combine(folder!, target));
}
