using Escalation.History.Facts;

namespace Escalation.Replay.Analysis;

/// <summary>What a suggested rule is for.</summary>
public enum SuggestionPurpose
{
    /// <summary>Lowers a cluster of escalations that people dismissed.</summary>
    Drop,
    /// <summary>Escalates a cluster of messages that people had to raise themselves.</summary>
    Catch,
}

/// <summary>What a suggested rule would have done to a part of the history, by a comparison of decisions as <c>rules impact</c> makes it.</summary>
/// <param name="Escalated">Messages that it escalates.</param>
/// <param name="NoLonger">Messages that it keeps from being escalated.</param>
public readonly record struct SuggestionOutcome(VerdictCounts Escalated, VerdictCounts NoLonger);

/// <summary>A candidate rule.</summary>
/// <param name="Name">Its name in the file of drafts.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Expression">Its condition.</param>
/// <param name="Rule">The rule as JSON, of stage draft.</param>
/// <param name="Mined">On the messages that it was found in: too good by nature.</param>
/// <param name="OtherCustomers">On all messages of customers that it was not found in.</param>
/// <param name="Later">Of those, on messages after the time that it was found in.</param>
/// <param name="HoldsUp">Whether the labels of other customers speak for it: the 95 % interval of the share that does lies above one half.</param>
public sealed record RuleSuggestion(
    string Name, SuggestionPurpose Purpose, string Expression, string Rule, SuggestionOutcome Mined, SuggestionOutcome OtherCustomers, SuggestionOutcome Later, bool HoldsUp);

/// <summary>Everything that feedback suggests.</summary>
/// <param name="Rules">Candidate rules.</param>
/// <param name="Wishes">What people wrote in labels of kind <c>suggestion</c>.</param>
public sealed record SuggestionReport(IReadOnlyList<RuleSuggestion> Rules, IReadOnlyList<RuleWish> Wishes);
