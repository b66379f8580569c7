using System.Diagnostics;
using System.Globalization;

namespace Escalation.Benchmarks.Load;

/// <summary>Who uses the machine's cores between two instants: the service, the generator, and everything else, which disturbs a measurement.</summary>
internal sealed class ProcessorUse(ServedProcess served)
{
    private const double TicksPerSecond = 100;         // USER_HZ of /proc/stat, 100 on every Linux that .NET runs on
    private readonly (TimeSpan Service, TimeSpan Own, double? All) before = Now(served);
    private readonly long started = Stopwatch.GetTimestamp();

    /// <summary>Cores in use since it was made.</summary>
    public string Say()
    {
        var (seconds, now) = (Stopwatch.GetElapsedTime(started).TotalSeconds, Now(served));
        var (service, own) = ((now.Service - before.Service).TotalSeconds, (now.Own - before.Own).TotalSeconds);
        var said = string.Create(CultureInfo.InvariantCulture, $"cores in use: service {service / seconds:0.00}, generator {own / seconds:0.00}");
        return now.All - before.All is { } all ? said + string.Create(CultureInfo.InvariantCulture, $", others {Math.Max(0, all - service - own) / seconds:0.00}") : said;
    }

    private static (TimeSpan Service, TimeSpan Own, double? All) Now(ServedProcess served) => (served.Processor, Environment.CpuUsage.TotalTime, Busy());

    private static double? Busy()
    {
        if (!OperatingSystem.IsLinux()) return null;
        var parts = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        return (parts[0] + parts[1] + parts[2] + parts[5] + parts[6]) / TicksPerSecond;      // user, nice, system, irq, softirq
    }
}
