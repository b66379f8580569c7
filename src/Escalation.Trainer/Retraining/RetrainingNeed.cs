using System.Globalization;
using Escalation.Core.Tickets;
using Escalation.Inference.Registry;
using Escalation.Trainer.Data;

namespace Escalation.Trainer.Retraining;

/// <summary>Whether a scheduled training is worth its while: <c>train --if-needed</c>.</summary>
/// <param name="IsNeeded">Whether to train.</param>
/// <param name="Reason">A sentence for the log.</param>
public sealed record RetrainingNeed(bool IsNeeded, string Reason)
{
    private const int FewestNew = 100, FewestNewWithDrift = 30;
    private const double NewShare = .1;

    /// <summary>Decides. Enough new labels, or fewer and drift; never twice on the same rows.</summary>
    /// <param name="rows">What would be trained on.</param>
    /// <param name="versions">Every version present.</param>
    /// <param name="champion">The champion; null = there is none.</param>
    /// <param name="drift">Whether inputs or labels changed; asked only where that decides.</param>
    /// <exception cref="Inference.Scoring.ModelFormatException">The champion's files are damaged.</exception>
    public static RetrainingNeed Of(TrainingRows rows, IReadOnlyList<ModelEntry> versions, ModelEntry? champion, Func<bool> drift)
    {
        if (versions.FirstOrDefault(v => WasTrainedOn(v, rows.Sha256)) is { } same) return new RetrainingNeed(false, $"not needed: {same.Version} was trained on these very rows");
        if (Furthest(rows, versions, champion) is not { } furthest) return new RetrainingNeed(true, "needed: there is no model of one's own yet");
        var (version, learned, added) = furthest;
        var enough = Math.Max(FewestNew, (int)Math.Ceiling(learned * NewShare));
        var words = string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(added, "labelled text")} here that {(version.Version == champion?.Version ? "champion" : "version")} {version.Version} has not learned, beside {learned:N0} that it has");
        if (added >= enough) return new RetrainingNeed(true, $"needed: {words}");
        if (added >= FewestNewWithDrift && drift()) return new RetrainingNeed(true, $"needed: {words}, and inputs or labels changed (see 'escalation models drift')");
        return new RetrainingNeed(false, string.Create(CultureInfo.InvariantCulture, $"not needed: {words}; from {enough:N0} on, or from {FewestNewWithDrift} with drift"));
    }

    /// <summary>The version that has learned most of these texts, and the champion where several did; null = none lies in a folder.</summary>
    /// <remarks>Not the champion alone: a candidate that failed the gate has learned its rows too, and one label more would only make it again.</remarks>
    private static (ModelEntry Version, int Learned, int Added)? Furthest(TrainingRows rows, IReadOnlyList<ModelEntry> versions, ModelEntry? champion)
    {
        (ModelEntry Version, int Learned, int Added)? furthest = null;
        if (champion?.Folder is not null)
        {
            var (learned, added) = Own(rows, champion);
            furthest = (champion, learned, added);
        }
        foreach (var version in versions.Where(v => v.Folder is not null && v.Version != champion?.Version))
        {
            try
            {
                var (learned, added) = Own(rows, version);
                if (furthest is not { } so || learned > so.Learned) furthest = (version, learned, added);
            }
            catch (Inference.Scoring.ModelFormatException)
            {
                // what a damaged candidate has learned is not known, and no reason not to train
            }
        }
        return furthest;
    }

    /// <summary>How many of these texts a version has learned, and how many not: text by text, and with the same answer, where it tells its rows, else by what its card says of this source.</summary>
    /// <remarks>Only labels of one's own count: nobody ever adds a tenth to the 47,000 rows of other people that the bundled champion comes from.</remarks>
    private static (int Learned, int Added) Own(TrainingRows rows, ModelEntry version)
    {
        var texts = rows.Rows.DistinctBy(r => r.Text.Trim(), StringComparer.Ordinal).ToList();
        var known = version.Rows();
        var learned = known.IsEmpty ? Math.Min(texts.Count, version.Card().Data.Where(d => d.Name == rows.Name).Sum(d => d.Used)) : texts.Count(t => known.Knows(t.Text, t.Label));
        return (learned, texts.Count - learned);
    }

    private static bool WasTrainedOn(ModelEntry version, string sha256)
    {
        try
        {
            return version.Card().Data.Any(d => d.Sha256 == sha256);
        }
        catch (Inference.Scoring.ModelFormatException)
        {
            return false;       // a damaged version is no reason not to train
        }
    }
}
