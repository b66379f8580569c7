using System.Globalization;
using System.Text;
using Escalation.Rules;

namespace Escalation.Benchmarks.Rules.Planes;

/// <summary>Rules of usual shapes with thresholds that differ; <see cref="HandWrittenRules"/> are the same.</summary>
internal static class PlaneRules
{
    private static readonly string[] Shapes =
    [
        "frustration.Available && frustration.Score > {0}",
        "contacts.SameIssue7d > {1} && ticket.AgeHours > {2}",
        "context.Severity > {1} && ticket.WaitingHours > {2} || ticket.ReopenCount > {1}",
        "message.Channel == \\\"chat\\\" && frustration.Available && frustration.Score > {0}",
        "message.Channel in (\\\"email\\\", \\\"phone\\\") && message.WordCount > {2}",
        "context.IssueTypeKnown && context.IssueType == \\\"billing\\\" && message.WordCount > {2}",
        "message.Text.Contains(\\\"again{1}\\\") && contacts.Last24h > {1}",
        "customer.LifetimeValueKnown && customer.LifetimeValue > {2}00 && contacts.Last30d > {1}",
        "ticket.Tags.Contains(\\\"vip\\\") && contacts.Last7d > {1}",
        "customer.TierKnown && customer.Tier == \\\"gold\\\" && (ticket.WaitingHours > {2} || contacts.Last7d > {1})",
    ];

    /// <summary>Files of so many signal rules, with a case each in tests/.</summary>
    /// <param name="count">Rules.</param>
    /// <param name="edit">Another number gives other thresholds.</param>
    public static RuleFiles Files(int count, int edit = 0)
    {
        var rules = string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"RuleName": "rule_{{i}}", "Expression": "{{Expression(i + edit)}}", "Properties": {"trigger": "keyword_match", "confidence": 0.65} }"""));
        var cases = string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"name": "case {{i}}", "facts": {"frustration.Score": null}, "misses": ["rule_{{i}}"]}"""));
        return RuleFiles.Of(
            new Dictionary<string, byte[]>
            {
                ["signals.json"] = Encoding.UTF8.GetBytes($$"""[{"WorkflowName": "signals", "Rules": [{{rules}}]}]"""),
                ["routing.json"] = """[{"WorkflowName": "routing", "Rules": [{"RuleName": "all", "Expression": "true", "Properties": {"team": "general", "priority": "high", "slaHours": 4, "calendar": "always"}}]}]"""u8.ToArray(),
                ["teams.json"] = """{"teams": {"general": {"name": "General"}}}"""u8.ToArray(),
                ["policy.json"] = """{"defaultCalendar": "always"}"""u8.ToArray(),
                ["tests/cases.json"] = Encoding.UTF8.GetBytes($$"""{"cases": [{{cases}}]}"""),
            },
            $"{count} rules");
    }

    /// <summary>The bound of a rule for scores, 0.3 to 0.89.</summary>
    public static double Score(int rule) => Math.Round(.3 + rule * 7 % 60 / 100d, 2);

    /// <summary>The bound of a rule for counts of a few, 1 to 5.</summary>
    public static int Few(int rule) => 1 + rule / Shapes.Length % 5;

    /// <summary>The bound of a rule for hours and words, 4 to 43.</summary>
    public static int Many(int rule) => 4 + rule * 3 % 40;

    /// <summary>The condition of a rule, escaped for JSON.</summary>
    public static string Expression(int rule) => string.Format(CultureInfo.InvariantCulture, Shapes[rule % Shapes.Length], Score(rule).ToString("0.00", CultureInfo.InvariantCulture), Few(rule), Many(rule));
}
