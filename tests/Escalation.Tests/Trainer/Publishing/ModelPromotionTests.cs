using Escalation.Core.Metrics;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Publishing;

namespace Escalation.Tests.Trainer.Publishing;

public sealed class ModelPromotionTests : IClassFixture<TwoModels>, IDisposable
{
    private const string Target = "frustration";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-promotion");
    private readonly TwoModels models;
    private readonly ModelRegistry registry;

    public ModelPromotionTests(TwoModels models)
    {
        this.models = models;
        registry = ModelRegistry.Open(models.CopyTo(folder.FullName));
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_better_candidate_passes_and_what_it_was_compared_on_is_recorded()
    {
        Force(models.PoorVersion);
        var report = await CheckAsync(models.GoodVersion, """{ "metric": "auc", "difference": true, "min": 0, "minLabels": 100 }, { "metric": "auc", "difference": true, "slice": "*", "min": -0.1 }""");
        Assert.Empty(report.Failures);
        Assert.Contains("136 rows of 680 texts that neither model had learned when it answered (544 texts left out that the candidate was trained on, 0 more that only the champion was); on 136 rows it is the candidate as it was measured, before it was trained on all rows, these among them", report.Grounds[0], StringComparison.Ordinal);
        Assert.Contains(report.Notes, n => n.Contains("too few rows to check", StringComparison.Ordinal) && n.Contains("language=fr", StringComparison.Ordinal));

        var champion = Promotion.Promote(Entry(models.GoodVersion), report, "ann", null, models.PoorVersion, Some.Noon)!;
        Assert.Equal((models.GoodVersion, models.PoorVersion, 2, PromotionWay.Gate), (champion.Version, champion.From, champion.Number, champion.Way));
        Assert.Contains(champion.Grounds, g => g.StartsWith("auc +", StringComparison.Ordinal));
        Assert.Equal(models.GoodVersion, registry.Choose(Target).Entry!.Version);
    }

    [Fact]
    public async Task A_worse_candidate_fails_and_is_promoted_only_with_a_reason_that_is_recorded()
    {
        Force(models.GoodVersion);
        var before = await File.ReadAllBytesAsync(CurrentPath, TestContext.Current.CancellationToken);
        var report = await CheckAsync(models.PoorVersion, """{ "metric": "auc", "difference": true, "min": 0 }, { "metric": "eceExcess", "arm": "candidate", "max": 0.9 }""");
        Assert.Contains("auc, difference candidate-champion: value -", Assert.Single(report.Failures), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Promotion.Promote(Entry(models.PoorVersion), report, "ann", " ", models.GoodVersion, Some.Noon));
        Assert.Equal(before, await File.ReadAllBytesAsync(CurrentPath, TestContext.Current.CancellationToken));

        Assert.Equal(PromotionWay.Forced, Promotion.Promote(Entry(models.PoorVersion), report, "ann", "a test of the pager", models.GoodVersion, Some.Noon)!.Way);
        var newest = registry.Promotions(Target)[0];
        Assert.Equal(("a test of the pager", report.Failures[0]), (newest.Reason, Assert.Single(newest.Failures)));
    }

    [Fact]
    public async Task The_built_in_gate_is_sound_and_fails_where_nothing_was_replayed_or_measured()
    {
        Force(models.PoorVersion);
        var gate = PromotionGate.Load(null, Target);
        Assert.Empty(gate.Problems);
        var unmeasured = await Promotion.CheckAsync(Entry(models.GoodVersion), null, gate.Definition!, TestContext.Current.CancellationToken);
        Assert.Contains(unmeasured.Failures, f => f.Contains("auc, difference candidate-champion: no_data", StringComparison.Ordinal));
        Assert.Contains("recall: there was no replay: none in this test", unmeasured.Failures);
    }

    [Fact]
    public async Task A_model_that_does_not_tell_its_rows_is_not_measured_on_the_file_that_trained_it()
    {
        Force(models.PoorVersion);
        File.Delete(Path.Combine(Entry(models.PoorVersion).Folder!, ModelRows.Name));
        Assert.EndsWith("the champion does not tell its texts, so that none is left out for it", (await CheckAsync(models.GoodVersion, """{ "metric": "auc", "difference": true, "min": 0 }""")).Grounds[0], StringComparison.Ordinal);
        File.Delete(Path.Combine(Entry(models.GoodVersion).Folder!, ModelRows.Name));
        var report = await CheckAsync(models.GoodVersion, """{ "metric": "auc", "difference": true, "min": 0 }""");
        Assert.Contains("was trained on this very file", report.Grounds[0], StringComparison.Ordinal);
        Assert.Single(report.Failures);
    }

    [Fact]
    public async Task Of_two_promotions_at_once_that_saw_the_same_champion_one_wins()
    {
        Force(models.PoorVersion);
        var order = new PromotionOrder("ann", PromotionWay.Forced, "race", [], [], models.PoorVersion);
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => registry.Promote(Entry(models.GoodVersion), order with { By = $"p{i}" }, Some.Noon))));
        var winner = Assert.Single(both, c => c is not null)!;
        Assert.Equal([winner.PromotedBy, "ann"], registry.Promotions(Target).Select(p => p.PromotedBy));
    }

    [Fact]
    public void A_disk_that_refuses_leaves_the_champion_and_a_damaged_zip_is_not_promoted()
    {
        Force(models.PoorVersion);
        Directory.CreateDirectory($"{CurrentPath}.{Environment.ProcessId}.tmp");       // the new content cannot be written
        Assert.ThrowsAny<Exception>(() => Force(models.GoodVersion));
        Assert.Equal(models.PoorVersion, registry.Choose(Target).Entry!.Version);
        Directory.Delete($"{CurrentPath}.{Environment.ProcessId}.tmp");

        var zip = Path.Combine(Entry(models.GoodVersion).Folder!, ModelRegistry.ZipName);
        File.WriteAllBytes(zip, File.ReadAllBytes(zip)[..1000]);
        Assert.Throws<ModelFormatException>(() => Force(models.GoodVersion));
        Assert.Equal(models.PoorVersion, registry.Choose(Target).Entry!.Version);
    }

    [Fact]
    public void A_run_that_was_killed_after_the_promotion_lost_only_its_line_of_history_and_gets_it_back()
    {
        Force(models.PoorVersion);
        Force(models.GoodVersion);
        var history = Path.Combine(folder.FullName, Target, "promotions.jsonl");
        var lines = File.ReadAllLines(history);
        File.WriteAllText(history, lines[0] + "\n" + lines[1][..20]);
        Assert.Equal([models.GoodVersion, models.PoorVersion], registry.Promotions(Target).Select(p => p.Version));
        Force(models.PoorVersion);
        Assert.Equal([3, 2, 1], registry.Promotions(Target).Select(p => p.Number));
    }

    [Fact]
    public void A_damaged_current_json_is_healed_by_a_promotion()
    {
        Force(models.PoorVersion);
        File.WriteAllText(CurrentPath, "{");
        Assert.Throws<ModelFormatException>(() => registry.Choose(Target));
        Assert.NotNull(registry.Promote(Entry(models.GoodVersion), new PromotionOrder("ann", PromotionWay.Forced, "healed", [], [], registry.CurrentOrNone(Target)?.Version), Some.Noon));
        Assert.Equal(models.GoodVersion, registry.Choose(Target).Entry!.Version);
    }

    [Fact]
    public void Rollback_goes_to_the_champion_before_or_to_a_named_one_that_was_a_champion()
    {
        Assert.Contains("no promotion is recorded", ModelPromotion.RollbackTarget(registry, Target, null).Problem, StringComparison.Ordinal);
        Force(models.PoorVersion);
        Assert.Contains("is the first champion", ModelPromotion.RollbackTarget(registry, Target, null).Problem, StringComparison.Ordinal);
        Assert.Contains("was never the champion", ModelPromotion.RollbackTarget(registry, Target, models.GoodVersion).Problem, StringComparison.Ordinal);
        Force(models.GoodVersion);
        Assert.Equal(models.PoorVersion, ModelPromotion.RollbackTarget(registry, Target, null).Entry!.Version);
        Assert.Equal(models.PoorVersion, ModelPromotion.RollbackTarget(registry, Target, models.PoorVersion[..6]).Entry!.Version);
        Assert.Contains("is the champion already", ModelPromotion.RollbackTarget(registry, Target, models.GoodVersion).Problem, StringComparison.Ordinal);

        registry.Promote(Entry(models.PoorVersion), new PromotionOrder("ann", PromotionWay.Rollback, "back", [], [], models.GoodVersion), Some.Noon);
        Assert.Contains("is the first champion", ModelPromotion.RollbackTarget(registry, Target, null).Problem, StringComparison.Ordinal);      // never forward again by itself
        Assert.Equal(models.GoodVersion, ModelPromotion.RollbackTarget(registry, Target, models.GoodVersion).Entry!.Version);
    }

    [Fact]
    public void Publishing_again_repairs_a_damaged_version_and_removes_what_a_killed_run_left()
    {
        var home = Entry(models.GoodVersion).Folder!;
        var scorer = Path.Combine(home, ModelRegistry.ScorerName);
        File.WriteAllBytes(scorer, File.ReadAllBytes(scorer)[..100]);
        var left = Directory.CreateDirectory(Path.Combine(folder.FullName, Target, $".{models.GoodVersion}.abc.{int.MaxValue}"));
        Assert.Equal(home, ModelPublisher.Write(models.Good, folder.FullName, TestContext.Current.CancellationToken));
        Assert.Equal(models.Good.Version, Entry(models.GoodVersion).Load().Version);
        Assert.False(Directory.Exists(left.FullName));
    }

    private string CurrentPath => Path.Combine(folder.FullName, Target, ModelRegistry.ChampionName);

    private ModelPromotion Promotion => new(registry, new NoReplay());

    private ModelEntry Entry(string version) => registry.Choose(Target, version).Entry!;

    private void Force(string version) =>
        Assert.NotNull(registry.Promote(Entry(version), new PromotionOrder("ann", PromotionWay.Forced, "test", [], [], registry.Current(Target)?.Version), Some.Noon));

    private Task<PromotionReport> CheckAsync(string version, string checks) =>
        Promotion.CheckAsync(Entry(version), SomeCorpus.Rows(), GateParser.Parse($$"""{ "checks": [ {{checks}} ] }""", "gate").Definition!, TestContext.Current.CancellationToken);

    private sealed class NoReplay : IPromotionReplay
    {
        public Task<PromotionReplay> RunAsync(ModelEntry? champion, ModelEntry candidate, IReadOnlyList<string> slices, CancellationToken cancellation) =>
            Task.FromResult(PromotionReplay.None("none in this test"));
    }
}
