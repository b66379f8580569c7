using System.Globalization;
using System.Net.Http.Json;
using Escalation.Core.Failures;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Journeys.Notifications;
using Escalation.Journeys.Serving;
using Escalation.Storage;

namespace Escalation.Journeys.Failures;

/// <summary>kill -9 at named places and anywhere: nothing accepted is lost or doubled, everybody is told, and what was half done is done again.</summary>
public sealed class KillSeriesTests
{
    private const string Target = FrustrationModel.Target;

    private static readonly string?[] Places =
    [
        PausePoint.Taken, PausePoint.Decided, PausePoint.BeforeCommit, PausePoint.BeforeCommit + ":1:go", PausePoint.AfterCommit, PausePoint.BeforeSending, PausePoint.Accepted, PausePoint.Recorded, null,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_kill_at_each_place_of_serving_loses_and_doubles_nothing() => ServeAsync(Places.Length, seed: 1);

    [Fact, Trait("Category", "Long")]
    public Task A_hundred_and_fifty_kills_while_serving_lose_and_double_nothing() => ServeAsync(150, seed: 2);

    [Theory, InlineData(1), InlineData(5)]
    public Task A_kill_while_migrating_leaves_a_database_that_the_next_start_migrates(int applied) => MigrateAsync($"{PausePoint.Migrated}:{applied}");

    [Fact, Trait("Category", "Long")]
    public async Task Twenty_kills_while_migrating_leave_databases_that_the_next_start_migrates()
    {
        for (var i = 0; i < 10; i++)
        {
            await MigrateAsync($"{PausePoint.Migrated}:{i + 1}");
            await MigrateAsync(i % 2 == 0 ? PausePoint.BeforeMigrationCommit : PausePoint.BeforeMigrationCommit + ":1:go");
        }
    }

    [Theory, InlineData(PausePoint.BeforeVersionRename, PausePoint.BeforeChampionRename), InlineData(PausePoint.AfterVersionRename, PausePoint.AfterChampionRename)]
    public Task A_kill_while_a_version_or_a_champion_gets_its_name_leaves_the_one_before_or_the_next(string retrain, string promote) => RetrainAsync([retrain], [promote]);

    [Fact, Trait("Category", "Long")]
    public Task Thirty_kills_while_retraining_and_promoting_leave_the_one_before_or_the_next() => RetrainAsync(
        [.. Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? PausePoint.BeforeVersionRename : PausePoint.AfterVersionRename)],
        [.. Enumerable.Range(0, 20).Select(i => $"{(i % 2 == 0 ? PausePoint.BeforeChampionRename : PausePoint.AfterChampionRename)}:{1 + (i / 2 % 2)}")]);

    private static async Task ServeAsync(int kills, int seed)
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        using var desk = new KilledDesk(scratch, sink, seed);
        for (var i = 0; i < kills; i++)
        {
            // The first passing of a place is followed by the third, the fifth, ...
            var (place, number) = (Places[i % Places.Length], 1 + (i / Places.Length * 2 % 9));
            await desk.KillAsync(place is null ? null : place.Contains(':', StringComparison.Ordinal) ? place.Replace(":1:", $":{number}:", StringComparison.Ordinal) : $"{place}:{number}");
        }
        await desk.HoldsAsync();
    }

    private static async Task MigrateAsync(string place)
    {
        using var scratch = new Scratch();
        var database = scratch.At("new.db");
        var (killed, _, errors) = await ServeProcess.RunAsync(place, scratch.Folder, "db", "migrate", "--database", database);
        Assert.True(killed, errors);
        await using var serve = await ServeProcess.StartAsync(database);
        Assert.Equal(201, (int)(await serve.Client.PostAsJsonAsync("/api/v1/messages", Sent.Message("1"), Cancellation)).StatusCode);
        Assert.Empty(await EscalationDatabase.At(database).MigrateAsync(0, Cancellation));
        EscalationDatabase.At(database).Release();
    }

    private static async Task RetrainAsync(string[] retrain, string[] promote)
    {
        using var scratch = new Scratch();
        await File.WriteAllTextAsync(scratch.At("corpus.csv"), Corpus(), Cancellation);
        var first = await TrainedAsync(scratch, seed: 1);
        await DoneAsync(scratch, Promotion(first));
        var second = first;
        for (var i = 0; i < retrain.Length; i++)
        {
            await KilledAsync(scratch, retrain[i], Training(seed: 2 + i));
            Assert.Equal(first, Champion(scratch));
            Assert.All(ModelRegistry.Open(scratch.At("models")).List(Target), entry => Assert.StartsWith(entry.Version, entry.Check().Value, StringComparison.Ordinal));
            second = await TrainedAsync(scratch, seed: 2 + i);
        }
        var champion = first;
        foreach (var place in promote)
        {
            var other = champion == first ? second : first;
            await KilledAsync(scratch, place, Promotion(other));
            var found = Champion(scratch);
            Assert.Contains(found, (string[])[champion, other]);
            if (place.StartsWith(PausePoint.AfterChampionRename, StringComparison.Ordinal)) Assert.Equal(other, found);
            await DoneAsync(scratch, Promotion(other));
            Assert.Equal(other, champion = Champion(scratch));
        }
    }

    private static string[] Training(int seed) =>
        ["train", "--target", Target, "--data", "corpus.csv", "--label-column", "frustrated", "--out", "models", "--database", "none.db", "--budget", "0", "--from", "none", "--seed", seed.ToString(CultureInfo.InvariantCulture)];

    private static string[] Promotion(string version) =>
        ["models", "promote", "--model", version, "--data", "corpus.csv", "--label-column", "frustrated", "--models", "models", "--database", "none.db", "--by", "ann", "--force", "--reason", "kill series"];

    private static async Task<string> TrainedAsync(Scratch scratch, int seed)
    {
        var known = Versions(scratch);
        await DoneAsync(scratch, Training(seed));
        return Versions(scratch).Except(known).FirstOrDefault() ?? known[^1];
    }

    private static async Task KilledAsync(Scratch scratch, string place, string[] command)
    {
        var (killed, _, errors) = await ServeProcess.RunAsync(place, scratch.Folder, command);
        Assert.True(killed, $"{place} was not reached: {errors}");
    }

    private static async Task DoneAsync(Scratch scratch, string[] command)
    {
        var (_, exitCode, errors) = await ServeProcess.RunAsync(null, scratch.Folder, command);
        Assert.True(exitCode == 0, errors);
    }

    private static List<string> Versions(Scratch scratch) => Directory.Exists(scratch.At("models")) ? [.. ModelRegistry.Open(scratch.At("models")).List(Target).Select(e => e.Version)] : [];

    /// <summary>The version in force, loaded.</summary>
    private static string Champion(Scratch scratch) => ModelRegistry.Open(scratch.At("models")).Choose(Target).Entry!.Load().Version.Short;

    private static string Corpus()
    {
        string[] angry = ["still no answer, useless", "third time I am asking", "this is a joke, I am done", "nobody ever replies, awful"], calm = ["where is my parcel", "thank you so much", "how do I change my address", "all good now, thanks"];
        var random = new Random(7);
        return "id,text,frustrated\n" + string.Concat(Enumerable.Range(0, 240).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{i},\"{(i % 2 == 0 ? angry : calm)[random.Next(4)]} {random.Next(50)} {random.Next(50)}\",{(i % 2 == 0 ? "yes" : "no")}\n")));
    }
}
