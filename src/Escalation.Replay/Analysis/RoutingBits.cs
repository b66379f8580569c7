using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Facts;

namespace Escalation.Replay.Analysis;

/// <summary>Which routing rules match which escalated messages, whether or not an earlier one takes them.</summary>
/// <param name="Rules">Bits of each routing rule, in file order.</param>
/// <param name="Escalated">Escalated messages.</param>
public sealed record RoutingBits(IReadOnlyList<Bits> Rules, int Escalated)
{
    /// <summary>Evaluates every routing rule on every escalated message.</summary>
    public static RoutingBits Of(DecidedHistory history)
    {
        var (single, table) = (history.Rules.Single, history.Table);
        var rules = single.Routes.Select(_ => new Bits(table.Count)).ToArray();
        var columns = FactColumnNames.Of(single.RouteIdentities.SelectMany(r => r.Facts));
        var recommendations = new RecommendationMaker(history.Configuration.Policy);
        var errors = new List<RuleError>();
        var escalated = 0;
        foreach (var row in history.Decisions.Escalated().Places())
        {
            escalated++;
            var facts = table.Read(row, columns);
            var recommendation = recommendations.Of(history.Decisions, row);
            for (var i = 0; i < rules.Length; i++)
                if (single.EvaluateRoute(i, facts, recommendation, errors) == RuleResult.Hit) rules[i].Set(row);
            errors.Clear();
        }
        return new RoutingBits(rules, escalated);
    }
}

/// <summary>Findings among routing rules, of which the first that matches decides.</summary>
internal static class RoutingOverlaps
{
    public static IEnumerable<RuleFinding> Find(DecidedHistory history, RoutingBits routing)
    {
        if (routing.Escalated == 0) yield break;
        var choices = history.Rules.Single.Routes;
        var earlier = new Bits(history.Table.Count);
        var count = Counted.Of(routing.Escalated, "escalated message");
        for (var i = 0; i < choices.Count; i++)
        {
            // A rule that matches everything is the one for all the rest: that others come before it is no conflict, and that they leave nothing is no fault.
            var (bits, name) = (routing.Rules[i], choices[i].Rule);
            var matched = bits.Count;
            if (matched == 0) yield return new RuleFinding(RuleFindingKind.NeverFired, name, null, 0, false, $"routing {name} matched none of {count}");
            else if (bits.CountWith(earlier) == matched && !(matched == routing.Escalated && i == choices.Count - 1))
            {
                var takers = Enumerable.Range(0, i).Where(e => routing.Rules[e].CountWith(bits) > 0).Select(e => choices[e].Rule).ToArray();
                yield return new RuleFinding(RuleFindingKind.Unreachable, name, takers[0], matched, matched < routing.Escalated, $"routing {name} matched {Counted.Of(matched, "escalated message")}, but all were taken before it by {string.Join(", ", takers)}");
            }
            for (var e = 0; e < i && matched < routing.Escalated; e++)
                if (choices[e].Team != choices[i].Team && routing.Rules[e].CountWith(bits) is var both && both > 0)
                    yield return new RuleFinding(RuleFindingKind.ConflictingRouting, choices[e].Rule, name, both, false, $"routing {choices[e].Rule} ({choices[e].Team}) and {name} ({choices[i].Team}) both match {Counted.Of(both, "escalated message")}; {choices[e].Rule} stands first and decides");
            earlier.Add(bits);
        }
    }
}
