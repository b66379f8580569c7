using System.Text.Json;
using Escalation.Rules.Documents;

namespace Escalation.Rules;

/// <summary>Why a rule set needs a second person before it may become active, by <c>policy.json: approval</c>.</summary>
/// <remarks>The active rules and the candidate both may ask for it, so that nobody takes the question away together with what it is about.</remarks>
public static class ApprovalNeeds
{
    /// <summary>What asks for a second person, a sentence each; empty where nothing does.</summary>
    public static IReadOnlyList<string> Of(RuleSet active, RuleSet candidate)
    {
        var (asked, also) = (active.Policy.Approval, candidate.Policy.Approval);
        var needs = new List<string>();
        if ((asked.MustEscalate || also.MustEscalate) && MustEscalateChanges(active, candidate) is { Length: > 0 } rules) needs.Add($"mustEscalate: {string.Join(", ", rules)}");
        if (asked.Routing || also.Routing) needs.AddRange(RoutingChanges(active, candidate));
        if ((asked.MustEscalate && !also.MustEscalate) || (asked.Routing && !also.Routing)) needs.Add("approval: policy.json asks for a second person less often than before");
        return needs;
    }

    private static string[] MustEscalateChanges(RuleSet active, RuleSet candidate)
    {
        var (before, after) = (Signals(active), Signals(candidate));
        return [.. before.Keys.Union(after.Keys).Where(n => before.GetValueOrDefault(n).MustEscalate || after.GetValueOrDefault(n).MustEscalate)
            .Where(n => !string.Equals(before.GetValueOrDefault(n).Content, after.GetValueOrDefault(n).Content, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <remarks>The words of keyword classes are part of the rules that read them; drafts are not run and so are no rules here.</remarks>
    private static Dictionary<string, (bool MustEscalate, string Content)> Signals(RuleSet rules)
    {
        var confidences = rules.Describe().ToDictionary(r => r.Name, r => r.Confidence, StringComparer.Ordinal);
        return rules.SignalRules.Select((rule, i) => (Rule: rule, rules.Single.Signals[i].Key)).ToDictionary(r => r.Rule.Name, r => (r.Rule.MustEscalate, JsonSerializer.Serialize(new
        {
            r.Key,
            r.Rule.Expression,
            r.Rule.Stage,
            r.Rule.Trigger,
            r.Rule.Recommendation,
            r.Rule.Cap,
            r.Rule.MustEscalate,
            From = r.Rule.EffectiveFrom?.ToUnixTimeMilliseconds(),
            To = r.Rule.EffectiveTo?.ToUnixTimeMilliseconds(),
            Confidence = confidences[r.Rule.Name],
            Words = r.Rule.KeywordClasses.Select(c => rules.Text.KeywordClasses[c].Words),
        })), StringComparer.Ordinal);
    }

    /// <summary>Where tickets go and until when: the rules and tables, who the teams are, and the hours that deadlines are counted in.</summary>
    private static IEnumerable<string> RoutingChanges(RuleSet active, RuleSet candidate)
    {
        if (!Routes(active).SequenceEqual(Routes(candidate), StringComparer.Ordinal)) yield return "routing: the routing rules or their tables change";
        if (!IsSameFile("teams.json", active, candidate)) yield return "routing: teams.json changes";
        string[] calendars =
        [
            .. active.Files.In("calendars", ".json").Union(candidate.Files.In("calendars", ".json")).Where(c => !IsSameFile(c, active, candidate))
                .Concat(active.Files.In("calendars", ".ics").Union(candidate.Files.In("calendars", ".ics")).Where(c => TextOf(active.Files.Find(c)) != TextOf(candidate.Files.Find(c)))).Order(StringComparer.Ordinal),
        ];
        if (calendars.Length > 0) yield return $"routing: {string.Join(", ", calendars)} change{(calendars.Length == 1 ? "s" : "")}";
        if (active.Policy.DefaultCalendar != candidate.Policy.DefaultCalendar) yield return "routing: the default calendar of policy.json changes";
    }

    private static IEnumerable<string> Routes(RuleSet rules) =>
        rules.Single.Routes.Select((choice, i) => JsonSerializer.Serialize(new { choice.Rule, choice.Team, choice.Priority, choice.SlaHours, choice.Calendar, rules.Single.RouteIdentities[i].Key }));

    /// <remarks>Notes, owners and the layout of a file decide nothing.</remarks>
    private static bool IsSameFile(string path, RuleSet one, RuleSet other) => string.Equals(Canonical(one.Files.Find(path)), Canonical(other.Files.Find(path)), StringComparison.Ordinal);

    private static string TextOf(byte[]? content) => content is null ? "" : NormalisedText.Of(content);

    private static string Canonical(byte[]? content) => content is not null && DocumentReader.Read(content, "", new ProblemList()) is { } root ? RuleSetHash.Canonical(root) : "";
}
