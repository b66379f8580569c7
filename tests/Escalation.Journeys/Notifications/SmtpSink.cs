using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MimeKit;

namespace Escalation.Journeys.Notifications;

/// <summary>A real mail server (Debian's python3-aiosmtpd) in a process of its own, whose answers a test chooses.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    public const string Accept = "250 OK";
    public const string Hold = "hold";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Pythons = ["/usr/bin/python3", "python3"];        // the package is the distribution's, and so must the interpreter be
    private static readonly Lazy<Task<string?>> Python = new(FindPythonAsync);
    private readonly Process process;
    private readonly string answerFile;
    private readonly List<JsonElement> lines = [];
    private TaskCompletionSource more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SmtpSink(Process process, string answerFile, int port)
    {
        (this.process, this.answerFile, Port) = (process, answerFile, port);
        _ = ReadAsync();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    /// <summary>Every mail that came in whole, whatever was answered.</summary>
    public IReadOnlyList<MimeMessage> Mails => [.. Of("data").Select(l => MimeMessage.Load(new MemoryStream(l.GetProperty("content").GetBytesFromBase64())))];

    /// <summary>How many were answered with acceptance.</summary>
    public int Accepted => Of("answered").Count(l => l.GetProperty("answer").GetString()!.StartsWith("250", StringComparison.Ordinal));

    /// <summary>Starts one; the test is skipped, visibly, where aiosmtpd is missing.</summary>
    public static async Task<SmtpSink> StartAsync(Scratch scratch, string answer = Accept, int port = 0)
    {
        var python = await Python.Value;
        Assert.SkipWhen(python is null, "python3-aiosmtpd is not installed: install the package python3-aiosmtpd");
        var file = scratch.At("smtp-answer.txt");
        await File.WriteAllTextAsync(file, answer);
        var process = Start(python, ["-u", Path.Combine(AppContext.BaseDirectory, "Notifications", "smtp-sink.py"), port.ToString(System.Globalization.CultureInfo.InvariantCulture), file]);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
        return new SmtpSink(process, file, int.Parse(line ?? throw new InvalidOperationException("the mail server did not start"), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>A port on which nobody listens.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Answers so from now on; what is held is answered.</summary>
    public void Answer(string answer)
    {
        File.WriteAllText(answerFile + ".new", answer);
        File.Move(answerFile + ".new", answerFile, overwrite: true);
    }

    /// <summary>Waits until so many mails came in whole.</summary>
    public Task CameAsync(int mails) => UntilAsync(() => Of("data").Count >= mails, $"{mails} mails");

    /// <summary>Waits until so many mails were accepted.</summary>
    public Task AcceptedAsync(int mails) => UntilAsync(() => Accepted >= mails, $"{mails} accepted mails");

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    private async Task UntilAsync(Func<bool> holds, string what)
    {
        while (true)
        {
            Task next;
            lock (lines)
            {
                if (holds()) return;
                next = more.Task;
            }
            try
            {
                await next.WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"{what} did not come; {Of("data").Count} came, {Accepted} were accepted");
            }
        }
    }

    private List<JsonElement> Of(string name)
    {
        lock (lines) return [.. lines.Where(l => l.GetProperty("event").GetString() == name)];
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
            lock (lines)
            {
                lines.Add(JsonDocument.Parse(line).RootElement);
                more.SetResult();
                more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
    }

    private static async Task<string?> FindPythonAsync()
    {
        foreach (var candidate in Pythons)
        {
            try
            {
                using var python = Start(candidate, ["-c", "import aiosmtpd"]);
                await python.StandardError.ReadToEndAsync();
                await python.WaitForExitAsync();
                if (python.ExitCode == 0) return candidate;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // There is no such interpreter; perhaps the next one.
            }
        }
        return null;
    }

    private static Process Start(string python, string[] arguments) => Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
