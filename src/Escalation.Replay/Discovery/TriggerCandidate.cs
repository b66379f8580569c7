using Escalation.History.Facts;

namespace Escalation.Replay.Discovery;

/// <summary>What a candidate trigger is.</summary>
public enum CandidateKind
{
    /// <summary>A rule of signals.json.</summary>
    Rule,
    /// <summary>A keyword class.</summary>
    Keywords,
    /// <summary>The frustration model above a threshold.</summary>
    Model,
}

/// <summary>Tickets by what people said of them.</summary>
/// <param name="Needed">Confirmed, or raised by a person.</param>
/// <param name="NotNeeded">Dismissed as not needed.</param>
/// <param name="Unknown">Nobody said.</param>
public readonly record struct TicketVerdicts(int Needed, int NotNeeded, int Unknown)
{
    /// <summary>All of them.</summary>
    public int Tickets => Needed + NotNeeded + Unknown;

    /// <summary>Those of which somebody said.</summary>
    public int Known => Needed + NotNeeded;
}

/// <summary>A message on which a candidate fires.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="Verdict">What people said of its ticket.</param>
/// <param name="Words">The words that fired, or the fact and its value; may be empty for a rule that says nothing of the kind.</param>
/// <param name="Text">The message in one line, cut.</param>
public sealed record TriggerExample(string MessageId, RowVerdict Verdict, IReadOnlyList<string> Words, string Text);

/// <summary>One thing that could escalate, by itself.</summary>
/// <param name="Name">The rule, the class as <c>keywords/CLASS</c>, or the condition on the model.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Condition">As a rule would write it.</param>
/// <param name="IsNew">Whether the rules do not escalate by it yet: a class without a trigger, or a threshold.</param>
/// <param name="WatchesOnly">Whether it recommends monitoring at most, or only joins others: never part of a preset.</param>
/// <param name="Messages">Messages on which it fires.</param>
/// <param name="TicketsADay">Tickets a day on which it fires.</param>
/// <param name="Verdicts">Those tickets by what people said.</param>
/// <param name="Precision">Needed among the known, 0 to 1; null without any known.</param>
/// <param name="PrecisionLow">Lower end of its 95 % interval.</param>
/// <param name="PrecisionHigh">Upper end.</param>
/// <param name="Examples">Spread over the time, the first and the last among them.</param>
public sealed record TriggerCandidate(
    string Name, CandidateKind Kind, string Condition, bool IsNew, bool WatchesOnly, int Messages, double TicketsADay, TicketVerdicts Verdicts, double? Precision, double? PrecisionLow, double? PrecisionHigh,
    IReadOnlyList<TriggerExample> Examples);

/// <summary>A narrow start.</summary>
/// <param name="Triggers">Names of the candidates that it holds, the one with the most tickets first.</param>
/// <param name="AlwaysLive">Rules that must escalate: they stay whatever their volume.</param>
/// <param name="TicketsADay">Tickets a day on which any of them fires.</param>
/// <param name="Verdicts">Those tickets by what people said.</param>
/// <param name="Reason">How they were chosen, or why there are none.</param>
public sealed record NarrowPreset(IReadOnlyList<string> Triggers, IReadOnlyList<string> AlwaysLive, double TicketsADay, TicketVerdicts Verdicts, string Reason);

/// <summary>Every candidate trigger of a history, and a narrow start.</summary>
/// <param name="Days">Days from the first message to the last.</param>
/// <param name="Messages">Customer messages.</param>
/// <param name="Verdicts">All tickets by what people said.</param>
/// <param name="Candidates">The one with the most tickets first.</param>
/// <param name="Preset">The narrow start.</param>
public sealed record DiscoveryReport(double Days, int Messages, TicketVerdicts Verdicts, IReadOnlyList<TriggerCandidate> Candidates, NarrowPreset Preset);
