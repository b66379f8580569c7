using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.History.Facts;
using Escalation.Rules;

namespace Escalation.Replay.Analysis;

/// <summary>What two configurations over one history have in common beside their signal rules.</summary>
internal static class Surroundings
{
    /// <summary>The messages on which signals of two configurations, or what they rest on, may differ.</summary>
    public static Bits Differing(DecidedHistory before, DecidedHistory after)
    {
        var rows = new Bits(before.Table.Count);
        foreach (var difference in RuleDifference.All(before, after, withEvidence: true)) rows.Add(difference.Rows(before, after, withEvidence: true));
        return rows;
    }

    /// <summary>Whether two configurations decide a message alike on which the same rules did the same.</summary>
    public static bool AreSame(DecidedHistory before, DecidedHistory after) =>
        before.Table.Keys.Differing(after.Table.Keys) == FactColumns.None && HaveSamePolicy(before, after) && SameOrder(before.Rules.SignalRules, after.Rules.SignalRules);

    /// <summary>Whether two configurations make the same of the same decisions.</summary>
    /// <param name="before">The one.</param>
    /// <param name="after">The other.</param>
    /// <param name="besides">Facts that count beside the decision.</param>
    public static bool TakeAlike(DecidedHistory before, DecidedHistory after, FactColumns besides) =>
        (before.Table.Keys.Differing(after.Table.Keys) & besides) == 0 && HaveSamePolicy(before, after) && HaveSameCalendars(before.Rules, after.Rules);

    /// <summary>Whether two configurations of one policy decide alike whatever gives the same signals.</summary>
    public static bool ConcludeAlike(DecidedHistory before, DecidedHistory after) =>
        SameOrder(before.Rules.SignalRules, after.Rules.SignalRules) && RoutesThatDiffer(before, after).Count == 0
        && (before.Table.Keys.Differing(after.Table.Keys) & FactColumnNames.Of(after.Rules.Single.RouteIdentities.SelectMany(r => r.Facts))) == 0;

    private static bool HaveSamePolicy(DecidedHistory before, DecidedHistory after) =>
        JsonSerializer.Serialize(before.Configuration.Policy) == JsonSerializer.Serialize(after.Configuration.Policy);

    /// <summary>Whether the rules that both have stand in one order: it settles ties.</summary>
    private static bool SameOrder(IReadOnlyList<SignalRule> before, IReadOnlyList<SignalRule> after)
    {
        var common = before.Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        common.IntersectWith(after.Select(r => r.Name));
        return before.Where(r => common.Contains(r.Name)).Select(r => r.Name).SequenceEqual(after.Where(r => common.Contains(r.Name)).Select(r => r.Name));
    }

    /// <summary>Routing rules that differ, in the candidate's order; removed ones last.</summary>
    public static IReadOnlyList<(string Rule, RuleChangeKind Kind)> RoutesThatDiffer(DecidedHistory before, DecidedHistory after)
    {
        var (one, other) = (before.Rules.Single, after.Rules.Single);
        var was = one.Routes.Select((r, i) => (Choice: r, one.RouteIdentities[i].Key, Place: i)).ToDictionary(r => r.Choice.Rule, StringComparer.Ordinal);
        var found = new List<(string, RuleChangeKind)>();
        for (var i = 0; i < other.Routes.Count; i++)
        {
            var choice = other.Routes[i];
            if (!was.Remove(choice.Rule, out var earlier)) found.Add((choice.Rule, RuleChangeKind.Added));
            else if (earlier.Choice != choice || earlier.Place != i) found.Add((choice.Rule, RuleChangeKind.Effect));
            else if (earlier.Key != other.RouteIdentities[i].Key) found.Add((choice.Rule, RuleChangeKind.Condition));
        }
        found.AddRange(was.Values.OrderBy(r => r.Place).Select(r => (r.Choice.Rule, RuleChangeKind.Removed)));
        return found;
    }

    private static bool HaveSameCalendars(RuleSet before, RuleSet after) =>
        before.Calendars.Count == after.Calendars.Count
        && before.Calendars.All(c => after.Calendars.TryGetValue(c.Key, out var other) && c.Value.CountsAs(other));
}
