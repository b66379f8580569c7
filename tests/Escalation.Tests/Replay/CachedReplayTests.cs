using Escalation.Core.Decisions;
using Escalation.Core.Derived;
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

    [Fact]
    public void Other_models_and_words_are_tried_on_the_texts_that_are_kept_and_the_history_is_not_read_again()
    {
        var records = Tangled();
        var silent = SomeRules.Of([.. Comparing, SomeRules.Signal("bells", "keywords.Has('bell')", "keyword_match", .5)], null, ("keywords.json", Words("bell")));
        var spoken = SomeRules.Of([.. Comparing, SomeRules.Signal("bells", "keywords.Has('bell')", "keyword_match", .5), SomeRules.Signal("desk", "team.Available && team.Predicted == 'general-support'", "keyword_match", .4)], null, ("keywords.json", Words("gong")));
        Configuration before = new(silent.Rules, new LengthScore("one", 7), null), after = new(spoken.Rules, new LengthScore("another", 11), new LastLetterTeam());
        using (var history = History(records)) ReplayEngine.Run([new("before", before)], history, new ReplayOptions(), Cancellation).Dispose();
        foreach (var workers in (int[])[1, 3])
        {
            using var history = History(records);
            using var cached = ReplayEngine.Run([new("before", before), new("after", after)], history, new ReplayOptions { Workers = workers }, Cancellation);
            using var direct = ReplayEngine.Run([new("before", before), new("after", after)], records, new ReplayOptions(), Cancellation);
            Assert.Equal(ReportJson.HashOf(direct), ReportJson.HashOf(cached));
            Assert.Equal(direct.Spool.Read(), cached.Spool.Read());
            Assert.All((string[])["rising", "angriest", "bells", "desk"], rule => Assert.True(direct.Arms[1].Rules.Single(r => r.Rule == rule).Messages > 10, rule));
            foreach (var column in (string[])["frustration", "keywords", "team"])
            {
                var files = Directory.GetFiles(cache.Path, column + "-*.col", SearchOption.AllDirectories).OrderBy(File.GetLastWriteTimeUtc).ToList();
                Assert.Equal(2, files.Count);
                File.Delete(files[1]);          // the next round makes it again
            }
        }
        Assert.Equal(1, readings);
    }

    [Fact]
    public void Rules_that_ask_for_the_team_get_it_beside_rules_that_do_not()
    {
        var asking = SomeRules.Of(SomeRules.Signal("desk", "team.Available && team.Predicted == 'general-support'", "keyword_match", .4));
        var shared = AnalyzerSharing.Share([new(SomeRules.Of(SomeRules.Signal("never", "contacts.Last7d > 999", "keyword_match", .4)).Rules, null, new LastLetterTeam()), new(asking.Rules, null, new LastLetterTeam())]);
        List<ReplayArm> arms = [new("baseline", shared[0]), new("candidate", shared[1])];
        using var direct = ReplayEngine.Run(arms, Tangled(), new ReplayOptions(), Cancellation);
        using var history = History(Tangled());
        using var cached = ReplayEngine.Run(arms, history, new ReplayOptions(), Cancellation);
        Assert.True(direct.Arms[1].Rules.Single().Messages > 10);
        Assert.Equal(ReportJson.HashOf(direct), ReportJson.HashOf(cached));
    }

    private static readonly string[] Comparing =
    [
        SomeRules.Signal("rising", "frustration.TrendKnown && frustration.Trend > 0.2", "repeat_contact", .5), SomeRules.Signal("angriest", "frustration.Max7dKnown && frustration.Max7d > 0.7", "repeat_contact", .5),
    ];

    private static string Words(string word) => $$"""{"classes":{"bell":{"confidence":0.9,"words":["{{word}}"] } } }""";

    /// <summary>Customers who write often, on several tickets, under several addresses, late, again in another wording, and on tickets that are merged.</summary>
    private static List<HistoryRecord> Tangled()
    {
        var random = new Random(59);
        string[] words = ["the bell", "a gong", "rings", "again", "and nobody", "comes to", "the door", "> quoted by somebody\n", "now"];
        var records = new List<HistoryRecord>();
        for (var i = 0; i < 900; i++)
        {
            var (customer, at) = (random.Next(12), Some.Noon + Duration.FromMinutes(i * 40 + random.Next(30)));
            var message = Some.Message(string.Join(' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => words[random.Next(words.Length)])), at, $"t{customer}-{random.Next(3)}", $"c{customer}", id: "m" + i) with
            {
                CustomerId = customer == 0 ? CustomerId.Unknown : new CustomerId($"c{customer}"),
                Author = random.Next(5) == 0 ? Author.Agent : Author.Customer,
                Language = random.Next(9) == 0 ? "ja" : "en",
                ReceivedAt = random.Next(6) == 0 ? at + Duration.FromMinutes(random.Next(1, 3000)) : null,
            };
            records.Add(message);
            if (random.Next(10) == 0) records.Add(message with { Revision = 1, At = at + Duration.FromMinutes(50), ReceivedAt = null, Text = message.Text + " now now" });
            if (i % 200 == 120) records.Add(new IdentityLink { Id = "link" + i, CustomerId = new CustomerId($"c{customer}"), Channel = Channel.Other, Address = $"c{random.Next(1, 12)}", At = at, Linked = true, Attested = true });
            if (i % 90 == 50) records.Add(Some.Event(EventKind.Merged, at, $"t{customer}-0") with { Id = "merge" + i, ToTicket = new TicketId($"t{customer}-1") });
        }
        records.Sort(HistoryOrder.Instance);
        return records;
    }

    /// <summary>Takes the number of characters over some number for the frustration.</summary>
    private sealed class LengthScore(string name, int over) : IFrustrationModel
    {
        public ModelVersion Version => new(name);

        public bool Supports(string language) => language == "en";

        public float Score(ReadOnlySpan<char> text) => text.Length % over / (float)over;

        public TextExplanation Explain(ReadOnlySpan<char> text) => new(0, 0, [], 0);
    }

    /// <summary>Sends texts that end in a "w" to the general desk, and knows of no other.</summary>
    private sealed class LastLetterTeam : ITeamModel
    {
        public ModelVersion Version => new("last letter");

        public bool Supports(string language) => language == "en";

        public (string? Team, float Confidence) Predict(ReadOnlySpan<char> text) => text.EndsWith("w") ? ("general-support", .8f) : (null, 0);
    }
}
