using System.Diagnostics;
using System.Globalization;
using System.Text;
using Escalation.Rules.Documents;
using NodaTime;

namespace Escalation.Benchmarks.Rules;

/// <summary>What a long list costs: to load, to hold and to ask.</summary>
internal static class ListBenchmark
{
    private const int Asked = 1_000_000;

    /// <summary>Prints load time, memory and cost of a question.</summary>
    public static int Run(long entries)
    {
        var text = new StringBuilder("value\n");
        for (var i = 0L; i < entries; i++) text.Append(CultureInfo.InvariantCulture, $"customer-{i * 7919:x8}\n");
        var content = Encoding.UTF8.GetBytes(text.ToString());
        text.Clear();
        text.Capacity = 0;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (cpu, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var normalised = NormalisedText.Of(content);
        var hash = NormalisedText.Hash(normalised);
        var list = ListDocument.Parse("benchmark", normalised, "lists/benchmark.csv", new ProblemList());
        var (wall, used) = (Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
        normalised = null;
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Print($"{list.Count:N0} entries, {content.Length / 1e6:0.0} MB of text, hash {hash[..12]}: loaded and hashed in {wall.TotalMilliseconds:N0} ms ({used.TotalMilliseconds:N0} ms of processor time), {held / 1e6:0.0} MB held; load average {LoadAverage()}");

        string[] questions = [.. Enumerable.Range(0, 1000).Select(i => $"customer-{(i % 2 == 0 ? i * 977L % entries * 7919 : -1 - i):x8}")];
        var hits = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        cpu = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Asked; i++)
            if (list.Holds(questions[i % questions.Length], Instant.MinValue)) hits++;
        used = Environment.CpuUsage.TotalTime - cpu;
        Print($"{Asked:N0} questions, {hits:N0} hits: {used.TotalNanoseconds / Asked:0} ns of processor time each, {(GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Asked:0.0} bytes allocated each");
        return 0;
    }

    /// <summary>The machine's load over the last minute, beside figures that other work disturbs; unknown where the system does not say.</summary>
    public static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
