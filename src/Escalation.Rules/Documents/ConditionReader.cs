using System.Linq.Expressions;
using Escalation.Rules.Compilation;

namespace Escalation.Rules.Documents;

/// <summary>Reads the conditions of rules: names, expressions and what joins them, parsed and guarded.</summary>
internal sealed class ConditionReader(RuleSurroundings surroundings, bool routing, ProblemList problems)
{
    /// <summary>Parses single expressions.</summary>
    public ExpressionParser Parser { get; } = new(routing, problems);

    /// <summary>The trees of a rule's GlobalParams and LocalParams; null, with problems, where one is wrong.</summary>
    public Dictionary<string, Expression>? Names(WorkflowRule source)
    {
        var names = new Dictionary<string, Expression>(StringComparer.Ordinal);
        foreach (var (name, expression) in source.Names)
        {
            if (FactRoots.Routing.ContainsKey(name)) problems.Error(expression.Place, source.Name, $"\"{name}\" is a fact already; give the expression another name");
            else if (Parser.Parse(expression, source.Name, null, names) is not { } tree) return null;
            else if (!new ExpressionGuard(expression, source.Name, surroundings.Names, problems).Allows(tree)) return null;
            else names[name] = tree;
        }
        return names;
    }

    /// <summary>The tree of a rule's condition; null, with problems, where it is wrong.</summary>
    public Expression? Condition(WorkflowRule source, IReadOnlyDictionary<string, Expression>? names)
    {
        var nodes = 0;
        var tree = names is null ? null : Tree(source.Condition);
        if (nodes > ExpressionGuard.MaxNodes)
        {
            problems.Error(source.Place, source.Name, $"the nested rules have more than {ExpressionGuard.MaxNodes} parts together; split the rule, or use a keyword class or a list");
            return null;
        }
        if (tree is not null && Contradiction.Of(tree) is { } reason) problems.Warn(source.Condition.Leaves.First().Place, source.Name, $"this condition never holds: {reason}");
        return tree;

        Expression? Tree(Documents.Condition condition)
        {
            if (condition is Documents.Condition.Leaf leaf)
            {
                if (nodes > ExpressionGuard.MaxNodes || Parser.Parse(leaf.Node, source.Name, typeof(bool), names) is not { } parsed) return null;
                var guard = new ExpressionGuard(leaf.Node, source.Name, surroundings.Names, problems);
                var isAllowed = guard.Allows(parsed);
                nodes += guard.Nodes + 1;
                return isAllowed ? parsed : null;
            }
            var joined = (Documents.Condition.Joined)condition;
            var parts = joined.Parts.Select(Tree).ToArray();
            return parts.Any(p => p is null) ? null : parts.Aggregate((a, b) => joined.All ? Expression.AndAlso(a!, b!) : Expression.OrElse(a!, b!));
        }
    }

    /// <summary>Warns of what makes a rule unavailable or dear.</summary>
    public void WarnOfUnguarded(WorkflowRule source, Expression condition, Expression? confidence)
    {
        var reads = GuardedReads.Unguarded(condition).Concat(confidence is null ? [] : GuardedReads.Unguarded(confidence, condition)).DistinctBy(r => r.Twin);
        foreach (var (fact, twin) in reads)
            problems.Warn(source.Condition.Leaves.First().Place, source.Name, $"{fact} may be unknown, and the rule is then unavailable; ask first: {twin} && ...");
        if (RuleReads.ScriptBeforeCheaper(condition) is { } script)
            problems.Warn(source.Condition.Leaves.First().Place, source.Name, $"script(\"{script}\") stands before terms that cost a thousandth of it; write it last, and it is called only where they hold");
    }
}
