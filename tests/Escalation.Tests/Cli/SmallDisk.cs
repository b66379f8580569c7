using System.Diagnostics;

namespace Escalation.Tests.Cli;

/// <summary>A file system of one megabyte that fills up at once.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    /// <summary>Mounts one in a folder that is made; the test is skipped, visibly, where that is not allowed.</summary>
    public static async Task<SmallDisk> MountAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var isThere = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder);
        Assert.SkipUnless(isThere, "a small file system of its own can be mounted by root on Linux only");
        return new SmallDisk(folder);
    }

    /// <summary>Makes room.</summary>
    public async Task GrowAsync() => Assert.True(await RunAsync("mount", "-o", "remount,size=64m", folder));

    public async ValueTask DisposeAsync() => await RunAsync("umount", "-l", folder);

    private static async Task<bool> RunAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }
}
