using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Rules;
using Escalation.Service;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Escalation.Benchmarks.Notifications;

/// <summary>From the answer to a message until its mail is whole at a real SMTP server, at a steady rate of escalations; the default rules and model, SQLite, loopback.</summary>
internal static class NotifyBenchmark
{
    private const string Text = "This is the third broken invoice. I have spoken to my lawyer and we will sue you.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static int Run(int escalations, int aMinute) => RunAsync(escalations, aMinute).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(int escalations, int aMinute)
    {
        var folder = Directory.CreateTempSubdirectory("escalation-notify-");
        try
        {
            var answer = Path.Combine(folder.FullName, "answer.txt");
            await File.WriteAllTextAsync(answer, "250 OK");
            using var sink = StartSink(answer);
            if (sink is null || await sink.StandardOutput.ReadLineAsync() is not { } port)
            {
                await Console.Error.WriteLineAsync("the mail server did not start; install the package python3-aiosmtpd");
                return 3;
            }
            try
            {
                await MeasureAsync(folder.FullName, int.Parse(port, CultureInfo.InvariantCulture), sink, escalations, aMinute);
                return 0;
            }
            finally
            {
                sink.Kill();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(string folder, int port, Process sink, int escalations, int aMinute)
    {
        var settings = $$$"""{"channels":{"mail":{"kind":"smtp","host":"127.0.0.1","port":{{{port}}},"security":"none","from":"e@desk.example"}},"recipients":[{"channel":"mail","to":"duty@desk.example"}]}""";
        var rules = RuleSetLoader.Load(RuleFiles.BuiltIn().With("notifications.json", Encoding.UTF8.GetBytes(settings)), FailingCases.NotRun).RuleSet!;
        var models = ModelRegistry.Open(null);
        var options = new ServiceOptions
        {
            Database = Path.Combine(folder, "notify.db"),
            Rules = rules,
            Models = models,
            Frustration = models.Choose(FrustrationModel.Target).Entry!.Load(),
            Urls = ["http://127.0.0.1:0"],
        };
        await using var service = await EscalationService.StartAsync(options, NullLogger.Instance, CancellationToken.None);
        await using var app = ServiceHost.Create(service, l => l.ClearProviders());
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        var (accepted, handed) = (new ConcurrentDictionary<string, long>(), new ConcurrentDictionary<string, long>());
        var reading = ReadAsync(sink, handed, escalations);
        var started = Stopwatch.GetTimestamp();
        var posts = new List<Task>();
        for (var i = 0; i < escalations; i++)
        {
            var due = TimeSpan.FromMinutes(i / (double)aMinute) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero) await Task.Delay(due);
            posts.Add(PostAsync(client, $"t{i}", accepted));
        }
        await Task.WhenAll(posts);
        await reading.WaitAsync(Patience);
        await app.StopAsync();
        double[] waits = [.. accepted.Select(a => (handed[a.Key] - a.Value) / 1e6).Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{waits.Length} escalations, {aMinute} a minute: from the answer to the message until its mail is whole at the SMTP server"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  p50 {At(waits, .5):0} ms, p90 {At(waits, .9):0} ms, p99 {At(waits, .99):0} ms, most {waits[^1]:0} ms"));
    }

    private static async Task PostAsync(HttpClient client, string ticket, ConcurrentDictionary<string, long> accepted)
    {
        var message = new { source = "bench", externalId = ticket, ticketId = ticket, customerId = "c-" + ticket, channel = "email", author = "customer", at = DateTimeOffset.UtcNow, text = Text };
        using var response = await client.PostAsJsonAsync("/api/v1/messages", message);
        accepted[ticket] = Now();
        response.EnsureSuccessStatusCode();
    }

    private static async Task ReadAsync(Process sink, ConcurrentDictionary<string, long> handed, int mails)
    {
        while (handed.Count < mails && await sink.StandardOutput.ReadLineAsync() is { } line)
        {
            using var said = JsonDocument.Parse(line);
            if (said.RootElement.GetProperty("event").GetString() != "data") continue;
            var subject = Encoding.UTF8.GetString(said.RootElement.GetProperty("content").GetBytesFromBase64()).Split('\n').First(l => l.StartsWith("Subject: ", StringComparison.Ordinal));
            handed[subject.Split(' ')[3]] = said.RootElement.GetProperty("atNs").GetInt64();
        }
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)];

    /// <summary>Nanoseconds since 1970, as the server's clock says them too.</summary>
    private static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    private static Process? StartSink(string answer)
    {
        foreach (var python in (string[])["/usr/bin/python3", "python3"])
            if (ExternalTool.Run(python, "install the package python3-aiosmtpd", null, "-c", "import aiosmtpd") is not null)
                return Process.Start(new ProcessStartInfo(python, ["-u", Path.Combine(AppContext.BaseDirectory, "Notifications", "smtp-sink.py"), "0", answer]) { RedirectStandardOutput = true });
        return null;
    }
}
