using Escalation.Cli.Commands;
using Escalation.Core.Decisions;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Rules;

namespace Escalation.Cli;

/// <summary>A rule set and models as one configuration, for every command that decides.</summary>
internal static class ConfigurationLoader
{
    /// <summary>Loads what is named, what the working folder holds, or the embedded defaults.</summary>
    /// <returns>No configuration where the rules have problems; a missing or damaged model leaves rules only, and is said.</returns>
    public static ConfigurationLoad Load(ConfigurationRequest request)
    {
        var problems = new List<string>();
        if (LoadRules(request.Rules, problems) is not { } rules) return new ConfigurationLoad(null, problems);
        var frustration = Load(FrustrationModel.Target, request, request.Frustration, e => e.Load(), problems, out var lack);
        var team = Load(TeamModel.Target, request, request.Team, e => e.LoadTeam(), problems, out _);
        return new ConfigurationLoad(new Configuration(rules, frustration, team), problems) { FrustrationProblem = lack };
    }

    private static RuleSet? LoadRules(string? folder, List<string> problems)
    {
        var home = CommandOptions.FolderOf(folder is null ? null : new DirectoryInfo(folder), "rules");
        if (home is { Exists: false })
        {
            problems.Add($"{folder}: there is no such rules folder; name one with --rules DIR, or leave it out for the embedded rules");
            return null;
        }
        var result = RuleSetLoader.Load(home?.FullName);
        problems.AddRange(result.Problems.Concat(result.Warnings).Select(p => p.ToString()));
        return result.RuleSet;
    }

    /// <remarks>A site without a team model has simply none: its facts are unknown, and rules that ask them say so.</remarks>
    private static TModel? Load<TModel>(string target, ConfigurationRequest request, string? version, Func<ModelEntry, TModel> load, List<string> problems, out string? lack) where TModel : class
    {
        lack = null;
        var registry = ModelRegistry.Open(CommandOptions.FolderOf(request.Models is null ? null : new DirectoryInfo(request.Models), ModelRegistry.DefaultFolder)?.FullName);
        try
        {
            if (target == TeamModel.Target && version is null && registry.List(target).Count == 0) return null;
            var choice = registry.Choose(target, version);
            if (choice.Entry is { } entry) return load(entry);
            lack = $"{choice.Problem}; going on {(target == TeamModel.Target ? "without it" : "with rules only")}";
        }
        catch (ModelFormatException damaged)
        {
            lack = $"{damaged.Message}; going on {(target == TeamModel.Target ? "without it" : "with rules only")}";
        }
        problems.Add(lack);
        return null;
    }
}
