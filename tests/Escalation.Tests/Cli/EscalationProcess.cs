using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Escalation.Cli;

namespace Escalation.Tests.Cli;

/// <summary>What a run of the executable answered.</summary>
internal sealed record Ran(int Exit, string Output, string Error)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Ended as expected and never by an unhandled exception.</summary>
    public Ran Ended(int exit)
    {
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.True(Exit == exit, $"exit {Exit}, not {exit}\n{Error}\n{Output}");
        return this;
    }

    public Ran Says(params string[] expected)
    {
        foreach (var part in expected) Assert.Contains(part, Error, StringComparison.Ordinal);
        return this;
    }
}

/// <summary>The executable as people run it: a process of its own in a folder of its own.</summary>
internal static class EscalationProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static Task<Ran> RunAsync(string folder, params string[] args) => RunAsync(folder, null, args);

    public static Task<Ran> RunAsync(string folder, string? input, string[] args) => EndedAsync(Start(folder, args), input);

    /// <summary>The executable of another folder, for example of one where a part is missing.</summary>
    public static Task<Ran> RunInstalledAsync(string program, string folder, params string[] args) => EndedAsync(StartInstalled(program, folder, args), null);

    private static async Task<Ran> EndedAsync(Process started, string? input)
    {
        using var process = started;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await EndAsync(process);
        return new Ran(process.ExitCode, await output, await error);
    }

    public static Process Start(string folder, params string[] args) => StartInstalled(AppContext.BaseDirectory, folder, args);

    private static Process StartInstalled(string program, string folder, string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(program, typeof(CommandTree).Assembly.GetName().Name + ".dll"), .. args])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        return Process.Start(start)!;
    }

    /// <summary>Sends Ctrl-C.</summary>
    public static Task InterruptAsync(Process process) => SignalAsync(process, "INT");

    /// <summary>Sends a signal, such as STOP, by its name without SIG.</summary>
    public static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public static async Task EndAsync(Process process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
