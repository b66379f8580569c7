using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Escalation.Core.Failures;
using Escalation.Storage;

namespace Escalation.Journeys.Serving;

/// <summary>The real executable, <c>escalation serve</c>, as a process of its own on a free port.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process process;
    private readonly StringBuilder errors;
    private readonly TaskCompletionSource paused;

    private ServeProcess(Process process, StringBuilder errors, TaskCompletionSource paused, string address)
    {
        (this.process, this.errors, this.paused) = (process, errors, paused);
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };
    }

    public HttpClient Client { get; }

    /// <summary>Ends when it comes to the place that it was asked to pause at.</summary>
    public Task Paused => paused.Task;

    public string Errors
    {
        get
        {
            lock (errors) return errors.ToString();
        }
    }

    /// <summary>Starts it and waits until it listens; fails with what it said where it ends instead.</summary>
    public static Task<ServeProcess> StartAsync(string database, params string[] options) => StartAsync(database, null, options);

    /// <summary>As <see cref="StartAsync(string, string[])"/>, with a place to pause at; see <see cref="PausePoint"/>.</summary>
    public static async Task<ServeProcess> StartAsync(string database, string? pause, string[] options)
    {
        var process = Launch(ServeArguments(database, options), FolderOf(database), pause, out var errors, out var paused);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            if (line is not null) return new ServeProcess(process, errors, paused, JsonDocument.Parse(line).RootElement.GetProperty("address").GetString()!);
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
        using var process = Launch(ServeArguments(database, options), FolderOf(database), null, out var errors, out _);
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

    /// <summary>Runs any command of the executable until it comes to a place, and ends it there as kill -9 does.</summary>
    /// <param name="pause">The place; null = it ends by itself.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">The command.</param>
    /// <returns>Whether it was killed, and what it wrote to standard error; the exit code counts where it was not.</returns>
    public static async Task<(bool Killed, int ExitCode, string Errors)> RunAsync(string? pause, string folder, params string[] arguments)
    {
        using var process = Launch(arguments, folder, pause, out var errors, out var paused);
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        try
        {
            var ended = process.WaitForExitAsync(TestContext.Current.CancellationToken);
            var killed = await Task.WhenAny(paused.Task, ended).WaitAsync(Patience, TestContext.Current.CancellationToken) == paused.Task;
            if (killed) process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            lock (errors) return (killed, process.ExitCode, errors.ToString());
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
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

    private static string[] ServeArguments(string database, string[] options) => ["serve", "--database", database, "--urls", "http://127.0.0.1:0", "--json", .. options];

    private static string FolderOf(string database) => Path.GetDirectoryName(EscalationDatabase.At(database).Place)!;

    private static Process Launch(string[] arguments, string folder, string? pause, out StringBuilder errors, out TaskCompletionSource paused)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "escalation"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment[PausePoint.Variable] = pause;
        var said = errors = new StringBuilder();
        var reached = paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said) said.AppendLine(line.Data);
            if (line.Data?.StartsWith("paused: ", StringComparison.Ordinal) == true) reached.TrySetResult();
        };
        process.Start();
        process.BeginErrorReadLine();
        return process;
    }
}
