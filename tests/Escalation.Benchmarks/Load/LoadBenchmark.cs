using System.Diagnostics;
using System.Globalization;
using Escalation.Storage;

namespace Escalation.Benchmarks.Load;

/// <summary>The served API under load: a real process on loopback, its database with synchronous FULL, and a generator beside it on the same machine.</summary>
/// <remarks>
/// Printed beside the fsync of the same folder and an empty endpoint under the same load, since both bound what any service could do here.
/// The generator sends new messages only; after the run the database must hold as many as were answered.
/// </remarks>
internal static class LoadBenchmark
{
    private const int Syncs = 300;
    private static readonly TimeSpan EmptyDuration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MemoryEvery = TimeSpan.FromSeconds(5);

    /// <summary>Prints the table.</summary>
    /// <returns>0; 1 where a request failed, or the database holds another number of messages than were answered.</returns>
    public static async Task<int> RunAsync(LoadPlan plan)
    {
        var folder = Directory.CreateDirectory(Path.Combine(plan.Folder, $"escalation-load-{Environment.ProcessId}"));
        try
        {
            Console.WriteLine($"{plan}; {Environment.ProcessorCount} cores shared by service and generator");
            Console.WriteLine(LoadResult.Header);
            Console.WriteLine(Sync(folder.FullName));
            var database = Path.Combine(folder.FullName, "escalation.db");
            using var served = ServedProcess.Start(database);
            return await MeasureAsync(plan, served, database) ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> MeasureAsync(LoadPlan plan, ServedProcess served, string database)
    {
        var requests = new RequestWriter(plan.Path, plan.Customers);
        var warm = await LoadGenerator.RunAsync(plan, served.Port, requests, 0, plan.WarmUp);
        var empty = plan with { Path = LoadPlan.Empty };
        Console.WriteLine((await LoadGenerator.RunAsync(empty, served.Port, new RequestWriter(empty.Path, 1), 0, EmptyDuration)).Line("empty endpoint"));

        var use = new ProcessorUse(served);
        using var over = new CancellationTokenSource();
        var memory = WatchAsync(served, over.Token);
        var result = await LoadGenerator.RunAsync(plan, served.Port, requests, warm.Count, plan.Duration);
        var cores = use.Say();
        await over.CancelAsync();

        Console.WriteLine(result.Line(plan.Path == LoadPlan.Messages ? "messages, durable" : "analyse"));
        Console.WriteLine(cores + (result.LatenessP99 is { } late ? string.Create(CultureInfo.InvariantCulture, $"; handed over late by p99 {late:0.00} ms, which is in the latencies") : ""));
        SayMemory(await memory);
        var isWhole = plan.Path != LoadPlan.Messages || await HoldsAsync(database, warm.Good + result.Good);
        return isWhole && warm.Good + result.Good == warm.Count + result.Count;
    }

    private static string Sync(string folder)
    {
        var durations = new List<double>(Syncs);
        var block = new byte[4096];
        var began = Stopwatch.GetTimestamp();
        using (var file = File.OpenHandle(Path.Combine(folder, "sync"), FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None))
            for (var i = 0; i < Syncs; i++)
            {
                var started = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, block, (long)i * block.Length);
                RandomAccess.FlushToDisk(file);
                durations.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        return LoadResult.Line("4 KB and fsync, one by one", durations, Stopwatch.GetElapsedTime(began), "");
    }

    private static async Task<List<Resident>> WatchAsync(ServedProcess served, CancellationToken over)
    {
        var seen = new List<Resident>();
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(MemoryEvery);
        do seen.Add(Now());
        while (!over.IsCancellationRequested && await NextAsync(timer, over));
        seen.Add(Now());
        return seen;

        Resident Now() => new(Stopwatch.GetElapsedTime(started).TotalSeconds, served.ResidentMegabytes);
    }

    /// <summary>Memory over time, and by how much it rose once the first minute had filled what is filled once.</summary>
    private static void SayMemory(List<Resident> seen)
    {
        Console.WriteLine("resident MB by second: " + string.Join(", ", seen.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Second:0}: {r.Megabytes:0}"))));
        if (seen.Find(r => r.Second >= 60) is not { Megabytes: > 0 } minute || minute.Second >= seen[^1].Second) return;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"resident after the first minute {minute.Megabytes:0} MB, at the end {seen[^1].Megabytes:0} MB ({(seen[^1].Megabytes / minute.Megabytes) - 1:+0.0%;-0.0%})"));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken over)
    {
        try
        {
            return await timer.WaitForNextTickAsync(over);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<bool> HoldsAsync(string path, int answered)
    {
        var database = EscalationDatabase.At(path);
        var held = (await new MessageStore(database).SummaryAsync(CancellationToken.None)).Count;
        var (_, _, episodes) = await new EpisodeStore(database).CountAsync(default, CancellationToken.None);
        database.Release();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{answered:N0} messages answered, {held:N0} in the database, {episodes:N0} episodes; {new FileInfo(path).Length / 1e6:0} MB, {new FileInfo(path + "-wal").Length / 1e6:0} MB write-ahead log"));
        return held == answered;
    }

    private readonly record struct Resident(double Second, double Megabytes);
}
