using System.Text.Json;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Storage;
using Escalation.Trainer;
using Escalation.Trainer.Data;
using Escalation.Trainer.Publishing;
using Escalation.Trainer.Search;

namespace Escalation.Journeys.Models;

/// <summary>A champion that changes while the service runs.</summary>
public sealed class HotSwapTests : IDisposable
{
    private const string Target = FrustrationModel.Target;
    private const string Furious = "STILL no answer!!! this is the third time I am asking, I am done with you, useless!";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-swap-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Models => Path.Combine(folder.FullName, "models");

    private string Database => $"Data Source={Path.Combine(folder.FullName, "escalation.db")};Default Timeout=5";

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Another_champion_takes_over_and_no_call_fails_and_each_is_decided_wholly_by_one_model()
    {
        var (first, second) = (Trained(seed: 1), Trained(seed: 2));
        Promote(first);
        await using var running = await StartAsync();
        Assert.Equal(first, running.Service.Configuration.Frustration!.Version.Short);

        using var stop = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 3).Select(worker => CallAsync(running, worker, stop.Token)).ToArray();
        for (var swap = 0; swap < 6; swap++)
        {
            Promote(swap % 2 == 0 ? second : first);
            await RoundsAsync(running, () => Task.FromResult(running.Service.Configuration.Frustration!.Version.Short == (swap % 2 == 0 ? second : first)));
        }
        await RoundsAsync(running, async () => (await running.Service.Versions.ActivationsAsync(Cancellation)).Count == 7);
        await stop.CancelAsync();
        var answers = (await Task.WhenAll(calls)).SelectMany(a => a).ToList();

        Assert.All(answers, a => Assert.True(a.Status is 200 or 201, $"{a.Status}"));
        var scores = answers.Where(a => a.Model is not null).ToLookup(a => a.Model!, a => a.Score);
        Assert.Equal([.. new[] { first, second }.Order()], scores.Select(s => s.Key[..12]).Order());
        Assert.All(scores, s => Assert.Single(s.Distinct()));      // never one model's name on the other's score
        var activations = await running.Service.Versions.ActivationsAsync(Cancellation);
        Assert.Contains($"frustration model {first} instead of {second} (forced): test", activations[0].Reason, StringComparison.Ordinal);
        Assert.Null(await new AuditStore(EscalationDatabase.At(Database)).FirstBrokenAsync(Cancellation));
    }

    [Fact]
    public async Task An_activation_that_the_database_refused_is_recorded_later()
    {
        var (first, second) = (Trained(seed: 1), Trained(seed: 2));
        Promote(first);
        await using var running = await StartAsync();
        var database = EscalationDatabase.At(Database);
        await ExecuteAsync(database, "CREATE TRIGGER refuse BEFORE INSERT ON activations BEGIN SELECT RAISE(ABORT, 'refused'); END");
        Promote(second);
        await RoundsAsync(running, () => Task.FromResult(running.Service.Configuration.Frustration!.Version.Short == second));
        Assert.Single(await running.Service.Versions.ActivationsAsync(Cancellation));

        await ExecuteAsync(database, "DROP TRIGGER refuse");
        await RoundsAsync(running, async () => (await running.Service.Versions.ActivationsAsync(Cancellation)).Count > 1);
        var activations = await running.Service.Versions.ActivationsAsync(Cancellation);
        Assert.Equal(2, activations.Count);
        Assert.Contains($"frustration model {second} instead of {first} (forced): test", activations[0].Reason, StringComparison.Ordinal);
        Assert.Equal(running.Service.Configuration.Id, activations[0].Configuration);
    }

    [Fact]
    public async Task A_champion_that_is_damaged_does_not_take_over_and_the_reason_is_shown()
    {
        var (first, second) = (Trained(seed: 1), Trained(seed: 2));
        Promote(first);
        await using var running = await StartAsync();
        var scorer = Path.Combine(Models, Target, second, ModelRegistry.ScorerName);
        await File.WriteAllBytesAsync(scorer, (await File.ReadAllBytesAsync(scorer, Cancellation))[..200], Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Models, Target, ModelRegistry.ChampionName), $$"""{"version":"{{second}}"}""", Cancellation);
        await RoundsAsync(running);

        var (_, shown) = await running.GetAsync("/api/v1/models");
        Assert.Equal(first, running.Service.Configuration.Frustration!.Version.Short);
        Assert.Contains("scorer.bin: truncated or damaged", shown.GetProperty("problem").GetString(), StringComparison.Ordinal);
        var (status, _) = await running.PostAsync("/api/analyze-escalation", new { text = Furious });
        Assert.Equal(200, status);
    }

    [Fact]
    public async Task A_first_team_champion_is_taken_up_and_its_facts_route()
    {
        Promote(Trained(seed: 1));
        var rules = SmallRules.Loaded(SmallRules.Files("", [SmallRules.RoutingRule("by_team", "team.Available && team.Predicted == \\\"desk\\\""), SmallRules.RoutingRule("all", "true")], [SmallRules.Rule("every", "true")]));
        await using var running = await RunningService.StartAsync(database: Database, rules: rules, with: o => o with { Models = ModelRegistry.Open(Models) });
        Assert.Equal("all", await RuleOfAsync(running, "1"));

        string[] desk = ["my invoice is wrong", "please refund the charge", "charged twice"], other = ["the app crashes", "error in settings", "cannot log in"];
        var rows = Enumerable.Range(0, 120).Select(i => new LabelledText($"{(i % 2 == 0 ? desk : other)[i / 2 % 3]} {i}", false, null, null, $"{i}", Team: i % 2 == 0 ? "desk" : "other"));
        var trained = new TeamTrainer(new TrainingOptions { Limits = new ExperimentLimits { MaximumTrials = 2 } }, TimeProvider.System)
            .Train(new TrainingRows("teams", new string('1', 64), [.. rows], []), null, null, CancellationToken.None, Cancellation).Model!;
        var registry = ModelRegistry.Open(Models);
        var version = Path.GetFileName(ModelPublisher.Write(trained, Models, Cancellation));
        registry.Promote(registry.Choose(TeamModel.Target, version).Entry!, new PromotionOrder("ann", PromotionWay.Forced, "teams", [], [], null), NodaTime.Instant.FromUtc(2026, 3, 2, 12, 0));
        await RoundsAsync(running);

        Assert.Equal(version, running.Service.Configuration.Team!.Version.Short);
        Assert.Equal("by_team", await RuleOfAsync(running, "2"));
        var activations = await running.Service.Versions.ActivationsAsync(Cancellation);
        Assert.Contains($"team model {version} instead of none (forced): teams", activations[0].Reason, StringComparison.Ordinal);
        Assert.Contains((await running.GetAsync("/api/v1/models")).Body.GetProperty("models").EnumerateArray(), m => m.GetProperty("target").GetString() == "team" && m.GetProperty("champion").GetBoolean());
    }

    [Fact]
    public async Task A_site_whose_messages_the_model_does_not_know_is_told_so()
    {
        await using var running = await RunningService.StartAsync();
        Assert.Equal(JsonValueKind.Null, (await running.GetAsync("/api/v1/models")).Body.GetProperty("familiarity").ValueKind);      // nothing to tell from
        for (var i = 0; i < 60; i++) await running.PostAsync("/api/v1/messages", Sent.Message($"f{i}", $"zxq{i}vw kjq{i * 7} wqx{i * 3}pj qzzk", customer: $"c{i}"));
        var shown = (await running.GetAsync("/api/v1/models")).Body.GetProperty("familiarity");
        Assert.True(shown.GetProperty("weakUntilRetrained").GetBoolean());
        Assert.Equal(60, shown.GetProperty("messages").GetInt32());
        Assert.Contains("weak until retrained", shown.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.True((await running.GetAsync("/health/ready")).Body.GetProperty("modelWeakUntilRetrained").GetBoolean());
    }

    private static async Task<string?> RuleOfAsync(RunningService running, string id)
    {
        var (status, body) = await running.PostAsync("/api/v1/messages", Sent.Message(id, "Charged twice, please refund the charge of my invoice", customer: $"c-{id}"));
        Assert.Equal(201, status);
        return body.GetProperty("decision").GetProperty("route").GetProperty("rule").GetString();
    }

    private static async Task<List<(int Status, string? Model, double Score)>> CallAsync(RunningService running, int worker, CancellationToken stop)
    {
        var answers = new List<(int, string?, double)>();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var (status, analyzed) = await running.PostAsync("/api/analyze-escalation", new { text = Furious });
            answers.Add((status, analyzed.GetProperty("versions").GetProperty("frustration").GetString(), analyzed.GetProperty("confidence_score").GetDouble()));
            var (recorded, _) = await running.PostAsync("/api/v1/messages", Sent.Message($"{worker}-{i}", "Where is my parcel?", customer: $"c{worker}-{i}"));
            answers.Add((recorded, null, 0));
        }
        return answers;
    }

    private string Trained(int seed)
    {
        string[] angry = ["still no answer, useless", "third time I am asking", "this is a joke, I am done", "nobody ever replies, awful"], calm = ["where is my parcel", "thank you so much", "how do I change my address", "all good now, thanks"];
        var random = new Random(seed);
        var rows = Enumerable.Range(0, 240).Select(i => new LabelledText($"{(i % 2 == 0 ? angry : calm)[random.Next(4)]} {random.Next(50)} {random.Next(50)}", i % 2 == 0, null, null, $"{i}"));
        var outcome = new FrustrationTrainer(new TrainingOptions { Seed = seed, Bits = 12, Languages = ["en"] }, TimeProvider.System).Train(new TrainingRows("swap", new string('0', 64), [.. rows], []), null, Cancellation);
        return Path.GetFileName(ModelPublisher.Write(outcome.Model!, Models, Cancellation));
    }

    private void Promote(string version)
    {
        var registry = ModelRegistry.Open(Models);
        Assert.NotNull(registry.Promote(registry.Choose(Target, version).Entry!, new PromotionOrder("ann", PromotionWay.Forced, "test", [], [], registry.Current(Target)?.Version), NodaTime.Instant.FromUtc(2026, 3, 2, 12, 0)));
    }

    private Task<RunningService> StartAsync()
    {
        var registry = ModelRegistry.Open(Models);
        return RunningService.StartAsync(database: Database, with: o => o with { Models = registry, Frustration = registry.Choose(Target).Entry!.Load() });
    }

    private static async Task RoundsAsync(RunningService running)
    {
        for (var i = 0; i < 2; i++) await running.Service.Follower.Round.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
    }

    /// <summary>Rounds until something holds: a busy machine may refuse a write, which a later round makes good.</summary>
    private static async Task RoundsAsync(RunningService running, Func<Task<bool>> until)
    {
        for (var i = 0; !await until(); i++)
        {
            Assert.True(i < 100, "100 rounds were not enough");
            await running.Service.Follower.Round.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        }
    }

    private static async Task ExecuteAsync(EscalationDatabase database, string sql)
    {
        await using var transaction = await database.BeginAsync(Cancellation);
        await transaction.ExecuteAsync(sql, null, Cancellation);
        await transaction.CommitAsync(Cancellation);
    }
}
