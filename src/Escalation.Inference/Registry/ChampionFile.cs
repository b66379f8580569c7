using System.Text.Json;
using Escalation.Core.Failures;

namespace Escalation.Inference.Registry;

/// <summary>current.json and promotions.jsonl of one target: who is the champion, and who was.</summary>
/// <remarks>
/// The one rename of current.json is the promotion: a crash or a full disk before it changes nothing, and one after it leaves a history that is
/// completed from current.json at the next promotion. A lock file keeps two processes from promoting at once. Thread-safe.
/// </remarks>
internal sealed class ChampionFile(string home)
{
    private const string HistoryName = "promotions.jsonl", LockName = ".promotion.lock";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromMilliseconds(20);
    private static readonly JsonSerializerOptions OneLine = new(ModelJson.Options) { WriteIndented = false };

    private string CurrentPath => Path.Combine(home, ModelRegistry.ChampionName);

    private string HistoryPath => Path.Combine(home, HistoryName);

    /// <summary>What current.json says; null where there is none.</summary>
    /// <exception cref="Scoring.ModelFormatException">It is damaged.</exception>
    public Champion? Current()
    {
        if (!File.Exists(CurrentPath)) return null;
        try
        {
            return Parse(File.ReadAllText(CurrentPath));
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new Scoring.ModelFormatException(CurrentPath, ModelFile.Reason(e), "promote a version again with 'escalation models promote --model VERSION'", e);
        }
    }

    /// <summary>The same, where a damaged one counts as none: a promotion is the way out of it.</summary>
    public Champion? CurrentOrNone()
    {
        try
        {
            return Current();
        }
        catch (Scoring.ModelFormatException)
        {
            return null;
        }
    }

    /// <summary>Every promotion recorded, the newest first; a line that was cut off by a full disk is left out.</summary>
    public IReadOnlyList<Champion> History()
    {
        var known = new List<Champion>();
        if (File.Exists(HistoryPath))
            foreach (var line in File.ReadLines(HistoryPath))
            {
                try
                {
                    known.Add(Parse(line));
                }
                catch (JsonException)
                {
                    // Cut off; what it said stands in current.json where it counted.
                }
            }
        known.Reverse();
        var current = CurrentOrNone();
        if (current is not null && (known.Count == 0 || current.Number > known[0].Number || known[0].Version != current.Version)) known.Insert(0, current);
        return known;
    }

    /// <summary>Writes the next champion, unless somebody else wrote one since.</summary>
    /// <param name="next">Gets its number and predecessor here.</param>
    /// <param name="after">The version that is taken to be the champion; null = there is none.</param>
    /// <returns>It as written; null, and nothing done, where another promotion came in between.</returns>
    /// <exception cref="IOException">The disk refused, or another process holds the lock too long; the champion stays.</exception>
    public Champion? Write(Champion next, string? after)
    {
        using var held = Lock();
        var before = CurrentOrNone();
        if (before?.Version != after) return null;
        var history = History();
        var written = next with { From = before?.Version, Number = (history.Count == 0 ? 0 : history.Max(h => h.Number)) + 1 };
        Replace(CurrentPath, JsonSerializer.Serialize(written, ModelJson.Options) + "\n");
        Replace(HistoryPath, string.Concat(history.Reverse().Append(written).Select(c => JsonSerializer.Serialize(c, OneLine) + "\n")));
        return written;
    }

    private FileStream Lock()
    {
        var path = Path.Combine(home, LockName);
        for (var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds; ;)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path) && Environment.TickCount64 < until)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    /// <summary>The whole content, on the disk before it gets its name.</summary>
    private static void Replace(string path, string content)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(System.Text.Encoding.UTF8.GetBytes(content));
                file.Flush(flushToDisk: true);
            }
            PausePoint.Pass(PausePoint.BeforeChampionRename);
            File.Move(temporary, path, overwrite: true);
            PausePoint.Pass(PausePoint.AfterChampionRename);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static Champion Parse(string json) => JsonSerializer.Deserialize<Champion>(json, ModelJson.Options) is { Version.Length: > 0 } champion ? champion : throw new JsonException("no version");
}
