using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Escalation.Benchmarks.Load;

/// <summary>Sends requests at their intended times, or as fast as they are answered, and measures.</summary>
internal static class LoadGenerator
{
    /// <summary>Sends until the time is over and every request is answered.</summary>
    /// <param name="plan">What is sent; its duration is <paramref name="duration"/> here.</param>
    /// <param name="port">Where the server listens on loopback.</param>
    /// <param name="requests">Their bytes.</param>
    /// <param name="first">The number of the first request.</param>
    /// <param name="duration">How long new ones are sent.</param>
    public static async Task<LoadResult> RunAsync(LoadPlan plan, int port, RequestWriter requests, int first, TimeSpan duration)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, plan.Connections).Select(_ => LoadConnection.OpenAsync(port)));
        var started = Stopwatch.GetTimestamp();
        var result = new LoadResult(started);
        try
        {
            if (plan.Rate is { } rate) await OpenLoopAsync(connections, requests, first, rate, duration, result);
            else await ClosedLoopAsync(connections, requests, first, duration, result);
        }
        finally
        {
            foreach (var connection in connections) connection.Dispose();
        }
        result.End();
        return result;
    }

    private static async Task OpenLoopAsync(LoadConnection[] connections, RequestWriter requests, int first, int rate, TimeSpan duration, LoadResult result)
    {
        var due = Channel.CreateUnbounded<(int Number, long Intended)>(new UnboundedChannelOptions { SingleWriter = true });
        var schedule = new Thread(() => Schedule(due.Writer, first, rate, duration, result)) { IsBackground = true, Priority = ThreadPriority.AboveNormal };
        var work = connections.Select(c => Task.Run(async () =>
        {
            await foreach (var (number, intended) in due.Reader.ReadAllAsync()) await SendAsync(c, requests.Write(number), intended, result);
        })).ToArray();
        schedule.Start();
        await Task.WhenAll(work);
    }

    /// <remarks>What falls due while it sleeps is handed over late, and its latency counts from when it was due.</remarks>
    private static void Schedule(ChannelWriter<(int, long)> due, int first, int rate, TimeSpan duration, LoadResult result)
    {
        var random = new Random(first);
        var next = (double)result.Started;
        var end = result.Started + (duration.TotalSeconds * Stopwatch.Frequency);
        for (var number = first; next < end;)
        {
            var now = Stopwatch.GetTimestamp();
            for (; next <= now && next < end; next -= Math.Log(1 - random.NextDouble()) * Stopwatch.Frequency / rate)
            {
                due.TryWrite((number++, (long)next));
                result.HandedOver(now - (long)next);
            }
            Thread.Sleep(1);
        }
        due.Complete();
    }

    private static async Task ClosedLoopAsync(LoadConnection[] connections, RequestWriter requests, int first, TimeSpan duration, LoadResult result)
    {
        var number = first - 1;
        await Task.WhenAll(connections.Select(c => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(result.Started) < duration)
            {
                var request = requests.Write(Interlocked.Increment(ref number));
                if (!await SendAsync(c, request, Stopwatch.GetTimestamp(), result)) return;
            }
        })));
    }

    private static async Task<bool> SendAsync(LoadConnection connection, byte[] request, long intended, LoadResult result)
    {
        try
        {
            var status = await connection.SendAsync(request);
            result.Answered(status, Stopwatch.GetTimestamp() - intended);
            return true;
        }
        catch (SocketException)
        {
            result.Answered(0, Stopwatch.GetTimestamp() - intended);
            return false;
        }
    }
}
