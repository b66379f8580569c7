using System.Text.Json;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>What a notice in the outbox says of itself.</summary>
/// <param name="Ticket">The ticket of the episode; null where it is about none.</param>
/// <param name="Team">The team that it is for; null where it names none.</param>
/// <param name="Band">The band of the episode, by its written name; null where it is about none.</param>
/// <param name="Group">Names the problem that it may share with others; null where that is not known.</param>
/// <param name="Incident">The incident that the episode stands for; null where it stands for none.</param>
/// <param name="Detail">What happened, for notices about rules.</param>
/// <param name="To">Whom the team's chain tells; null otherwise.</param>
/// <param name="OnCall">Agents on call, for notices about service levels.</param>
internal sealed record Notice(string? Ticket, string? Team, string? Band, string? Group, string? Incident, string? Detail, string? To, IReadOnlyList<string> OnCall)
{
    /// <summary>When the last message came before a channel went silent; null for other notices.</summary>
    public Instant? Since { get; init; }

    /// <summary>When the silent channel worked again; null while it does not.</summary>
    public Instant? Until { get; init; }

    /// <summary>Messages that are usual in that time.</summary>
    public double? Usual { get; init; }

    /// <summary>Reads the payload of a row of the outbox; what is not there is null.</summary>
    public static Notice Of(string payload)
    {
        using var document = JsonDocument.Parse(payload);
        var root = document.RootElement;
        return new Notice(Text("ticket"), Text("team"), Text("band"), Text("group"), Text("incident"), Text("detail"), Text("to"),
            root.TryGetProperty("onCall", out var agents) && agents.ValueKind == JsonValueKind.Array ? [.. agents.EnumerateArray().Select(a => a.GetString()!)] : [])
        {
            Since = Time("sinceMs"),
            Until = Time("untilMs"),
            Usual = Find("usual", JsonValueKind.Number)?.GetDouble(),
        };

        string? Text(string name) => Find(name, JsonValueKind.String)?.GetString();

        Instant? Time(string name) => Find(name, JsonValueKind.Number) is { } ms ? Instant.FromUnixTimeMilliseconds(ms.GetInt64()) : null;

        JsonElement? Find(string name, JsonValueKind kind) => root.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
    }
}
