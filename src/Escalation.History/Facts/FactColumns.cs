namespace Escalation.History.Facts;

/// <summary>The columns of a fact table: one for each root of rules, but the text of a message apart, since few rules read it.</summary>
[Flags]
public enum FactColumns
{
    None = 0,
    /// <summary>Text and subject of <c>message</c>.</summary>
    Text = 1,
    /// <summary>The rest of <c>message</c>.</summary>
    Message = 2,
    Ticket = 4,
    Customer = 8,
    Contacts = 16,
    Frustration = 32,
    Context = 64,
    Keywords = 128,
    Incident = 256,
    Team = 512,
    Attributes = 1024,
    Clock = 2048,
    All = 4095,
}

/// <summary>Which columns facts stand in.</summary>
public static class FactColumnNames
{
    private static readonly Dictionary<string, FactColumns> Roots = Enum.GetValues<FactColumns>()
        .Where(c => c is not (FactColumns.None or FactColumns.All or FactColumns.Text))
        .Append(FactColumns.None)
        .ToDictionary(c => c == FactColumns.None ? "policy" : c.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Every single column.</summary>
    public static readonly IReadOnlyList<FactColumns> Each = [.. Enum.GetValues<FactColumns>().Where(c => c is not (FactColumns.None or FactColumns.All))];

    /// <summary>The columns that facts, as <c>root.Member</c>, are read from; all for a name that is not known here.</summary>
    public static FactColumns Of(IEnumerable<string> facts) => facts.Aggregate(FactColumns.None, (columns, fact) => columns | Of(fact));

    private static FactColumns Of(string fact)
    {
        if (fact is "message.Text" or "message.Subject") return FactColumns.Text;
        var dot = fact.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return FactColumns.All;
        return fact[..dot] is "lists" or "recommendation" ? FactColumns.None : Roots.TryGetValue(fact[..dot], out var column) ? column : FactColumns.All;
    }
}
