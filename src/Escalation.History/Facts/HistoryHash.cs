using System.Security.Cryptography;
using System.Text;

namespace Escalation.History.Facts;

/// <summary>The hash that stands for a history in keys of columns.</summary>
public static class HistoryHash
{
    /// <summary>Of files, in any order: their names and bytes, and the zone that their times are read in.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static string Of(IEnumerable<string> files, string? timeZone)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        all.AppendData(Encoding.UTF8.GetBytes($"zone {timeZone}\n"));
        foreach (var path in files.Order(StringComparer.Ordinal))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 20, FileOptions.SequentialScan);
            all.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}\n"));
            all.AppendData(SHA256.HashData(file));
        }
        return Convert.ToHexStringLower(all.GetHashAndReset());
    }
}
