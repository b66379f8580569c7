using Escalation.Rules;

namespace Escalation.Cli.Commands.Rules;

/// <summary>A rules folder that a command proposes with <c>--out</c>: written whole, only where nothing stands, and only where it loads.</summary>
internal static class NewRulesFolder
{
    /// <summary>Why nothing may be written there; null = it may.</summary>
    public static string? Refusal(string folder) => File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        ? $"--out: {folder} is not an empty folder; name another one, so that no rules are overwritten"
        : null;

    /// <summary>Writes it; a problem where the rules would not load, which is an error of the command that made them.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static string? Write(string folder, RuleFiles files)
    {
        var loaded = RuleSetLoader.Load(files, FailingCases.NotRun);
        if (loaded.RuleSet is null) return $"--out: what is proposed is no sound rule set, so that nothing was written: {loaded.Problems[0]}";
        foreach (var path in files.Paths)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, files.Find(path)!);
        }
        return null;
    }
}
