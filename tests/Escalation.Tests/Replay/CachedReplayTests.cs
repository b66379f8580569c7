using Escalation.Core.Tickets;
using Escalation.Replay;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Replay.Reports;
using Escalation.Tests.History;
using Escalation.Tests.History.Synthetic;
using NodaTime;

namespace Escalation.Tests.Replay;

public sealed class CachedReplayTests : IDisposable
{
    private const string Hash = "fedcba9876543210fedcba9876543210";
    private readonly ScratchFolder cache = new();
    private int readings;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IReadOnlyList<HistoryRecord> Records => Generated.History.Records;

    public void Dispose() => cache.Dispose();

    private AnalyzedHistory History(IReadOnlyList<HistoryRecord> records) => new(cache.Path, Hash, _ =>
    {
        readings++;
        return records;
    });

    [Fact]
    public void Cached_facts_make_the_same_report_by_any_number_of_threads_and_the_history_is_read_once()
    {
        List<ReplayArm> arms = [new("live", SomeRules.Configuration, IsLive: true), new("candidate", SomeHistory.Alarm)];
        using var direct = ReplayEngine.Run(arms, Records, new ReplayOptions { AllSlices = true }, Cancellation);
        foreach (var workers in (int[])[1, 2, 4])
        {
            using var history = History(Records);
            using var cached = ReplayEngine.Run(arms, history, new ReplayOptions { Workers = workers, AllSlices = true }, Cancellation);
            Assert.Equal(ReportJson.HashOf(direct), ReportJson.HashOf(cached));
        }
        Assert.Equal(1, readings);
        Assert.True(direct.Comparisons[0].Changes.Values.Sum() > 100, "nothing differs");
    }

    [Fact]
    public void A_window_is_the_same_window()
    {
        var (from, to) = (Records[4_000].Received, Records[16_000].Received);
        var options = new ReplayOptions { From = from, To = to };
        using var history = History(Records);
        using var cached = ReplayEngine.Run([new("candidate", SomeRules.Configuration)], history, options, Cancellation);
        using var direct = ReplayEngine.Run([new("candidate", SomeRules.Configuration)], Records, options, Cancellation);
        Assert.Equal(ReportJson.HashOf(direct), ReportJson.HashOf(cached));
        Assert.InRange(cached.Arms[0].Messages, 100, Records.Count - 1);
    }

    [Fact]
    public void Late_and_unordered_deliveries_merges_and_incidents_are_the_same_from_the_cache()
    {
        var random = new Random(53);
        List<HistoryRecord> records =
        [
            .. Generated.History.Records.TakeLast(4000).Select(r => random.Next(4) == 0 ? r with { ReceivedAt = r.Received + Duration.FromMinutes(random.Next(1, 4000)) } : r),
            .. Enumerable.Range(0, 8).Select(i => Some.Message("The app crashes with an error", Some.Noon + Duration.FromMinutes(i), "o" + i, "oc" + i, product: "app", id: "om" + i) with { Language = "en" }),
            Some.Event(EventKind.Merged, Some.Noon + Duration.FromHours(1), "o7") with { Id = "merge", ToTicket = new TicketId("o1") },
            Some.Message("The app crashes again", Some.Noon + Duration.FromHours(2), "o7", "oc7", product: "app", id: "after") with { Language = "en" },
        ];
        records.Sort(HistoryOrder.Instance);
        using var history = History(records);
        using var cached = ReplayEngine.Run([new("candidate", SomeRules.Configuration)], history, new ReplayOptions(), Cancellation);
        using var direct = ReplayEngine.Run([new("candidate", SomeRules.Configuration)], records, new ReplayOptions(), Cancellation);
        Assert.Equal(ReportJson.HashOf(direct), ReportJson.HashOf(cached));
        Assert.True(direct.View.OutOfOrder > 50, "nothing came out of order");
        Assert.Contains(direct.Arms[0].Rules, r => r.Rule == "multi_user_incident");
    }

    [Fact]
    public void An_incident_that_starts_again_while_the_escalation_of_the_one_before_is_open_is_the_same_from_the_cache()
    {
        IEnumerable<HistoryRecord> Storm(string name, Instant from) => Enumerable.Range(0, 12).Select(i =>
            Some.Message("The app crashes with an error", from + Duration.FromMinutes(i), $"{name}{i}", $"{name}c{i}", product: "app", id: $"{name}m{i}") with { Language = "en" });
        List<HistoryRecord> records = [.. Storm("one", Some.Noon), .. Storm("two", Some.Noon + Duration.FromHours(9))];
        using var history = History(records);
        using var cached = ReplayEngine.Run([new("candidate", SomeRules.Configuration)], history, new ReplayOptions(), Cancellation);
        using var direct = ReplayEngine.Run([new("candidate", SomeRules.Configuration)], records, new ReplayOptions(), Cancellation);
        Assert.Equal(ReportJson.HashOf(direct), ReportJson.HashOf(cached));
        Assert.Equal(2, direct.Arms[0].Volumes.Sum(v => v.ByHour.Sum()));
    }

    [Fact]
    public void A_damaged_or_missing_part_of_the_cache_is_made_anew()
    {
        List<ReplayArm> arms = [new("candidate", SomeRules.Configuration)];
        string Run()
        {
            using var history = History(Records);
            using var result = ReplayEngine.Run(arms, history, new ReplayOptions(), Cancellation);
            return ReportJson.HashOf(result);
        }
        var hash = Run();
        foreach (var file in Directory.GetFiles(cache.Path, "*.col", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(file, bytes);
            Assert.Equal(hash, Run());
        }
        File.Delete(Directory.GetFiles(cache.Path, "tape.col", SearchOption.AllDirectories).Single());
        Assert.Equal(hash, Run());
    }

    [Fact]
    public void A_run_that_was_stopped_leaves_a_cache_that_the_next_one_takes()
    {
        using var source = new CancellationTokenSource();
        using (var history = History(Records))
        {
            var options = new ReplayOptions { Workers = 1, OnProgress = taken => source.Cancel() };
            Assert.ThrowsAny<OperationCanceledException>(() => ReplayEngine.Run([new("candidate", SomeHistory.Alarm)], history, options, source.Token));
        }
        Assert.Empty(Directory.GetFiles(cache.Path, "*.tmp", SearchOption.AllDirectories));
        using var again = History(Records);
        using var cached = ReplayEngine.Run([new("candidate", SomeHistory.Alarm)], again, new ReplayOptions(), Cancellation);
        using var direct = ReplayEngine.Run([new("candidate", SomeHistory.Alarm)], Records, new ReplayOptions(), Cancellation);
        Assert.Equal(ReportJson.HashOf(direct), ReportJson.HashOf(cached));
    }
}
