using NodaTime;

namespace Escalation.Trainer.Drift;

/// <summary>A customer's message as drift is measured on.</summary>
/// <param name="Text">As scored.</param>
/// <param name="Channel">Null = unknown.</param>
/// <param name="At">When it was written; null = unknown.</param>
/// <param name="Label">What a person answered: <see cref="Yes"/> or <see cref="No"/>, or the right team; null = nobody was asked.</param>
/// <param name="RuleSet">The rule set that was active; null = unknown.</param>
public sealed record DriftRow(string Text, string? Channel, Instant? At, string? Label, string? RuleSet)
{
    /// <summary>The customer was frustrated, or was not.</summary>
    public const string Yes = "yes", No = "no";
}

/// <summary>How large a change is; <see cref="TooFew"/>: the rows do not tell.</summary>
public enum DriftSize { None, Moderate, Large, TooFew }

/// <summary>One measure of one slice, then and now.</summary>
/// <param name="Measure"><c>scorePsi</c>, <c>knownNgrams</c>, <c>classBalance</c>, <c>labelRate</c>, <c>labelGivenScore</c>, <c>channelMix</c>, <c>languageMix</c>.</param>
/// <param name="Slice"><c>all</c>, or for example <c>channel=chat</c>.</param>
/// <param name="Before">Then; null for what is one number of both.</param>
/// <param name="Now">Now; null without rows.</param>
/// <param name="Effect">How much it changed: PSI, Cohen's h of shares, d of means, or a difference of shares, as the measure has it.</param>
/// <param name="Low">Lower end of the 99 % interval of the change; null for PSI.</param>
/// <param name="High">Upper end.</param>
/// <param name="NBefore">Rows then.</param>
/// <param name="NNow">Rows now.</param>
/// <param name="Size">How large that is.</param>
public sealed record DriftFigure(string Measure, string Slice, double? Before, double? Now, double? Effect, double? Low, double? High, int NBefore, int NNow, DriftSize Size);
