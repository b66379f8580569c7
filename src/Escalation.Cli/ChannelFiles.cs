using Escalation.Service.Intake.Channels;

namespace Escalation.Cli;

/// <summary>The file that names a service's channels.</summary>
internal static class ChannelFiles
{
    private const string Usual = "channels.json";

    /// <summary>The channels of the file given, else of the working folder's own, else none; null after every problem was named on standard error.</summary>
    public static IReadOnlyList<IIntakeChannel>? Load(FileInfo? given)
    {
        var path = given?.ToString() ?? (File.Exists(Usual) ? Usual : null);
        if (path is null) return [];
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"--channels: {path}: there is no such file; README.md shows one");
            return null;
        }
        var channels = ChannelCatalog.Load(path, out var problems);
        foreach (var problem in problems) Console.Error.WriteLine(problem);
        return problems.Count == 0 ? channels : null;
    }
}
