using Escalation.Core.Decisions;

namespace Escalation.Core.Tickets;

/// <summary>What a person said of a ticket, an episode or a message.</summary>
public enum LabelKind { Confirmed, Dismissed, Missed, TeamCorrected, Frustration, Suggestion, Undone }

/// <summary>The answer to "was the customer frustrated?", asked in the same click.</summary>
public enum FrustratedAnswer { Yes, No, CantTell }

/// <summary>Why a recommendation was dismissed.</summary>
public enum DismissalReason { NotUrgent, WrongPerson, NotFrustrated, Duplicate, AlreadyHandled, Other }

/// <summary>Where a label comes from.</summary>
public enum LabelOrigin { Agent, Audit, Review, Import, Generated }

/// <summary>What the person saw when asked; a label without it is blind.</summary>
/// <param name="Score">The score shown.</param>
/// <param name="Band">The band shown.</param>
/// <param name="Configuration">The configuration that made them.</param>
public sealed record ShownRecommendation(double Score, Band Band, string Configuration);

/// <summary>How a ticket came into a blind audit.</summary>
/// <param name="Design">The audit's name.</param>
/// <param name="Stratum">The stratum it was drawn from.</param>
/// <param name="Probability">Its chance of being drawn, above 0 and at most 1; rows are weighted by the inverse.</param>
public sealed record AuditDraw(string Design, string Stratum, double Probability)
{
    /// <summary>The stratum of what was escalated: its answers are confirmations that nobody was led to, and tell nothing of what was missed.</summary>
    public const string Escalated = "escalated";

    /// <summary>Whether it was drawn among those that were escalated.</summary>
    public bool IsOfEscalated => Stratum == Escalated;
}

/// <summary>A label with its three different truths: <see cref="Frustrated"/>, <see cref="Needed"/> and <see cref="RightTeam"/>.</summary>
/// <remarks>Frustrated trains the frustration model and nothing else. Source: "Three different truths" in DESIGN.md.</remarks>
public sealed record Label : HistoryRecord
{
    /// <summary>The ticket.</summary>
    public required TicketId TicketId { get; init; }

    /// <summary>The live episode, where there was one.</summary>
    public EpisodeId? EpisodeId { get; init; }

    /// <summary>The message, where one was meant.</summary>
    public MessageId? MessageId { get; init; }

    /// <summary>The decision that was shown.</summary>
    public string? DecisionId { get; init; }

    /// <summary>What was said.</summary>
    public required LabelKind Kind { get; init; }

    /// <summary>Whether an escalation was needed, where it was said; see <see cref="EffectiveNeeded"/>.</summary>
    public bool? Needed { get; init; }

    /// <summary>Whether the customer was frustrated; null = not asked.</summary>
    public FrustratedAnswer? Frustrated { get; init; }

    /// <summary>The team that should have had it, an id of teams.json.</summary>
    public string? RightTeam { get; init; }

    /// <summary>Triggers or rules that the person says were wrong.</summary>
    public IReadOnlyList<string> WrongSignals { get; init; } = [];

    /// <summary>Why it was dismissed.</summary>
    public DismissalReason? Reason { get; init; }

    /// <summary>Free text.</summary>
    public string? Note { get; init; }

    /// <summary>Who said it.</summary>
    public required Actor Actor { get; init; }

    /// <summary>Where it comes from.</summary>
    public required LabelOrigin Origin { get; init; }

    /// <summary>What was shown; null = blind.</summary>
    public ShownRecommendation? Shown { get; init; }

    /// <summary>How it was drawn, where it was an audit.</summary>
    public AuditDraw? Audit { get; init; }

    /// <summary>The label that this one takes back.</summary>
    public string? Undoes { get; init; }

    /// <summary>Whether an escalation was needed, said or following from the kind and reason; null = unknown.</summary>
    /// <remarks>Confirmed and missed are true; dismissed with not_urgent, not_frustrated or wrong_person is false; the process errors stay unknown.</remarks>
    public bool? EffectiveNeeded => Needed ?? (Kind, Reason) switch
    {
        (LabelKind.Confirmed or LabelKind.Missed, _) => true,
        (LabelKind.Dismissed, DismissalReason.NotUrgent or DismissalReason.NotFrustrated or DismissalReason.WrongPerson) => false,
        _ => null,
    };
}
