using System.Diagnostics;
using CsCheck;

namespace Escalation.Tests.Rules.Compilation;

public sealed class ExpressionGuardTests
{
    [Fact]
    public void Refuses_every_hostile_expression_with_a_place_and_a_reason()
    {
        foreach (var expression in HostileExpressions.Refused)
        {
            var guarded = GuardedExpression.Of(expression);
            Assert.True(guarded.Function is null, $"allowed: {expression}");
            Assert.True(guarded.Problems.Count > 0 && guarded.Problems.All(p => p.Line == 2 && p.Column >= 20 && p.Column <= 22 + expression.Length && p.Message.Length > 5), $"{expression}: {string.Join("; ", guarded.Problems)}");
        }
    }

    [Fact]
    public void Allows_what_rules_need_and_that_leaves_no_byte()
    {
        var facts = new RandomFacts(3, []).Next();
        foreach (var expression in HostileExpressions.Allowed)
        {
            var guarded = GuardedExpression.Of(expression);
            Assert.True(guarded.Function is not null, $"{expression}: {string.Join("; ", guarded.Problems)}");
            Assert.True(guarded.Bytes(facts) == 0, $"{expression} leaves {guarded.Bytes(facts)} bytes");
        }
    }

    [Theory, InlineData("(", ")"), InlineData("!(", ")"), InlineData("!", ""), InlineData("-", ""), InlineData("true ? true : ", ""), InlineData("false || (true && ", ")"), InlineData("[", "]"), InlineData("{", "}"), InlineData("iif(true, true, ", ")"), InlineData("not ", "")]
    public void Deep_nesting_is_refused_before_anything_calls_itself(string open, string close)
    {
        foreach (var deep in (int[])[60, 250, 990])
        {
            var expression = string.Concat(Enumerable.Repeat(open, deep)) + "true" + string.Concat(Enumerable.Repeat(close, deep));
            Assert.Null(GuardedExpression.Of(expression).Function);
        }
    }

    [Theory, InlineData("contacts.Last7d > 1 && "), InlineData("1 + "), InlineData("contacts.Last7d + "), InlineData("\"a\" == \"a\" || ")]
    public void Length_and_parts_are_bounded(string part)
    {
        foreach (var times in (int[])[500, 900, 100_000])
        {
            var watch = Stopwatch.StartNew();
            var guarded = GuardedExpression.Of(string.Concat(Enumerable.Repeat(part, times)) + "contacts.Last7d > 1");
            Assert.True(guarded.Function is null == times > 500 || guarded.Problems.Count > 0);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "an expression that is too long must not cost more than a look at it");
        }
    }

    [Fact]
    public void A_value_is_blamed_where_it_stands_beside_its_fact()
    {
        const string expression = "message.Text == \"emial\" || message.Channel == \"emial\"";
        var problem = Assert.Single(GuardedExpression.Of(expression).Problems);
        Assert.Equal(21 + expression.LastIndexOf("\"emial\"", StringComparison.Ordinal), problem.Column);
        Assert.Contains("\"email\"", problem.Message, StringComparison.Ordinal);
    }

    /// <remarks>What passes must run without an object left behind: text building, arrays, boxes and closures would all show.</remarks>
    [Fact]
    public void Mutations_are_refused_with_a_reason_or_run_without_leaving_a_byte()
    {
        var facts = new RandomFacts(5, []).Next();
        string[] seeds = [.. HostileExpressions.Refused, .. HostileExpressions.Allowed];
        var change = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 200], Gen.Int[0, 200], Gen.Int[0, ExpressionMutations.Pieces.Length - 1], (kind, at, to, piece) => (kind, at, to, piece));
        Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Int[0, seeds.Length - 1], change.List[1, 6]).Sample(
            (seed, other, changes) =>
            {
                var expression = changes.Aggregate(seeds[seed], (text, c) => ExpressionMutations.Of(text, seeds[other], c));
                var guarded = GuardedExpression.Of(expression);
                if (guarded.Function is null) return guarded.Problems.Count > 0 && guarded.Problems.All(p => p.Line == 2 && p.Column >= 20 && p.Column <= 22 + expression.Length);
                return guarded.Problems.Count == 0 && guarded.Bytes(facts) == 0;
            },
            seed: null, time: 3, threads: 1, print: t => t.Item3.Aggregate(seeds[t.Item1], (text, c) => ExpressionMutations.Of(text, seeds[t.Item2], c)));
    }
}
