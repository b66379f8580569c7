using Escalation.Core.Sla;

namespace Escalation.Core.Decisions;

/// <summary>One trigger of policy.json.</summary>
/// <param name="Name">Its name in signals, for example <c>high_frustration</c>.</param>
/// <param name="Weight">0 to 1; multiplies the confidence in the score.</param>
/// <param name="Group">Signals of one group count once, by their strongest.</param>
/// <param name="JoinsOnly">Counts only where another group fired.</param>
public sealed record TriggerPolicy(string Name, double Weight, string Group, bool JoinsOnly = false);

/// <summary>Band thresholds; strictly greater.</summary>
public sealed record BandThresholds(double Monitor = .3, double Priority = .6, double Immediate = .8)
{
    /// <summary>The band of a score or confidence (rounded before it is compared).</summary>
    public Band BandOf(double score)
    {
        var rounded = Rounding.Score(score);
        return rounded > Immediate ? Band.ImmediateEscalation : rounded > Priority ? Band.PriorityEscalation : rounded > Monitor ? Band.Monitor : Band.None;
    }

    /// <summary>A signal's recommendation where its rule sets none: above <see cref="Immediate"/> immediate, above <see cref="Priority"/> priority, else monitor.</summary>
    public Band RecommendationOf(double confidence) => BandOf(confidence) is var band && band < Band.Monitor ? Band.Monitor : band;
}

/// <summary>One problem hitting many users: when customers that share a key make an incident.</summary>
/// <param name="Keys">Tuples of fields: <c>product</c>, <c>issueType</c> or <c>attributes.NAME</c>. A blank in a tuple makes no key.</param>
/// <param name="MinCount">Least number of distinct customers in the window.</param>
/// <param name="WindowMinutes">Length of the window; also the quiet time that closes an incident.</param>
/// <param name="Rate">Whether the count must also be unlikely at the usual rate.</param>
/// <param name="MaxProbability">Largest Poisson tail probability that still counts as unlikely.</param>
/// <param name="BaselineDays">Days before the window that give the usual rate.</param>
/// <param name="LeastSeverity">Least severity, 0 to 10, of a message that counts: many who praise or ask have no problem in common. 0 = every message counts.</param>
/// <param name="IssueTypes">The kinds of issue that can be one problem of many; who complains of the service at the same hour shares no problem. Null or empty = all, also unknown ones.</param>
public sealed record IncidentPolicy(
    IReadOnlyList<IReadOnlyList<string>> Keys, int MinCount = 5, int WindowMinutes = 60, bool Rate = true, double MaxProbability = 1e-4, int BaselineDays = 28, int LeastSeverity = 0,
    IReadOnlyList<string>? IssueTypes = null)
{
    /// <summary>One key: product and issue type.</summary>
    public static readonly IReadOnlyList<IReadOnlyList<string>> DefaultKeys = [["product", "issueType"]];
}

/// <summary>From which lifetime value on a customer is of high value: strictly above <paramref name="Amount"/>; another currency is unknown.</summary>
public sealed record HighValuePolicy(double Amount = 10_000, string Currency = "USD");

/// <summary>How long a silence ends a contact, in minutes.</summary>
public sealed record ContactGapPolicy(int Chat = 30, int Other = 240);

/// <summary>Which changes of rules need a second person before they become active.</summary>
/// <param name="MustEscalate">Changes of rules that must escalate.</param>
/// <param name="Routing">Changes of routing rules and of their tables.</param>
public sealed record ApprovalPolicy(bool MustEscalate = false, bool Routing = false);

/// <summary>Whether a band only suggests (default) or also assigns.</summary>
public enum Automation { Suggest, Assign }

/// <summary>When a signal rule that keeps failing is quarantined: after so many errors in its last evaluations.</summary>
/// <param name="Errors">Errors that are too many; 0 = no rule ever is.</param>
/// <param name="Evaluations">Evaluations looked back on.</param>
public sealed record QuarantinePolicy(int Errors = 20, int Evaluations = 50);

/// <summary>Probability = 1 / (1 + exp(-(A * logit(score) + B))), fitted on N <c>needed</c> labels.</summary>
/// <remarks>Used only where N is at least <see cref="FewestLabels"/>; whoever fits it sees to 30 of each class. Source: "Signals and score" in CONTRACTS.md.</remarks>
public sealed record ScoreCalibration(double A, double B, int N)
{
    /// <summary>Below so many labels there is no probability.</summary>
    public const int FewestLabels = 200;
}

/// <summary>policy.json: the numbers that a site may change.</summary>
/// <remarks>Immutable. Defaults are those of CONTRACTS.md.</remarks>
public sealed record Policy
{
    /// <summary>Everything as CONTRACTS.md has it.</summary>
    public static readonly Policy Default = new();

    /// <summary>Band thresholds.</summary>
    public BandThresholds Thresholds { get; init; } = new();

    /// <summary>Triggers in policy order, which also settles ties.</summary>
    public IReadOnlyList<TriggerPolicy> Triggers { get; init; } =
    [
        new("high_frustration", 1, "feeling"), new("worsening_sentiment", .7, "feeling"), new("angry_words", .8, "feeling"),
        new("keyword_match", 1, "words"), new("repeat_contact", 1, "contact"), new("slow_response", .6, "contact"),
        new("legal_or_compliance", 1, "risk"), new("safety_threat", 1, "risk"), new("churn_threat", .9, "risk"),
        new("business_impact", .8, "impact"), new("multi_user_incident", 1, "incident"), new("high_value_customer", .4, "value", JoinsOnly: true),
    ];

    /// <summary>Incidents.</summary>
    public IncidentPolicy Incident { get; init; } = new(IncidentPolicy.DefaultKeys);

    /// <summary>High customer value.</summary>
    public HighValuePolicy HighValue { get; init; } = new();

    /// <summary>Contact gaps.</summary>
    public ContactGapPolicy ContactGapMinutes { get; init; } = new();

    /// <summary>Hours without an answer after which a response is slow; strictly above.</summary>
    public double SlowHours { get; init; } = 24;

    /// <summary>What each band does by itself.</summary>
    public IReadOnlyDictionary<Band, Automation> Automation { get; init; } = new Dictionary<Band, Automation>();

    /// <summary>Days after a dismissal in which no episode opens but for a higher band or a new trigger.</summary>
    public int DismissalPauseDays { get; init; } = 7;

    /// <summary>When a rule that keeps failing is quarantined.</summary>
    public QuarantinePolicy Quarantine { get; init; } = new();

    /// <summary>Escalations a day that each team can take; empty = not stated.</summary>
    public IReadOnlyDictionary<string, int> Capacity { get; init; } = new Dictionary<string, int>();

    /// <summary>The calendar of <c>clock.InBusinessHours</c> and of routes that name none.</summary>
    public string DefaultCalendar { get; init; } = "business";

    /// <summary>Service levels.</summary>
    public SlaPolicy Sla { get; init; } = new();

    /// <summary>Language assumed under 20 letters, by brand; the key <c>""</c> is for all others.</summary>
    public IReadOnlyDictionary<string, string> DefaultLanguage { get; init; } = new Dictionary<string, string> { [""] = "en" };

    /// <summary>Changes that need a second person.</summary>
    public ApprovalPolicy Approval { get; init; } = new();

    /// <summary>Score calibration, once there is one.</summary>
    public ScoreCalibration? Calibration { get; init; }

    /// <summary>Index of a trigger in <see cref="Triggers"/>, or -1.</summary>
    public int TriggerIndex(string name)
    {
        for (var i = 0; i < Triggers.Count; i++)
            if (string.Equals(Triggers[i].Name, name, StringComparison.Ordinal)) return i;
        return -1;
    }
}
