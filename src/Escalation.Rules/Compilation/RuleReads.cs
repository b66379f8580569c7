using System.Linq.Expressions;
using Escalation.Core.Derived;

namespace Escalation.Rules.Compilation;

/// <summary>What a rule reads: its evidence.</summary>
internal sealed class RuleReads : ExpressionVisitor
{
    private readonly IReadOnlyList<KeywordClass> classes;
    private readonly SortedSet<int> keywordClasses = [];
    private readonly List<string> facts = [];

    /// <summary>Collects over all trees of a rule.</summary>
    public RuleReads(IReadOnlyList<KeywordClass> classes, params IEnumerable<Expression?> trees)
    {
        this.classes = classes;
        foreach (var tree in trees) Visit(tree);
    }

    /// <summary>Indices of keyword classes.</summary>
    public IReadOnlyList<int> KeywordClasses => [.. keywordClasses];

    /// <summary>Context fields; a field that is only asked whether it is known is none.</summary>
    public ContextFields ContextFields { get; private set; }

    /// <summary>Facts as <c>root.Member</c>, in order of reading; without keywords, twins and the policy's numbers.</summary>
    public IReadOnlyList<string> Facts => facts;

    /// <inheritdoc/>
    protected override Expression VisitMember(MemberExpression node)
    {
        var fact = FactRoots.FactOf(node);
        if (fact == "keywords.Max") keywordClasses.UnionWith(Enumerable.Range(0, classes.Count));
        if (fact is not null) Add(fact, FactRoots.RootOf(node.Expression)!, node.Member.Name);
        return base.VisitMember(node);
    }

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (node.Method.DeclaringType == typeof(KeywordFacts) && node.Arguments[0] is ConstantExpression { Value: string name })
            for (var i = 0; i < classes.Count; i++)
                if (classes[i].Name == name) keywordClasses.Add(i);
        if (FactRoots.FactOf(node) is { } attribute && !facts.Contains(attribute)) facts.Add(attribute);
        return base.VisitMethodCall(node);
    }

    private void Add(string fact, string root, string member)
    {
        if (root is "policy" or "keywords" || member is nameof(FrustrationFacts.Available) || member.EndsWith("Known", StringComparison.Ordinal)) return;
        if (root == "context" && Enum.TryParse<ContextFields>(member, out var field)) ContextFields |= field;
        if (!facts.Contains(fact)) facts.Add(fact);
    }
}
