using System.Text.Json;
using Escalation.Core.Metrics;
using Escalation.Replay.Reports;
using Escalation.Tests.History;
using NodaTime;

namespace Escalation.Tests.Replay;

public sealed class ReportTests
{
    private static readonly string[] Ids =
        ["escalationRate", "falsePositiveRate", "recall", "routingAccuracy", "reEscalationRate", "firstContactResolution", "averageResolutionHours", "pending", "leadTimeHours"];

    private static ReportProvenance Provenance(int seconds = 1, int workers = 1) => new(["history.jsonl"], null, null, Some.Noon + Duration.FromSeconds(seconds), Duration.FromSeconds(seconds), workers);

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(p => p.Name)];

    [Fact]
    public void The_report_has_the_shape_of_the_contract()
    {
        using var result = SomeHistory.Run(SomeHistory.Records());
        var report = JsonDocument.Parse(ReportJson.Write(result, Provenance())).RootElement;
        Assert.Equal(["arms", "differences", "changes", "provenance", "hash"], Names(report));
        Assert.Equal(["baseline", "candidate"], report.GetProperty("arms").EnumerateArray().Select(a => a.GetProperty("name").GetString()));
        foreach (var arm in report.GetProperty("arms").EnumerateArray())
        {
            Assert.Matches("^[0-9a-f]{64}$", arm.GetProperty("configuration").GetString());
            AssertMetrics(arm.GetProperty("metrics"));
        }
        AssertMetrics(report.GetProperty("differences").GetProperty("candidate-baseline"));
        Assert.Equal(1, report.GetProperty("changes").GetProperty("candidate-baseline").GetProperty("counts").GetProperty("lost_true_escalation").GetInt32());
        Assert.Equal("2026-03-02T12:00:00.000Z", report.GetProperty("provenance").GetProperty("first").GetString());
        Assert.Equal(ReportJson.HashOf(result), report.GetProperty("hash").GetString());
    }

    private static void AssertMetrics(JsonElement metrics)
    {
        Assert.Equal(Ids, Names(metrics));
        Assert.All(metrics.EnumerateObject(), m =>
        {
            Assert.Equal(["value", "n", "low", "high", "unit", "status"], Names(m.Value));
            var (n, status) = (m.Value.GetProperty("n").GetInt32(), m.Value.GetProperty("status").GetString());
            Assert.Equal((n == 0, n == 0), (status == "no_data", m.Value.GetProperty("value").ValueKind == JsonValueKind.Null));
        });
    }

    [Fact]
    public void The_hash_leaves_out_times_and_machine_and_nothing_else()
    {
        var records = SomeHistory.Records();
        using var result = SomeHistory.Run(records);
        Assert.Equal(Hash(ReportJson.Write(result, Provenance())), Hash(ReportJson.Write(result, Provenance(99, 7))));
        using var other = SomeHistory.Run(records[..^4]);
        Assert.NotEqual(ReportJson.HashOf(result), ReportJson.HashOf(other));

        static string? Hash(byte[] report) => JsonDocument.Parse(report).RootElement.GetProperty("hash").GetString();
    }

    [Fact]
    public void The_folder_holds_the_report_its_text_and_every_change_with_the_lost_ones_first()
    {
        using var result = SomeHistory.Run(SomeHistory.Records());
        using var folder = new ScratchFolder();
        ReportFolder.Write(folder.Path, result, Provenance());
        Assert.Equal(["changes.csv", "report.json", "report.txt"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        var changes = File.ReadAllLines(Path.Combine(folder.Path, "changes.csv"));
        Assert.Equal(9, changes.Length);
        Assert.StartsWith("kind,arm,message_id,ticket_id", changes[0], StringComparison.Ordinal);
        Assert.StartsWith("lost_true_escalation,candidate,lost@0,lost,", changes[1], StringComparison.Ordinal);
        var text = File.ReadAllText(Path.Combine(folder.Path, "report.txt"));
        foreach (var expected in (string[])["Arm baseline", "Arm candidate", "falsePositiveRate", "lost true escalation: 1", "no lower bound", "no data"]) Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_over_arms_and_differences_passes_fails_and_fails_without_data()
    {
        using var result = SomeHistory.Run(SomeHistory.Records());
        Assert.Empty(Failures("""{"metric":"escalationRate","arm":"candidate","bound":"value","max":0.6,"minLabels":5}"""));
        Assert.Single(Failures("""{"metric":"escalationRate","arm":"candidate","bound":"value","max":0.5,"minLabels":5}"""));
        Assert.Empty(Failures("""{"metric":"escalationRate","difference":"candidate-baseline","bound":"value","max":0.12,"minLabels":5}"""));
        Assert.Single(Failures("""{"metric":"escalationRate","difference":true,"bound":"value","max":0.1,"minLabels":5}"""));
        Assert.Single(Failures("""{"metric":"escalationRate","arm":"candidate","bound":"value","max":0.6}"""));                      // fewer than 30
        Assert.Single(Failures("""{"metric":"firstContactResolution","arm":"candidate","bound":"value","min":0,"minLabels":0}"""));  // no data
        Assert.Empty(Failures("""{"metric":"firstContactResolution","arm":"candidate","bound":"value","min":0,"minLabels":0,"noData":"pass"}"""));

        IReadOnlyList<GateResult> Failures(string check)
        {
            var gate = GateParser.Parse($$"""{"checks":[{{check}}]}""", "gate.json");
            Assert.Empty(gate.Problems);
            return gate.Definition!.Evaluate(result.GateArms, result.GateDifferences);
        }
    }
}
