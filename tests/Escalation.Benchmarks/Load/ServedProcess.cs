using System.Diagnostics;
using System.Text.Json;

namespace Escalation.Benchmarks.Load;

/// <summary>The real executable, <c>escalation serve</c>, with the checkout's rules and models, on a free port.</summary>
internal sealed class ServedProcess : IDisposable
{
    private readonly Process process;

    private ServedProcess(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Its id.</summary>
    public int Id => process.Id;

    /// <summary>Resident memory in MB.</summary>
    public double ResidentMegabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Processor time so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; standard error says why.</exception>
    public static ServedProcess Start(string database)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "escalation"),
            ["serve", "--json", "--urls", "http://127.0.0.1:0", "--database", database, "--rules", Path.Combine(Checkout.Root, "rules"), "--models", Path.Combine(Checkout.Root, "models")])
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine() is { } line)
        {
            using var said = JsonDocument.Parse(line);
            return new ServedProcess(process, new Uri(said.RootElement.GetProperty("address").GetString()!).Port);
        }
        process.WaitForExit();
        throw new InvalidOperationException($"escalation serve ended with {process.ExitCode}");
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
