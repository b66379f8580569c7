using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Rules;
using Escalation.Rules.Compilation;

namespace Escalation.Tests.Rules.Functions;

public sealed class ScriptFunctionTests
{
    private static readonly DerivedFacts Severe = SomeFacts.Of(
        frustration: .7, context: new ContextFacts { Severity = 8, Urgency = ["outage", "blocked"], ProductFound = new("app", 1) },
        message: new MessageFacts("Order 12-3456 again, order 12-3456!", "Hi", "email", "test", null, "en", 5, false));

    [Theory,
     InlineData("return context.Severity > 7;", RuleResult.Hit), InlineData("return context.Severity > 8;", RuleResult.Miss),
     InlineData("return context.Urgency.includes('outage') && context.Urgency.length === 2;", RuleResult.Hit),
     InlineData("const seen = message.Text.split(' ').filter(w => /^12-\\d{4}/.test(w)); return seen.length === 2;", RuleResult.Hit),
     InlineData("return helper(context.Severity, 3); function helper(a, b) { return a * b === 24; }", RuleResult.Hit),
     InlineData("let n = 0; for (const u of context.Urgency) n += u.length; return Math.max(n, 3) === 13;", RuleResult.Hit),
     InlineData("return lists.Has('vip', customer.Id) && !keywords.Has('legal') && attributes.Has('plan');", RuleResult.Hit),
     InlineData("return attributes['plan'] === 'gold' && policy.SlowHours === 24 && clock.DayOfWeek === 'mon';", RuleResult.Hit),
     InlineData("return frustration.Available && frustration.Score > 0.5 && !ticket.StatusKnown;", RuleResult.Hit),
     InlineData("switch (message.Channel) { case 'email': return true; default: return false; }", RuleResult.Hit)]
    public void A_function_reads_facts_by_their_names_and_decides(string body, RuleResult expected)
    {
        var facts = SomeFacts.Of(frustration: .7, context: Severe.Context, message: Severe.Message, customer: new CustomerFacts("c1", null, null, null, 1));
        facts = WithPlan(facts);
        Assert.Equal((expected, null), SomeScripts.Ask(body, facts));
    }

    [Theory, InlineData("return ticket.Status === 'open';"), InlineData("try { return ticket.Status === 'open'; } catch { return true; }"), InlineData("return attributes['none'] === 'x';")]
    public void An_unknown_fact_that_is_read_unasked_makes_the_rule_unavailable(string body) => Assert.Equal((RuleResult.Unavailable, null), SomeScripts.Ask(body, Severe));

    [Theory,
     InlineData("throw 'no';", "no"), InlineData("return 'yes';", "returned a text"), InlineData("return;", "returned nothing"), InlineData("return 0/0;", "a number that is none"),
     InlineData("return 1;", "script.Number(\"f\")"), InlineData("const nothing = null; return nothing.x;", "functions/f.js(1,"), InlineData("return unknown();\n function unknown() { return null.x; }", "functions/f.js(2,")]
    public void A_function_that_fails_is_an_error_of_the_rule_with_its_place(string body, string expected)
    {
        var (result, error) = SomeScripts.Ask(body, Severe);
        Assert.Equal(RuleResult.Error, result);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void One_failing_function_leaves_the_other_rules_alone()
    {
        var rules = SomeRules.Of([SomeRules.Signal("fails", "script('bad')", "keyword_match", .5), SomeRules.Signal("works", "script('good')", "repeat_contact", .5)], null,
            ("functions/bad.js", "function bad() { while (true); }"), ("functions/good.js", "function good() { return true; }"));
        var results = new RuleResults();
        rules.Rules.EvaluateSignals(Severe, results);
        Assert.Equal([RuleResult.Error, RuleResult.Hit], results.Results);
    }

    [Fact]
    public void A_number_serves_as_confidence()
    {
        var loaded = RuleSetLoader.Load(SomeScripts.Files("function f() { return context.Severity / 10; }", "context.Severity > 2", "\"script.Number(\\\"f\\\")\""));
        var results = new RuleResults();
        loaded.RuleSet!.EvaluateSignals(Severe, results);
        Assert.Equal(.8, results.Confidences[0]);
    }

    [Fact]
    public void It_is_called_only_where_the_terms_before_it_did_not_settle_the_rule()
    {
        var rules = SomeScripts.Sound("return true;", "context.Severity > 9 && script('f')");
        for (var i = 0; i < 5; i++) SomeScripts.Ask(rules, SomeFacts.Of(context: new ContextFacts { Severity = i + 7 }));
        Assert.Equal(2, Assert.Single(rules.Scripts).Calls);
        var unavailable = SomeScripts.Sound("return true;", "frustration.Score > 0.5 || script('f')");
        Assert.Equal(RuleResult.Unavailable, SomeScripts.Ask(unavailable, SomeFacts.Of()).Result);
        Assert.Equal(0, Assert.Single(unavailable.Scripts).Calls);
    }

    [Fact]
    public void A_term_that_is_cheaper_behind_a_call_is_a_warning()
    {
        Assert.Contains("script(\"f\")", Assert.Single(SomeScripts.Load("return true;", "script('f') && context.Severity > 9").Warnings).ToString(), StringComparison.Ordinal);
        Assert.Empty(SomeScripts.Load("return true;", "context.Severity > 9 && script('f')").Warnings);
    }

    [Fact]
    public void Many_rules_ask_once_a_message()
    {
        var rules = SomeRules.Of([.. Enumerable.Range(0, 8).Select(i => SomeRules.Signal($"r{i}", "script('f')", "keyword_match", .5))], null, ("functions/f.js", "function f() { return context.Severity > 1; }"));
        var results = new RuleResults();
        for (var i = 0; i < 10; i++) rules.Rules.EvaluateSignals(SomeFacts.Of(context: new ContextFacts { Severity = i }), results);
        var cost = Assert.Single(((RuleSet)rules.Rules).Scripts);
        Assert.Equal(10, cost.Calls);
        Assert.True(cost.MeanMicroseconds > 0);
    }

    [Fact]
    public void RulesEngine_calls_the_same_functions_with_the_same_results()
    {
        var files = SomeScripts.Files("function f() { if (contacts.Last7d === 3) throw 'three'; return frustration.Score > 0.5 && contacts.Last7d > 2; }", "contacts.Last24h > 0 && script('f')");
        var (rules, reference, facts) = (RuleSetLoader.Load(files).RuleSet!, ReferencePlane.Of(files), new RandomFacts(5, []));
        var seen = new HashSet<RuleResult>();
        for (var round = 0; round < 500; round++)
        {
            var derived = facts.Next();
            var expected = reference.EvaluateSignals(derived)[0];
            Assert.Equal(expected, SomeScripts.Ask(rules, derived).Result);
            seen.Add(expected);
        }
        Assert.Equal(4, seen.Count);
    }

    [Fact]
    public void Threads_share_a_snapshot_and_get_their_own_answers()
    {
        var rules = SomeScripts.Sound("let n = 0; for (let i = 0; i < 50; i++) n += context.Severity; return n === 50 * context.Severity && context.Severity > 4;");
        var wrong = 0;
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var expected = i % 10 > 4 ? RuleResult.Hit : RuleResult.Miss;
            if (SomeScripts.Ask(rules, SomeFacts.Of(context: new ContextFacts { Severity = i % 10 })).Result != expected) Interlocked.Increment(ref wrong);
        });
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void The_version_and_the_identity_of_asking_rules_follow_the_source()
    {
        var (one, same, other) = (SomeScripts.Sound("return context.Severity > 3;"), SomeScripts.Sound("return context.Severity > 3;"), SomeScripts.Sound("return context.Severity > 4;"));
        Assert.Equal(one.Version, same.Version);
        Assert.NotEqual(one.Version, other.Version);
        Assert.Equal(one.Single.Signals[0].Key, same.Single.Signals[0].Key);
        Assert.NotEqual(one.Single.Signals[0].Key, other.Single.Signals[0].Key);
        Assert.Equal(["context.Severity"], one.Single.Signals[0].Facts);
        Assert.Equal(["context.Severity"], one.SignalRules[0].Facts);
    }

    private static DerivedFacts WithPlan(DerivedFacts facts) => new()
    {
        Message = facts.Message,
        Ticket = facts.Ticket,
        Customer = facts.Customer,
        Contacts = facts.Contacts,
        Frustration = facts.Frustration,
        Context = facts.Context,
        Keywords = facts.Keywords,
        Incident = facts.Incident,
        Team = facts.Team,
        Attributes = new AttributeFacts(new Dictionary<string, string> { ["plan"] = "gold" }),
        Clock = facts.Clock,
        At = facts.At,
        DecidedAt = facts.DecidedAt,
        MessageId = facts.MessageId,
    };
}
