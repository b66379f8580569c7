namespace Escalation.History.Facts;

/// <summary>The folder of fact tables: what nobody uses any more does not stay, since it holds texts of messages.</summary>
/// <remarks>A folder a history, named by its hash; nothing else in the cache is touched.</remarks>
public static class FactCache
{
    /// <summary>Days after which a history that was not looked at is deleted.</summary>
    public const int MostDays = 30;

    /// <summary>How long a file that nobody finishes may stand: who writes one adds to it all the time.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>Bytes of all histories together, above which those not looked at for the longest are deleted.</summary>
    public const long MostBytes = 4L << 30;

    /// <summary>Notes that a history is used now.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="observed">Hash of the history.</param>
    /// <param name="now">The time.</param>
    public static void Touch(string cache, string observed, DateTimeOffset now) => Directory.SetLastWriteTimeUtc(FactTableFiles.FolderOf(cache, observed), now.UtcDateTime);

    /// <summary>Deletes what is too old or was left unfinished, then the oldest until the rest is within the limit.</summary>
    /// <param name="cache">The cache; need not be there.</param>
    /// <param name="now">The time.</param>
    /// <param name="mostBytes">The limit.</param>
    /// <exception cref="IOException">A folder could not be deleted.</exception>
    public static void Prune(string cache, DateTimeOffset now, long mostBytes = MostBytes)
    {
        if (!Directory.Exists(cache)) return;
        var left = mostBytes;
        foreach (var history in new DirectoryInfo(cache).EnumerateDirectories().Where(IsHistory).OrderByDescending(h => h.LastWriteTimeUtc).ToList())
        {
            var isNewest = left == mostBytes;
            var touched = history.LastWriteTimeUtc;
            foreach (var unfinished in history.EnumerateFiles("*.tmp").Where(f => now.UtcDateTime - f.LastWriteTimeUtc > Abandoned).ToList()) unfinished.Delete();
            left -= history.EnumerateFiles().Sum(f => f.Length);
            if ((left < 0 && !isNewest) || now.UtcDateTime - touched > TimeSpan.FromDays(MostDays)) history.Delete(recursive: true);
        }
    }

    private static bool IsHistory(DirectoryInfo folder) =>
        folder.Name.Length == FactTableFiles.Shown && folder.Name.All(char.IsAsciiHexDigitLower) && folder.EnumerateDirectories().FirstOrDefault() is null
        && folder.EnumerateFiles().All(f => f.Extension is ".col" or ".tmp");
}
