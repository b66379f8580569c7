using System.Globalization;

namespace Escalation.Storage.Dialects;

/// <summary>Names the process that holds the write lock of a SQLite file, where the system says so (Linux).</summary>
/// <remarks>Reads only /proc. It never opens the database file itself: closing it again would drop this process's own POSIX locks.</remarks>
internal static class SqliteLockHolder
{
    private const string WalWriteLock = " 120 ";

    public static string Describe(string database)
    {
        try
        {
            return Inode(database + "-shm") is { } inode && Holder(inode) is { } process
                ? $"process {process} ({Command(process)})"
                : "another program or connection";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another program or connection";
        }
    }

    private static string? Inode(string path)
    {
        if (!Directory.Exists("/proc/self/fd")) return null;
        foreach (var link in Directory.EnumerateFiles("/proc/self/fd"))
        {
            if (new FileInfo(link).LinkTarget != path) continue;
            var line = File.ReadLines("/proc/self/fdinfo/" + Path.GetFileName(link)).FirstOrDefault(l => l.StartsWith("ino:", StringComparison.Ordinal));
            return line?["ino:".Length..].Trim();
        }
        return null;
    }

    // A line: "12: POSIX  ADVISORY  WRITE 4711 08:01:131099 120 120"; the write lock of a WAL database is byte 120 of the -shm file.
    private static int? Holder(string inode)
    {
        foreach (var line in File.ReadLines("/proc/locks"))
        {
            if (!line.Contains(":" + inode + " ", StringComparison.Ordinal) || !line.Contains(WalWriteLock, StringComparison.Ordinal)) continue;
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 4 && parts[3] == "WRITE" && int.TryParse(parts[4], CultureInfo.InvariantCulture, out var process)) return process;
        }
        return null;
    }

    private static string Command(int process)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/comm");
        return process == Environment.ProcessId ? "this one" : File.Exists(path) ? File.ReadAllText(path).Trim() : "unknown";
    }
}
