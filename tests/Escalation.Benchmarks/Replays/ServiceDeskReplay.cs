using System.Globalization;
using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Import;
using Escalation.History.Reading;
using Escalation.History.View;
using Escalation.Replay;
using Escalation.Replay.Arms;
using Escalation.Rules;
using NodaTime;

namespace Escalation.Benchmarks.Replays;

/// <summary>A real service desk replayed: incidents that hit many callers, routing against the group that solved it, repeat contact against the file's own column.</summary>
/// <remarks>
/// The rules are the example site of <c>data/maps/servicenow_incidents.rules</c>. Their routing was written from incidents closed in March 2016,
/// so routing is counted from April on; everything else over the whole file.
/// </remarks>
internal static class ServiceDeskReplay
{
    private const string Data = "servicenow_incidents";
    private static readonly Instant RoutingFrom = Instant.FromUtc(2016, 4, 1, 0, 0);

    /// <summary>Imports, replays and prints.</summary>
    /// <param name="dataFolder">Folder of servicenow_incidents.train.csv.</param>
    /// <param name="timeZone">The zone that its local times are read in.</param>
    /// <returns>0; 2 where the data, the zone or the rules cannot be read.</returns>
    public static int Run(string dataFolder, string timeZone)
    {
        var file = Path.Combine(dataFolder, Data + ".train.csv");
        if (!File.Exists(file)) return Refuse($"{file} is not there; give the folder of the data sets");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) is not { } zone) return Refuse($"there is no time zone '{timeZone}'; give one such as Europe/Madrid");
        var maps = Path.Combine(Checkout.Root, "data", "maps");
        if (ConfigurationOf(Path.Combine(maps, Data + ".rules"), "on") is not { } rated || ConfigurationOf(Path.Combine(maps, Data + ".rules"), "off") is not { } counted) return 2;
        var folder = Directory.CreateTempSubdirectory("service-desk-");
        try
        {
            var options = new HistoryReadOptions { TimeZone = zone };
            var history = Path.Combine(folder.FullName, "history.jsonl");
            if (!Import(file, Path.Combine(maps, Data + ".json"), options, history)) return 2;
            var tally = new ServiceDeskTally(rated, counted, RoutingFrom);
            foreach (var record in HistorySource.Open([history], HistoryReadOptions.Strict, out _)!.Read(CancellationToken.None)) tally.Take(record);
            tally.Print();
            PrintEpisodes(rated, history);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Import(string file, string map, HistoryReadOptions options, string target)
    {
        if (ImportMapParser.Parse(File.ReadAllText(map), map, out var wrong) is not { } parsed)
        {
            foreach (var problem in wrong) Console.Error.WriteLine(problem);
            return false;
        }
        var summary = new InputSummary { OnRejected = problem => Console.Error.WriteLine(problem) };
        using var stream = File.Create(target);
        using var writer = new HistoryJsonWriter(stream);
        var imported = Importer.Run(file, isJson: false, parsed, options, summary, writer.Write, CancellationToken.None);
        Say($"{summary.Read} rows read, {summary.RejectedCount} rejected; {string.Join(", ", imported.Records.Select(r => $"{r.Value} {Wire.Name(r.Key)}"))}; tickets {imported.Tickets}; times read as {options.TimeZone}");
        return true;
    }

    private static void PrintEpisodes(Configuration configuration, string history)
    {
        var source = HistorySource.Open([history], HistoryReadOptions.Strict, out _)!;
        using var result = ReplayEngine.Run([new ReplayArm("site", configuration)], source, new ReplayOptions { From = RoutingFrom }, CancellationToken.None);
        foreach (var id in new[] { "escalationRate", "routingAccuracy" })
            if (result.Arms[0].Metrics.Find(id) is { } metric)
                Say($"replay from April, {id}: {metric.Value:0.000} ({metric.Low:0.000} to {metric.High:0.000}), n {metric.N}");
    }

    /// <summary>The example site with the rate of incidents switched.</summary>
    private static Configuration? ConfigurationOf(string rules, string rate)
    {
        var content = Directory.EnumerateFiles(rules, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(rules, path).Replace('\\', '/'), File.ReadAllBytes, StringComparer.Ordinal);
        content["policy.json"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content["policy.json"]).Replace("\"rate\": \"on\"", $"\"rate\": \"{rate}\"", StringComparison.Ordinal));
        var loaded = RuleSetLoader.Load(RuleFiles.Of(content, rules));
        foreach (var problem in loaded.Problems) Console.Error.WriteLine(problem);
        return loaded.RuleSet is { } set ? new Configuration(set, null, null) : null;
    }

    private static int Refuse(string problem)
    {
        Console.Error.WriteLine(problem);
        return 2;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Counts one pass over the desk's history.</summary>
internal sealed class ServiceDeskTally(Configuration rated, Configuration counted, Instant routingFrom)
{
    private readonly HistoryView view = new();
    private readonly (Configuration Configuration, IncidentHistory History, Counter Counter)[] planes =
        [(counted, new IncidentHistory(counted.Policy.Incident), new Counter()), (rated, new IncidentHistory(rated.Policy.Incident), new Counter())];
    private readonly Dictionary<string, string> firstGroups = [], routes = [];
    private readonly Dictionary<string, (Instant At, string Id)> latest = [];
    private readonly Dictionary<(bool Ours, bool Theirs), int> repeats = [];
    private readonly SortedDictionary<string, int> causes = new(StringComparer.Ordinal);
    private (int Known, int ByRules, int ByPeople, int Assigned) right;

    public void Take(HistoryRecord record)
    {
        if (record is Message message) Take(message);
        else
        {
            if (record is TicketEvent { Kind: EventKind.Assigned, Team: { } team } assigned) firstGroups.TryAdd(assigned.TicketId.Value, team);
            if (record is Label { RightTeam: { } group } label) Judge(label.TicketId.Value, group);
            view.Add(record);
        }
    }

    public void Print()
    {
        foreach (var (name, plane) in new[] { ("minCount alone (rate off)", planes[0]), ("minCount and rate", planes[1]) })
            Say($"multi-user incidents on (symptom, location), {name}: {plane.Counter.Incidents} incidents, {plane.Counter.Messages} tickets while active");
        Say($"routing on final_group from April: rules {Share(right.ByRules, right.Known)}, first group chosen by people {Share(right.ByPeople, right.Assigned)}");
        foreach (var ((ours, theirs), n) in repeats.OrderBy(r => r.Key)) Say($"repeat within 7 days: ours {(ours ? "yes" : "no")}, repeat_7d {(theirs ? "yes" : "no")}: {n}");
        foreach (var (cause, n) in causes) Say($"  differs: {cause}: {n}");
    }

    private void Take(Message message)
    {
        var observed = view.Observe(new ObservedMessage(message));
        foreach (var (configuration, history, counter) in planes)
        {
            var derived = Derivation.Derive(observed, history, configuration);
            if (history.Add(message, derived.Context) is not null) counter.Incidents++;
            if (history.FactsOf(message, derived.Context).Active) counter.Messages++;
            if (!ReferenceEquals(configuration, rated)) continue;
            Compare(message, derived.Contacts.Last7d > 1);
            if (message.At >= routingFrom && configuration.Rules.Route(derived, new RecommendationFacts(0, Band.None, []), []) is { } route) routes[message.TicketId.Value] = route.Team;
        }
        view.Add(observed.Message);
    }

    private void Judge(string ticket, string group)
    {
        if (!routes.TryGetValue(ticket, out var team)) return;
        right.Known++;
        if (team == group) right.ByRules++;
        if (!firstGroups.TryGetValue(ticket, out var first)) return;
        right.Assigned++;
        if (first == group) right.ByPeople++;
    }

    private void Compare(Message message, bool ours)
    {
        var theirs = message.Attributes.GetValueOrDefault("repeat_7d") == "1";
        repeats[(ours, theirs)] = repeats.GetValueOrDefault((ours, theirs)) + 1;
        var customer = message.CustomerId.Value;
        var before = latest.TryGetValue(customer, out var previous) ? message.At - previous.At : (Duration?)null;
        latest[customer] = (message.At, message.Id);
        if (ours == theirs) return;
        var cause = !message.CustomerId.IsKnown ? "caller unknown: a blank matches no blank"
            : before is null ? "no earlier incident of the caller in the file"
            : before == Duration.FromDays(7) ? "exactly 7 days apart: our window's left end is open"
            : before < Duration.FromDays(7) ? $"{(ours ? "ours" : "theirs")} alone, {Math.Floor(before.Value.TotalDays)} days apart"
            : $"{(ours ? "ours" : "theirs")} alone, {before.Value.TotalDays:0} days apart";
        causes[cause] = causes.GetValueOrDefault(cause) + 1;
    }

    private static string Share(int part, int of) => string.Create(CultureInfo.InvariantCulture, $"{(of == 0 ? 0 : (double)part / of):0.000} (n {of})");

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class Counter
    {
        public int Incidents { get; set; }

        public int Messages { get; set; }
    }
}
