using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Escalation.Storage;

namespace Escalation.Journeys.Serving;

/// <summary>The real executable, <c>escalation serve</c>, as a process of its own on a free port.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process process;
    private readonly StringBuilder errors;

    private ServeProcess(Process process, StringBuilder errors, string address)
    {
        (this.process, this.errors) = (process, errors);
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };
    }

    public HttpClient Client { get; }

    public string Errors
    {
        get
        {
            lock (errors) return errors.ToString();
        }
    }

    /// <summary>Starts it and waits until it listens; fails with what it said where it ends instead.</summary>
    public static async Task<ServeProcess> StartAsync(string database, params string[] options)
    {
        var process = Launch(database, options, out var errors);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            if (line is not null) return new ServeProcess(process, errors, JsonDocument.Parse(line).RootElement.GetProperty("address").GetString()!);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            throw new InvalidOperationException($"serve ended with {process.ExitCode}: {errors}");
        }
        catch
        {
            if (!process.HasExited) process.Kill();
            throw;
        }
    }

    /// <summary>Starts one that must end by itself.</summary>
    /// <returns>Its exit code and what it wrote to standard error.</returns>
    public static async Task<(int ExitCode, string Errors)> RefusedAsync(string database, params string[] options)
    {
        using var process = Launch(database, options, out var errors);
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
        lock (errors) return (process.ExitCode, errors.ToString());
    }

    /// <summary>Ends it as kill -9 does: nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited) await KillAsync();
        process.Dispose();
    }

    private static Process Launch(string database, string[] options, out StringBuilder errors)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "escalation"), ["serve", "--database", database, "--urls", "http://127.0.0.1:0", "--json", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(EscalationDatabase.At(database).Place)!,
        };
        var said = errors = new StringBuilder();
        var process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said) said.AppendLine(line.Data);
        };
        process.Start();
        process.BeginErrorReadLine();
        return process;
    }
}
