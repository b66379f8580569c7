using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Tests.Rules;

namespace Escalation.Tests;

/// <summary>Real rule sets, read and compiled by the loader.</summary>
internal static class SomeRules
{
    /// <summary>The default rules.</summary>
    public static readonly RuleSet Default = RuleSetLoader.Load().RuleSet!;

    /// <summary>A configuration of the default rules without a model.</summary>
    public static readonly Configuration Configuration = new(Default, null, null);

    /// <summary>A small rule set of signal rules, each made by <see cref="Rule"/>.</summary>
    public static Configuration Of(params string[] signals) => Of(signals, null);

    public static Configuration Of(string[] signals, string? routing, params (string Path, string Content)[] others)
    {
        var loaded = RuleSetLoader.Load(ReferencePlaneTests.Folder($$"""[{"WorkflowName":"signals","Rules":[{{string.Join(',', signals)}}]}]""", routing, others));
        Assert.True(loaded.RuleSet is not null, string.Join('\n', loaded.Problems));
        return new Configuration(loaded.RuleSet, null, null);
    }

    /// <param name="name">Its name.</param>
    /// <param name="expression">Its condition; quotes as <c>'</c>.</param>
    /// <param name="properties">JSON members; quotes as <c>'</c>.</param>
    public static string Rule(string name, string expression, string properties) =>
        $$"""{"RuleName":"{{name}}","Expression":"{{expression.Replace("'", "\\\"", StringComparison.Ordinal)}}","Properties":{ {{properties.Replace('\'', '"')}} } }""";

    /// <summary>A signal rule of a trigger with a fixed confidence.</summary>
    public static string Signal(string name, string expression, string trigger, double confidence, string more = "") =>
        Rule(name, expression, FormattableString.Invariant($"'trigger':'{trigger}','confidence':{confidence}{(more.Length > 0 ? "," + more : "")}"));
}
