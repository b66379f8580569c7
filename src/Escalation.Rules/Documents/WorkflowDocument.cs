using System.Text.Json;
using Escalation.Core.Tickets;

namespace Escalation.Rules.Documents;

/// <summary>A condition as written: one expression, or several joined by a nested rule's Operator.</summary>
internal abstract record Condition
{
    /// <summary>The expressions of the condition, each with its text node.</summary>
    public abstract IEnumerable<DocumentNode> Leaves { get; }

    /// <summary>The condition as one expression; a text per leaf may stand in for the written one.</summary>
    public abstract string ToText(Func<DocumentNode, string> leaf);

    /// <summary>The condition as one expression, as written.</summary>
    public string Text => ToText(n => n.Text);

    /// <summary>One expression.</summary>
    public sealed record Leaf(DocumentNode Node) : Condition
    {
        /// <inheritdoc/>
        public override IEnumerable<DocumentNode> Leaves => [Node];

        /// <inheritdoc/>
        public override string ToText(Func<DocumentNode, string> leaf) => leaf(Node);
    }

    /// <summary>Several conditions joined.</summary>
    public sealed record Joined(bool All, IReadOnlyList<Condition> Parts) : Condition
    {
        /// <inheritdoc/>
        public override IEnumerable<DocumentNode> Leaves => Parts.SelectMany(p => p.Leaves);

        /// <inheritdoc/>
        public override string ToText(Func<DocumentNode, string> leaf) => string.Join(All ? " && " : " || ", Parts.Select(p => $"({p.ToText(leaf)})"));
    }
}

/// <summary>A LocalParam or GlobalParam: a name for an expression.</summary>
internal sealed record NamedExpression(string Name, DocumentNode Expression);

/// <summary>One top-level rule of a workflow, not yet compiled.</summary>
/// <param name="Name">Unique in the rule set.</param>
/// <param name="Place">Where its name stands.</param>
/// <param name="Enabled">False = treated as a draft.</param>
/// <param name="Condition">What must hold.</param>
/// <param name="Names">Global and local params; later ones may use earlier ones.</param>
/// <param name="Properties">Our own keys.</param>
internal sealed record WorkflowRule(
    string Name, Place Place, bool Enabled, Condition Condition, IReadOnlyList<NamedExpression> Names, ObjectReader Properties);

/// <summary>Reads Microsoft RulesEngine's workflow JSON: one workflow or a list of them. Every key of its schema is honoured or refused by name.</summary>
internal sealed class WorkflowDocument(ProblemList problems)
{
    private static readonly string[] Operators = ["And", "AndAlso", "Or", "OrElse"];
    private readonly List<WorkflowRule> rules = [];

    /// <summary>The rules of all workflows of a file, in file order.</summary>
    public static IReadOnlyList<WorkflowRule> Parse(DocumentNode root, ProblemList problems)
    {
        var document = new WorkflowDocument(problems);
        if (root.Kind != JsonValueKind.Array)
        {
            document.ReadWorkflow(root);
            return document.rules;
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var workflow in root.Items)
            if (document.ReadWorkflow(workflow) is { } name && !names.Add(name))
                problems.Error(workflow.Place, null, $"a second workflow is named \"{name}\"; name them apart");
        return document.rules;
    }

    private string? ReadWorkflow(DocumentNode node)
    {
        if (ObjectReader.Of(node, problems, null) is not { } workflow || !IsWorkflow(workflow)) return null;
        var name = workflow.String("WorkflowName", required: true);
        RefuseShared(workflow);
        var globals = ReadNames(workflow, "GlobalParams", []);
        var items = workflow.Items("Rules", required: true);
        if (workflow.Node.Find("Rules") is { Kind: JsonValueKind.Array, Items.Count: 0 } empty) problems.Error(empty.Place, null, "\"Rules\" is empty; write a rule or take the workflow out");
        foreach (var item in items) ReadRule(item, globals);
        workflow.Done();
        return name;
    }

    /// <summary>Something else is one problem, and not one for each of its keys.</summary>
    private static bool IsWorkflow(ObjectReader reader)
    {
        if (reader.Node.Members.Count == 0 || reader.Node.Find("WorkflowName") is not null || reader.Node.Find("Rules") is not null) return true;
        var isRule = reader.Node.Find("RuleName") is not null || reader.Node.Find("Expression") is not null;
        reader.Error(reader.Node.Place, isRule
            ? "a rule stands where a workflow belongs; move it into the \"Rules\" of a workflow"
            : "this is no workflow: it has neither \"WorkflowName\" nor \"Rules\"");
        return false;
    }

    private void ReadRule(DocumentNode node, IReadOnlyList<NamedExpression> globals)
    {
        var name = node.Kind == JsonValueKind.Object && node.Find("RuleName") is { Kind: JsonValueKind.String } text ? text.Text : null;
        if (ObjectReader.Of(node, problems, name) is not { } rule) return;
        rule.String("RuleName", required: true);
        var enabled = rule.Boolean("Enabled") ?? true;
        foreach (var ignored in (string[])["ErrorMessage", "SuccessEvent"])
            if (rule.String(ignored) is not null)
                problems.Warn(rule.Node.Members.First(m => m.Name == ignored).Place, name, $"\"{ignored}\" is read past: what people see comes from the rule's signals; write what they should know into Properties.note");
        var names = ReadNames(rule, "LocalParams", globals);
        var condition = NamesTableOnly(node) ? new Condition.Leaf(DocumentNode.OnePlace("true", node.Place)) : ReadCondition(rule);
        var properties = rule.Value("Properties") is { } value ? ObjectReader.Of(value, problems, name) : ObjectReader.Of(Nothing(node), problems, name);
        rule.Done();
        if (name is null || condition is null || properties is null) return;
        rules.Add(new WorkflowRule(name, node.Find("RuleName")!.Place, enabled, condition, names, properties));
    }

    /// <summary>An entry that names a table (<c>Properties.table</c>) may leave the condition to its rows.</summary>
    private static bool NamesTableOnly(DocumentNode rule) =>
        rule.Find("Properties")?.Find("table") is not null && rule.Find("Expression") is null && rule.Find("Operator") is null && rule.Find("Rules") is null;

    private Condition? ReadCondition(ObjectReader rule)
    {
        RefuseShared(rule);
        rule.Refuse("Actions", "is not run: nothing but the decision may act; say what to do by recommendation, team and priority in Properties");
        var expression = rule.Expression("Expression");
        var joiner = rule.String("Operator");
        var children = rule.Items("Rules");
        if (expression is not null && (joiner is not null || children.Count > 0))
        {
            rule.Error(rule.Node.Place, "a rule has either an \"Expression\" or an \"Operator\" with nested \"Rules\", not both");
            return null;
        }
        if (expression is not null) return new Condition.Leaf(rule.Node.Find("Expression")!);
        if (children.Count == 0)
        {
            if (rule.Node.Find("Expression") is null) rule.Error(rule.Node.Place, "\"Expression\" is missing; write the condition, or \"Operator\" with nested \"Rules\"");
            return null;
        }
        if (joiner is null || !Operators.Contains(joiner, StringComparer.OrdinalIgnoreCase))
        {
            rule.Error(rule.Node.Find("Operator")?.Place ?? rule.Node.Place, $"nested \"Rules\" need an \"Operator\"{Suggestion.For(joiner ?? "", Operators)}");
            return null;
        }
        var parts = children.Select(c => ReadNested(c, rule.Rule)).OfType<Condition>().ToList();
        if (parts.Count > 0) return parts.Count == 1 ? parts[0] : new Condition.Joined(joiner.StartsWith("And", StringComparison.OrdinalIgnoreCase), parts);
        rule.Error(rule.Node.Place, "no nested rule is left that could match; enable one or take the rule out");
        return null;
    }

    /// <summary>A nested rule is only a part of the condition: what it says beyond that would be lost, so it is refused.</summary>
    private Condition? ReadNested(DocumentNode node, string? parent)
    {
        if (ObjectReader.Of(node, problems, parent) is not { } nested) return null;
        nested.String("RuleName");
        var enabled = nested.Boolean("Enabled") ?? true;
        foreach (var key in (string[])["Properties", "LocalParams", "ErrorMessage", "SuccessEvent"])
            nested.Refuse(key, "has no effect in a nested rule; move it to the rule around it");
        var condition = ReadCondition(nested);
        nested.Done();
        return enabled ? condition : null;
    }

    private static void RefuseShared(ObjectReader reader)
    {
        foreach (var key in (string[])["WorkflowsToInject", "WorkflowRulesToInject"])
            reader.Refuse(key, "is refused: RulesEngine adds the injected rules again at every run; write the rules into this file");
        if (reader.String("RuleExpressionType") is { } type && type != "LambdaExpression")
            reader.Error(reader.Node.Find("RuleExpressionType")!.Place, "\"RuleExpressionType\" must be \"LambdaExpression\", or be left out");
    }

    private List<NamedExpression> ReadNames(ObjectReader reader, string key, IReadOnlyList<NamedExpression> before)
    {
        var names = new List<NamedExpression>(before);
        foreach (var item in reader.Items(key))
        {
            if (ObjectReader.Of(item, problems, reader.Rule) is not { } entry) continue;
            var name = entry.String("Name", required: true);
            var expression = entry.Expression("Expression", required: true);
            entry.Done();
            if (name is null || expression is null) continue;
            if (names.Exists(n => n.Name == name)) entry.Error(item.Place, $"the name \"{name}\" is given twice; name them apart");
            else names.Add(new NamedExpression(name, entry.Node.Find("Expression")!));
        }
        return names;
    }

    private static DocumentNode Nothing(DocumentNode near) => new() { Kind = JsonValueKind.Object, Place = near.Place };
}
