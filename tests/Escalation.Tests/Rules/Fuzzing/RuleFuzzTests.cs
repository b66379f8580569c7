using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Tests.Architecture;
using Escalation.Tests.Rules.Compilation;

namespace Escalation.Tests.Rules.Fuzzing;

/// <summary>
/// Coverage-guided fuzzing of everything that a signals.json goes through: inputs that take a new way through Escalation.Rules are kept and changed further.
/// </summary>
/// <remarks>
/// Whatever comes in, the loader throws nothing, blames places within the file, and gives rules that never throw and leave no byte. <c>seeds.jsonl</c> holds what earlier runs kept, a line an
/// input with its bytes as Latin-1; with ESCALATION_FUZZ_KEEP set, the long run writes it anew, with the new ways that it found.
/// </remarks>
public sealed class RuleFuzzTests
{
    private const int FewestInputs = 80;      // of seeds and of changes each: they alone cover 3,000 branches, however busy the machine is

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly DerivedFacts[] Facts = [.. Enumerable.Range(0, 4).Select(i => new RandomFacts(i, []).Next())];

    private static string SeedFile => Path.Combine(Repository.Root.FullName, "tests", "Escalation.Tests", "Rules", "Fuzzing", "seeds.jsonl");

    [Fact]
    public void Two_seconds_of_new_ways_find_no_way_out()
    {
        var (seeded, corpus, covered) = Fuzz(TimeSpan.FromSeconds(2), Environment.TickCount);
        Assert.True(covered > 2_000, $"only {covered} branches are counted: the assembly is not instrumented");
        Assert.True(corpus.Count > seeded, "no change of a seed went a new way");
    }

    [Fact, Trait("Category", "Long")]
    public void Two_minutes_of_new_ways_find_no_way_out()
    {
        var (seeded, corpus, covered) = Fuzz(TimeSpan.FromMinutes(2), Environment.TickCount);
        TestContext.Current.TestOutputHelper?.WriteLine($"{corpus.Count} inputs, {corpus.Count - seeded} of them new; {covered} branches");
        if (Environment.GetEnvironmentVariable("ESCALATION_FUZZ_KEEP") is { Length: > 0 }) File.WriteAllLines(SeedFile, Smallest(corpus).Select(b => JsonSerializer.Serialize(Encoding.Latin1.GetString(b), Readable)));
    }

    [Fact]
    public void What_a_run_keeps_is_what_takes_a_new_way()
    {
        var rules = InstrumentedRules.Fresh();
        var sound = FileOf(HostileExpressions.Allowed[0]);
        Assert.True(rules.Load(sound).NewCoverage);
        rules.Load(sound);                                     // what the first load made once for all is not made again
        var before = rules.Covered;
        Assert.False(rules.Load(sound).NewCoverage);
        Assert.Equal(before, rules.Covered);
        Assert.True(rules.Load(FileOf("\"\".GetType() != null")).NewCoverage);
    }

    private static (int Seeded, List<byte[]> Corpus, int Covered) Fuzz(TimeSpan time, int seed)
    {
        var (rules, random, corpus) = (InstrumentedRules.Fresh(), new Random(seed), new List<byte[]>());
        var mutations = new RuleFileMutations(random);
        var watch = Stopwatch.StartNew();
        // Of the seeds those are tried that half the time allows, each run others.
        byte[][] seeds = [.. Written, .. Kept()];
        random.Shuffle(seeds);
        for (var i = 0; i < seeds.Length && (watch.Elapsed < time / 2 || i < FewestInputs); i++)
            if (Check(rules, seeds[i], seed)) corpus.Add(seeds[i]);
        var seeded = corpus.Count;
        for (var inputs = 0; watch.Elapsed < time || inputs < FewestInputs; inputs++)
        {
            // What was found last is changed as often as all the rest: it stands at the edge of what is known.
            var from = corpus[random.Next(2) == 0 ? random.Next(corpus.Count) : corpus.Count - 1 - random.Next(Math.Min(20, corpus.Count))];
            var input = mutations.Of(from, corpus[random.Next(corpus.Count)]);
            if (Check(rules, input, seed)) corpus.Add(input);
        }
        return (seeded, corpus, rules.Covered);
    }

    /// <summary>Loads an input and looks at what came of it; whether it went a new way.</summary>
    private static bool Check(InstrumentedRules rules, byte[] input, int seed)
    {
        var what = $"seed {seed}, {JsonSerializer.Serialize(Encoding.Latin1.GetString(input))}";
        FuzzedLoad load;
        try
        {
            load = rules.Load(input);
        }
        catch (Exception thrown)
        {
            throw new InvalidOperationException(what, thrown);
        }
        Assert.True(load.Rules is not null || load.Problems.Count > 0, what);
        var lines = Encoding.UTF8.GetString(input).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        foreach (var (line, column, text) in load.Problems)
            Assert.True(line >= 1 && line <= lines.Length && column >= 1 && column <= lines[line - 1].Length + 1, $"{text} lies outside; {what}");
        if (load.Rules is { } sound) Run(sound, what);
        return load.NewCoverage;
    }

    private static void Run(IRuleSet rules, string what)
    {
        var results = new RuleResults();
        foreach (var facts in Facts)
        {
            rules.EvaluateSignals(facts, results);
            if (results.Results.Any(r => r is RuleResult.Error or RuleResult.Unavailable)) continue;      // an exception is an object
            var before = GC.GetAllocatedBytesForCurrentThread();
            rules.EvaluateSignals(facts, results);
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(bytes == 0, $"{bytes} bytes are left; {what}");
        }
    }

    private static IEnumerable<byte[]> Written =>
    [
        .. HostileExpressions.Allowed.Concat(HostileExpressions.Refused).Select(FileOf),
        """[{"WorkflowName":"w","GlobalParams":[{"Name":"g","Expression":"contacts.Last7d"}],"Rules":[{"RuleName":"r","LocalParams":[{"Name":"l","Expression":"g + 1"}],"Operator":"And","Rules":[{"RuleName":"n","Expression":"l > 1"},{"Expression":"g < 9"}],"Properties":{"trigger":"repeat_contact","confidence":"frustration.Available ? frustration.Score : 0.5","stage":"shadow","effectiveFrom":"2026-01-01","effectiveTo":"2026-02-01"}}]}]"""u8.ToArray(),
        """[{"WorkflowName":"w","Rules":[{"RuleName":"c","Expression":"keywords.Has(\"legal\")","Properties":{"cap":"monitor","note":"n"}},{"RuleName":"m","Expression":"message.Shouting","Properties":{"trigger":"keyword_match","confidence":0.5,"mustEscalate":true,"recommendation":"priority_escalation"}}]}]"""u8.ToArray(),
    ];

    private static IEnumerable<byte[]> Kept() => File.ReadLines(SeedFile).Select(l => Encoding.Latin1.GetBytes(JsonSerializer.Deserialize<string>(l)!));

    private static byte[] FileOf(string expression) =>
        Encoding.UTF8.GetBytes($$"""[{"WorkflowName":"signals","Rules":[{"RuleName":"r","Expression":"{{Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(expression))[1..^1]}}","Properties":{"trigger":"keyword_match","confidence":0.5} }]}]""");

    /// <summary>A corpus that goes the same ways, the shortest inputs first; those that the test makes itself are left out.</summary>
    private static List<byte[]> Smallest(List<byte[]> corpus)
    {
        var rules = InstrumentedRules.Fresh();
        foreach (var input in Written) rules.Load(input);
        return [.. corpus.OrderBy(c => c.Length).Where(c => rules.Load(c).NewCoverage)];
    }
}
