using Escalation.Core.Routing;

namespace Escalation.Core.Decisions;

/// <summary>What one group of signals adds to the score.</summary>
/// <param name="Group">The group.</param>
/// <param name="Trigger">Its strongest trigger.</param>
/// <param name="Strength">weight x confidence of the strongest signal, 0 to 1.</param>
/// <param name="Share">The group's part of the score; the shares of all groups add up to it.</param>
public readonly record struct Contribution(string Group, string Trigger, double Strength, double Share);

/// <summary>A weighted recommendation that a person judges.</summary>
/// <param name="Score">0 to 1, 9 decimals; ranks.</param>
/// <param name="Probability">Score calibrated on <c>needed</c> labels; null until there are enough.</param>
/// <param name="Band">What is recommended.</param>
/// <param name="Contributions">By share, the largest first; empty for score 0.</param>
public sealed record Recommendation(double Score, double? Probability, Band Band, IReadOnlyList<Contribution> Contributions)
{
    /// <summary>Nothing fired.</summary>
    public static readonly Recommendation None = new(0, null, Band.None, []);

    private readonly double probability = Probability ?? double.NaN;

    /// <summary>Score calibrated on <c>needed</c> labels, 0 to 1; null until there are enough.</summary>
    public double? Probability
    {
        get => double.IsNaN(probability) ? null : probability;
        init => probability = value ?? double.NaN;
    }
}

/// <summary>What the decision would have been if every shadow rule were live. Never in signals, reasons or compatible views.</summary>
public sealed record ShadowDecision(IReadOnlyList<Signal> Signals, Recommendation Recommendation, Route? Route);

/// <summary>The decision on one message.</summary>
/// <remarks>Immutable. Source: "The three layers" in CONTRACTS.md.</remarks>
public sealed class Decision
{
    private readonly SeldomFilled? seldom;

    /// <summary>Signals that count, in rule order.</summary>
    public required IReadOnlyList<Signal> Signals { get; init; }

    /// <summary>Signals that lost all their spans to a stronger one of another group.</summary>
    public IReadOnlyList<Signal> Suppressed
    {
        get => seldom?.Suppressed ?? [];
        init => seldom = value.Count == 0 ? seldom : Seldom with { Suppressed = value };
    }

    /// <summary>Rules that a snooze or a quarantine set aside: shown, never counted.</summary>
    public IReadOnlyList<ExceptedRule> Excepted
    {
        get => seldom?.Excepted ?? [];
        init => seldom = value.Count == 0 ? seldom : Seldom with { Excepted = value };
    }

    /// <summary>Null without shadow rules.</summary>
    public ShadowDecision? Shadow { get; init; }

    /// <summary>Live rules that threw.</summary>
    public IReadOnlyList<RuleError> Errors
    {
        get => seldom?.Errors ?? [];
        init => seldom = value.Count == 0 ? seldom : Seldom with { Errors = value };
    }

    /// <summary>Shadow rules that threw: counted like the others, but what is in force is none the worse for it.</summary>
    public IReadOnlyList<RuleError> ShadowErrors
    {
        get => seldom?.ShadowErrors ?? [];
        init => seldom = value.Count == 0 ? seldom : Seldom with { ShadowErrors = value };
    }

    /// <summary>Rules that read an unknown fact without guarding it.</summary>
    public IReadOnlyList<string> Unavailable
    {
        get => seldom?.Unavailable ?? [];
        init => seldom = value.Count == 0 ? seldom : Seldom with { Unavailable = value };
    }

    /// <summary>The recommendation.</summary>
    public required Recommendation Recommendation { get; init; }

    /// <summary>The score without the incident signal, 0 to 1: members of an incident open their own episode only by this.</summary>
    public required double ScoreWithoutIncident
    {
        get => seldom?.ScoreWithoutIncident ?? Recommendation.Score;
        init => seldom = Recommendation is { } set && set.Score.Equals(value) ? seldom : Seldom with { ScoreWithoutIncident = value };
    }

    /// <summary>Null below priority.</summary>
    public required Route? Route { get; init; }

    /// <summary>A live rule threw.</summary>
    public bool Degraded => Errors.Count > 0;

    /// <summary>Whether a person must look: a <c>mustEscalate</c> rule failed, could not be evaluated, or is quarantined.</summary>
    public bool NeedsReview
    {
        get => seldom?.NeedsReview == true;
        init => seldom = value ? Seldom with { NeedsReview = true } : seldom;
    }

    /// <summary>What decided.</summary>
    public required ConfigurationId Configuration { get; init; }

    private SeldomFilled Seldom => seldom ?? SeldomFilled.Nothing;

    /// <summary>What is empty for almost every message, so that a decision is small.</summary>
    private sealed record SeldomFilled(
        IReadOnlyList<Signal> Suppressed, IReadOnlyList<ExceptedRule> Excepted, IReadOnlyList<RuleError> Errors, IReadOnlyList<RuleError> ShadowErrors, IReadOnlyList<string> Unavailable,
        double? ScoreWithoutIncident, bool NeedsReview)
    {
        public static readonly SeldomFilled Nothing = new([], [], [], [], [], null, false);
    }
}
