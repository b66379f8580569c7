using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Rules;
using Escalation.Rules.Compilation;
using Escalation.Rules.Documents;

namespace Escalation.Tests.Rules.Compilation;

/// <summary>One expression through parser, guard and compiler, as the loader takes it.</summary>
internal sealed record GuardedExpression(RuleFunction? Function, IReadOnlyList<RuleProblem> Problems)
{
    private static readonly IReadOnlyList<KeywordClass> Classes = [new("legal", null, .9, null, ["sue"])];

    /// <summary>Reads the expression as the condition of a signal rule; no function where it is refused.</summary>
    public static GuardedExpression Of(string expression)
    {
        var problems = new ProblemList();
        var node = new DocumentNode { Kind = JsonValueKind.String, Place = new Place("signals.json", 2, 20), Text = expression };
        var known = new KnownNames(Classes, [], ["keyword_match"], new Dictionary<string, Escalation.Rules.Functions.ScriptDefinition>());
        var tree = new ExpressionParser(false, problems).Parse(node, "rule", typeof(bool), new Dictionary<string, System.Linq.Expressions.Expression>());
        if (tree is null || !new ExpressionGuard(node, "rule", known, problems).Allows(tree)) return new GuardedExpression(null, problems.Errors);
        var resources = new RuleResources(Classes, new Dictionary<string, ValueList>(), new Dictionary<string, Escalation.Rules.Functions.ScriptFunction>(), PolicyFacts.Of(Policy.Default));
        return new GuardedExpression(new RuleCompiler(resources).Compile(new ParsedRule("rule", tree, null, false)), problems.Errors);
    }

    /// <summary>Bytes that an evaluation leaves; 0 where the rule threw, since an exception is an object.</summary>
    public long Bytes(DerivedFacts facts)
    {
        var errors = new List<RuleError>();
        Function!(facts, null, errors);
        errors.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = Function(facts, null, errors);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return result is RuleResult.Error or RuleResult.Unavailable ? 0 : bytes;
    }
}
