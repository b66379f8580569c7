using System.Globalization;
using System.Linq.Expressions;
using System.Text;
using Escalation.Rules.Functions;

namespace Escalation.Rules.Compilation;

/// <summary>Every fact that a rule's trees touch, and every constant in them: what its results depend on.</summary>
internal sealed class RuleFactReads : ExpressionVisitor
{
    private readonly SortedSet<string> facts = new(StringComparer.Ordinal);
    private readonly StringBuilder constants = new();

    private readonly IReadOnlyDictionary<string, ScriptFunction> scripts;

    /// <summary>Collects over all trees of a rule.</summary>
    public RuleFactReads(IReadOnlyDictionary<string, ScriptFunction> scripts, params IEnumerable<Expression?> trees)
    {
        this.scripts = scripts;
        foreach (var tree in trees) Visit(tree);
    }

    /// <summary><c>root.Member</c> by name; a bare <c>root</c> where the rule does something with it that is not known here.</summary>
    public IReadOnlyList<string> Facts => [.. facts];

    /// <summary>The constants in order, each with its type and length, so that no two lists read alike.</summary>
    public string Constants => constants.ToString();

    /// <inheritdoc/>
    protected override Expression VisitMember(MemberExpression node)
    {
        if (FactRoots.RootOf(node.Expression) is not { } root || root == "input1") return base.VisitMember(node);
        facts.Add($"{root}.{node.Member.Name}");
        return node;
    }

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (FactRoots.RootOf(node.Object) is not { } root) return base.VisitMethodCall(node);
        if (node.Method.DeclaringType == typeof(ScriptFacts) && node.Arguments[0] is ConstantExpression { Value: string name }) AddScript(scripts[name].Definition);
        else facts.Add($"{root}.{node.Method.Name}");
        foreach (var argument in node.Arguments) Visit(argument);
        return node;
    }

    /// <summary>A function stands for the facts that it reads, and for its own text.</summary>
    private void AddScript(ScriptDefinition script)
    {
        foreach (var fact in script.Facts) facts.Add(fact.Contains('[', StringComparison.Ordinal) ? fact[..fact.IndexOf('[', StringComparison.Ordinal)] + ".get_Item" : fact);
        constants.Append(CultureInfo.InvariantCulture, $"script:{script.Hash};");
        foreach (var name in script.KeywordClasses) constants.Append(CultureInfo.InvariantCulture, $"class:{name};");
    }

    /// <inheritdoc/>
    protected override Expression VisitParameter(ParameterExpression node)
    {
        facts.Add(node.Name ?? "");
        return node;
    }

    /// <inheritdoc/>
    protected override Expression VisitConstant(ConstantExpression node)
    {
        var text = Convert.ToString(node.Value, CultureInfo.InvariantCulture) ?? "null";
        constants.Append(CultureInfo.InvariantCulture, $"{node.Type.Name}:{text.Length}:{text};");
        return node;
    }
}
