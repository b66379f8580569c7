using System.Diagnostics;
using System.Globalization;

namespace Escalation.Cli.Commands;

/// <summary>Rate, percent and time left on standard error: one line that is rewritten on a terminal, a line every ten seconds elsewhere.</summary>
internal sealed class ReplayProgress(string what, Func<long> total)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly bool isTerminal = !Console.IsErrorRedirected;
    private TimeSpan next = TimeSpan.FromSeconds(1);

    /// <summary>How long it has run.</summary>
    public TimeSpan Elapsed => watch.Elapsed;

    /// <summary>Shows where it is, where enough time has passed since.</summary>
    public void Report(long done)
    {
        var elapsed = watch.Elapsed;
        if (elapsed < next) return;
        next = elapsed + (isTerminal ? TimeSpan.FromMilliseconds(250) : TimeSpan.FromSeconds(10));
        var rate = done / elapsed.TotalSeconds;
        var (all, left) = (total(), "");
        if (all > 0 && rate > 0)
            left = string.Create(CultureInfo.InvariantCulture, $", {Math.Min(100, 100.0 * done / all):0} %, {TimeSpan.FromSeconds(Math.Max(0, all - done) / rate):hh\\:mm\\:ss} left");
        var line = string.Create(CultureInfo.InvariantCulture, $"{done:N0} {what}, {rate:N0}/s{left}");
        if (isTerminal) Console.Error.Write("\r" + line.PadRight(78));
        else Console.Error.WriteLine(line);
    }

    /// <summary>Clears the line on a terminal.</summary>
    public void End()
    {
        if (isTerminal && next > TimeSpan.FromSeconds(1)) Console.Error.Write("\r" + new string(' ', 78) + "\r");
    }
}
