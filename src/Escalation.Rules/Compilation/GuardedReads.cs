using System.Linq.Expressions;
using System.Reflection;
using Escalation.Core.Derived;

namespace Escalation.Rules.Compilation;

/// <summary>Finds reads of facts that may be unknown and are not guarded by their twin: such a rule is unavailable on some messages.</summary>
internal static class GuardedReads
{
    private static readonly HashSet<string> Nothing = [];

    /// <summary>The facts read without a guard, each with its twin, in order of reading.</summary>
    /// <param name="tree">The tree as parsed.</param>
    /// <param name="condition">A condition that holds wherever the tree is evaluated; null = none.</param>
    public static IReadOnlyList<(string Fact, string Twin)> Unguarded(Expression tree, Expression? condition = null)
    {
        var found = new List<(string, string)>();
        Walk(tree, condition is null ? Nothing : KnownIf(condition, true), found);
        return found;
    }

    /// <summary>The twin of a read of a fact that may be unknown, for example <c>frustration.Available</c>; null for all other expressions.</summary>
    public static string? TwinOf(Expression expression) => expression switch
    {
        MemberExpression { Member: PropertyInfo property } member when property.GetCustomAttribute<MayBeUnknownAttribute>() is { } mark
            => $"{FactRoots.RootOf(member.Expression)}.{mark.Twin}",
        MethodCallExpression { Method.Name: "get_Item", Arguments: [ConstantExpression { Value: string name }] } call when FactRoots.RootOf(call.Object) == "attributes"
            => $"attributes.Has(\"{name}\")",
        _ => null,
    };

    private static void Walk(Expression? node, HashSet<string> known, List<(string, string)> found)
    {
        switch (node)
        {
            case BinaryExpression { NodeType: ExpressionType.AndAlso } and:
                Walk(and.Left, known, found);
                Walk(and.Right, [.. known, .. KnownIf(and.Left, true)], found);
                break;
            case BinaryExpression { NodeType: ExpressionType.OrElse } or:
                Walk(or.Left, known, found);
                Walk(or.Right, [.. known, .. KnownIf(or.Left, false)], found);
                break;
            case BinaryExpression binary:
                Walk(binary.Left, known, found);
                Walk(binary.Right, known, found);
                break;
            case ConditionalExpression conditional:
                Walk(conditional.Test, known, found);
                Walk(conditional.IfTrue, [.. known, .. KnownIf(conditional.Test, true)], found);
                Walk(conditional.IfFalse, [.. known, .. KnownIf(conditional.Test, false)], found);
                break;
            case UnaryExpression unary:
                Walk(unary.Operand, known, found);
                break;
            case MethodCallExpression call:
                Note(call, known, found);
                Walk(call.Object, known, found);
                foreach (var argument in call.Arguments) Walk(argument, known, found);
                break;
            case NewArrayExpression array:
                foreach (var item in array.Expressions) Walk(item, known, found);
                break;
            case MemberExpression member:
                Note(member, known, found);
                Walk(member.Expression, known, found);
                break;
        }
    }

    private static void Note(Expression read, HashSet<string> known, List<(string Fact, string Twin)> found)
    {
        if (TwinOf(read) is not { } twin || known.Contains(twin) || found.Exists(f => f.Twin == twin)) return;
        found.Add((FactRoots.FactOf(read) ?? twin, twin));
    }

    /// <summary>The twins that are true wherever the expression has the outcome.</summary>
    private static HashSet<string> KnownIf(Expression expression, bool outcome)
    {
        switch (expression)
        {
            case UnaryExpression { NodeType: ExpressionType.Not } not:
                return KnownIf(not.Operand, !outcome);
            case BinaryExpression { NodeType: ExpressionType.AndAlso or ExpressionType.OrElse } binary:
                var (left, right) = (KnownIf(binary.Left, outcome), KnownIf(binary.Right, outcome));
                var both = binary.NodeType == ExpressionType.AndAlso == outcome;
                if (both) left.UnionWith(right);
                else left.IntersectWith(right);
                return left;
            case MemberExpression member when outcome && member.Type == typeof(bool) && FactRoots.RootOf(member.Expression) is { } root:
                // ScoreKnown is the other name of Available.
                return [$"{root}.{(member.Member.Name == nameof(FrustrationFacts.ScoreKnown) ? nameof(FrustrationFacts.Available) : member.Member.Name)}"];
            case MethodCallExpression { Method.Name: nameof(AttributeFacts.Has), Arguments: [ConstantExpression { Value: string name }] } call
                when outcome && FactRoots.RootOf(call.Object) == "attributes":
                return [$"attributes.Has(\"{name}\")"];
            default:
                return [];
        }
    }
}
