using Escalation.Core.Decisions;
using Escalation.Inference.Registry;
using Escalation.Inference;
using Escalation.Inference.Scoring;
using Escalation.Rules;

namespace Escalation.Cli;

/// <summary>A rule set and models as one configuration, for every command that decides.</summary>
internal static class ConfigurationLoader
{
    /// <summary>Loads the folders given, those of the working folder, or the embedded ones. Problems go to <paramref name="problems"/>.</summary>
    /// <returns>The configuration; null where the rules have problems (a missing or damaged model leaves rules only, and is said).</returns>
    public static Configuration? Load(DirectoryInfo? rules, DirectoryInfo? models, TextWriter problems, string? modelVersion = null)
    {
        var loaded = LoadRules(rules, problems);
        return loaded is null ? null : new Configuration(loaded, LoadFrustration(models, problems, modelVersion), null);
    }

    /// <summary>Loads a rules folder and writes every problem and warning as <c>file(line,column): rule: message</c>.</summary>
    public static RuleSet? LoadRules(DirectoryInfo? folder, TextWriter problems)
    {
        var home = CommandOptions.FolderOf(folder, "rules");
        if (home is { Exists: false })
        {
            problems.WriteLine($"{home.FullName}: there is no such rules folder; name one with --rules DIR, or leave it out for the embedded rules");
            return null;
        }
        var result = RuleSetLoader.Load(home?.FullName);
        foreach (var problem in result.Problems.Concat(result.Warnings)) problems.WriteLine(problem);
        return result.RuleSet;
    }

    private static FrustrationModel? LoadFrustration(DirectoryInfo? folder, TextWriter problems, string? version)
    {
        var choice = ModelRegistry.Open(CommandOptions.FolderOf(folder, "models")?.FullName).Choose(FrustrationModel.Target, version);
        try
        {
            if (choice.Entry is { } entry) return entry.Load();
            problems.WriteLine($"{choice.Problem}; going on with rules only");
        }
        catch (ModelFormatException damaged)
        {
            problems.WriteLine($"{damaged.Message}; going on with rules only");
        }
        return null;
    }
}
