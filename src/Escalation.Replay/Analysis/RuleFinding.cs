namespace Escalation.Replay.Analysis;

/// <summary>What may be wrong with a rule or with two, as a real history shows it.</summary>
public enum RuleFindingKind
{
    /// <summary>No message of the history matched.</summary>
    NeverFired,
    /// <summary>Every message of the history matched.</summary>
    AlwaysFired,
    /// <summary>Two rules matched exactly the same messages.</summary>
    Duplicate,
    /// <summary>Wherever the rule matched, the other one did too.</summary>
    Subsumed,
    /// <summary>A routing rule matched escalated messages, but never as the first.</summary>
    Unreachable,
    /// <summary>Two routing rules matched the same escalated messages and name different teams: the earlier one decides.</summary>
    ConflictingRouting,
}

/// <summary>A finding.</summary>
/// <param name="Kind">What.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Other">The other rule; null where it is about one.</param>
/// <param name="Messages">Messages that show it.</param>
/// <param name="IsRedundant">Whether the rule could be taken out without any band changing, as far as trigger groups, weights and constant confidences tell.</param>
/// <param name="Text">In words.</param>
public sealed record RuleFinding(RuleFindingKind Kind, string Rule, string? Other, int Messages, bool IsRedundant, string Text);

/// <summary>Two signal rules that often match together.</summary>
/// <param name="First">One, in file order.</param>
/// <param name="Second">The other.</param>
/// <param name="Both">Messages that both matched.</param>
/// <param name="Either">Messages that either matched.</param>
public sealed record RuleOverlap(string First, string Second, int Both, int Either)
{
    /// <summary>Both over either, 0 to 1.</summary>
    public double Share => (double)Both / Either;
}

/// <summary>Findings over a history.</summary>
/// <param name="Messages">Messages of the history.</param>
/// <param name="Escalated">Those that routing rules saw.</param>
/// <param name="Findings">Findings, by kind and file order.</param>
/// <param name="Overlaps">Pairs of signal rules that overlap most without being a finding.</param>
public sealed record OverlapReport(int Messages, int Escalated, IReadOnlyList<RuleFinding> Findings, IReadOnlyList<RuleOverlap> Overlaps);
