namespace Escalation.Journeys;

/// <summary>Bodies as a help desk would send them.</summary>
internal static class Sent
{
    /// <summary>Reaches immediate escalation under the default rules: a legal threat.</summary>
    public const string LegalThreat = "This is the third broken invoice. I have spoken to my lawyer and we will sue you.";

    public static Dictionary<string, object?> Message(
        string externalId, string text = "Where is my order?", string customer = "c1", string? ticket = null, string at = "2026-03-02T12:00:00Z", string author = "customer", string channel = "email") => new()
        {
            ["source"] = "desk/acme",
            ["externalId"] = externalId,
            ["customerId"] = customer,
            ["ticketId"] = ticket ?? "t-" + customer,
            ["channel"] = channel,
            ["author"] = author,
            ["at"] = at,
            ["text"] = text,
        };

    public static Dictionary<string, object?> With(this Dictionary<string, object?> body, string field, object? value) => new(body) { [field] = value };

    public static Dictionary<string, object?> Without(this Dictionary<string, object?> body, string field)
    {
        var less = new Dictionary<string, object?>(body);
        less.Remove(field);
        return less;
    }

    public static Dictionary<string, object?> Event(string id, string kind, string ticket = "t-c1", string at = "2026-03-02T12:30:00Z") => new()
    {
        ["id"] = id,
        ["ticketId"] = ticket,
        ["kind"] = kind,
        ["at"] = at,
        ["actor"] = new { id = "agent-7", kind = "human" },
    };

    public static Dictionary<string, object?> Label(string id, string kind, string ticket = "t-c1", string at = "2026-03-02T13:00:00Z") => new()
    {
        ["id"] = id,
        ["ticketId"] = ticket,
        ["kind"] = kind,
        ["at"] = at,
        ["actor"] = new { id = "lead", kind = "human" },
        ["origin"] = "agent",
    };

    /// <summary>The body of an action on an escalation.</summary>
    public static Dictionary<string, object?> By(string agent = "agent-7") => new() { ["actor"] = new { id = agent, kind = "human" } };
}
