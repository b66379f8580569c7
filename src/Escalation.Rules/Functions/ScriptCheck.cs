using Acornima.Ast;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.Rules.Compilation;
using Escalation.Rules.Documents;

namespace Escalation.Rules.Functions;

/// <summary>Lets through plain functions over facts: an allow-list of what the source may consist of, and the facts that it reads.</summary>
/// <remarks>The first of two walls; <see cref="ScriptSandbox"/> is the other, so that what this one lets through by mistake finds nothing to use.</remarks>
internal sealed class ScriptCheck(string name, string file, KnownNames known, ProblemList problems)
{
    private static readonly HashSet<NodeType> Plain =
    [
        NodeType.Program, NodeType.BlockStatement, NodeType.ExpressionStatement, NodeType.EmptyStatement, NodeType.IfStatement, NodeType.ForStatement, NodeType.WhileStatement,
        NodeType.DoWhileStatement, NodeType.ReturnStatement, NodeType.BreakStatement, NodeType.ContinueStatement, NodeType.SwitchStatement, NodeType.SwitchCase,
        NodeType.ThrowStatement, NodeType.TryStatement, NodeType.ConditionalExpression, NodeType.BinaryExpression, NodeType.LogicalExpression, NodeType.UnaryExpression,
        NodeType.UpdateExpression, NodeType.AssignmentExpression, NodeType.ArrayExpression, NodeType.ObjectExpression, NodeType.TemplateLiteral, NodeType.TemplateElement,
        NodeType.SequenceExpression, NodeType.ChainExpression, NodeType.ParenthesizedExpression, NodeType.VariableDeclaration, NodeType.ForInStatement,
    ];

    private readonly Stack<(Node Node, int Depth, bool Declares)> open = new();
    private readonly HashSet<string> declared = new(StringComparer.Ordinal);
    private readonly List<Identifier> uses = [];
    private readonly SortedSet<string> facts = new(StringComparer.Ordinal);
    private readonly SortedSet<string> classes = new(StringComparer.Ordinal);
    private bool refused;

    /// <summary>Facts read, as <c>root.Member</c>; methods too.</summary>
    public IReadOnlyCollection<string> Facts => facts;

    /// <summary>Keyword classes asked for.</summary>
    public IReadOnlyCollection<string> KeywordClasses => classes;

    /// <summary>Whether the script may run; every reason why not is a problem.</summary>
    public bool Allows(Script script)
    {
        CheckTop(script);
        open.Push((script, 0, false));
        while (!refused && open.TryPop(out var item)) Check(item.Node, item.Depth, item.Declares);
        if (!refused) CheckUses();
        return !refused;
    }

    private void CheckTop(Script script)
    {
        foreach (var statement in script.Body)
            if (statement is not (FunctionDeclaration or VariableDeclaration { Kind: VariableDeclarationKind.Const } or NonSpecialExpressionStatement or Directive))
                Refuse(statement, "only functions and const stand at the top of the file");
        var main = script.Body.OfType<FunctionDeclaration>().FirstOrDefault(f => f.Id?.Name == name);
        if (main is null) Refuse(script, $"there is no \"function {name}() {{ ... }}\", named as the file");
        else if (main.Params.Count > 0) Refuse(main.Params[0], $"{name} takes no parameter; facts are there by their names, as in expressions: context.Severity");
    }

    private void Check(Node node, int depth, bool declares)
    {
        if (depth > ScriptLimits.SourceDepth)
        {
            Refuse(node, $"the source is nested deeper than {ScriptLimits.SourceDepth}; split it into functions");
            return;
        }
        switch (node)
        {
            case Identifier identifier when declares:
                Declare(identifier);
                break;
            case Identifier identifier:
                uses.Add(identifier);
                break;
            case Literal { Kind: Acornima.TokenKind.BigIntLiteral }:
                Refuse(node, "big integers are not allowed; use numbers");
                break;
            case Literal:
                break;
            case IFunction function:
                CheckFunction(function, depth);
                break;
            case VariableDeclarator declarator:
                Push(declarator.Id, depth, true);
                Push(declarator.Init, depth);
                break;
            case CatchClause clause:
                Push(clause.Param, depth, true);
                Push(clause.Body, depth);
                break;
            case ForOfStatement { Await: false } or ObjectPattern or ArrayPattern or RestElement:
                PushAll(node, depth, declares);
                break;
            case AssignmentPattern pattern:
                Push(pattern.Left, depth, declares);
                Push(pattern.Right, depth);
                break;
            case Property { Kind: PropertyKind.Init } property:
                if (property.Computed) Push(property.Key, depth);
                Push(property.Value, depth, declares);
                break;
            case MemberExpression member:
                CheckMember(member, depth, called: false);
                break;
            case CallExpression call:
                CheckCall(call, depth);
                break;
            case { Type: var type } when Plain.Contains(type):
                PushAll(node, depth, false);
                break;
            default:
                Refuse(node, $"{node.Type} is not allowed in scripts; they read facts, compare, calculate, loop and call functions of their own");
                break;
        }
    }

    private void CheckFunction(IFunction function, int depth)
    {
        if (function.Async || function.Generator) Refuse((Node)function, "async functions and generators are not allowed");
        if (function.Id is { } id) Declare(id);
        foreach (var parameter in function.Params) Push(parameter, depth, true);
        Push(function.Body, depth);
    }

    private void CheckCall(CallExpression call, int depth)
    {
        if (call.Callee is MemberExpression member) CheckMember(member, depth, called: true);
        else Push(call.Callee, depth);
        foreach (var argument in call.Arguments) Push(argument, depth);
        if (RootOf(call.Callee) is not { } root) return;
        var method = ((Identifier)((MemberExpression)call.Callee).Property).Name;
        if (call.Arguments.Count == 0 || call.Arguments[0] is not StringLiteral first) Refuse(call, $"the name in {root}.{method}(...) must be written out as a text");
        else if (root == "keywords" && RequireOneOf(first, [.. known.Classes.Select(c => c.Name)], "keywords.json has no class")) classes.Add(first.Value);
        else if (root == "lists") RequireOneOf(first, known.Lists, "there is no list in lists/ named");
    }

    private void CheckMember(MemberExpression member, int depth, bool called)
    {
        if (member.Object is Identifier { Name: var root } && FactRoots.Routing.TryGetValue(root, out var type))
        {
            CheckFact(member, root, type, called);
            return;
        }
        if (member.Computed) Push(member.Property, depth);
        else if (member.Property is not Identifier { Name: var property }) Refuse(member, "this member is not allowed in scripts");
        else if (member.Object is Identifier { Name: var global } && ScriptSandbox.Globals.TryGetValue(global, out var allowed))
        {
            if (!allowed.Contains(property)) Refuse(member.Property, $"\"{global}.{property}\" is not allowed in scripts{Suggestion.For(property, allowed)}");
            return;
        }
        else if (ScriptSandbox.Removed.Contains(property)) Refuse(member.Property, $"\".{property}\" is not there in scripts; see rules/LANGUAGE.md for what is");
        Push(member.Object, depth);
    }

    private void CheckFact(MemberExpression member, string root, Type type, bool called)
    {
        if (type == typeof(ScriptFacts) || type == typeof(RecommendationFacts)) Refuse(member, $"\"{root}\" is not there in scripts: they depend on the message alone");
        else if (type == typeof(AttributeFacts) && member is { Computed: true, Property: StringLiteral { Value: var attribute } }) facts.Add($"attributes[\"{attribute}\"]");
        else if (member.Computed || member.Property is not Identifier { Name: var property }) Refuse(member, $"write the fact out: {root}.{FactRoots.MembersOf(type).First()}");
        else if (!FactRoots.MembersOf(type).Contains(property)) Refuse(member.Property, $"\"{root}\" has no \"{property}\"{Suggestion.For(property, FactRoots.MembersOf(type))}");
        else if (type.GetProperty(property) is null != called) Refuse(member, called ? $"{root}.{property} is a value, not a function" : $"{root}.{property} is a function; call it");
        else facts.Add($"{root}.{property}");
    }

    /// <summary>Checked last, since functions may be used before they are written.</summary>
    private void CheckUses()
    {
        foreach (var use in uses)
        {
            if (declared.Contains(use.Name) || (ScriptSandbox.Globals.ContainsKey(use.Name) && use.Name is not ("Math" or "Object" or "Array"))) continue;
            if (FactRoots.Routing.ContainsKey(use.Name)) Refuse(use, $"read a fact of it, as in {use.Name}.{FactRoots.MembersOf(FactRoots.Routing[use.Name]).First()}; the whole is not there");
            else if (use.Name is "Date") Refuse(use, "there is no clock: scripts must give the same answer tomorrow; use clock.Hour, clock.DayOfWeek, ticket.AgeHours or ticket.WaitingHours");
            else Refuse(use, $"there is no \"{use.Name}\"{Suggestion.For(use.Name, [.. declared, .. FactRoots.Signal.Keys, .. ScriptSandbox.Globals.Keys])}");
        }
    }

    private void Declare(Identifier identifier)
    {
        if (FactRoots.Routing.ContainsKey(identifier.Name) || ScriptSandbox.Globals.ContainsKey(identifier.Name)) Refuse(identifier, $"\"{identifier.Name}\" means something already; give it another name");
        declared.Add(identifier.Name);
    }

    private bool RequireOneOf(StringLiteral node, IReadOnlyCollection<string> names, string complaint)
    {
        if (names.Contains(node.Value)) return true;
        Refuse(node, $"{complaint} \"{node.Value}\"{Suggestion.For(node.Value, names)}");
        return false;
    }

    private static string? RootOf(Node callee) =>
        callee is MemberExpression { Computed: false, Object: Identifier { Name: var root }, Property: Identifier } && FactRoots.Routing.ContainsKey(root) ? root : null;

    private void PushAll(Node node, int depth, bool declares)
    {
        foreach (var child in node.ChildNodes) Push(child, depth, declares);
    }

    private void Push(Node? node, int depth, bool declares = false)
    {
        if (node is not null) open.Push((node, depth + 1, declares));
    }

    private void Refuse(Node node, string message)
    {
        refused = true;
        problems.Error(new Place(file, node.Location.Start.Line, node.Location.Start.Column + 1), name, message);
    }
}
