using Escalation.Core.Decisions;
using Escalation.History.Facts;
using Escalation.Rules.Compilation;
using NodaTime;

namespace Escalation.Replay.Analysis;

/// <summary>How often one rule was compared, and on how many messages the two planes differ.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Compared">Messages: all of them for signal rules, escalated ones for routing rules.</param>
/// <param name="Hits">Of these, messages that RulesEngine says it matches.</param>
/// <param name="Disagreements">Of these, messages on which the planes differ.</param>
public sealed record ReferenceCount(string Rule, int Compared, int Hits, int Disagreements);

/// <summary>A message on which a rule came to something else.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="MessageId">The message.</param>
/// <param name="At">When it was written.</param>
/// <param name="Reference">What RulesEngine says.</param>
/// <param name="Compiled">What the compiled rules say.</param>
public sealed record ReferenceDisagreement(string Rule, string MessageId, Instant At, RuleResult Reference, RuleResult Compiled);

/// <summary>The compiled rules beside RulesEngine's own evaluation on a history.</summary>
/// <param name="Messages">Messages compared.</param>
/// <param name="Rules">Every rule that is run, signals and then routing.</param>
/// <param name="Examples">The first disagreements in order of time, at most <see cref="ReferenceCheck.MaxExamples"/>.</param>
public sealed record ReferenceReport(int Messages, IReadOnlyList<ReferenceCount> Rules, IReadOnlyList<ReferenceDisagreement> Examples)
{
    /// <summary>Disagreements of all rules.</summary>
    public long Disagreements => Rules.Sum(r => (long)r.Disagreements);
}

/// <summary>Compares, rule for rule and message for message, what fired in the compiled rules with what fired in RulesEngine.</summary>
public static class ReferenceCheck
{
    /// <summary>Most disagreements that a report shows one by one.</summary>
    public const int MaxExamples = 20;

    /// <summary>Compares on every message of a history.</summary>
    public static ReferenceReport Run(DecidedHistory history, CancellationToken cancellation)
    {
        var (rules, table) = (history.Rules, history.Table);
        var reference = ReferencePlane.Of(rules.Files);
        var (signals, routes) = (new Tally([.. rules.SignalRules.Select(r => r.Name)]), new Tally([.. rules.Single.Routes.Select(r => r.Rule)]));
        var recommendations = new RecommendationMaker(history.Configuration.Policy);
        var examples = new List<ReferenceDisagreement>();
        var results = new RuleResults();
        var errors = new List<RuleError>();
        var escalated = history.Decisions.Escalated();
        for (var row = 0; row < table.Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            var facts = table.Read(row, FactColumns.All);
            rules.EvaluateSignals(facts, results);
            signals.Add(reference.EvaluateSignals(facts), i => results.Results[i], Note);
            if (!escalated[row]) continue;
            var recommendation = recommendations.Of(history.Decisions, row);
            routes.Add(reference.EvaluateRouting(facts, recommendation), i => rules.Single.EvaluateRoute(i, facts, recommendation, errors), Note);
            errors.Clear();

            void Note(string rule, RuleResult expected, RuleResult compiled)
            {
                if (examples.Count < MaxExamples) examples.Add(new ReferenceDisagreement(rule, table.RowOf(row).MessageId, table.AtOf(row), expected, compiled));
            }
        }
        return new ReferenceReport(table.Count, [.. signals.Counts, .. routes.Counts], examples);
    }

    private sealed class Tally(IReadOnlyList<string> rules)
    {
        private readonly int[] hits = new int[rules.Count];
        private readonly int[] disagreements = new int[rules.Count];
        private int compared;

        public IEnumerable<ReferenceCount> Counts => rules.Select((r, i) => new ReferenceCount(r, compared, hits[i], disagreements[i]));

        public void Add(IReadOnlyList<RuleResult> expected, Func<int, RuleResult> compiled, Action<string, RuleResult, RuleResult> note)
        {
            compared++;
            for (var i = 0; i < expected.Count; i++)
            {
                if (expected[i] == RuleResult.Hit) hits[i]++;
                if (compiled(i) is var result && result == expected[i]) continue;
                disagreements[i]++;
                note(rules[i], expected[i], result);
            }
        }
    }
}
