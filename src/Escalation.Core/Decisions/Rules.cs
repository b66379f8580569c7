using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Core.Routing;
using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.Core.Decisions;

/// <summary>What evaluating one rule on one message gave.</summary>
/// <remarks>Unavailable = an unguarded read of an unknown fact: counts as a miss, is counted, does not degrade the decision.</remarks>
public enum RuleResult : byte { Miss, Hit, Error, Unavailable }

/// <summary>Live rules decide, shadow rules are only recorded, drafts are not run.</summary>
public enum RuleStage { Live, Shadow, Draft }

/// <summary>A compiled signal rule as Decide sees it.</summary>
public sealed record SignalRule
{
    /// <summary>Its name, unique in the rule set; <c>keywords/CLASS</c> for the implicit rule of a keyword class.</summary>
    public required string Name { get; init; }

    /// <summary>The trigger of its signals; null for a rule that only caps.</summary>
    public string? Trigger { get; init; }

    /// <summary>Index of <see cref="Trigger"/> in the policy's triggers; -1 without one.</summary>
    public int TriggerIndex { get; init; } = -1;

    /// <summary>What its signals recommend; null = follows the confidence.</summary>
    public Band? Recommendation { get; init; }

    /// <summary>A hit lowers the band to this at most.</summary>
    public Band? Cap { get; init; }

    /// <summary>A hit lifts the band to its recommendation at least, after all caps.</summary>
    public bool MustEscalate { get; init; }

    /// <summary>Live, shadow or draft.</summary>
    public RuleStage Stage { get; init; } = RuleStage.Live;

    /// <summary>Compared with receivedAt where effective dates count; null = always.</summary>
    public Instant? EffectiveFrom { get; init; }

    /// <summary>Exclusive end; null = never.</summary>
    public Instant? EffectiveTo { get; init; }

    /// <summary>Whether it has an effective date at all.</summary>
    public bool IsDated => EffectiveFrom is not null || EffectiveTo is not null;

    /// <summary>Whether its effective dates hold an instant.</summary>
    public bool IsEffectiveAt(Instant at) => (EffectiveFrom is not { } from || from <= at) && (EffectiveTo is not { } to || at < to);

    /// <summary>Indices of the keyword classes that the rule reads: their spans are its evidence.</summary>
    public IReadOnlyList<int> KeywordClasses { get; init; } = [];

    /// <summary>The context fields that the rule reads: their spans are its evidence.</summary>
    public ContextFields ContextFields { get; init; }

    /// <summary>Facts that the rule reads, as <c>root.Member</c>: shown with their values.</summary>
    public IReadOnlyList<string> Facts { get; init; } = [];

    /// <summary>Who looks after it.</summary>
    public string? Owner { get; init; }

    /// <summary>The condition as written; for explanations.</summary>
    public string Expression { get; init; } = "";
}

/// <summary>A routing rule or table row that was chosen.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Team">An id of teams.json.</param>
/// <param name="Priority">low, normal, high or urgent.</param>
/// <param name="SlaHours">Hours to the deadline, counted in the calendar.</param>
/// <param name="Calendar">A name of calendars/.</param>
public sealed record RouteChoice(string Rule, string Team, TicketPriority Priority, double SlaHours, string Calendar);

/// <summary>Where the results of the signal rules of one message are put. Reused by one thread at a time.</summary>
public sealed class RuleResults
{
    /// <summary>Result per rule, in the order of <see cref="IRuleSet.SignalRules"/>.</summary>
    public RuleResult[] Results { get; private set; } = [];

    /// <summary>Confidence per rule that hit, 0 to 1, not yet rounded.</summary>
    public double[] Confidences { get; private set; } = [];

    /// <summary>Errors of this message; empty for almost all.</summary>
    public List<RuleError> Errors { get; } = [];

    /// <summary>Makes room and forgets the message before.</summary>
    public void Reset(int rules)
    {
        if (Results.Length != rules) (Results, Confidences) = (new RuleResult[rules], new double[rules]);
        else Array.Clear(Results);
        Errors.Clear();
    }
}

/// <summary>An immutable, compiled rule set: everything of a rules folder that decides.</summary>
/// <remarks>Safe to share between threads. Made by Escalation.Rules; an interface because Core must not see RulesEngine.</remarks>
public interface IRuleSet
{
    /// <summary>The hash of the content.</summary>
    RuleSetVersion Version { get; }

    /// <summary>policy.json.</summary>
    Policy Policy { get; }

    /// <summary>All signal rules in file order: live, shadow and the implicit ones of keyword classes. Drafts are not among them.</summary>
    IReadOnlyList<SignalRule> SignalRules { get; }

    /// <summary>Names of the routing rules and table rows that are run, in file order.</summary>
    IReadOnlyList<string> RouteRules { get; }

    /// <summary>Whether a rule or draft asks for <c>team</c>: else no team model is run.</summary>
    bool ReadsTeam { get; }

    /// <summary>Keyword classes, extraction cues and products, compiled for scanning.</summary>
    TextResources Text { get; }

    /// <summary>teams.json.</summary>
    TeamDirectory Teams { get; }

    /// <summary>calendars/*.json by name; <c>always</c> is there in any case.</summary>
    IReadOnlyDictionary<string, BusinessCalendar> Calendars { get; }

    /// <summary>Evaluates the signal rules. Never throws: a rule that throws is an error in <paramref name="results"/>.</summary>
    /// <param name="derived">The facts.</param>
    /// <param name="results">Where results are put.</param>
    /// <param name="off">Rules that are not run, by place; their result is a miss. Empty = all are run.</param>
    void EvaluateSignals(DerivedFacts derived, RuleResults results, ReadOnlySpan<bool> off = default);

    /// <summary>Every live signal rule clause by clause, with actual values. For explanations: slower than <see cref="EvaluateSignals"/>, same results.</summary>
    IReadOnlyList<RuleTrace> Trace(DerivedFacts derived);

    /// <summary>The first routing rule that matches, in file order; null where none does.</summary>
    /// <param name="derived">The facts.</param>
    /// <param name="recommendation">What routing rules see as <c>recommendation</c>.</param>
    /// <param name="errors">Routing rules that threw are added here and passed over.</param>
    /// <param name="off">Routing rules that are not run, by place in <see cref="RouteRules"/>, and so passed over. Empty = all are run.</param>
    RouteChoice? Route(DerivedFacts derived, RecommendationFacts recommendation, List<RuleError> errors, ReadOnlySpan<bool> off = default);
}
