using System.Globalization;
using Escalation.Core.Derived;

namespace Escalation.Core.Decisions;

/// <summary>The smallest changes of one fact that change band or team, each tried on the real engine.</summary>
/// <remarks>
/// Pure, and bounded: a fact is tried at the limits of the rules that read it and at its ends, and the first value that does is drawn near by halving.
/// Facts that hang together move together (a contact about the same issue is a contact of the week as well). Source: "Score" in DESIGN.md.
/// </remarks>
internal static class FactChanges
{
    private const int MaxShown = 5;
    private const int MaxLimits = 8;

    public static IReadOnlyList<Counterfactual> Of(DerivedFacts derived, Decision decision, Configuration configuration, IReadOnlyList<RuleTrace> traces)
    {
        var trial = new Trial(derived, decision, configuration);
        var found = new List<(double Size, Counterfactual Change)>();
        foreach (var scale in FactScale.All)
        {
            if (scale.Read(derived) is not { } actual) continue;
            var limits = LimitsOf(scale.Fact, traces);
            foreach (var up in (bool[])[false, true])
                if (Nearest(trial, scale, actual, up, limits) is { } value)
                    found.Add((Math.Abs(value - actual) / Math.Max(Math.Abs(actual), scale.Unit), trial.Change(scale, actual, value)));
        }
        foreach (var (name, words, without) in FactScale.Recognitions)
            if (without(derived) is { } changed && trial.Then(changed) is { } then)
                found.Add((1, Trial.Change(words, new FactChange(name, FactCatalog.Describe(derived, name) ?? "", FactCatalog.Describe(changed, name) ?? ""), then)));
        return [.. found.OrderBy(f => f.Size).ThenBy(f => f.Change.Fact!.Name, StringComparer.Ordinal).ThenBy(f => f.Change.Fact!.To, StringComparer.Ordinal).Take(MaxShown).Select(f => f.Change)];
    }

    /// <summary>The value nearest to the actual one, on the fact's own grid, that changes something; null where none was found.</summary>
    private static double? Nearest(Trial trial, FactScale scale, double actual, bool up, IReadOnlyList<double> limits)
    {
        var sign = up ? 1 : -1;
        var start = up ? Math.Floor(actual / scale.Unit + 1e-9) : Math.Ceiling(actual / scale.Unit - 1e-9);
        var end = Math.Round((up ? scale.Most(trial.Configuration.Policy) : scale.Least) / scale.Unit);
        if ((end - start) * sign <= 0) return null;
        var places = limits.SelectMany(l => (double[])[Math.Floor(l / scale.Unit), Math.Ceiling(l / scale.Unit), Math.Floor(l / scale.Unit) + sign, Math.Ceiling(l / scale.Unit) + sign])
            .Where(p => (p - start) * sign > 0 && (end - p) * sign >= 0).Append(end).Distinct().OrderBy(p => p * sign);
        var same = start;
        foreach (var place in places)
        {
            if (!trial.Differs(scale, place * scale.Unit))
            {
                same = place;
                continue;
            }
            var differs = place;
            while (Math.Abs(differs - same) > 1)
            {
                var middle = Math.Floor((differs + same) / 2);
                if (trial.Differs(scale, middle * scale.Unit)) differs = middle;
                else same = middle;
            }
            return Rounding.Score(differs * scale.Unit);
        }
        return null;
    }

    /// <summary>The numbers that rules compare a fact with.</summary>
    private static IReadOnlyList<double> LimitsOf(string fact, IReadOnlyList<RuleTrace> traces) =>
    [
        .. traces.SelectMany(t => t.Clauses).Where(c => c.Fact == fact && c.Wanted is not null)
            .Select(c => double.TryParse(c.Wanted!.AsSpan(c.Wanted!.IndexOf(' ', StringComparison.Ordinal) + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var limit) ? limit : double.NaN)
            .Where(double.IsFinite).Distinct().Order().Take(MaxLimits),
    ];

    private sealed class Trial(DerivedFacts derived, Decision decision, Configuration configuration)
    {
        public Configuration Configuration => configuration;

        public bool Differs(FactScale scale, double value) => Then(scale.With(derived, value)) is not null;

        /// <summary>The decision on other facts; null where band and team stay.</summary>
        public Decision? Then(DerivedFacts changed)
        {
            var then = DecisionEngine.Decide(changed, configuration);
            return then.Recommendation.Band == decision.Recommendation.Band && then.Route?.Team == decision.Route?.Team ? null : then;
        }

        public Counterfactual Change(FactScale scale, double actual, double value)
        {
            var (from, to) = (scale.Describe(actual), scale.Describe(value));
            return Change($"if {scale.Words} were {to}, not {from}", new FactChange(scale.Fact, from, to), Then(scale.With(derived, value))!);
        }

        public static Counterfactual Change(string words, FactChange fact, Decision then) => new(words, [], then.Recommendation.Score, then.Recommendation.Band, then.Route?.Team) { Fact = fact };
    }
}
