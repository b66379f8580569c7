using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Replay.Arms;

/// <summary>Lets configurations with the same text resources and models share one analyzer, so that each text is analyzed once for all of them.</summary>
public static class AnalyzerSharing
{
    /// <summary>The configurations, in order; those that may share an analyzer do. Ids stay as they are.</summary>
    public static IReadOnlyList<Configuration> Share(IReadOnlyList<Configuration> configurations)
    {
        var known = new Dictionary<string, TextAnalyzer>(StringComparer.Ordinal);
        var shared = new List<Configuration>(configurations.Count);
        foreach (var configuration in configurations)
        {
            var key = KeyOf(configuration);
            if (known.TryAdd(key, configuration.Analyzer)) shared.Add(configuration);
            else shared.Add(configuration.With(known[key]));
        }
        return shared;
    }

    private static string KeyOf(Configuration configuration)
    {
        var text = configuration.Rules.Text;
        return JsonSerializer.Serialize(new
        {
            text.KeywordClasses,
            text.Context.Definition,
            text.Context.Catalogue,
            configuration.Policy.DefaultLanguage,
            Frustration = configuration.Frustration?.Version.Value,
            Team = configuration.AskedTeam?.Version.Value,
            Teams = configuration.AskedTeam is null ? null : configuration.Rules.Teams.Names,
        });
    }
}
