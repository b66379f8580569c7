using Escalation.Cli.Commands;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Rules;
using Escalation.Service.Versions;
using Escalation.Storage;

namespace Escalation.Cli;

/// <summary>A rule set and models as one configuration, for every command that decides.</summary>
internal static class ConfigurationLoader
{
    /// <summary>Loads what is named, what the working folder holds, or the embedded defaults.</summary>
    /// <returns>No configuration where the rules have problems; a missing or damaged model leaves rules only, and is said.</returns>
    public static ConfigurationLoad Load(ConfigurationRequest request)
    {
        var problems = new List<string>();
        if (LoadRules(request, problems) is not { } rules) return new ConfigurationLoad(null, problems);
        return new ConfigurationLoad(new Configuration(rules, LoadFrustration(request, problems), null), problems);
    }

    private static RuleSet? LoadRules(ConfigurationRequest request, List<string> problems)
    {
        var home = CommandOptions.FolderOf(request.Rules is { } named ? new DirectoryInfo(named) : null, "rules");
        if (home is { Exists: false }) return Stored(request, problems);
        var result = RuleSetLoader.Load(home is null ? RuleFiles.BuiltIn() : RuleFiles.FromFolder(home.FullName), request.IsTrial ? FailingCases.Warn : FailingCases.Refuse);
        problems.AddRange(result.Problems.Concat(result.Warnings).Select(p => p.ToString()));
        return result.RuleSet;
    }

    private static RuleSet? Stored(ConfigurationRequest request, List<string> problems)
    {
        var database = request.Database is { } place ? EscalationDatabase.At(place) : null;
        if (database is null || !File.Exists(database.Place))
        {
            problems.Add($"{request.Rules}: there is no such rules folder; name one with --rules DIR, or leave it out for the embedded rules");
            return null;
        }
        var (rules, problem) = new RuleVersions(database).FindAsync(request.Rules!, CancellationToken.None).GetAwaiter().GetResult();
        database.Release();
        if (rules is null) problems.Add($"{request.Rules}: there is no such rules folder, and {problem}");
        return rules;
    }

    private static IFrustrationModel? LoadFrustration(ConfigurationRequest request, List<string> problems)
    {
        var folder = CommandOptions.FolderOf(request.Models is null ? null : new DirectoryInfo(request.Models), "models");
        try
        {
            var choice = ModelRegistry.Open(folder?.FullName).Choose(FrustrationModel.Target, request.Frustration);
            if (choice.Entry is { } entry) return entry.Load();
            problems.Add($"{choice.Problem}; going on with rules only");
        }
        catch (ModelFormatException damaged)
        {
            problems.Add($"{damaged.Message}; going on with rules only");
        }
        return null;
    }
}
