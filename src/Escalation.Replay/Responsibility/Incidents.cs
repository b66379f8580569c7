using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Responsibility;

/// <summary>Incident histories of many configurations, one for all that see the same context and count alike.</summary>
/// <remarks>What a message adds to them needs its context alone, so that no model is asked of messages whose decision nobody looks at.</remarks>
internal sealed class Incidents
{
    private readonly Dictionary<string, (TextAnalyzer Context, IncidentHistory History)> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<Configuration, string> keys = [];

    /// <summary>What every message must be seen by before <see cref="Add"/>.</summary>
    public IReadOnlyList<TextAnalyzer> Analyzers => [.. groups.Values.Select(g => g.Context)];

    /// <summary>Follows a configuration from the beginning.</summary>
    public void Follow(Configuration configuration)
    {
        var rules = configuration.Rules;
        groups.TryAdd(KeyOf(configuration), (new TextAnalyzer(rules.Text, configuration.Policy.DefaultLanguage, null, null), new IncidentHistory(configuration.Policy.Incident)));
    }

    /// <summary>The history of a configuration; null where none like it was followed.</summary>
    public IncidentHistory? Of(Configuration configuration) => groups.TryGetValue(KeyOf(configuration), out var group) ? group.History : null;

    /// <summary>Takes a message in, after it was decided.</summary>
    /// <param name="message">The message.</param>
    /// <param name="person">Whom it counts for.</param>
    public void Add(ObservedMessage message, CustomerId person)
    {
        if (message.Message.Revision != 0) return;
        foreach (var (context, history) in groups.Values) history.Add(message.Message, message.TextFacts(context).Context, person);
    }

    private string KeyOf(Configuration configuration)
    {
        if (keys.TryGetValue(configuration, out var key)) return key;
        var context = configuration.Rules.Text.Context;
        return keys[configuration] = JsonSerializer.Serialize(new { context.Definition, context.Catalogue, configuration.Policy.Incident });
    }
}
