using System.Linq.Expressions;
using Escalation.Core.Derived;
using Escalation.Rules.Functions;

namespace Escalation.Rules.Compilation;

/// <summary>What a rule reads: its evidence.</summary>
internal sealed class RuleReads : ExpressionVisitor
{
    private readonly KnownNames known;
    private readonly SortedSet<int> keywordClasses = [];
    private readonly List<string> facts = [];

    /// <summary>Collects over all trees of a rule.</summary>
    public RuleReads(KnownNames known, params IEnumerable<Expression?> trees)
    {
        this.known = known;
        foreach (var tree in trees) Visit(tree);
    }

    /// <summary>Indices of keyword classes.</summary>
    public IReadOnlyList<int> KeywordClasses => [.. keywordClasses];

    /// <summary>Context fields; a field that is only asked whether it is known is none.</summary>
    public ContextFields ContextFields { get; private set; }

    /// <summary>Facts as <c>root.Member</c>, in order of reading; without keywords, twins and the policy's numbers.</summary>
    public IReadOnlyList<string> Facts => facts;

    /// <summary>A function that is called in a term of an <c>and</c> before one that calls none; null where there is none.</summary>
    public static string? ScriptBeforeCheaper(Expression tree)
    {
        if (tree is not BinaryExpression { NodeType: ExpressionType.AndAlso } and) return null;
        return ScriptIn(and.Left) is { } script && ScriptIn(and.Right) is null ? script : ScriptBeforeCheaper(and.Left) ?? ScriptBeforeCheaper(and.Right);
    }

    private static string? ScriptIn(Expression tree)
    {
        var search = new ScriptSearch();
        search.Visit(tree);
        return search.Found;
    }

    /// <inheritdoc/>
    protected override Expression VisitMember(MemberExpression node)
    {
        var fact = FactRoots.FactOf(node);
        if (fact == "keywords.Max") AddClasses(_ => true);
        if (fact is not null) Add(fact);
        return base.VisitMember(node);
    }

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (node.Method.DeclaringType == typeof(KeywordFacts) && node.Arguments[0] is ConstantExpression { Value: string name })
            AddClasses(c => c.Name == name);
        if (node.Method.DeclaringType == typeof(ScriptFacts) && node.Arguments[0] is ConstantExpression { Value: string function }) AddScript(known.Scripts[function]);
        if (FactRoots.FactOf(node) is { } attribute && !facts.Contains(attribute)) facts.Add(attribute);
        return base.VisitMethodCall(node);
    }

    /// <summary>What a function reads is evidence of the rule that asks it.</summary>
    private void AddScript(ScriptDefinition script)
    {
        AddClasses(c => script.KeywordClasses.Contains(c.Name) || script.Facts.Contains("keywords.Max"));
        foreach (var fact in script.Facts)
            if (fact.Contains('[', StringComparison.Ordinal) && !facts.Contains(fact)) facts.Add(fact);
            else if (FactCatalog.All.Any(f => f.Name == fact)) Add(fact);
    }

    private void AddClasses(Func<KeywordClass, bool> which)
    {
        for (var i = 0; i < known.Classes.Count; i++)
            if (which(known.Classes[i])) keywordClasses.Add(i);
    }

    private void Add(string fact)
    {
        var (root, member) = (fact[..fact.IndexOf('.', StringComparison.Ordinal)], fact[(fact.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        if (root is "policy" or "keywords" || member is nameof(FrustrationFacts.Available) || member.EndsWith("Known", StringComparison.Ordinal)) return;
        if (root == "context" && Enum.TryParse<ContextFields>(member, out var field)) ContextFields |= field;
        if (!facts.Contains(fact)) facts.Add(fact);
    }

    private sealed class ScriptSearch : ExpressionVisitor
    {
        public string? Found { get; private set; }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            if (node.Method.DeclaringType == typeof(ScriptFacts) && node.Arguments[0] is ConstantExpression { Value: string name }) Found ??= name;
            return base.VisitMethodCall(node);
        }
    }
}
