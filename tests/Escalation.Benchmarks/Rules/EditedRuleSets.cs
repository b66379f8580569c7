using System.Globalization;
using System.Text;
using Escalation.Rules;

namespace Escalation.Benchmarks.Rules;

/// <summary>Rule sets made of the built-in one: a rule edited as while typing, and a big set.</summary>
internal static class EditedRuleSets
{
    private static readonly string[] Conditions =
    [
        "frustration.Available && frustration.Score > 0.{0}",
        "contacts.SameIssue7d > 1 && ticket.AgeHours > {0}",
        "context.Severity > 4 && ticket.WaitingHours > {0}",
        "message.Channel == \\\"chat\\\" && frustration.Available && frustration.Score > 0.{0}",
        "keywords.Has(\\\"legal\\\") || ticket.WaitingHours > {0}",
        "context.IssueTypeKnown && context.IssueType == \\\"billing\\\" && message.WordCount > {0}",
        "message.Text.Contains(\\\"again\\\") && message.WordCount > {0}",
        "customer.LifetimeValueKnown && customer.LifetimeValue > {0}00 && contacts.Last30d > 2",
    ];

    /// <summary>The built-in rules with one rule of a condition that differs at every call.</summary>
    public static RuleSet WithOneRule(int edit) => Load(Rule("edited", edit), keepRules: true);

    /// <summary>A set of so many rules in place of the built-in signals.</summary>
    public static RuleSet Of(int rules) => Load(string.Join(',', Enumerable.Range(0, rules).Select(i => Rule($"rule_{i}", i))), keepRules: false);

    private static string Rule(string name, int edit)
    {
        var condition = string.Format(CultureInfo.InvariantCulture, Conditions[edit % Conditions.Length], 12 + edit / Conditions.Length * 3);
        return $$$"""{"RuleName": "{{{name}}}", "Expression": "{{{condition}}}", "Properties": {"trigger": "keyword_match", "confidence": 0.65}}""";
    }

    private static RuleSet Load(string rules, bool keepRules)
    {
        var files = RuleFiles.BuiltIn();
        var content = files.Paths.ToDictionary(p => p, p => files.Find(p)!, StringComparer.Ordinal);
        const string start = "\"Rules\": [";
        content["signals.json"] = Encoding.UTF8.GetBytes(keepRules
            ? Encoding.UTF8.GetString(content["signals.json"]).Replace(start, $"{start}{rules},", StringComparison.Ordinal)
            : $$$"""[{"WorkflowName": "signals", "Rules": [{{{rules}}}]}]""");
        var loaded = RuleSetLoader.Load(RuleFiles.Of(content, "benchmark rules"), failingCases: FailingCases.NotRun);
        return loaded.RuleSet ?? throw new InvalidOperationException(string.Join('\n', loaded.Problems));
    }
}
