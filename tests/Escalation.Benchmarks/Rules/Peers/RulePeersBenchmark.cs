using System.Text.Json;
using Escalation.Benchmarks.Rules.Planes;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Rules;

namespace Escalation.Benchmarks.Rules.Peers;

/// <summary>The fused plane beside json-rules-engine and zen-engine on the same rules and facts, in one run.</summary>
/// <remarks>The two are fetched by npm into a temporary folder and driven by <c>peers.mjs</c>; Node.js 20 or newer is needed.</remarks>
internal static class RulePeersBenchmark
{
    private const int Messages = 2_000;
    private const int Rounds = 9;
    private const string Package = """{"private": true, "type": "module", "dependencies": {"json-rules-engine": "7.3.1", "@gorules/zen-engine": "0.54.0"}}""";

    /// <summary>Prints a table; every figure is a median of processor time a message, and which rules hit is compared on every message.</summary>
    /// <returns>0; 1 where an engine disagrees; 3 where Node.js or the packages are missing.</returns>
    public static int Run()
    {
        var folder = Directory.CreateTempSubdirectory("rule-peers-").FullName;
        try
        {
            var facts = PlaneFacts.Of(Messages);
            int[] counts = [10, 50, 200];
            var ours = counts.Select(c => Fused(facts, c)).ToArray();
            File.WriteAllText(Path.Combine(folder, "package.json"), Package);
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Rules", "Peers", "peers.mjs"), Path.Combine(folder, "peers.mjs"));
            File.WriteAllText(Path.Combine(folder, "input.json"), JsonSerializer.Serialize(new
            {
                facts = facts.Select(FlatOf),
                sets = counts.Zip(ours, (count, our) => new { rules = Enumerable.Range(0, count).Select(i => new { score = PlaneRules.Score(i), few = PlaneRules.Few(i), many = PlaneRules.Many(i) }), hits = our.Hits }),
            }));
            if (Tool(folder, "npm", "install", "--no-audit", "--no-fund", "--loglevel", "error") is null || Tool(folder, "node", "peers.mjs", "input.json") is not { } output) return 3;
            return Print(counts, ours, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double Nanoseconds, List<int[]> Hits) Fused(DerivedFacts[] facts, int count)
    {
        var rules = RuleSetLoader.Load(PlaneRules.Files(count), failingCases: FailingCases.NotRun).RuleSet!;
        var results = new RuleResults();
        var hits = new List<int[]>();
        foreach (var message in facts)
        {
            rules.EvaluateSignals(message, results);
            hits.Add([.. Enumerable.Range(0, count).Where(i => results.Results[i] == RuleResult.Hit)]);
        }
        var figures = new List<double>();
        for (var round = -3; round < Rounds; round++)
        {
            var cpu = Environment.CpuUsage.TotalTime;
            for (var again = 0; again < 50; again++)
                foreach (var message in facts) rules.EvaluateSignals(message, results);
            if (round >= 0) figures.Add((Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds / facts.Length / 50);
        }
        return (figures.Order().ElementAt(Rounds / 2), hits);
    }

    private static object FlatOf(DerivedFacts f) => new
    {
        frustrationAvailable = f.Frustration.Available,
        frustration = f.Frustration.Available ? f.Frustration.Score : 0,
        sameIssue7d = f.Contacts.SameIssue7d,
        last24h = f.Contacts.Last24h,
        last7d = f.Contacts.Last7d,
        last30d = f.Contacts.Last30d,
        ageHours = f.Ticket.AgeHours,
        waitingHours = f.Ticket.WaitingHours,
        reopenCount = f.Ticket.ReopenCount,
        tags = f.Ticket.Tags,
        severity = f.Context.Severity,
        issueTypeKnown = f.Context.IssueTypeKnown,
        issueType = f.Context.IssueTypeKnown ? f.Context.IssueType : "",
        channel = f.Message.Channel,
        wordCount = f.Message.WordCount,
        text = f.Message.Text,
        lifetimeValueKnown = f.Customer.LifetimeValueKnown,
        lifetimeValue = f.Customer.LifetimeValueKnown ? f.Customer.LifetimeValue : 0,
        tierKnown = f.Customer.TierKnown,
        tier = f.Customer.TierKnown ? f.Customer.Tier : "",
    };

    private static int Print(int[] counts, (double Nanoseconds, List<int[]> Hits)[] ours, string output)
    {
        var agree = true;
        Console.WriteLine(FormattableString.Invariant($"{Messages:N0} facts, processor time a message, median; load average {ListBenchmark.LoadAverage()}"));
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var row = JsonDocument.Parse(line);
            var (name, count) = (row.RootElement.GetProperty("name").GetString(), row.RootElement.GetProperty("count").GetInt32());
            var (theirs, differ) = (row.RootElement.GetProperty("nanoseconds").GetDouble(), row.RootElement.GetProperty("differ").GetInt32());
            var our = ours[Array.IndexOf(counts, count)].Nanoseconds;
            agree &= differ == 0;
            Console.WriteLine(FormattableString.Invariant($"{count,3} rules: fused {our,6:N0} ns, {name,-17} {theirs,11:N0} ns = {theirs / our,6:N0} x fused; hits differ on {differ} messages"));
        }
        return agree ? 0 : 1;
    }

    private static string? Tool(string folder, string tool, params string[] arguments) =>
        ExternalTool.Run(tool, "install Node.js 20 or newer with npm; npm must reach a registry", folder, arguments);
}
