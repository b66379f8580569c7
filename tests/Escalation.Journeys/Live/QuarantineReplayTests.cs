using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.History.Formats;
using Escalation.Replay.Deciding;
using Escalation.Rules;
using Escalation.Storage;

namespace Escalation.Journeys.Live;

/// <summary>A history in which rules were quarantined, and let go again, is decided as it was by a replay that knows of it.</summary>
public sealed class QuarantineReplayTests : IDisposable
{
    private readonly Scratch scratch = new();
    private int sent;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Database => $"Data Source={scratch.At("escalation.db")};Default Timeout=5";

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Replay_with_exceptions_gives_the_recorded_decisions_again_and_without_them_others()
    {
        var rules = SmallRules.Loaded(SmallRules.Files(
            ""","quarantine":{"errors":3,"evaluations":5}""", [SmallRules.RoutingRule("broken", SmallRules.Throwing), SmallRules.RoutingRule("all", "true")],
            [SmallRules.Rule("throws", SmallRules.Throwing), SmallRules.Rule("any", "message.WordCount > 0")]));
        List<JsonElement> live = [];
        byte[] history;
        IReadOnlyList<RuleException> recorded;
        Configuration configuration;
        await using (var running = await RunningService.StartAsync(database: Database, rules: rules))
        {
            live.AddRange(await SendAsync(running, 5));
            await running.Service.Quarantines.EndAsync("throws", "Ann", "mended", running.Service.Options.Time, Cancellation);
            live.AddRange(await SendAsync(running, 2));
            history = await HistoryAsync(running);
            recorded = [.. (await running.Service.Snoozes.AllAsync(Cancellation)).Select(e => e.Exception)];
            configuration = new Configuration(rules, running.Service.Configuration.Frustration, null);
        }
        Assert.Equal(["broken", "throws"], recorded.Select(e => e.Rule).Order());
        Assert.Equal([true, true, true, false, false, true, true], live.Select(d => d.GetProperty("degraded").GetBoolean()));

        AreEqual(live, Decided(history, configuration.With(recorded)));
        Assert.All(Decided(history, configuration), d => Assert.True(d.GetProperty("degraded").GetBoolean()));

        await File.WriteAllBytesAsync(scratch.At("history.jsonl"), history, Cancellation);
        var folder = Written(rules.Files);
        Assert.Equal(5, await DegradedAsync("--rules", folder, "--exceptions", "--database", Database));
        Assert.Equal(7, await DegradedAsync("--rules", folder));
    }

    private static void AreEqual(List<JsonElement> live, List<JsonElement> replayed)
    {
        Assert.Equal(live.Count, replayed.Count);
        for (var i = 0; i < live.Count; i++)
        {
            Assert.All(["recommendation", "signals", "route", "degraded", "configuration"], (string part) =>
                Assert.True(JsonElement.DeepEquals(live[i].GetProperty(part), replayed[i].GetProperty(part)), $"{i}, {part}: live {live[i].GetProperty(part)}, replayed {replayed[i].GetProperty(part)}"));
            Assert.Equal(Excepted(live[i]), Excepted(replayed[i]));
        }

        static string[] Excepted(JsonElement decision) => decision.TryGetProperty("excepted", out var list) ? [.. list.EnumerateArray().Select(e => e.GetProperty("rule").GetString()!)] : [];
    }

    private async Task<List<JsonElement>> SendAsync(RunningService running, int number)
    {
        var decisions = new List<JsonElement>();
        for (var i = 0; i < number; i++, sent++)
        {
            var (status, answer) = await running.PostAsync("/api/v1/messages", Sent.Message($"m{sent}", customer: $"customer-{sent}"));
            Assert.Equal(201, status);
            decisions.Add(answer.GetProperty("decision"));
        }
        return decisions;
    }

    private static async Task<byte[]> HistoryAsync(RunningService running)
    {
        using var lines = new MemoryStream();
        using (var writer = new HistoryJsonWriter(lines))
            await foreach (var record in new HistoryStore(running.Service.Database).StreamAsync(null, Cancellation)) writer.Write(record);
        return lines.ToArray();
    }

    private static List<JsonElement> Decided(byte[] history, Configuration configuration)
    {
        using var output = new MemoryStream();
        DecideRun.Run(new MemoryStream(history), "recorded", output, configuration, new DecideOptions(NodaTime.SystemClock.Instance.GetCurrentInstant()), new InputSummary(), Cancellation);
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
    }

    private string Written(RuleFiles files)
    {
        foreach (var (path, content) in files.Content)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(scratch.At("rules/" + path))!);
            File.WriteAllBytes(scratch.At("rules/" + path), content);
        }
        return scratch.At("rules");
    }

    private async Task<int> DegradedAsync(params string[] options)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "escalation"), ["replay", "--history", scratch.At("history.jsonl"), "--json", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = scratch.Folder,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, await errors);
        return JsonDocument.Parse(await output).RootElement.GetProperty("arms")[0].GetProperty("degraded").GetInt32();
    }
}
