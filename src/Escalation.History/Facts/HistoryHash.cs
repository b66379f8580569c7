using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Escalation.History.Facts;

/// <summary>The hash that stands for a history in keys of columns.</summary>
/// <remarks>
/// Where a cache is named, the hash of a file is read from it as long as the file's length and time of change are the same, as git does. A file changed
/// within the last two seconds is read in any case: it may change again within one tick of its clock.
/// </remarks>
public static class HistoryHash
{
    private const int MostKept = 1_000;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <summary>Of files, in any order: their names and bytes, and the zone that their times are read in.</summary>
    /// <param name="files">The files.</param>
    /// <param name="timeZone">The zone.</param>
    /// <param name="cache">Folder of the cache; made where it is not there. Null = every file is read.</param>
    /// <exception cref="IOException">A file cannot be read, or the cache not be written.</exception>
    public static string Of(IEnumerable<string> files, string? timeZone, string? cache = null)
    {
        var known = cache is null ? [] : Read(PathOf(cache));
        var isNew = false;
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        all.AppendData(Encoding.UTF8.GetBytes($"zone {timeZone}\n"));
        foreach (var path in files.Order(StringComparer.Ordinal))
        {
            var info = new FileInfo(path);
            var stamp = string.Create(CultureInfo.InvariantCulture, $"{info.Length} {info.LastWriteTimeUtc.Ticks} {Path.GetFullPath(path)}");
            if (!known.TryGetValue(stamp, out var hash))
            {
                hash = HashOf(path);
                if (isNew |= DateTime.UtcNow - info.LastWriteTimeUtc > Settled) known[stamp] = hash;
            }
            all.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}\n"));
            all.AppendData(Convert.FromHexString(hash));
        }
        if (isNew && cache is not null) Write(cache, known);
        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static string HashOf(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static string PathOf(string cache) => Path.Combine(cache, "hashes.txt");

    private static Dictionary<string, string> Read(string path)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path)) return known;
        foreach (var line in File.ReadLines(path))
            if (line.IndexOf(' ', StringComparison.Ordinal) is SHA256.HashSizeInBytes * 2 and var end && line.Take(end).All(char.IsAsciiHexDigitLower)) known[line[(end + 1)..]] = line[..end];
        return known;
    }

    private static void Write(string cache, Dictionary<string, string> known)
    {
        Directory.CreateDirectory(cache);
        var unfinished = $"{PathOf(cache)}.{Guid.NewGuid():N}.tmp";
        File.WriteAllLines(unfinished, known.TakeLast(MostKept).Select(k => $"{k.Value} {k.Key}"));
        File.Move(unfinished, PathOf(cache), overwrite: true);
    }
}
