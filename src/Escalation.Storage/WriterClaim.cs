namespace Escalation.Storage;

/// <summary>The right of one process to be the ordered writer of a database; two would each count without the other's messages.</summary>
public sealed class WriterClaim : IDisposable
{
    private const int ReadOnlyFileSystem = 30;      // EROFS, on Linux and macOS
    private readonly FileStream? file;

    private WriterClaim(FileStream? file) => this.file = file;

    internal static WriterClaim Take(string? path, string place)
    {
        if (path is null) return new WriterClaim(null);
        try
        {
            // The lock belongs to the process and goes with it, also by kill -9.
            return new WriterClaim(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (File.Exists(path) && exception.HResult != ReadOnlyFileSystem)
        {
            throw new StorageException(StorageProblem.Locked,
                $"{place} is already served by {Owner(path)}; end that one, or name another --database", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageProblem.NotWritable,
                $"{place}: {path} cannot be written ({exception.Message}); check that the folder exists and that this user may write to it", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();

    private static string Owner(string path)
    {
        if (!Directory.Exists("/proc/self/fd")) return "another process";
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            try
            {
                if (Directory.EnumerateFiles(process + "/fd").Any(link => new FileInfo(link).LinkTarget == path))
                    return "process " + Path.GetFileName(process);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A process that just ended, or of another user: look further.
            }
        }
        return "another process";
    }
}
