using System.Net.Http.Json;
using System.Text.Json;
using Escalation.Inference.Registry;
using Escalation.Journeys.Serving;

namespace Escalation.Journeys.Failures;

/// <summary>What the executable says when it is started on something broken.</summary>
public sealed class StartFailureTests
{
    private static readonly string Root = RepositoryRoot();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_one_on_the_same_file_is_refused_and_names_the_first()
    {
        using var scratch = new Scratch();
        await using var first = await ServeProcess.StartAsync(scratch.At("a.db"));
        var (exit, said) = await ServeProcess.RefusedAsync(scratch.At("a.db"));
        Assert.Equal(3, exit);
        Assert.Contains("is already served by process ", said, StringComparison.Ordinal);
        Assert.Equal(201, (int)(await first.Client.PostAsJsonAsync("/api/v1/messages", Sent.Message("1"), Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_broken_rules_folder_is_refused_with_file_and_rule()
    {
        using var scratch = new Scratch();
        var rules = CopyFolder(Path.Combine(Root, "rules"), scratch.At("rules"));
        var signals = Path.Combine(rules, "signals.json");
        await File.WriteAllTextAsync(signals, (await File.ReadAllTextAsync(signals, Cancellation)).Replace("contacts.SameIssue7d > 2\"", "contacts.SameIssue > \"", StringComparison.Ordinal), Cancellation);
        var (exit, said) = await ServeProcess.RefusedAsync(scratch.At("a.db"), "--rules", rules);
        Assert.Equal(2, exit);
        Assert.Matches(@"signals\.json\(\d+,\d+\): repeat_contact: ", said);
        var (missing, why) = await ServeProcess.RefusedAsync(scratch.At("a.db"), "--rules", scratch.At("nowhere"));
        Assert.Equal(2, missing);
        Assert.Contains("nowhere", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scorer.bin", 1000)]
    [InlineData("scorer.bin", 0)]
    [InlineData("card.json", 1000)]
    [InlineData("card.json", 0)]
    [InlineData("model.zip", 1000)]
    public async Task A_damaged_model_is_named_and_rules_go_on_alone(string file, int kept)
    {
        using var scratch = new Scratch();
        var models = CopyFolder(Path.Combine(Root, "models"), scratch.At("models"));
        var broken = Directory.GetFiles(Path.Combine(models, "frustration"), file, SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(broken, (await File.ReadAllBytesAsync(broken, Cancellation))[..kept], Cancellation);
        await RulesOnlyAsync(scratch, models, broken);
    }

    [Fact]
    public async Task A_damaged_team_model_is_named_and_all_else_goes_on()
    {
        using var scratch = new Scratch();
        var models = CopyFolder(Path.Combine(Root, "models"), scratch.At("models"));
        var broken = Directory.GetFiles(Path.Combine(models, "team"), ModelRegistry.ScorerName, SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(broken, (await File.ReadAllBytesAsync(broken, Cancellation))[..1000], Cancellation);
        await using var serve = await ServeProcess.StartAsync(scratch.At("a.db"), "--models", models);
        Assert.Contains(broken, serve.Errors, StringComparison.Ordinal);
        Assert.Contains("going on without it", serve.Errors, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.String, (await AnalyzeAsync(serve)).GetProperty("versions").GetProperty("frustration").ValueKind);
    }

    [Fact]
    public async Task Without_a_model_rules_go_on_alone_and_that_is_shown()
    {
        using var scratch = new Scratch();
        await RulesOnlyAsync(scratch, Directory.CreateDirectory(scratch.At("models")).FullName, "no frustration model; train one with");
        var (exit, said) = await ServeProcess.RefusedAsync(scratch.At("a.db"), "--models", scratch.At("nowhere"));
        Assert.Equal(2, exit);
        Assert.Contains("nowhere", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_promotion_refuses_a_truncated_zip()
    {
        using var scratch = new Scratch();
        var models = CopyFolder(Path.Combine(Root, "models"), scratch.At("models"));
        var zip = Directory.GetFiles(Path.Combine(models, "frustration"), ModelRegistry.ZipName, SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(zip, (await File.ReadAllBytesAsync(zip, Cancellation))[..1000], Cancellation);
        var registry = ModelRegistry.Open(models);
        var refused = Assert.ThrowsAny<Exception>(() => registry.Promote(registry.List("frustration").Single(), new PromotionOrder("test", PromotionWay.Forced, "test", [], [], null), NodaTime.Instant.FromUtc(2026, 3, 2, 12, 0)));
        Assert.Contains(ModelRegistry.ZipName, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a text", "is no SQLite database or is damaged")]
    [InlineData(null, "cannot be opened for writing")]
    public async Task A_database_that_cannot_be_used_is_named_with_a_way_out(string? content, string words)
    {
        using var scratch = new Scratch();
        var path = scratch.At("a.db");
        if (content is null) Directory.CreateDirectory(path);
        else await File.WriteAllTextAsync(path, string.Concat(Enumerable.Repeat(content, 1000)), Cancellation);
        var (exit, said) = await ServeProcess.RefusedAsync(path);
        Assert.Equal(3, exit);
        Assert.Contains(path, said, StringComparison.Ordinal);
        Assert.Contains(words, said, StringComparison.Ordinal);
    }

    private static async Task RulesOnlyAsync(Scratch scratch, string models, string words)
    {
        await using var serve = await ServeProcess.StartAsync(scratch.At("a.db"), "--models", models);
        Assert.Contains(words, serve.Errors, StringComparison.Ordinal);
        Assert.Contains("going on with rules only", serve.Errors, StringComparison.Ordinal);
        var answer = await AnalyzeAsync(serve);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("versions").GetProperty("frustration").ValueKind);
        Assert.Equal("immediate_escalation", answer.GetProperty("band").GetString());
        Assert.Contains("rules only", await serve.Client.GetStringAsync("/", Cancellation), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<JsonElement> AnalyzeAsync(ServeProcess serve)
    {
        using var response = await serve.Client.PostAsJsonAsync("/api/analyze-escalation", new { text = Sent.LegalThreat }, Cancellation);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement;
    }

    private static string CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return to;
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Escalation.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside the checkout");
    }
}
