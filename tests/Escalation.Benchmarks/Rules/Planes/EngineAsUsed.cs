using System.Text.RegularExpressions;
using Escalation.Core.Derived;
using Escalation.Rules.Compilation;
using RulesEngine.Models;

namespace Escalation.Benchmarks.Rules.Planes;

/// <summary>Microsoft RulesEngine on the same rules: as its first example does, or warm with its settings tuned.</summary>
internal sealed partial class EngineAsUsed
{
    private readonly RulesEngine.RulesEngine engine;
    private readonly bool isTuned;

    /// <summary>An engine over the first rules.</summary>
    public EngineAsUsed(int count, bool isTuned)
    {
        var rules = Enumerable.Range(0, count).Select(i => new Rule { RuleName = $"rule_{i}", Expression = Root().Replace(PlaneRules.Expression(i).Replace("\\\"", "\"", StringComparison.Ordinal), "input1.$1.") });
        Workflow[] workflows = [new Workflow { WorkflowName = "signals", Rules = [.. rules] }];
        engine = isTuned ? new RulesEngine.RulesEngine(workflows, ExpressionParser.Settings()) : new RulesEngine.RulesEngine(workflows);
        this.isTuned = isTuned;
    }

    /// <summary>What the engine is given for a message; made before anything is measured.</summary>
    public static InputFacts InputOf(DerivedFacts facts) => new()
    {
        message = facts.Message,
        ticket = facts.Ticket,
        customer = facts.Customer,
        contacts = facts.Contacts,
        frustration = facts.Frustration,
        context = facts.Context,
        keywords = facts.Keywords,
        lists = null!,
        incident = facts.Incident,
        team = facts.Team,
        attributes = facts.Attributes,
        clock = facts.Clock,
        policy = null!,
        script = null!,
    };

    /// <summary>Evaluates all rules on one message.</summary>
    public List<RuleResultTree> Evaluate(InputFacts input) => isTuned
        ? engine.ExecuteAllRulesAsync("signals", new RuleParameter("input1", input)).AsTask().GetAwaiter().GetResult()
        : engine.ExecuteAllRulesAsync("signals", input).AsTask().GetAwaiter().GetResult();

    [GeneratedRegex(@"\b(message|ticket|customer|contacts|frustration|context)\.")]
    private static partial Regex Root();
}
