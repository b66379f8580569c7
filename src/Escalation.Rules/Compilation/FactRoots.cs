using System.Linq.Expressions;
using System.Reflection;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.Rules.Functions;

namespace Escalation.Rules.Compilation;

/// <summary><c>policy</c> in rules: the numbers of policy.json that rules compare with, so that the two cannot drift apart.</summary>
/// <param name="HighValueAmount">From which lifetime value on a customer is of high value; strictly above.</param>
/// <param name="SlowHours">Hours without an answer after which a response is slow; strictly above.</param>
internal sealed record PolicyFacts(double HighValueAmount, double SlowHours)
{
    /// <summary>The numbers of a policy.</summary>
    public static PolicyFacts Of(Policy policy) => new(policy.HighValue.Amount, policy.SlowHours);
}

/// <summary><c>input1</c>, RulesEngine's usual name for the input: <c>input1.frustration.Score</c> is <c>frustration.Score</c>.</summary>
/// <remarks>Its members are named as the roots of expressions are, hence in lower case.</remarks>
internal sealed class InputFacts
{
    public required MessageFacts message { get; init; }
    public required TicketFacts ticket { get; init; }
    public required CustomerFacts customer { get; init; }
    public required ContactFacts contacts { get; init; }
    public required FrustrationFacts frustration { get; init; }
    public required ContextFacts context { get; init; }
    public required KeywordFacts keywords { get; init; }
    public required ListFacts lists { get; init; }
    public required IncidentFacts incident { get; init; }
    public required TeamFacts team { get; init; }
    public required AttributeFacts attributes { get; init; }
    public required ClockFacts clock { get; init; }
    public required PolicyFacts policy { get; init; }
    public required ScriptFacts script { get; init; }
    public RecommendationFacts? recommendation { get; init; }
}

/// <summary>The roots of rule expressions, their types, and which members of them a rule may read.</summary>
/// <remarks>All names come from the fact types of Core by reflection: a new fact is there at once.</remarks>
internal static class FactRoots
{
    /// <summary>The roots that signal rules see, by name.</summary>
    public static readonly IReadOnlyDictionary<string, Type> Signal = Roots().Where(r => r.Key != "recommendation").ToDictionary(r => r.Key, r => r.Value, StringComparer.Ordinal);

    /// <summary>The roots that routing rules see, by name.</summary>
    public static readonly IReadOnlyDictionary<string, Type> Routing = Roots();

    /// <summary>Every type whose members stand behind a root.</summary>
    public static readonly Type[] Types = [.. Routing.Values.Append(typeof(InputFacts)).Append(typeof(StringComparison))];

    private static readonly HashSet<MemberInfo> Methods =
    [
        typeof(KeywordFacts).GetMethod(nameof(KeywordFacts.Has))!, typeof(KeywordFacts).GetMethod(nameof(KeywordFacts.Confidence))!,
        typeof(ListFacts).GetMethod(nameof(ListFacts.Has))!, typeof(AttributeFacts).GetMethod(nameof(AttributeFacts.Has))!,
        typeof(AttributeFacts).GetMethod("get_Item")!, typeof(RecommendationFacts).GetMethod(nameof(RecommendationFacts.Has))!,
        typeof(ScriptFacts).GetMethod(nameof(ScriptFacts.Holds))!, typeof(ScriptFacts).GetMethod(nameof(ScriptFacts.Number))!,
    ];

    private static readonly Dictionary<string, IReadOnlyList<string>> Closed = new(StringComparer.Ordinal)
    {
        ["message.Channel"] = Wire.All<Channel>(),
        ["context.IssueType"] = [.. Wire.All<IssueType>().Where(t => t != Wire.Name(IssueType.Other))],
        ["context.BusinessImpact"] = Wire.All<BusinessImpact>(),
        ["context.Urgency"] = Wire.All<UrgencyCode>(),
        ["clock.DayOfWeek"] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        ["recommendation.Band"] = Wire.All<Band>(),
    };

    /// <summary>The names that a type's members have in rules: properties of plain types, and the methods that rules may call.</summary>
    public static IEnumerable<string> MembersOf(Type type) =>
        type.GetProperties().Where(p => IsFact(p)).Select(p => p.Name).Concat(Methods.Where(m => m.DeclaringType == type && m.Name != "get_Item").Select(m => m.Name));

    /// <summary>Whether a rule may read the property.</summary>
    public static bool IsFact(PropertyInfo property) =>
        Types.Contains(property.DeclaringType) && property.GetIndexParameters().Length == 0
        && (property.DeclaringType == typeof(InputFacts) || IsPlain(property.PropertyType));

    /// <summary>Whether a rule may call the method of a fact.</summary>
    public static bool IsFactMethod(MethodInfo method) => Methods.Contains(method);

    /// <summary>The only values that a fact of text can have; null where it is free.</summary>
    public static IReadOnlyList<string>? ValuesOf(string fact) => Closed.GetValueOrDefault(fact);

    /// <summary>The root that an expression stands for: a parameter, or a member of <c>input1</c>; null for all else.</summary>
    public static string? RootOf(Expression? expression) => expression switch
    {
        ParameterExpression parameter => parameter.Name,
        MemberExpression { Expression: ParameterExpression { Name: "input1" } } alias => alias.Member.Name,
        _ => null,
    };

    /// <summary><c>root.Member</c> of a read of a fact, <c>attributes["x"]</c> of a field of the message; null for all else.</summary>
    public static string? FactOf(Expression expression) => expression switch
    {
        MemberExpression { Member: PropertyInfo } member when RootOf(member.Expression) is { } root && root != "input1" => $"{root}.{member.Member.Name}",
        MethodCallExpression { Method.Name: "get_Item", Arguments: [ConstantExpression { Value: string name }] } call when RootOf(call.Object) == "attributes" => $"attributes[\"{name}\"]",
        _ => null,
    };

    private static bool IsPlain(Type type) =>
        type == typeof(string) || type == typeof(double) || type == typeof(int) || type == typeof(bool) || type == typeof(IReadOnlyList<string>);

    private static Dictionary<string, Type> Roots() =>
        typeof(InputFacts).GetProperties().ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.Ordinal);
}

/// <summary>Lists of the rule set as of one message; serves the reference plane, the compiled rules ask the lists themselves.</summary>
internal sealed class ListFacts(IReadOnlyDictionary<string, Documents.ValueList> lists, NodaTime.Instant at) : IListFacts
{
    /// <inheritdoc/>
    public bool Has(string list, string value) => lists.TryGetValue(list, out var found) && found.Holds(value, at);
}
