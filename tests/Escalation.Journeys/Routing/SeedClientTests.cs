using System.Text.Json;
using Jint;

namespace Escalation.Journeys.Routing;

/// <summary>The seed's own client reads real answers of the service and must come to the same team.</summary>
public sealed class SeedClientTests
{
    private const int LeastTexts = 40;
    private static readonly string[] Tiers = ["executive", "senior-engineer", "on-call", "senior-support"];
    private static readonly string[] Texts = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Routing", "texts.txt")).Where(l => l.Length > 0 && l[0] != '#')];

    [Fact]
    public async Task The_service_routes_as_the_client_does_wherever_product_or_issue_type_was_recognised()
    {
        Assert.True(Texts.Length >= LeastTexts, $"only {Texts.Length} texts");
        await using var running = await RunningService.StartAsync();
        using var client = new Engine();
        client.Execute(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Routing", "seed-client.js"), TestContext.Current.CancellationToken));
        var reached = new Dictionary<string, int>();
        var compared = 0;
        foreach (var text in Texts)
        {
            var (status, answer) = await running.PostAsync("/api/analyze-escalation", new { text });
            Assert.Equal(200, status);
            using var judged = JsonDocument.Parse(client.Invoke("judge", answer.GetRawText()).AsString());
            Assert.True(judged.RootElement.GetProperty("escalates").GetBoolean() == answer.GetProperty("should_escalate").GetBoolean(), $"should_escalate differs: {text}");
            var target = answer.GetProperty("routing_target").GetString();
            Assert.True(target is null == answer.GetProperty("band").GetString() is "none" or "monitor", $"a target without a routing band: {text}");
            if (target is null) continue;
            reached[target] = reached.GetValueOrDefault(target) + 1;
            if (!judged.RootElement.GetProperty("recognised").GetBoolean()) continue;
            compared++;
            Assert.True(judged.RootElement.GetProperty("route").GetString() == target, $"the client says {judged.RootElement.GetProperty("route")}, the service {target}: {text}");
        }
        Assert.True(compared >= 30, $"only {compared} answers were compared");
        Assert.All(Tiers, tier => Assert.True(reached.GetValueOrDefault(tier) >= 3, $"{tier} was reached {reached.GetValueOrDefault(tier)} times"));
    }
}
