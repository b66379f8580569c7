using System.Linq.Expressions;
using System.Reflection;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.Rules.Documents;
using Escalation.Rules.Functions;

namespace Escalation.Rules.Compilation;

/// <summary>What expressions may name beyond facts: classes, lists, triggers and functions of the rule set.</summary>
internal sealed record KnownNames(
    IReadOnlyList<KeywordClass> Classes, IReadOnlyCollection<string> Lists, IReadOnlyList<string> Triggers, IReadOnlyDictionary<string, ScriptDefinition> Scripts)
{
    /// <summary>Functions that are there and have a problem of their own: who asks them is not to blame.</summary>
    public IReadOnlyCollection<string> BrokenScripts { get; init; } = [];
}

/// <summary>
/// Lets through what a rule may do and nothing else: read facts, compare, calculate, and call a short list of methods.
/// No reflection, no clock, no chance, no text building, no functions, and a limit on size: a rule can neither hang nor leave the facts.
/// </summary>
internal sealed class ExpressionGuard(DocumentNode source, string rule, KnownNames known, ProblemList problems)
{
    /// <summary>Most nodes of one tree.</summary>
    public const int MaxNodes = 1_000;

    /// <summary>What may be called of Math.</summary>
    public static readonly IReadOnlySet<string> MathMethods = new HashSet<string> { nameof(Math.Min), nameof(Math.Max), nameof(Math.Abs), nameof(Math.Round) };

    /// <summary>What may be called of texts.</summary>
    public static readonly IReadOnlySet<string> TextMethods = new HashSet<string>
    {
        nameof(string.Contains), nameof(string.StartsWith), nameof(string.EndsWith), nameof(string.Equals), nameof(string.IsNullOrEmpty),
    };

    private static readonly HashSet<ExpressionType> Operators =
    [
        ExpressionType.AndAlso, ExpressionType.OrElse, ExpressionType.And, ExpressionType.Or, ExpressionType.ExclusiveOr, ExpressionType.Equal, ExpressionType.NotEqual,
        ExpressionType.LessThan, ExpressionType.LessThanOrEqual, ExpressionType.GreaterThan, ExpressionType.GreaterThanOrEqual,
        ExpressionType.Add, ExpressionType.Subtract, ExpressionType.Multiply, ExpressionType.Divide, ExpressionType.Modulo, ExpressionType.Coalesce,
    ];

    private static readonly HashSet<Type> Plain = [typeof(string), typeof(bool), typeof(int), typeof(long), typeof(double)];

    private readonly Dictionary<string, int> texts = new(StringComparer.Ordinal);
    private int nodes;
    private bool refused;

    /// <summary>Nodes of the tree that was looked at last; counting ends soon after <see cref="MaxNodes"/>.</summary>
    public int Nodes => nodes;

    /// <summary>Whether the tree may run; every reason why not is a problem.</summary>
    public bool Allows(Expression tree)
    {
        Check(tree);
        if (nodes > MaxNodes) Refuse(null, $"the expression has more than {MaxNodes} parts; split the rule, or use a keyword class or a list");
        if (!refused) CheckTextsWereKept();
        return !refused;
    }

    private void Check(Expression? node)
    {
        if (node is null || ++nodes > MaxNodes) return;
        switch (node)
        {
            case ConstantExpression constant:
                CheckConstant(constant);
                break;
            case { } root when FactRoots.RootOf(root) is { } name:
                Refuse(name, $"\"{name}\" stands for many facts; read one of them, as in {name}.{FactRoots.MembersOf(root.Type).First()}");
                break;
            case MemberExpression member:
                CheckMember(member);
                if (FactRoots.RootOf(member.Expression) is null) Check(member.Expression);
                break;
            case MethodCallExpression call:
                CheckCall(call);
                if (FactRoots.RootOf(call.Object) is null) Check(call.Object);
                foreach (var argument in call.Arguments) CheckArgument(call, argument);
                break;
            case BinaryExpression binary:
                CheckBinary(binary);
                Check(binary.Left);
                Check(binary.Right);
                break;
            case UnaryExpression { NodeType: ExpressionType.Not or ExpressionType.Negate or ExpressionType.Convert } unary:
                if (unary.Method is not null || !IsPlain(unary.Type)) Refuse(unary.Method?.Name, $"conversion to {unary.Type.Name} is not allowed in rules");
                Check(unary.Operand);
                break;
            case ConditionalExpression conditional:
                Check(conditional.Test);
                Check(conditional.IfTrue);
                Check(conditional.IfFalse);
                break;
            default:
                Refuse(null, $"{node.NodeType} is not allowed in rules; they read facts, compare and calculate");
                break;
        }
    }

    /// <summary>An array stands only where it becomes comparisons: before <c>.Contains(x)</c>, which <c>x in (...)</c> is.</summary>
    private void CheckArgument(MethodCallExpression call, Expression argument)
    {
        var isList = call.Method.DeclaringType == typeof(Enumerable) && call.Method.Name == nameof(Enumerable.Contains) && argument == call.Arguments[0];
        if (!isList || Unwrapped(argument) is not NewArrayExpression { NodeType: ExpressionType.NewArrayInit } array)
        {
            if (IsNull(argument)) Refuse("null", $"null is nothing that {call.Method.Name} could be asked for; write a text");
            Check(argument);
            return;
        }
        if (array.Expressions.Any(e => e is not ConstantExpression)) Refuse("in", "the values of an in-list must be written out");
        foreach (var item in array.Expressions) Check(item);
    }

    private void CheckConstant(ConstantExpression constant)
    {
        if (constant.Value is string text) texts[text] = texts.GetValueOrDefault(text) + 1;
        if (constant.Value is null or string or bool or int or long or double or StringComparison) return;
        Refuse(null, $"values of type {constant.Type.Name} are not allowed in rules; use texts, numbers, true and false");
    }

    private void CheckMember(MemberExpression member)
    {
        var name = member.Member.Name;
        if (member.Member is PropertyInfo property && FactRoots.IsFact(property) && FactRoots.RootOf(member.Expression) is not null) return;
        if (name == nameof(string.Length) && member.Member.DeclaringType == typeof(string)) return;
        if (name == "Count" && IsStringList(member.Expression?.Type)) return;
        var hint = member.Member.DeclaringType == typeof(DateTime) || member.Member.DeclaringType == typeof(DateTimeOffset)
            ? "; rules must give the same answer tomorrow: use clock.Hour, clock.DayOfWeek, ticket.AgeHours or ticket.WaitingHours"
            : "";
        Refuse(name, $"\"{member.Member.DeclaringType?.Name}.{name}\" is not allowed in rules{hint}");
    }

    private void CheckCall(MethodCallExpression call)
    {
        var (type, name) = (call.Method.DeclaringType, call.Method.Name);
        if (FactRoots.IsFactMethod(call.Method))
        {
            CheckNamed(call);
            return;
        }
        if (type == typeof(Math) && MathMethods.Contains(name)) return;
        if (type == typeof(string) && TextMethods.Contains(name))
        {
            if (call.Arguments.Any(a => a.Type == typeof(StringComparison) && a is not ConstantExpression { Value: StringComparison.Ordinal or StringComparison.OrdinalIgnoreCase }))
                Refuse(name, "compare by StringComparison.Ordinal or OrdinalIgnoreCase only: other comparisons depend on the machine's culture");
            if (call.Arguments.Any(a => a.Type != typeof(string) && a.Type != typeof(StringComparison))) Refuse(name, $"{name} takes a text in double quotes");
            return;
        }
        if (type == typeof(Enumerable) && name is nameof(Enumerable.Contains) or nameof(Enumerable.Any) or nameof(Enumerable.Count))
        {
            CheckListCall(call);
            return;
        }
        Refuse(name, $"\"{type?.Name}.{name}\" is not allowed in rules{WayOut(type, name)}");
    }

    private void CheckListCall(MethodCallExpression call)
    {
        var list = Unwrapped(call.Arguments[0]);
        var isList = IsStringList(list.Type) || list is NewArrayExpression;
        var fits = call.Method.Name == nameof(Enumerable.Contains) ? call.Arguments.Count == 2 : call.Arguments.Count == 1;
        if (!isList) Refuse(call.Method.Name, "lists of facts only, such as ticket.Tags and context.Urgency");
        else if (!fits) Refuse(call.Method.Name, $".{call.Method.Name}(...) with a condition is not allowed; use .Contains(\"x\")");
        if (fits && call.Arguments.Count == 2 && Unwrapped(call.Arguments[1]) is ConstantExpression { Value: string value }) CheckValue(FactRoots.FactOf(list), value);
        if (list is NewArrayExpression array && call.Arguments.Count == 2)
            foreach (var item in array.Expressions)
                if (item is ConstantExpression { Value: string text }) CheckValue(FactRoots.FactOf(Unwrapped(call.Arguments[1])), text);
    }

    private void CheckBinary(BinaryExpression binary)
    {
        var isTextTest = binary.Method?.DeclaringType == typeof(string) && binary.NodeType is ExpressionType.Equal or ExpressionType.NotEqual;
        if (!Operators.Contains(binary.NodeType) || (binary.Method is not null && !isTextTest)) Refuse(null, $"{binary.NodeType} of {binary.Left.Type.Name} is not allowed in rules");
        else if (!IsPlain(binary.Left.Type) && !IsNull(binary.Left) && !IsNull(binary.Right)) Refuse(null, "lists are not compared with each other; ask for one of their values by .Contains(\"x\")");
        if (binary.NodeType is ExpressionType.Divide or ExpressionType.Modulo && IsZero(binary.Right)) Refuse("0", "division by zero: the rule would fail on every message");
        if (binary.NodeType is not (ExpressionType.Equal or ExpressionType.NotEqual)) return;
        if (Unwrapped(binary.Right) is ConstantExpression { Value: string right }) CheckValue(FactRoots.FactOf(Unwrapped(binary.Left)), right);
        if (Unwrapped(binary.Left) is ConstantExpression { Value: string left }) CheckValue(FactRoots.FactOf(Unwrapped(binary.Right)), left);
    }

    /// <summary>keywords.Has, lists.Has and the like name things of the rule set: these must be there, and be written out.</summary>
    private void CheckNamed(MethodCallExpression call)
    {
        var type = call.Method.DeclaringType;
        if (call.Arguments[0] is not ConstantExpression { Value: string name })
        {
            Refuse(call.Method.Name, $"the name in {FactRoots.RootOf(call.Object)}.{call.Method.Name}(...) must be written out as a text");
            return;
        }
        if (type == typeof(KeywordFacts)) RequireOneOf(name, [.. known.Classes.Select(c => c.Name)], "keywords.json has no class");
        else if (type == typeof(ListFacts)) RequireOneOf(name, known.Lists, "there is no list in lists/ named");
        else if (type == typeof(ScriptFacts) && known.BrokenScripts.Contains(name)) refused = true;
        else if (type == typeof(ScriptFacts)) RequireOneOf(name, [.. known.Scripts.Keys], "there is no function in functions/ named");
        else if (type == typeof(RecommendationFacts)) RequireOneOf(name, known.Triggers, "policy.json has no trigger");
    }

    private void CheckValue(string? fact, string value)
    {
        if (fact is not null && FactRoots.ValuesOf(fact) is { } values && !values.Contains(value))
            Refuse(value, near: fact, message: $"{fact} is never \"{value}\"{Suggestion.For(value, values)}");
    }

    private void RequireOneOf(string name, IReadOnlyCollection<string> names, string complaint)
    {
        if (!names.Contains(name)) Refuse(name, $"{complaint} \"{name}\"{Suggestion.For(name, names)}");
    }

    /// <summary>The parser turns "0.5" beside a number into the number 0.5 without a word; here it is an error.</summary>
    private void CheckTextsWereKept()
    {
        foreach (var text in ExpressionTokens.Cut(source.Text).Where(t => t.Kind == TokenKind.Text).GroupBy(t => t.Value, StringComparer.Ordinal))
            if (texts.GetValueOrDefault(text.Key) < text.Count())
                Refuse(text.Key, $"\"{text.Key}\" is a text but is compared with something else; take the quotes away");
    }

    /// <param name="token">What is refused, as written; null = the whole.</param>
    /// <param name="message">Why, and what to write instead.</param>
    /// <param name="near">The fact beside it, where the token may stand several times.</param>
    private void Refuse(string? token, string message, string? near = null)
    {
        refused = true;
        problems.Error(PlaceOf(token, near), rule, message);
    }

    private Place PlaceOf(string? token, string? near)
    {
        var tokens = ExpressionTokens.Cut(source.Text);
        int[] found = [.. Enumerable.Range(0, tokens.Count).Where(i => tokens[i].Value == token)];
        if (found.Length == 0) return source.Place;
        int[] facts = [.. Enumerable.Range(0, tokens.Count).Where(i => near is not null && near.EndsWith("." + tokens[i].Value, StringComparison.Ordinal))];
        return source.PlaceOf(tokens[facts.Length == 0 ? found[0] : found.MinBy(f => facts.Min(i => Math.Abs(f - i)))].Start);
    }

    /// <summary>The expression without conversions around it.</summary>
    public static Expression Unwrapped(Expression expression)
    {
        while (expression is UnaryExpression { NodeType: ExpressionType.Convert, Operand: var inner }) expression = inner;
        return expression;
    }

    private static bool IsPlain(Type type) => Plain.Contains(Nullable.GetUnderlyingType(type) ?? type);

    private static bool IsNull(Expression expression) => Unwrapped(expression) is ConstantExpression { Value: null };

    private static bool IsZero(Expression expression) => Unwrapped(expression) is ConstantExpression { Value: 0 or 0L or 0.0 };

    private static bool IsStringList(Type? type) => type is not null && typeof(IEnumerable<string>).IsAssignableFrom(type) && type != typeof(string);

    private static string WayOut(Type? type, string name) => name switch
    {
        "ToLower" or "ToUpper" or "ToLowerInvariant" or "ToUpperInvariant" => "; keyword classes ignore case already, or use .Contains(\"x\", StringComparison.OrdinalIgnoreCase)",
        "Compare" => "; texts are equal or not, they have no order",
        "NewGuid" or "Next" => "; rules must give the same answer each time",
        "Concat" or "Format" => "; rules do not build texts",
        _ when type == typeof(Math) => "; of Math there are Min, Max, Abs and Round",
        _ when type == typeof(string) => "; of texts there are Contains, StartsWith, EndsWith and Length",
        _ => "; rules read facts, compare and calculate",
    };
}
