using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;

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

    /// <summary>Every fact, by name.</summary>
    public static IReadOnlyList<FactEntry> All { get; } =
        [.. Members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => new FactEntry(m.Key, m.Value.Member.PropertyType, m.Value.Twin?.Name))];

    /// <summary>A fact's value as people read it; <c>unknown</c> where it is; null for a name that is no fact.</summary>
    public static string? Describe(DerivedFacts derived, string name)
    {
        if (!Members.TryGetValue(name, out var fact)) return null;
        var root = fact.Root.GetValue(derived)!;
        if (fact.Twin is not null && fact.Twin.GetValue(root) is false) return "unknown";
        return fact.Member.GetValue(root) switch
        {
            double number => Math.Round(number, 3).ToString(CultureInfo.InvariantCulture),
            bool flag => flag ? "true" : "false",
            IReadOnlyList<string> list => list.Count == 0 ? "none" : string.Join(", ", list),
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            var value => value?.ToString() ?? "unknown",
        };
    }

    private static PropertyInfo? TwinOf(PropertyInfo member) =>
        member.GetCustomAttribute<MayBeUnknownAttribute>() is { } mark ? member.DeclaringType!.GetProperty(mark.Twin) : null;

    private static bool IsFact(PropertyInfo member) =>
        member.GetIndexParameters().Length == 0
        && (member.PropertyType == typeof(string) || member.PropertyType == typeof(double) || member.PropertyType == typeof(int)
            || member.PropertyType == typeof(bool) || member.PropertyType == typeof(IReadOnlyList<string>));
}
