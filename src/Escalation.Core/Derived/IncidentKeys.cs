using Escalation.Core.Decisions;
using Escalation.Core.Tickets;

namespace Escalation.Core.Derived;

/// <summary>The incident keys of a message by policy.json: one per tuple whose fields are all known; none below the least severity or of another kind of issue.</summary>
internal sealed class IncidentKeys(IncidentPolicy policy)
{
    private const string AttributePrefix = "attributes.";
    private readonly Dictionary<(string?, string?), string>[] pairs = [.. policy.Keys.Select(_ => new Dictionary<(string?, string?), string>())];

    public int Count => policy.Keys.Count;

    /// <summary>For example <c>product=checkout issueType=technical</c>; null where a field is unknown or blank.</summary>
    public string? KeyOf(int tuple, Message message, ContextFacts context)
    {
        if (context.Severity < policy.LeastSeverity || !Counts(context)) return null;
        var fields = policy.Keys[tuple];
        if (fields.Count > 2) return Write(fields, message, context);
        var first = ValueOf(fields[0], message, context);
        var second = fields.Count == 2 ? ValueOf(fields[1], message, context) : "";
        if (string.IsNullOrWhiteSpace(first) || (fields.Count == 2 && string.IsNullOrWhiteSpace(second))) return null;
        if (pairs[tuple].TryGetValue((first, second), out var known)) return known;
        var key = fields.Count == 2 ? $"{fields[0]}={first} {fields[1]}={second}" : $"{fields[0]}={first}";
        pairs[tuple].Add((first, second), key);
        return key;
    }

    private bool Counts(ContextFacts context) => policy.IssueTypes is not { Count: > 0 } kinds || (context.IssueTypeKnown && kinds.Contains(context.IssueType));

    private static string? Write(IReadOnlyList<string> fields, Message message, ContextFacts context)
    {
        var parts = new string[fields.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            var value = ValueOf(fields[i], message, context);
            if (string.IsNullOrWhiteSpace(value)) return null;
            parts[i] = $"{fields[i]}={value}";
        }
        return string.Join(' ', parts);
    }

    private static string? ValueOf(string field, Message message, ContextFacts context) => field switch
    {
        "product" => context.ProductKnown ? context.Product : null,
        "issueType" => context.IssueTypeKnown ? context.IssueType : null,
        _ when field.StartsWith(AttributePrefix, StringComparison.Ordinal) => message.Attributes.GetValueOrDefault(field[AttributePrefix.Length..]),
        _ => null,
    };
}
