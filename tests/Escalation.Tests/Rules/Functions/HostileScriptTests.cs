using System.Diagnostics;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Rules.Functions;

namespace Escalation.Tests.Rules.Functions;

/// <summary>Scripts of an author who means harm: refused at load, or stopped at run as an error of the one rule.</summary>
public sealed class HostileScriptTests
{
    [Theory,
     InlineData("while (true);"), InlineData("for (;;) { }"), InlineData("do { } while (true);"), InlineData("let i = 0; for (;; i++);"),
     InlineData("const g = () => g(); return g();"), InlineData("return f();"), InlineData("const a = n => b(n + 1), b = n => a(n + 1); return a(0);"),
     InlineData("let s = 'x'; while (true) s += s;"), InlineData("let s = 'x'; while (true) s = `${s}${s}`;"), InlineData("const a = []; while (true) a.push([1, 2, 3]);"),
     InlineData("const o = {}; let i = 0; while (true) o['k' + i++] = 'value';"), InlineData("let a = []; for (;;) a = [a, a, a];"), InlineData("const d = s => s + s + s + s + s + s + s + s; return d(d(d(d(d(d(d(d(d(d('x')))))))))) === '';"),
     InlineData("const a = []; for (let i = 0; i < 4000; i++) a.push(i); return a.every(x => a.every(y => a.every(z => true)));"),
     InlineData("return [3, 1, 2].sort(() => { while (true); }).length > 0;"), InlineData("const o = { toString() { while (true); } }; return o + '' === 'x';"),
     InlineData("const a = []; a.length = 4000000000; return a.map(x => x).length > 0;"),
     InlineData("const a = []; a.length = 4000000000; a.reverse(); return true;"), InlineData("const o = { length: 1 }; return 'aa'.split('').every(x => { while (true); });")]
    public void Endless_and_greedy_scripts_are_stopped(string body)
    {
        var rules = SomeScripts.Sound(body);
        var (before, start) = (GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
        var (result, error) = SomeScripts.Ask(rules);
        Assert.Equal(RuleResult.Error, result);
        Assert.NotNull(error);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 200_000_000, $"{GC.GetTotalAllocatedBytes() - before} bytes");
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_catastrophic_regular_expression_is_stopped_and_is_an_error()
    {
        var (result, error) = SomeScripts.Ask("return /^(a+)+$/.test(message.Text);", SomeFacts.Of(message: new MessageFacts(new string('a', 40) + "!", null, "email", "test", null, "en", 1, false)));
        Assert.Equal(RuleResult.Error, result);
        Assert.Contains($"{ScriptLimits.RegexMilliseconds} ms", error, StringComparison.Ordinal);
    }

    [Theory,
     InlineData("return 'x'.repeat(300000000).length > 1;", "repeat"), InlineData("return 'x'.padEnd(300000000) === '';", "padEnd"), InlineData("return 'aaa'.replaceAll('a', message.Text) === '';", "replaceAll"),
     InlineData("return [1, 2].join(message.Text) === '';", "join"), InlineData("return [[1]].flat(99).length > 0;", "flat"), InlineData("return 2n ** 99999999n > 1n;", "big integers"),
     InlineData("return new Array(1000000000).length > 1;", "NewExpression"), InlineData("return new Uint8Array(1000000000).length > 1;", "NewExpression"), InlineData("return Array(1000000000).length > 1;", "Array"),
     InlineData("return Array.from({ length: 1e9 }).length > 1;", "Array.from"), InlineData("return [...message.Text, ...message.Text].length > 1;", "SpreadElement"),
     InlineData("return Date.now() > 0;", "clock"), InlineData("return new Date().getHours() > 5;", "NewExpression"), InlineData("return Math.random() > 0.5;", "Math.random"), InlineData("const m = Math; return m.random() > 0;", "random"), InlineData("const m = Math; return m.abs(1) > 0;", "Math"),
     InlineData("return eval('true');", "eval"), InlineData("return Function('return true')();", "Function"), InlineData("return (function () { }).constructor('return true')();", "constructor"),
     InlineData("return f.caller === null;", "caller"), InlineData("return [].__proto__ === null;", "__proto__"), InlineData("return Reflect.ownKeys({}).length === 0;", "Reflect"), InlineData("return Object.getPrototypeOf([]) === null;", "getPrototypeOf"),
     InlineData("return globalThis.x === 1;", "globalThis"), InlineData("return this.x === 1;", "ThisExpression"), InlineData("return System.IO.File.Exists('x');", "System"), InlineData("return importNamespace('System') !== null;", "importNamespace"),
     InlineData("return context.GetType() !== null;", "GetType"), InlineData("return customer.Id.GetType !== undefined && host;", "host"), InlineData("return import('fs');", "Import"), InlineData("return require('fs');", "require"),
     InlineData("return Symbol.iterator === null;", "Symbol"), InlineData("class A { } return true;", "Class"), InlineData("return fetch('x');", "fetch"), InlineData("debugger; return true;", "Debugger"), InlineData("return JSON.parse('1') === 1;", "JSON"),
     InlineData("async function g() { } return true;", "async"), InlineData("function* g() { } return true;", "generators"), InlineData("return context === null;", "read a fact of it"), InlineData("return context['Severity'] > 1;", "write the fact out"),
     InlineData("return recommendation.Score > 1;", "recommendation"), InlineData("const context = { Severity: 9 }; return context.Severity > 1;", "means something already"), InlineData("const g = context => context; return g(1) === 1;", "means something already"),
     InlineData("return context.Severty > 1;", "did you mean \"Severity\"?"), InlineData("return keywords.Has('leagl');", "did you mean \"legal\"?"), InlineData("return lists.Has('vpi', 'x');", "vpi"), InlineData("const n = 'vip'; return lists.Has(n, 'x');", "written out"),
     InlineData("return contxt.Severity > 1;", "did you mean \"context\"?"), InlineData("return (", "functions/f.js(1,"), InlineData("with (context) { return true; }", "functions/f.js(1,"), InlineData("return /(/.test('x');", "functions/f.js(1,"), InlineData("return \\u0065val('1');", "eval")]
    public void What_is_not_on_the_list_is_refused_at_load_with_its_place(string body, string expected)
    {
        var loaded = SomeScripts.Load(body);
        Assert.Null(loaded.RuleSet);
        Assert.Contains(loaded.Problems, p => p.ToString().Contains(expected, StringComparison.Ordinal) && p.File == "functions/f.js" && p is { Line: > 0, Column: > 0 });
    }

    [Theory,
     InlineData("}); (function () { while (true); })(); (function () {", "functions/f.js"), InlineData("let count = 0; function f() { return ++count > 1; }", "only functions and const"), InlineData("function g() { return true; }", "function f()"),
     InlineData("function f(x) { return true; }", "takes no parameter"), InlineData("for (;;); function f() { return true; }", "only functions and const"), InlineData("function f() { return true; } /*", "functions/f.js")]
    public void A_file_holds_its_function_and_no_state(string source, string expected)
    {
        var loaded = SomeScripts.LoadFile(source);
        Assert.Null(loaded.RuleSet);
        Assert.Contains(loaded.Problems, p => p.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Deep_and_long_sources_are_refused_and_stop_nothing()
    {
        foreach (var body in (string[])
                 [
                     new string('(', 9000) + "1" + new string(')', 9000), new string('!', 19000) + "1", new string('[', 9000) + new string(']', 9000), string.Join('+', Enumerable.Repeat("1", 5000)),
                     "'a'" + string.Concat(Enumerable.Repeat("[0]", 5000)), string.Concat(Enumerable.Repeat("a=>", 5000)) + "1", "'" + new string('x', 30000) + "'",
                 ])
            Assert.Null(SomeScripts.Load($"return {body};").RuleSet);
        if (SomeScripts.Load($"return /{new string('(', 9000)}{new string(')', 9000)}/.test('');").RuleSet is { } nested) Assert.NotEqual(RuleResult.Unavailable, SomeScripts.Ask(nested).Result);
    }

    [Theory,
     InlineData("context.Severity = 10;"), InlineData("context.extra = 1;"), InlineData("context.Urgency.push('x');"), InlineData("leaked = 1;"), InlineData("delete context.Severity;"),
     InlineData("const p = 'proto', o = {}; o['__' + p + '__'].hacked = true;"), InlineData("const c = 'construc' + 'tor'; [][c][c]('return 1')();"), InlineData("const c = 'construc' + 'tor'; ''[c].fromCharCode(1);"), InlineData("undefined.x = 1;")]
    public void Facts_globals_and_prototypes_cannot_be_written(string body)
    {
        var loaded = SomeScripts.Load(body + " return true;");
        if (loaded.RuleSet is { } rules) Assert.Equal(RuleResult.Error, SomeScripts.Ask(rules, SomeFacts.Of(context: new ContextFacts { Severity = 5, Urgency = ["asap"] })).Result);
        else Assert.NotEmpty(loaded.Problems);
    }

    [Fact]
    public void Nothing_of_one_call_is_there_in_the_next()
    {
        var rules = SomeScripts.Sound(
            "seen.push(1); counts.n += 1; const m = 'map'; try { [][m].extra = 1; } catch { } try { f.extra = (f.extra || 0) + 1; } catch { } return seen.length === 1 && counts.n === 1 && [][m].extra === undefined && f.extra === 1;",
            top: "const seen = [], counts = { n: 0 }; ");
        for (var i = 0; i < 20; i++) Assert.Equal((RuleResult.Hit, null), SomeScripts.Ask(rules));
    }

    [Fact]
    public void After_a_stopped_call_the_next_one_is_as_good_as_the_first()
    {
        var rules = SomeScripts.Sound("if (context.Severity > 5) { while (true); } return context.Severity > 3;");
        for (var i = 0; i < 10; i++)
            Assert.Equal(i switch { > 5 => RuleResult.Error, > 3 => RuleResult.Hit, _ => RuleResult.Miss }, SomeScripts.Ask(rules, SomeFacts.Of(context: new ContextFacts { Severity = i })).Result);
        var cost = Assert.Single(rules.Scripts);
        Assert.Equal((10, 4), (cost.Calls, cost.Errors));
    }

    [Fact]
    public void An_engine_keeps_only_what_is_listed()
    {
        using var engine = ScriptSandbox.Create();
        Assert.Equal("undefined", engine.Evaluate("typeof Date + ''").ToString());
        foreach (var gone in (string[])["Date", "eval", "Function", "Reflect", "Proxy", "Symbol", "Promise", "JSON", "Intl", "Temporal", "Atomics", "ArrayBuffer", "BigInt", "globalThis", "RegExp", "Error", "Map", "escape", "System"])
            Assert.Equal("undefined", engine.Evaluate($"typeof {gone}").ToString());
        Assert.Equal("undefined", engine.Evaluate("typeof Math.random + ''").ToString());
        Assert.Equal("undefined", engine.Evaluate("typeof (function () { }).constructor").ToString());
        Assert.Equal("undefined", engine.Evaluate("typeof ({}).__proto__").ToString());
    }
}
