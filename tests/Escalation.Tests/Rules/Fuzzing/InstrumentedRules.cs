using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Escalation.Core.Decisions;
using Escalation.Rules;
using SharpFuzz.Common;

namespace Escalation.Tests.Rules.Fuzzing;

/// <summary>What loading a signals.json came to.</summary>
/// <param name="Rules">The compiled rules; null where there are problems.</param>
/// <param name="Problems">Line and column of each problem, and its words.</param>
/// <param name="NewCoverage">It went a way through the code that none before it went.</param>
internal sealed record FuzzedLoad(IRuleSet? Rules, IReadOnlyList<(int Line, int Column, string Text)> Problems, bool NewCoverage);

/// <summary>Escalation.Rules with a counter at every branch (SharpFuzz), beside the plain one: reader, schema, parser, guard and compiler.</summary>
/// <remarks>
/// A copy of the assembly is instrumented and loaded apart; Core, RulesEngine and all others are shared. Counters and what was seen of them belong to the process, so that one thread at a
/// time may use it.
/// </remarks>
internal sealed unsafe class InstrumentedRules
{
    private const int Branches = 1 << 16;

    private static readonly Lazy<InstrumentedRules> Loaded = new(() => new InstrumentedRules());

    private readonly byte* counters = (byte*)NativeMemory.AllocZeroed(Branches);
    private readonly byte[] seen = new byte[Branches];
    private readonly MethodInfo filesOf, load;
    private readonly object notRun;

    private InstrumentedRules()
    {
        var folder = Directory.CreateTempSubdirectory("escalation-instrumented-");
        var copy = Path.Combine(folder.FullName, "Escalation.Rules.dll");
        File.Copy(typeof(RuleSetLoader).Assembly.Location, copy);
        SharpFuzz.Fuzzer.Instrument(copy, _ => true, SharpFuzz.Options.Value);
        Trace.SharedMem = counters;
        var instrumented = new AssemblyLoadContext("instrumented").LoadFromStream(new MemoryStream(File.ReadAllBytes(copy)));
        folder.Delete(recursive: true);
        filesOf = instrumented.GetType(typeof(RuleFiles).FullName!)!.GetMethod(nameof(RuleFiles.Of))!;
        var failingCases = instrumented.GetType(typeof(FailingCases).FullName!)!;
        notRun = Enum.ToObject(failingCases, (int)FailingCases.NotRun);
        load = instrumented.GetType(typeof(RuleSetLoader).FullName!)!.GetMethod(nameof(RuleSetLoader.Load), [filesOf.DeclaringType!, failingCases])!;
    }

    /// <summary>The one of the process, with what was seen so far forgotten.</summary>
    public static InstrumentedRules Fresh()
    {
        Array.Clear(Loaded.Value.seen);
        return Loaded.Value;
    }

    /// <summary>Branches, with how often each was taken in one load (in powers of two), seen so far.</summary>
    public int Covered => seen.Count(s => s != 0);

    /// <summary>Loads a rules folder with this signals.json.</summary>
    /// <exception cref="Exception">Whatever the loader throws: that is a finding.</exception>
    public FuzzedLoad Load(byte[] signals)
    {
        var content = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["signals.json"] = signals,
            ["routing.json"] = "[{\"WorkflowName\":\"routing\",\"Rules\":[{\"RuleName\":\"all\",\"Expression\":\"true\",\"Properties\":{\"team\":\"desk\",\"priority\":\"high\",\"slaHours\":4,\"calendar\":\"always\"}}]}]"u8.ToArray(),
            ["teams.json"] = "{\"teams\":{\"desk\":{}}}"u8.ToArray(),
            ["policy.json"] = "{\"defaultCalendar\":\"always\"}"u8.ToArray(),
            ["keywords.json"] = "{\"classes\":{\"legal\":{\"confidence\":0.9,\"words\":[\"sue\"]}}}"u8.ToArray(),
        };
        new Span<byte>(counters, Branches).Clear();
        Trace.PrevLocation = 0;
        var files = filesOf.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [content, "fuzzed", null], null);
        var result = load.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [files, notRun], null)!;
        var isNew = TakeCoverage();
        var problems = ((IEnumerable<object>)Get(result, "Problems")!).Where(p => (string)Get(p, "File")! == "signals.json").Select(p => ((int)Get(p, "Line")!, (int)Get(p, "Column")!, p.ToString()!)).ToList();
        return new FuzzedLoad((IRuleSet?)Get(result, "RuleSet"), problems, isNew);
    }

    /// <remarks>As AFL counts: once, twice, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127 and more are different ways.</remarks>
    private bool TakeCoverage()
    {
        var isNew = false;
        for (var i = 0; i < Branches; i++)
        {
            if (counters[i] == 0) continue;
            var way = (byte)(counters[i] switch { 1 => 1, 2 => 2, 3 => 4, < 8 => 8, < 16 => 16, < 32 => 32, < 128 => 64, _ => 128 });
            if ((seen[i] & way) != 0) continue;
            seen[i] |= way;
            isNew = true;
        }
        return isNew;
    }

    private static object? Get(object of, string property) => of.GetType().GetProperty(property)!.GetValue(of);
}
