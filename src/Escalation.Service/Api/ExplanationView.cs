using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.Storage;

namespace Escalation.Service.Api;

/// <summary>A smallest change that changes band or team: rules that are taken away, or a fact that would have been another.</summary>
public sealed record CounterfactualView(string Change, IReadOnlyList<string> Rules, FactChangeView? Fact, double Score, string Band, string? Team);

/// <summary>A fact, its value here, and the value tried.</summary>
public sealed record FactChangeView(string Name, string From, string To);

/// <summary>A term of a rule's condition on this message.</summary>
public sealed record ClauseView(string Text, string Result, string? Fact, string? Actual, string? Wanted);

/// <summary>A rule that nearly fired, the nearest clause first.</summary>
public sealed record NearMissView(string Rule, IReadOnlyList<ClauseView> Failing);

/// <summary>A rule, clause by clause.</summary>
public sealed record RuleTraceView(string Rule, string Result, IReadOnlyList<ClauseView> Clauses);

/// <summary>A word or phrase that the frustration score rests on; start and end are UTF-16 offsets in the original text.</summary>
public sealed record ToneWordView(string Text, int Start, int End, double Contribution);

/// <summary>The words that the frustration score rests on: logOdds = base + words + others.</summary>
public sealed record ToneView(double LogOdds, double Base, IReadOnlyList<ToneWordView> Words, double Others)
{
    /// <summary>The view of a model's explanation; null where it was not asked.</summary>
    public static ToneView? From(TextExplanation? explanation, string originalText) => explanation is null ? null : new(
        Rounding.Score(explanation.LogOdds), Rounding.Score(explanation.Base),
        [.. explanation.Strongest.Select(w => new ToneWordView(originalText[w.Start..w.End], w.Start, w.End, Rounding.Score(w.Contribution)))], Rounding.Score(explanation.Others));
}

/// <summary>Why a decision is as it is.</summary>
public sealed record ExplanationView(DecisionView Decision, ToneView? Frustration, IReadOnlyList<CounterfactualView> Counterfactuals, IReadOnlyList<NearMissView> WhyNot, IReadOnlyList<RuleTraceView> Rules)
{
    /// <summary>The view of an explanation.</summary>
    public static ExplanationView From(DecisionRecord decision, Explanation explanation) => new(
        DecisionView.From(decision),
        ToneView.From(explanation.Frustration, decision.MessageText),
        [.. explanation.Counterfactuals.Concat(explanation.FactChanges).Select(c => new CounterfactualView(c.Change, c.Rules, c.Fact is { } f ? new FactChangeView(f.Name, f.From, f.To) : null, c.Score, Wire.Name(c.Band), c.Team))],
        [.. explanation.NearMisses.Select(m => new NearMissView(m.Rule, [.. m.Failing.Select(View)]))],
        [.. explanation.Rules.Select(r => new RuleTraceView(r.Rule, Wire.Name(r.Result), [.. r.Clauses.Select(View)]))]);

    private static ClauseView View(ClauseTrace clause) => new(clause.Text, Wire.Name(clause.Result), clause.Fact, clause.Actual, clause.Wanted);
}
