using System.Collections.Frozen;
using System.Linq.Expressions;
using System.Reflection;
using Escalation.Core.Decisions;

namespace Escalation.Core.Derived;

/// <summary>One fact that rules may use.</summary>
/// <param name="Name">As written in rules: <c>root.Member</c>.</param>
/// <param name="Type">double, int, bool, string or list.</param>
/// <param name="KnownTwin">The member that says whether it is known; null where it always is.</param>
public sealed record FactEntry(string Name, Type Type, string? KnownTwin);

/// <summary>All facts by name, generated from the fact classes: for explanations, editors and checks.</summary>
/// <remarks>Immutable. Members that take arguments (<c>keywords.Has</c>, <c>lists.Has</c>, <c>attributes[..]</c>) are not listed.</remarks>
public static class FactCatalog
{
    private static readonly Dictionary<string, PropertyInfo> Roots = typeof(DerivedFacts).GetProperties()
        .Where(p => p.PropertyType.Namespace == typeof(DerivedFacts).Namespace)
        .ToDictionary(p => p.Name.ToLowerInvariant(), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (PropertyInfo Root, PropertyInfo Member, PropertyInfo? Twin)> Members = Roots
        .SelectMany(r => r.Value.PropertyType.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsFact).Select(m => (Root: r, Member: m)))
        .ToFrozenDictionary(x => $"{x.Root.Key}.{x.Member.Name}", x => (x.Root.Value, x.Member, TwinOf(x.Member)), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Func<DerivedFacts, FactValue>> Readers = Members.ToFrozenDictionary(m => m.Key, m => Reader(m.Value), StringComparer.Ordinal);

    /// <summary>Every fact, by name.</summary>
    public static IReadOnlyList<FactEntry> All { get; } =
        [.. Members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => new FactEntry(m.Key, m.Value.Member.PropertyType, m.Value.Twin?.Name))];

    /// <summary>A fact's value as people read it; <c>unknown</c> where it is; null for a name that is no fact.</summary>
    public static string? Describe(DerivedFacts derived, string name) => Read(derived, name)?.ToString();

    /// <summary>A fact's value; <c>unknown</c> where it is; null for a name that is no fact.</summary>
    public static FactValue? Read(DerivedFacts derived, string name) => Readers.TryGetValue(name, out var read) ? read(derived) : null;

    private static Func<DerivedFacts, FactValue> Reader((PropertyInfo Root, PropertyInfo Member, PropertyInfo? Twin) fact)
    {
        var derived = Expression.Parameter(typeof(DerivedFacts), "derived");
        var root = Expression.Property(derived, fact.Root);
        Expression member = Expression.Property(root, fact.Member);
        if (fact.Member.PropertyType == typeof(int)) member = Expression.Convert(member, typeof(double));
        Expression value = Expression.Call(typeof(FactCatalog), nameof(ValueOf), null, member);
        if (fact.Twin is not null) value = Expression.Condition(Expression.Property(root, fact.Twin), value, Expression.Constant(FactValue.Of("unknown")));
        return Expression.Lambda<Func<DerivedFacts, FactValue>>(value, derived).Compile();
    }

    private static FactValue ValueOf(double number) => FactValue.Of(number);

    private static FactValue ValueOf(bool flag) => FactValue.Of(flag ? "true" : "false");

    private static FactValue ValueOf(string? word) => FactValue.Of(word ?? "unknown");

    private static FactValue ValueOf(IReadOnlyList<string> list) => FactValue.Of(list.Count switch { 0 => "none", 1 => list[0], _ => string.Join(", ", list) });

    private static PropertyInfo? TwinOf(PropertyInfo member) =>
        member.GetCustomAttribute<MayBeUnknownAttribute>() is { } mark ? member.DeclaringType!.GetProperty(mark.Twin) : null;

    private static bool IsFact(PropertyInfo member) =>
        member.GetIndexParameters().Length == 0
        && (member.PropertyType == typeof(string) || member.PropertyType == typeof(double) || member.PropertyType == typeof(int)
            || member.PropertyType == typeof(bool) || member.PropertyType == typeof(IReadOnlyList<string>));
}
