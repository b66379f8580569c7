using Escalation.Core.Decisions;
using Escalation.History.Facts;
using Escalation.Rules;
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
    public static ReferenceReport Run(DecidedHistory history, CancellationToken cancellation) => Run(history, ReferencePlane.Of, cancellation);

    /// <summary>Compares with a reference plane made otherwise: how a test sees that a disagreement is found.</summary>
    internal static ReferenceReport Run(DecidedHistory history, Func<RuleFiles, ReferencePlane> plane, CancellationToken cancellation)
    {
        var (rules, table) = (history.Rules, history.Table);
        var comparison = new PlaneComparison(rules, plane(rules.Files));
        var (signals, routes) = (new Tally([.. rules.SignalRules.Select(r => r.Name)]), new Tally([.. rules.Single.Routes.Select(r => r.Rule)]));
        var recommendations = new RecommendationMaker(history.Configuration.Policy);
        var examples = new List<ReferenceDisagreement>();
        var escalated = history.Decisions.Escalated();
        for (var row = 0; row < table.Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            var facts = table.Read(row, FactColumns.All);
            signals.Add(comparison.Signals(facts), Note);
            if (escalated[row]) routes.Add(comparison.Routing(facts, recommendations.Of(history.Decisions, row)), Note);

            void Note(PlaneResult result)
            {
                if (examples.Count < MaxExamples) examples.Add(new ReferenceDisagreement(result.Rule, table.RowOf(row).MessageId, table.AtOf(row), result.Reference, result.Compiled));
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

        public void Add(IReadOnlyList<PlaneResult> results, Action<PlaneResult> note)
        {
            compared++;
            for (var i = 0; i < results.Count; i++)
            {
                if (results[i].Reference == RuleResult.Hit) hits[i]++;
                if (results[i].Agrees) continue;
                disagreements[i]++;
                note(results[i]);
            }
        }
    }
}
