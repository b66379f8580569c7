using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.Facts;

namespace Escalation.Replay.Responsibility;

/// <summary>Incident histories of many configurations, one for all that see the same context and count alike.</summary>
/// <remarks>What a message adds to them needs its context alone, so that no model is asked of messages whose decision nobody looks at.</remarks>
/// <param name="tableOf">The cached facts of a configuration; null where there are none.</param>
internal sealed class Incidents(Func<Configuration, FactTable?> tableOf)
{
    private readonly Dictionary<string, Group> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<Configuration, string> keys = [];

    /// <summary>What every message must be seen by before <see cref="Add"/>; empty where the contexts of all are cached.</summary>
    public IReadOnlyList<TextAnalyzer> Analyzers => [.. groups.Values.Where(g => g.Cached is null).Select(g => g.Context)];

    /// <summary>Follows a configuration from the beginning.</summary>
    public void Follow(Configuration configuration)
    {
        var rules = configuration.Rules;
        groups.TryAdd(KeyOf(configuration), new Group(new TextAnalyzer(rules.Text, configuration.Policy.DefaultLanguage, null, null), tableOf(configuration), new IncidentHistory(configuration.Policy.Incident)));
    }

    /// <summary>The history of a configuration; null where none like it was followed.</summary>
    public IncidentHistory? Of(Configuration configuration) => groups.TryGetValue(KeyOf(configuration), out var group) ? group.History : null;

    /// <summary>Takes a message in, after it was decided.</summary>
    /// <param name="message">The message.</param>
    /// <param name="person">Whom it counts for.</param>
    /// <param name="row">Its place among the customers' messages of the history, from 0.</param>
    public void Add(ObservedMessage message, CustomerId person, int row)
    {
        if (message.Message.Revision != 0) return;
        foreach (var (context, cached, history) in groups.Values)
            history.Add(message.Message, cached is null ? message.TextFacts(context).Context : cached.Read(row, FactColumns.Context).Context, person);
    }

    private string KeyOf(Configuration configuration)
    {
        if (keys.TryGetValue(configuration, out var key)) return key;
        var context = configuration.Rules.Text.Context;
        return keys[configuration] = JsonSerializer.Serialize(new { context.Definition, context.Catalogue, configuration.Policy.Incident });
    }

    private sealed record Group(TextAnalyzer Context, FactTable? Cached, IncidentHistory History);
}
