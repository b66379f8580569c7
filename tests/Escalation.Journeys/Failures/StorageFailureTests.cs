using System.Diagnostics;
using System.Net.Http.Json;
using Escalation.Storage;
using Microsoft.Data.Sqlite;

namespace Escalation.Journeys.Failures;

/// <summary>A disk that is full and a file that is locked while messages come in: refused with the way out, nothing acknowledged lost, and on it goes.</summary>
public sealed class StorageFailureTests
{
    private const int AnalysisText = 20_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task At_the_limit_of_the_file_messages_are_refused_with_503_until_there_is_space()
    {
        await using var running = await RunningService.StartAsync();
        var pages = await running.Service.Database.QueryAsync<int>("SELECT page_count FROM pragma_page_count", null, Cancellation);
        running.Service.Database.LimitPages(pages.Single() + 40);
        var acknowledged = await FillAsync(running);
        running.Service.Database.LimitPages(int.MaxValue - 1);
        await GoesOnAsync(running, acknowledged);
    }

    [Fact]
    public async Task On_a_full_disk_messages_are_refused_with_503_until_there_is_space()
    {
        using var scratch = new Scratch();
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !await MountAsync("-t", "tmpfs", "-o", "size=1m", "tmpfs", scratch.Folder))
        {
            Assert.Skip("a small file system of its own can be mounted by root on Linux only");
            return;
        }
        try
        {
            await using var running = await RunningService.StartAsync(database: $"Data Source={scratch.At("escalation.db")};Default Timeout=1");
            var acknowledged = await FillAsync(running);
            Assert.True(await MountAsync("-o", "remount,size=64m", scratch.Folder));
            await GoesOnAsync(running, acknowledged);
        }
        finally
        {
            await RunAsync("umount", "-l", scratch.Folder);
        }
    }

    [Fact]
    public async Task On_a_disk_that_can_only_be_read_it_does_not_start_and_says_so()
    {
        using var scratch = new Scratch();
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !await MountAsync("-t", "tmpfs", "-o", "size=64m", "tmpfs", scratch.Folder))
        {
            Assert.Skip("a small file system of its own can be mounted by root on Linux only");
            return;
        }
        try
        {
            var path = scratch.At("escalation.db");
            await using (var before = await RunningService.StartAsync(database: path)) Assert.Equal(201, (await before.PostAsync("/api/v1/messages", Sent.Message("1"))).Status);
            Assert.True(await MountAsync("-o", "remount,ro", scratch.Folder));
            var refused = await Assert.ThrowsAsync<StorageException>(() => RunningService.StartAsync(database: path));
            Assert.Equal(StorageProblem.NotWritable, refused.Problem);
            Assert.StartsWith(path, refused.Message, StringComparison.Ordinal);
            Assert.Contains("check that the folder exists and that this user may write to it", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await RunAsync("umount", "-l", scratch.Folder);
        }
    }

    [Fact]
    public async Task While_another_holds_the_lock_messages_are_refused_and_reading_goes_on()
    {
        using var scratch = new Scratch();
        var path = scratch.At("escalation.db");
        await using var running = await RunningService.StartAsync(database: $"Data Source={path};Default Timeout=1");
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("1", Sent.LegalThreat))).Status);
        await using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await other.OpenAsync(Cancellation);
            await using var holding = other.BeginTransaction(deferred: false);
            await RefusedAsync(running, Sent.Message("2"), "is locked for writing by");
            Assert.Equal(200, (await running.GetAsync("/api/v1/escalations/t-c1%231")).Status);
            Assert.Equal(200, (await running.PostAsync("/api/analyze-escalation", new { text = Sent.LegalThreat })).Status);
            var (status, health) = await running.GetAsync("/health/ready");
            Assert.Equal((503, "not_ready"), (status, health.GetProperty("status").GetString()));
        }
        Assert.Equal(200, (await running.GetAsync("/health/ready")).Status);
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("2"))).Status);
    }

    [Fact]
    public async Task A_lock_held_by_another_process_is_named_with_that_process()
    {
        using var scratch = new Scratch();
        var path = scratch.At("escalation.db");
        await using var serve = await Serving.ServeProcess.StartAsync($"Data Source={path};Default Timeout=1");
        Assert.Equal(201, (int)(await serve.Client.PostAsJsonAsync("/api/v1/messages", Sent.Message("1"), Cancellation)).StatusCode);
        await using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await other.OpenAsync(Cancellation);
            await using var holding = other.BeginTransaction(deferred: false);
            using var refused = await serve.Client.PostAsJsonAsync("/api/v1/messages", Sent.Message("2"), Cancellation);
            Assert.Equal(503, (int)refused.StatusCode);
            var holder = OperatingSystem.IsLinux() ? $"process {Environment.ProcessId} (" : "another program";
            Assert.Contains($"{path} is locked for writing by {holder}", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
        Assert.Equal(201, (int)(await serve.Client.PostAsJsonAsync("/api/v1/messages", Sent.Message("2"), Cancellation)).StatusCode);
    }

    /// <summary>Sends messages until one is refused, as it should be.</summary>
    private static async Task<List<Dictionary<string, object?>>> FillAsync(RunningService running)
    {
        var acknowledged = new List<Dictionary<string, object?>>();
        for (var i = 0; i < 500; i++)
        {
            var message = Sent.Message($"m{i:000}", string.Concat(Enumerable.Repeat("Where is it? ", AnalysisText / 13)), customer: $"c{i:000}");
            using var response = await running.Client.PostAsJsonAsync("/api/v1/messages", message, Cancellation);
            if ((int)response.StatusCode != 201)
            {
                await RefusedAsync(running, message, "full; nothing recorded before is lost");
                return acknowledged;
            }
            acknowledged.Add(message);
        }
        throw new InvalidOperationException("the disk did not fill up");
    }

    private static async Task RefusedAsync(RunningService running, Dictionary<string, object?> message, string reason)
    {
        using var response = await running.Client.PostAsJsonAsync("/api/v1/messages", message, Cancellation);
        var said = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal((503, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains(running.Service.Database.Place, said, StringComparison.Ordinal);
        Assert.Contains(reason, said, StringComparison.Ordinal);
    }

    private static async Task GoesOnAsync(RunningService running, List<Dictionary<string, object?>> acknowledged)
    {
        Assert.NotEmpty(acknowledged);
        Assert.Equal(200, (await running.GetAsync("/health/ready")).Status);
        foreach (var message in acknowledged) Assert.Equal(200, (await running.PostAsync("/api/v1/messages", message)).Status);
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("after", Sent.LegalThreat, customer: "after"))).Status);
        Assert.Equal(acknowledged.Count + 1, (await running.Service.Messages.SummaryAsync(Cancellation)).Count);
    }

    private static Task<bool> MountAsync(params string[] arguments) => RunAsync("mount", arguments);

    private static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }
}
