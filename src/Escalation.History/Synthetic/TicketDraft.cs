using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>A ticket while its case is being written.</summary>
internal sealed class TicketDraft
{
    public required TicketId Id { get; init; }

    public required CustomerId Customer { get; init; }

    public required Channel Channel { get; init; }

    public required Instant CreatedAt { get; init; }

    /// <summary>Nothing happens to the ticket before its first message has come in.</summary>
    public Instant VisibleFrom { get; set; }

    /// <summary>No agent acts before this.</summary>
    public Instant NotBefore { get; set; }

    /// <summary>The latest record of the ticket.</summary>
    public Instant Last { get; set; }

    /// <summary>The team that the robot assigned first.</summary>
    public required string FirstTeam { get; init; }

    /// <summary>The team that holds it.</summary>
    public required string Team { get; set; }

    /// <summary>Its place in the queue; null = it waits for nobody, or times are drawn.</summary>
    public Booking? Booking { get; set; }

    /// <summary>Minutes of agents' answers; null where times are drawn.</summary>
    public double? Worked { get; set; }

    public bool IsAssigned { get; set; }

    public bool WaitsForCustomer { get; set; }

    public bool IsResolved { get; set; }

    public bool IsMerged { get; set; }

    public EpisodeId? Episode { get; set; }

    /// <summary>The highest band shown so far.</summary>
    public Band Band { get; set; }

    /// <summary>The highest score shown so far.</summary>
    public double Score { get; set; }

    /// <summary>Since when need could be seen; null while it cannot.</summary>
    public Instant? NeededFrom { get; set; }

    /// <summary>Whether need could ever be seen.</summary>
    public bool WasNeeded { get; set; }

    /// <summary>The right team as of the last needed message, else of the last one.</summary>
    public string RightTeam { get; set; } = "general";

    /// <summary>The message that an auditor would name: the worst in tone.</summary>
    public MessageId WorstMessage { get; set; }

    /// <summary>Its tone, 0 to 4.</summary>
    public int WorstTone { get; set; } = -1;

    public string? LastAgentText { get; set; }

    public string? LastExternalId { get; set; }

    public string? Thread { get; set; }
}
