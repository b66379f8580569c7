using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Rules.Documents;
using Escalation.Rules.Functions;
using RulesEngine.Models;

namespace Escalation.Rules.Compilation;

/// <summary>Runs the same expressions by RulesEngine's own <c>ExecuteAllRulesAsync</c>: what the compiled rules are measured against.</summary>
/// <remarks>
/// Slow (some 15 times the compiled rules) and only for tests and checks. One engine of its own for each instance, because RulesEngine's cache may serve
/// old rules after an update. Unknown facts throw here, where the compiled rules set a flag.
/// </remarks>
public sealed class ReferencePlane
{
    private const string Signals = "signals";
    private const string Routing = "routing";
    private const string ConfidenceSuffix = "#confidence";
    private static readonly string UnknownMarker = new FactUnavailableException("").Message;

    private readonly RulesEngine.RulesEngine engine;
    private readonly IReadOnlyList<ReadSignal> signals;
    private readonly IReadOnlyList<ReadRoute> routes;
    private readonly IReadOnlyDictionary<string, ValueList> lists;
    private readonly PolicyFacts policy;
    private readonly IReadOnlyDictionary<string, ScriptFunction> scripts;

    private ReferencePlane(RuleSetParts parts, IReadOnlyList<ReadSignal> signals, IReadOnlyList<ReadRoute> routes)
    {
        (this.signals, this.routes, lists, policy, scripts) = (signals, routes, parts.Lists, PolicyFacts.Of(parts.Policy), parts.Scripts);
        var signalRules = signals.Select(s => RuleOf(s.Source.Name, TextOf(s.Source, null)))
            .Concat(signals.Where(s => s.ConfidenceText is not null).Select(s => RuleOf(s.Source.Name + ConfidenceSuffix, $"({TextOf(s.Source, s.ConfidenceText)}) > -1.0e300")));
        engine = new RulesEngine.RulesEngine(
        [
            new Workflow { WorkflowName = Signals, Rules = [.. signalRules] },
            new Workflow { WorkflowName = Routing, Rules = [.. routes.Select(r => RuleOf(r.Source.Name, TextOf(r.Source, null)))] },
        ], ExpressionParser.Settings());
    }

    /// <summary>A plane over sound files.</summary>
    /// <exception cref="InvalidOperationException">The files have problems.</exception>
    public static ReferencePlane Of(RuleFiles files)
    {
        var (parts, signals, routes) = RuleSetLoader.Parse(files);
        return new ReferencePlane(parts, [.. signals.Where(s => s.Rule.Stage != RuleStage.Draft)], [.. routes.Where(r => r.Enabled)]);
    }

    /// <summary>The result of each signal rule, in the order of <see cref="IRuleSet.SignalRules"/>.</summary>
    /// <param name="derived">The facts.</param>
    /// <param name="effectiveDates">Whether a rule outside its effective dates is a miss.</param>
    public IReadOnlyList<RuleResult> EvaluateSignals(DerivedFacts derived, bool effectiveDates = false)
    {
        var results = Run(Signals, derived, null);
        return [.. signals.Select(s => effectiveDates && !s.Rule.IsEffectiveAt(derived.DecidedAt) ? RuleResult.Miss : ResultOf(s, results))];
    }

    /// <summary>The result of each routing rule, in file order.</summary>
    public IReadOnlyList<RuleResult> EvaluateRouting(DerivedFacts derived, RecommendationFacts recommendation)
    {
        var results = Run(Routing, derived, recommendation);
        return [.. routes.Select(r => results[r.Source.Name])];
    }

    private static RuleResult ResultOf(ReadSignal signal, Dictionary<string, RuleResult> results) => results[signal.Source.Name] is RuleResult.Hit && signal.ConfidenceText is not null
        ? ConfidenceOf(results[signal.Source.Name + ConfidenceSuffix])
        : results[signal.Source.Name];

    /// <summary>A comparison with a confidence that is no number is a miss, and that is an error of the rule.</summary>
    private static RuleResult ConfidenceOf(RuleResult compared) => compared == RuleResult.Miss ? RuleResult.Error : compared;

    private Dictionary<string, RuleResult> Run(string workflow, DerivedFacts derived, RecommendationFacts? recommendation)
    {
        var input = new InputFacts
        {
            message = derived.Message,
            ticket = derived.Ticket,
            customer = derived.Customer,
            contacts = derived.Contacts,
            frustration = derived.Frustration,
            context = derived.Context,
            keywords = derived.Keywords,
            lists = new ListFacts(lists, derived.At),
            incident = derived.Incident,
            team = derived.Team,
            attributes = derived.Attributes,
            clock = derived.Clock,
            policy = policy,
            script = new ScriptFacts(scripts, derived),
            recommendation = recommendation,
        };
        var parameters = typeof(InputFacts).GetProperties().Where(p => p.GetValue(input) is not null).Select(p => new RuleParameter(p.Name, p.GetValue(input)!))
            .Append(new RuleParameter("input1", input)).ToArray();
        var trees = engine.ExecuteAllRulesAsync(workflow, parameters).AsTask().GetAwaiter().GetResult();
        return trees.ToDictionary(t => t.Rule.RuleName, ResultOf, StringComparer.Ordinal);
    }

    private static RuleResult ResultOf(RuleResultTree tree)
    {
        if (tree.IsSuccess) return RuleResult.Hit;
        if (string.IsNullOrEmpty(tree.ExceptionMessage)) return RuleResult.Miss;
        return tree.ExceptionMessage.Contains(UnknownMarker[..UnknownMarker.IndexOf(';', StringComparison.Ordinal)].Trim(), StringComparison.Ordinal) ? RuleResult.Unavailable : RuleResult.Error;
    }

    private static Rule RuleOf(string name, string expression) => new() { RuleName = name, Expression = expression };

    /// <summary>The rule as one expression, names put in as text: another way than the compiled rules take, so that the two check each other.</summary>
    private static string TextOf(WorkflowRule source, string? instead)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, expression) in source.Names) names[name] = ExpressionTokens.Substitute(Written(expression.Text), names);
        return instead is null
            ? source.Condition.ToText(n => ExpressionTokens.Substitute(Written(n.Text), names))
            : ExpressionTokens.Substitute(Written(instead), names);
    }

    private static string Written(string expression) => ExpressionTokens.ForParser(expression).Text;
}
