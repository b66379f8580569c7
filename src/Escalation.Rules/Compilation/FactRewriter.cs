using System.Linq.Expressions;
using System.Reflection;
using Escalation.Core.Derived;
using Escalation.Rules.Documents;
using Escalation.Rules.Functions;

namespace Escalation.Rules.Compilation;

/// <summary>Turns a guarded tree over <c>message</c>, <c>ticket</c> ... into one over <see cref="DerivedFacts"/> that allocates nothing.</summary>
/// <remarks>
/// A fact that is unknown sets <c>unknown</c> and reads as a default instead of throwing; the rule is unavailable whatever follows.
/// In-lists become comparisons, names of classes and lists become their index or the list itself. Source of the gains: the rewrites measured before this was built, 1.0x hand-written code.
/// </remarks>
internal sealed class FactRewriter(
    ParameterExpression facts, ParameterExpression recommendation, ParameterExpression unknown, RuleResources resources) : ExpressionVisitor
{
    private static readonly MethodInfo ListContains = typeof(RuleRuntime).GetMethod(nameof(RuleRuntime.Contains))!;
    private static readonly MethodInfo ListHolds = typeof(ValueList).GetMethod(nameof(ValueList.Holds))!;
    private static readonly MethodInfo HasClass = typeof(KeywordFacts).GetMethod(nameof(KeywordFacts.HasClass))!;
    private static readonly MethodInfo AttributeHas = typeof(AttributeFacts).GetMethod(nameof(AttributeFacts.Has))!;
    private static readonly PropertyInfo ListCount = typeof(IReadOnlyCollection<string>).GetProperty(nameof(IReadOnlyCollection<string>.Count))!;

    /// <summary>Whether the tree last visited can find a fact unknown.</summary>
    public bool CanBeUnavailable { get; private set; }

    /// <summary>The tree to compile.</summary>
    public Expression Rewrite(Expression tree)
    {
        CanBeUnavailable = false;
        return Visit(tree);
    }

    /// <inheritdoc/>
    protected override Expression VisitParameter(ParameterExpression node) => RootExpression(node.Name!);

    /// <inheritdoc/>
    protected override Expression VisitMember(MemberExpression node)
    {
        if (node.Expression is ParameterExpression { Name: "input1" }) return RootExpression(node.Member.Name);
        if (FactRoots.RootOf(node.Expression) == "policy") return Expression.Constant(((PropertyInfo)node.Member).GetValue(resources.Policy), node.Type);
        if (node.Member is not PropertyInfo property || property.GetCustomAttribute<MayBeUnknownAttribute>() is not { } mark) return base.VisitMember(node);
        var target = Visit(node.Expression)!;
        return Guarded(Expression.Property(target, mark.Twin), Expression.Property(target, property));
    }

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        var type = node.Method.DeclaringType;
        if (type == typeof(KeywordFacts)) return KeywordTest(node);
        if (type == typeof(ListFacts))
            return Expression.Call(Expression.Constant(resources.Lists[Text(node.Arguments[0])]), ListHolds, Visit(node.Arguments[1]), Expression.Property(facts, nameof(DerivedFacts.At)));
        if (type == typeof(ScriptFacts)) return ScriptCall(node);
        if (type == typeof(AttributeFacts) && node.Method.Name == "get_Item")
        {
            var attributes = Visit(node.Object)!;
            return Guarded(Expression.Call(attributes, AttributeHas, node.Arguments[0]), Expression.Call(attributes, node.Method, node.Arguments[0]));
        }
        if (type == typeof(Enumerable)) return ListTest(node);
        if (type == typeof(string) && node.Method.Name is nameof(string.StartsWith) or nameof(string.EndsWith) && node.Arguments.Count == 1)
            return Expression.Call(Visit(node.Object)!, node.Method.Name, null, Visit(node.Arguments[0]), Expression.Constant(StringComparison.Ordinal));
        return base.VisitMethodCall(node);
    }

    private MemberExpression RootOf(string name) => Expression.Property(facts, char.ToUpperInvariant(name[0]) + name[1..]);

    private Expression RootExpression(string name) => name == "recommendation" ? recommendation : RootOf(name);

    private ConditionalExpression Guarded(Expression isKnown, Expression value)
    {
        CanBeUnavailable = true;
        Expression instead = value.Type == typeof(string) ? Expression.Constant("") : Expression.Default(value.Type);
        return Expression.Condition(isKnown, value, Expression.Block(value.Type, Expression.Assign(unknown, Expression.Constant(true)), instead));
    }

    private Expression KeywordTest(MethodCallExpression node)
    {
        var name = Text(node.Arguments[0]);
        var index = 0;
        var classes = resources.Classes;
        while (classes[index].Name != name) index++;
        var has = Expression.Call(Visit(node.Object)!, HasClass, Expression.Constant(index));
        return node.Method.Name == nameof(KeywordFacts.Has) ? has : Expression.Condition(has, Expression.Constant(classes[index].Confidence), Expression.Constant(0d));
    }

    /// <summary>Scripts are dear: none is called where the rule is unavailable already.</summary>
    private ConditionalExpression ScriptCall(MethodCallExpression node)
    {
        CanBeUnavailable = true;
        var call = Expression.Call(Expression.Constant(resources.Scripts[Text(node.Arguments[0])]), node.Method.Name, null, facts);
        return Expression.Condition(unknown, Expression.Default(node.Type), call);
    }

    private Expression ListTest(MethodCallExpression node)
    {
        var list = ExpressionGuard.Unwrapped(node.Arguments[0]);
        if (node.Method.Name == nameof(Enumerable.Any)) return Expression.GreaterThan(Expression.Property(Visit(list), ListCount), Expression.Constant(0));
        if (node.Method.Name == nameof(Enumerable.Count)) return Expression.Property(Visit(list), ListCount);
        var item = ExpressionGuard.Unwrapped(node.Arguments[1]);
        if (list is not NewArrayExpression array) return Expression.Call(ListContains, Visit(list), Visit(item));

        // The value is computed once, so that an unknown fact is asked once and a sum is not summed for each alternative.
        var value = Expression.Variable(node.Arguments[1].Type, "value");
        var test = array.Expressions.Select(e => (Expression)Expression.Equal(value, e.Type == value.Type ? e : Expression.Convert(e, value.Type))).Aggregate(Expression.OrElse);
        return Expression.Block([value], Expression.Assign(value, Visit(node.Arguments[1])), test);
    }

    private static string Text(Expression argument) => (string)((ConstantExpression)argument).Value!;
}
