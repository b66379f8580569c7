using System.Diagnostics;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.Rules.Documents;

namespace Escalation.Rules.Cases;

/// <summary>Runs the cases of a rules folder on its snapshot; what is otherwise than expected is a problem at its place.</summary>
internal sealed class CaseRun
{
    private readonly RuleSet rules;
    private readonly Configuration configuration;
    private readonly RuleResults results = new();
    private readonly Dictionary<string, int> signals;
    private readonly Dictionary<string, int> routes;

    private CaseRun(RuleSet rules)
    {
        this.rules = rules;
        configuration = new Configuration(rules, null, null).Timeless();
        signals = rules.SignalRules.Select((r, i) => (r.Name, i)).ToDictionary(StringComparer.Ordinal);
        routes = rules.Single.Routes.Select((r, i) => (r.Rule, i)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Reads and runs every case.</summary>
    public static CaseReport Of(RuleSet rules, ProblemList problems)
    {
        var run = new CaseRun(rules);
        var facts = new CaseFacts(run.configuration, problems);
        var (cases, ran) = (new List<RuleCase>(), new List<CaseResult>());
        foreach (var path in rules.Files.In("tests", ".json"))
        {
            if (DocumentReader.Read(rules.Files.Find(path), path, problems) is not { } root) continue;
            problems.Shapes?.Open(path, root);
            foreach (var read in CasesDocument.Parse(root, rules, facts, problems))
            {
                var start = Stopwatch.GetTimestamp();
                var failures = run.Failures(read).ToArray();
                cases.Add(read);
                ran.Add(new CaseResult(read.Name, path, read.Place.Line, failures, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
                foreach (var failure in failures) problems.Error(new Place(failure.File, failure.Line, failure.Column), failure.Rule, failure.Message);
            }
        }
        var expected = cases.SelectMany(c => c.Rules).ToLookup(e => e.Rule, e => e.Result, StringComparer.Ordinal);
        return new CaseReport(ran, [.. rules.Describe().Select(r => new RuleCoverage(r.Name, expected[r.Name].Count(e => e == RuleResult.Hit), expected[r.Name].Count(e => e == RuleResult.Miss)))]);
    }

    private IEnumerable<RuleProblem> Failures(RuleCase of)
    {
        var decision = DecisionEngine.Decide(of.Facts, configuration);
        rules.EvaluateSignals(of.Facts, results);
        foreach (var expected in of.Rules)
        {
            var (result, error) = ResultOf(expected.Rule, of.Facts);
            if (result != expected.Result) yield return Wrong(expected.Place, $"{expected.Rule}: expected {Name(expected.Result)}, was {Name(result)}{(error is null ? Seen(expected.Rule, of.Facts) : $" ({error})")}");
        }
        if (of.Band is var (band, bandPlace) && decision.Recommendation.Band != band)
            yield return Wrong(bandPlace, $"expected band {Wire.Name(band)}, was {Wire.Name(decision.Recommendation.Band)} with score {decision.Recommendation.Score} by {Signals(decision)}");
        if (of.Team is var (team, teamPlace) && decision.Route?.Team != team)
            yield return Wrong(teamPlace, $"expected team {team}, was {decision.Route?.Team ?? "none, since it is not escalated"}");
        if (of.Route is not var (route, routePlace)) yield break;
        var taken = rules.Route(of.Facts, new RecommendationFacts(decision.Recommendation.Score, decision.Recommendation.Band, decision.Signals), [])?.Rule;
        if (taken != route) yield return Wrong(routePlace, $"expected routing rule {route}, was {taken ?? "none"}");

        RuleProblem Wrong(Place place, string message) => new(place.File, place.Line, place.Column, of.Name, message);
    }

    private (RuleResult Result, string? Error) ResultOf(string rule, DerivedFacts facts)
    {
        if (signals.TryGetValue(rule, out var at)) return (results.Results[at], results.Errors.Find(e => e.Rule == rule)?.Message);
        var errors = new List<RuleError>();
        var result = routes.TryGetValue(rule, out var route)
            ? rules.Single.EvaluateRoute(route, facts, new RecommendationFacts(1, Band.ImmediateEscalation, []), errors)
            : rules.Evaluate(rule, facts, errors);
        return (result, errors.Count == 0 ? null : errors[0].Message);
    }

    /// <summary>What the rule read, for the one who wonders.</summary>
    private string Seen(string rule, DerivedFacts facts)
    {
        if (!signals.TryGetValue(rule, out var at)) return "";
        var read = rules.SignalRules[at].Facts.Select(f => FactCatalog.Describe(facts, f) is { } value ? $"{f} is {value}" : null).OfType<string>().ToArray();
        return read.Length == 0 ? "" : $"; {string.Join(", ", read)}; the rule asks {rules.SignalRules[at].Expression}";
    }

    private static string Signals(Decision decision) => decision.Signals.Count == 0 ? "no signal" : string.Join(", ", decision.Signals.Select(s => s.Rule));

    private static string Name(RuleResult result) => result switch { RuleResult.Hit => "a hit", RuleResult.Miss => "a miss", RuleResult.Error => "an error", _ => "unavailable" };
}
