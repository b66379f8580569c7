using System.Text.Json.Serialization;

namespace Escalation.Inference.Registry;

/// <summary>How a version became the champion.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PromotionWay>))]
public enum PromotionWay
{
    /// <summary>Every check of the gate held.</summary>
    [JsonStringEnumMemberName("gate")] Gate,

    /// <summary>Somebody took it on themselves, with a reason; the checks that failed are recorded.</summary>
    [JsonStringEnumMemberName("forced")] Forced,

    /// <summary>It had been the champion before.</summary>
    [JsonStringEnumMemberName("rollback")] Rollback,
}

/// <summary>current.json, and a line of promotions.jsonl: which version the service uses, who decided that, and on what grounds.</summary>
/// <param name="Version">The version's folder name.</param>
/// <param name="PromotedAt">RFC 3339.</param>
/// <param name="PromotedBy">Who.</param>
/// <param name="From">The champion before; null for the first.</param>
public sealed record Champion(string Version, string? PromotedAt, string? PromotedBy, string? From)
{
    /// <summary>From 1, in order; 0 for one that was written by hand or by an earlier program.</summary>
    public int Number { get; init; }

    /// <summary>How it came to be; null = not recorded.</summary>
    public PromotionWay? Way { get; init; }

    /// <summary>Why, in somebody's words.</summary>
    public string? Reason { get; init; }

    /// <summary>What it was measured on, and how it compared; a line each.</summary>
    public IReadOnlyList<string> Grounds { get; init; } = [];

    /// <summary>Checks of the gate that did not hold; not empty only where it was forced.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];
}

/// <summary>What somebody wants recorded with a promotion.</summary>
/// <param name="By">Who.</param>
/// <param name="Way">How it is decided.</param>
/// <param name="Reason">Why; null with a gate that holds.</param>
/// <param name="Grounds">What it was measured on, and how it compared; a line each.</param>
/// <param name="Failures">Checks that did not hold.</param>
/// <param name="After">The champion that they compared with; a promotion in between refuses this one.</param>
public sealed record PromotionOrder(string By, PromotionWay Way, string? Reason, IReadOnlyList<string> Grounds, IReadOnlyList<string> Failures, string? After);
