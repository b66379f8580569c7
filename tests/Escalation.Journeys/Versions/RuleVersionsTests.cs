using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Service.Versions;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Journeys.Versions;

/// <summary>The database names the rules that decide; a folder is a working copy.</summary>
public sealed class RuleVersionsTests : IDisposable
{
    private const string Sentence = "The blue widget wobbles.";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-versions-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Rules => Path.Combine(folder.FullName, "rules");

    private string Database => $"Data Source={Path.Combine(folder.FullName, "escalation.db")};Default Timeout=5";

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Rules_promoted_beside_a_running_service_decide_what_comes_next_with_everything_that_came_before()
    {
        await using var running = await RunningService.StartAsync(database: Database, rules: Written(""));
        var at = Escalation.Service.Api.Json.Time(running.Service.Now)!;       // windows end at the message's own time
        foreach (var id in (string[])["a", "b"])
        {
            var (_, before) = await running.PostAsync("/api/v1/messages", Sent.Message(id, Sentence, at: at, channel: id == "a" ? "email" : "phone"));
            Assert.Equal("none", BandOf(before));
        }

        var versions = new RuleVersions(EscalationDatabase.At(Database));
        var promoted = new Configuration(Written("wobbles"), null, null);
        var activation = await versions.ActivateAsync(promoted, new ActivationOrder("ops", "widgets wobble", 1), Instant.FromUtc(2026, 3, 2, 12, 0), Cancellation);
        Assert.Equal((2, "ops"), (activation!.Number, activation.Actor));
        Assert.Contains("+ \"wobbles\"", activation.Changes, StringComparison.Ordinal);
        await RoundsAsync(running);

        Assert.Equal(promoted.Rules.Version, running.Service.Configuration.Rules.Version);
        var (_, after) = await running.PostAsync("/api/v1/messages", Sent.Message("c", Sentence, at: at, channel: "chat"));
        Assert.Equal("immediate_escalation", BandOf(after));
        var triggers = after.GetProperty("decision").GetProperty("signals").EnumerateArray().Select(s => s.GetProperty("triggerType").GetString());
        Assert.Contains("repeat_contact", triggers);         // the two contacts before count, though other rules decided them
    }

    [Fact]
    public async Task A_second_promotion_that_did_not_see_the_first_is_refused()
    {
        await using var running = await RunningService.StartAsync(database: Database, rules: Written(""));
        var versions = new RuleVersions(EscalationDatabase.At(Database));
        var now = Instant.FromUtc(2026, 3, 2, 12, 0);
        Assert.NotNull(await versions.ActivateAsync(new Configuration(Written("wobbles"), null, null), new ActivationOrder("one", "r", 1), now, Cancellation));
        Assert.Null(await versions.ActivateAsync(new Configuration(Written("widget"), null, null), new ActivationOrder("two", "r", 1), now, Cancellation));
        Assert.Equal(2, (await versions.ActivationsAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task An_edited_folder_comes_into_force_a_broken_one_does_not_and_an_old_one_does_not_come_back_by_itself()
    {
        var first = Written("");
        await using var running = await RunningService.StartAsync(database: Database, rules: first, follow: Rules);

        var edited = Written("wobbles");
        await RoundsAsync(running, rounds: 4);
        Assert.Equal(edited.Version, running.Service.Configuration.Rules.Version);

        await File.WriteAllTextAsync(Path.Combine(Rules, "signals.json"), "[ { \"WorkflowName\": ", Cancellation);
        await RoundsAsync(running, rounds: 4);
        Assert.Equal(edited.Version, running.Service.Configuration.Rules.Version);
        Assert.Contains(running.Service.Follower.Problems, p => p.Contains("signals.json(1,", StringComparison.Ordinal));

        Assert.Equal(first.Version, Written("").Version);
        await RoundsAsync(running, rounds: 4);
        Assert.Equal(edited.Version, running.Service.Configuration.Rules.Version);
        Assert.Contains(running.Service.Follower.Problems, p => p.Contains("was active before and does not come back by itself", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_restart_the_database_decides_which_rules_are_active_not_the_folder()
    {
        var first = Written("");
        await (await RunningService.StartAsync(database: Database, rules: first)).DisposeAsync();
        await using var again = await RunningService.StartAsync(database: Database, rules: Written("wobbles"));
        Assert.Equal(first.Version, again.Service.Configuration.Rules.Version);
        Assert.Single(await again.Service.Versions.ActivationsAsync(Cancellation));
    }

    [Fact]
    public async Task Somebody_erased_from_the_lists_is_gone_from_every_version_and_the_versions_stay()
    {
        Written("");
        await File.WriteAllTextAsync(Path.Combine(Rules, "lists", "vip.csv"), "value\r\nann\r\n\"Doe, Jane\"\r\n", Cancellation);
        var rules = RuleSetLoader.Load(RuleFiles.FromFolder(Rules), failingCases: FailingCases.NotRun).RuleSet!;      // a case names an account of the list
        var versions = new RuleVersions(EscalationDatabase.At(Database));
        var now = Instant.FromUtc(2026, 3, 2, 12, 0);
        await EscalationDatabase.At(Database).MigrateAsync(now.ToUnixTimeMilliseconds(), Cancellation);
        await versions.ActivateAsync(new Configuration(rules, null, null), new ActivationOrder("ops", "r"), now, Cancellation);

        Assert.Equal(0, await versions.EraseFromListsAsync("Doe", "ops", now, Cancellation));
        Assert.Equal(1, await versions.EraseFromListsAsync("Doe, Jane", "ops", now, Cancellation));

        var loaded = (await versions.LoadAsync(rules.Version, Cancellation))!.RuleSet!;
        Assert.Equal(rules.Version, loaded.Version);
        Assert.Equal("value\nann\n", System.Text.Encoding.UTF8.GetString(loaded.Files.Find("lists/vip.csv")!));
        Assert.Equal(0, await versions.EraseFromListsAsync("Doe, Jane", "ops", now, Cancellation));
    }

    [Fact]
    public async Task A_running_service_lets_go_of_somebody_who_is_erased_from_a_list_and_so_does_one_that_starts_from_the_old_folder()
    {
        var rules = SmallRules.Loaded(RuleFiles.Of(
            SmallRules.Files("", SmallRules.Rule("vip", "lists.Has(\"vip\", customer.Id)")).Content.Append(new("lists/vip.csv", "value\nann\n"u8.ToArray())).ToDictionary(), "test rules"));
        await using (var running = await RunningService.StartAsync(database: Database, rules: rules))
        {
            Assert.Equal("vip", RuleOf(await running.PostAsync("/api/v1/messages", Sent.Message("1", customer: "ann"))));
            Assert.Equal(1, await new RuleVersions(EscalationDatabase.At(Database)).EraseFromListsAsync("ann", "ops", running.Service.Now, Cancellation));
            await RoundsAsync(running);
            Assert.Null(RuleOf(await running.PostAsync("/api/v1/messages", Sent.Message("2", customer: "ann"))));
            Assert.Equal(rules.Version, running.Service.Configuration.Rules.Version);
        }
        await using var again = await RunningService.StartAsync(database: Database, rules: rules);
        Assert.Null(RuleOf(await again.PostAsync("/api/v1/messages", Sent.Message("3", customer: "ann"))));

        static string? RuleOf((int Status, System.Text.Json.JsonElement Body) answer) =>
            answer.Body.GetProperty("decision").GetProperty("signals").EnumerateArray().Select(s => s.GetProperty("rule").GetString()).SingleOrDefault();
    }

    /// <summary>The built-in rules in the folder, with a word more in the class <c>legal</c>.</summary>
    private RuleSet Written(string word)
    {
        var files = RuleFiles.BuiltIn();
        foreach (var path in files.Paths)
        {
            var target = Path.Combine(Rules, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var text = System.Text.Encoding.UTF8.GetString(files.Find(path)!);
            if (path == "keywords.json" && word.Length > 0) text = text.Replace("\"my lawyer\"", $"\"{word}\", \"my lawyer\"", StringComparison.Ordinal);
            File.WriteAllText(target, text);
        }
        return RuleSetLoader.Load(Rules).RuleSet!;
    }

    private static async Task RoundsAsync(RunningService running, int rounds = 2)
    {
        for (var i = 0; i < rounds; i++) await running.Service.Follower.Round.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
    }

    private static string? BandOf(System.Text.Json.JsonElement answer) => answer.GetProperty("decision").GetProperty("recommendation").GetProperty("band").GetString();
}
