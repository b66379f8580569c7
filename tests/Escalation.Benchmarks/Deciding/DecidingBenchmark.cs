using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Escalation.Cli;
using Escalation.Cli.Commands;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.History.Synthetic;
using Escalation.History.View;
using Escalation.Replay;
using Escalation.Replay.Arms;
using Escalation.Replay.Deciding;
using NodaTime;

namespace Escalation.Benchmarks.Deciding;

/// <summary>Speed and memory of the decision path over a generated history, with the default rules and the bundled model.</summary>
/// <remarks>
/// Messages = lines of messages.jsonl, whoever wrote them. The reference of the ratios is a pass over the same files that only parses each line
/// with System.Text.Json, on one thread, in the same process.
/// </remarks>
internal static class DecidingBenchmark
{
    /// <summary>Prints the table.</summary>
    /// <param name="messages">Messages to generate.</param>
    /// <param name="large">Messages of the second history, for peak memory; 0 = none.</param>
    /// <returns>0; 2 where rules or model cannot be loaded.</returns>
    public static int Run(long messages, long large)
    {
        var loaded = ConfigurationLoader.Load(new ConfigurationRequest(Path.Combine(Checkout.Root, "rules"), Path.Combine(Checkout.Root, "models")));
        foreach (var problem in loaded.Problems) Console.Error.WriteLine(problem);
        if (loaded.Configuration is not { } configuration) return 2;
        var folder = Directory.CreateTempSubdirectory("deciding-");
        try
        {
            var history = Generate(folder, messages);
            Console.WriteLine(Line($"{messages:N0} messages, seed 7; rules {configuration.Rules.Version.Short}, model {configuration.Frustration?.Version.Short ?? "none"}; {Environment.ProcessorCount} cores"));
            Stages(history, configuration, messages);
            Inside(history, configuration);
            Children(history, messages);
            if (large > 0) Children(Generate(folder, large), large);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Generate(DirectoryInfo folder, long messages)
    {
        var history = Path.Combine(folder.FullName, messages.ToString(CultureInfo.InvariantCulture));
        SyntheticFolder.Generate(new SyntheticOptions { Messages = messages, Seed = 7 }, history);
        return history;
    }

    /// <summary>Whole passes in this process: each once to warm up, then the best of three.</summary>
    private static void Stages(string history, Configuration configuration, long messages)
    {
        Console.WriteLine("pass                              messages/s    CPU s    wall s   x reference CPU");
        var reference = Measure("parse every line (reference)", messages, () => ParseEveryLine(history), 0);
        Measure("read the history", messages, () => Count(Open(history)), reference);
        Measure("replay", messages, () => ReplayEngine.Run([new ReplayArm("candidate", configuration)], Open(history), new ReplayOptions(), CancellationToken.None).Arms.Count, reference);
        Measure("decide, JSON out", messages, () => Decide(history, configuration), reference);
    }

    private static double Measure(string name, long messages, Func<long> pass, double reference)
    {
        pass();
        double wall = double.MaxValue, cpu = double.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var process = Process.GetCurrentProcess();
            var (before, started) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
            pass();
            process.Refresh();
            wall = Math.Min(wall, Stopwatch.GetElapsedTime(started).TotalSeconds);
            cpu = Math.Min(cpu, (process.TotalProcessorTime - before).TotalSeconds);
        }
        Console.WriteLine(Line($"{name,-32} {messages / wall,11:N0} {cpu,8:0.00} {wall,9:0.00} {(reference > 0 ? cpu / reference : 1),17:0.0}"));
        return cpu;
    }

    private static HistorySource Open(string history) => HistorySource.Open([history], new HistoryReadOptions { Workers = Environment.ProcessorCount }, out _)!;

    private static long Count(HistorySource source)
    {
        var count = 0L;
        foreach (var _ in source.Read()) count++;
        return count;
    }

    private static long ParseEveryLine(string history)
    {
        var values = 0L;
        foreach (var name in (string[])["messages", "events", "customers", "identities", "shifts", "labels"])
            foreach (var line in File.ReadLines(Path.Combine(history, name + ".jsonl")))
            {
                using var document = JsonDocument.Parse(line);
                foreach (var member in document.RootElement.EnumerateObject()) values += member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()!.Length : 1;
            }
        return values;
    }

    private static long Decide(string history, Configuration configuration)
    {
        var options = new DecideOptions(Instant.FromUtc(2026, 1, 1, 0, 0));
        return DecideRun.Run(File.OpenRead(Path.Combine(history, "messages.jsonl")), "messages.jsonl", Stream.Null, configuration, options, new InputSummary(), CancellationToken.None);
    }

    /// <summary>Time and memory of each step of a customer's message, on one thread.</summary>
    private static void Inside(string history, Configuration configuration)
    {
        var records = new List<HistoryRecord>();
        foreach (var record in Open(history).Read()) records.Add(record);
        var steps = new Steps();
        for (var round = 0; round < 3; round++) steps = Walk(records, configuration);
        Console.WriteLine("step of a customer's message      us a message   bytes a message");
        steps.Print("text: keywords, context, model", steps.Text);
        steps.Print("observe", steps.Observe);
        steps.Print("derive the rest", steps.Derive);
        steps.Print("decide", steps.Decide);
        steps.Print("derive + decide", (steps.Text.Ticks + steps.Derive.Ticks + steps.Decide.Ticks, steps.Text.Bytes + steps.Derive.Bytes + steps.Decide.Bytes));
        steps.Print("episodes, incidents", steps.Episodes);
    }

    private static Steps Walk(List<HistoryRecord> records, Configuration configuration)
    {
        var (view, steps) = (new HistoryView(), new Steps());
        var incidents = new IncidentHistory(configuration.Policy.Incident);
        var episodes = new Core.Episodes.EpisodeBook(configuration.Policy, isLive: false);
        foreach (var record in records)
        {
            if (record is not Message message)
            {
                view.Add(record);
                if (record is TicketEvent happened) episodes.OnEvent(happened, happened.TicketId, CustomerId.Unknown);
                continue;
            }
            var observed = new ObservedMessage(message);
            if (message.Author == Author.Customer)
            {
                steps.Count++;
                steps.Text = Take(steps.Text, () => observed.TextFacts(configuration.Analyzer), out _);
                steps.Observe = Take(steps.Observe, () => view.Observe(observed), out var facts);
                steps.Derive = Take(steps.Derive, () => Derivation.Derive(facts, incidents, configuration), out var derived);
                steps.Decide = Take(steps.Decide, () => DecisionEngine.Decide(derived, configuration), out var decision);
                steps.Episodes = Take(steps.Episodes, () =>
                {
                    var started = message.Revision == 0 ? incidents.Add(message, derived.Context) : null;
                    return episodes.OnDecision(message, facts.Ticket.Id, derived, decision, started);
                }, out _);
            }
            view.Add(observed);
        }
        return steps;
    }

    private static (long Ticks, long Bytes) Take<T>((long Ticks, long Bytes) sum, Func<T> step, out T result)
    {
        var (bytes, ticks) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        result = step();
        return (sum.Ticks + Stopwatch.GetTimestamp() - ticks, sum.Bytes + GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    /// <summary>The command line as a user starts it, start-up included.</summary>
    private static void Children(string history, long messages)
    {
        Child("replay", messages, ["replay", "--history", history, "--rules", Path.Combine(Checkout.Root, "rules"), "--models", Path.Combine(Checkout.Root, "models")]);
        Child("decide", messages, ["decide", Path.Combine(history, "messages.jsonl"), "--rules", Path.Combine(Checkout.Root, "rules"), "--models", Path.Combine(Checkout.Root, "models")]);
    }

    private static void Child(string name, long messages, string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "escalation")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        var peak = 0L;
        while (!process.WaitForExit(50)) peak = Math.Max(peak, PeakOf(process.Id));
        output.GetAwaiter().GetResult();
        var wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(Line($"escalation {name}, {messages:N0} messages: {messages / wall:N0} messages/s, {wall:0.0} s wall, peak {peak / 1024:N0} MB, exit {process.ExitCode}"));
        if (process.ExitCode != 0) Console.Error.WriteLine(errors.GetAwaiter().GetResult());
    }

    /// <summary>Highest resident size so far, in KB; 0 where the system does not say.</summary>
    private static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static string Line(FormattableString line) => FormattableString.Invariant(line);

    private sealed class Steps
    {
        public long Count { get; set; }
        public (long Ticks, long Bytes) Text { get; set; }
        public (long Ticks, long Bytes) Observe { get; set; }
        public (long Ticks, long Bytes) Derive { get; set; }
        public (long Ticks, long Bytes) Decide { get; set; }
        public (long Ticks, long Bytes) Episodes { get; set; }

        public void Print(string name, (long Ticks, long Bytes) step) =>
            Console.WriteLine(Line($"{name,-32} {step.Ticks * 1e6 / Stopwatch.Frequency / Count,13:0.00} {step.Bytes / (double)Count,17:0}"));
    }
}
