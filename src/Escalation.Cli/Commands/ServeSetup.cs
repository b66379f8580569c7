using System.CommandLine;
using Escalation.Inference.Registry;
using Escalation.Rules;
using Escalation.Service;

namespace Escalation.Cli.Commands;

/// <summary>What <c>serve</c> starts the service with, from the options of the command line.</summary>
internal static class ServeSetup
{
    /// <summary>The options, or null after every problem was named on standard error.</summary>
    public static async Task<ServiceOptions?> LoadAsync(ParseResult parse, IReadOnlyList<string> urls, bool follow, double referenceShare)
    {
        var models = CommandOptions.FolderOf(parse.GetValue(CommandOptions.Models), "models");
        if (models is { Exists: false })
        {
            await Console.Error.WriteLineAsync($"--models: {models}: there is no such folder; name one, or leave it out for the built-in model");
            return null;
        }
        var folder = CommandOptions.FolderOf(parse.GetValue(CommandOptions.Rules), "rules");
        if (follow && folder is null)
        {
            await Console.Error.WriteLineAsync("--follow: there is no rules folder here to follow; name one with --rules DIR");
            return null;
        }
        var loaded = ConfigurationLoader.Load(new ConfigurationRequest(parse.GetValue(CommandOptions.Rules)?.FullName, models?.FullName));
        foreach (var problem in loaded.Problems) await Console.Error.WriteLineAsync(problem);
        if (loaded.Configuration is not { Rules: RuleSet rules } configuration) return null;
        return new ServiceOptions
        {
            Database = parse.GetRequiredValue(CommandOptions.Database),
            Rules = rules,
            Follow = follow ? folder!.FullName : null,
            Models = ModelRegistry.Open(models?.FullName),
            Urls = urls,
            ReferenceShare = referenceShare,
            Frustration = configuration.Frustration,
            Team = configuration.Team,
            FrustrationProblem = configuration.Frustration is null ? loaded.FrustrationProblem : null,
        };
    }
}
