using Escalation.Core.Decisions;
using Escalation.Core.Derived.Text;
using Escalation.Core.Routing;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Rules.Cases;
using Escalation.Rules.Compilation;
using Escalation.Rules.Documents;
using Escalation.Rules.Functions;
using Escalation.Rules.Notifications;
using Escalation.Rules.Schemas;
using NodaTime;

namespace Escalation.Rules;

/// <summary>What becomes of a case of a rules folder that fails.</summary>
public enum FailingCases
{
    /// <summary>It keeps the rules from loading: they could become active.</summary>
    Refuse,

    /// <summary>It is a warning: the rules are only tried on a history.</summary>
    Warn,

    /// <summary>Cases are not run: the rules were active once, or a machine tries many.</summary>
    NotRun,
}

/// <summary>What loading a rules folder gave.</summary>
/// <param name="RuleSet">The compiled rule set; null where there are problems.</param>
/// <param name="Problems">Everything that is wrong in any file, by file and line.</param>
/// <param name="Warnings">What is allowed but looks like a slip.</param>
/// <param name="Cases">How the cases of tests/ went; none where the rules have other problems.</param>
public sealed record RuleSetLoadResult(RuleSet? RuleSet, IReadOnlyList<RuleProblem> Problems, IReadOnlyList<RuleProblem> Warnings, CaseReport Cases);

/// <summary>Reads, checks and compiles all of a rules folder at once, never at the first ticket.</summary>
/// <remarks>Thread-safe. A mistake in a file is a value of the result; only a folder that cannot be read throws.</remarks>
public sealed class RuleSetLoader
{
    private static readonly string[] KnownFiles = ["signals.json", "routing.json", "policy.json", "keywords.json", "extraction.json", IssueWordsDocument.Path, "products.json", "teams.json", NotificationSettings.Path, "README.md"];

    private static readonly Dictionary<string, ScriptDefinition> NoScripts = [];

    private readonly ProblemList problems;
    private readonly RuleFiles files;
    private readonly Dictionary<string, DocumentNode> documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> hashes = new(StringComparer.Ordinal);

    private RuleSetLoader(RuleFiles files, ShapeRecorder? shapes = null) => (this.files, problems) = (files, new ProblemList { Shapes = shapes });

    /// <summary>Loads a folder, or the built-in rules where none is given.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static RuleSetLoadResult Load(string? folder = null) => Load(folder is null ? RuleFiles.BuiltIn() : RuleFiles.FromFolder(folder));

    /// <summary>Loads files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="failingCases">What becomes of a case of tests/ that fails.</param>
    public static RuleSetLoadResult Load(RuleFiles files, FailingCases failingCases = FailingCases.Refuse)
    {
        var loader = new RuleSetLoader(files);
        var ruleSet = loader.Build();
        var ofCases = failingCases == FailingCases.Warn ? new ProblemList() : loader.problems;
        var cases = failingCases != FailingCases.NotRun && ruleSet is not null ? CaseRun.Of(ruleSet, ofCases) : CaseReport.None;
        if (failingCases == FailingCases.Warn)
            foreach (var problem in ofCases.Errors.Concat(ofCases.Warnings)) loader.problems.Warn(new Place(problem.File, problem.Line, problem.Column), problem.Rule, problem.Message);
        return new RuleSetLoadResult(loader.problems.HasErrors ? null : ruleSet, loader.WithPaths(loader.problems.Errors), loader.WithPaths(loader.problems.Warnings), cases);
    }

    /// <summary>What stored files say of service levels: calendars by name, and the policy. What is wrong in them is passed over, since they were in force once.</summary>
    public static (IReadOnlyDictionary<string, BusinessCalendar> Calendars, Policy Policy) ReadServiceLevels(RuleFiles files)
    {
        var loader = new RuleSetLoader(files);
        return (loader.ReadCalendars(), loader.ReadPolicy());
    }

    /// <summary>The parsed rules of sound files: what the reference plane runs. For tests and <c>rules check --reference</c>.</summary>
    internal static (RuleSetParts Parts, IReadOnlyList<ReadSignal> Signals, IReadOnlyList<ReadRoute> Routes) Parse(RuleFiles files)
    {
        var loader = new RuleSetLoader(files);
        var read = loader.Read();
        return loader.problems.HasErrors
            ? throw new InvalidOperationException($"{files.Origin} has problems: {string.Join("; ", loader.problems.Errors)}")
            : (loader.Parts(read), read.Signals, read.Routes);
    }

    /// <summary>Reads files only to note what is asked of them; problems do not matter.</summary>
    internal static void Record(RuleFiles files, ShapeRecorder shapes)
    {
        var loader = new RuleSetLoader(files, shapes);
        if (loader.Build() is { } ruleSet) CaseRun.Of(ruleSet, loader.problems);
    }

    private RuleSet? Build()
    {
        var read = Read();
        if (problems.HasErrors) return null;
        try
        {
            return new RuleSet(Parts(read));
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or NotSupportedException)
        {
            throw new RuleCompilationException($"{files.Origin}: checked rules did not compile: {exception.Message}", exception);
        }
    }

    private Contents Read()
    {
        CheckFiles();
        var policy = ReadPolicy();
        var calendars = ReadCalendars();
        var teams = Document("teams.json", required: true) is { } teamsRoot ? TeamsDocument.Parse(teamsRoot, calendars.Keys, problems) : TeamDirectory.Empty;
        CheckPolicy(policy, calendars, teams);
        var notifications = Document(NotificationSettings.Path, required: false) is { } notificationsRoot ? NotificationsDocument.Parse(notificationsRoot, teams, calendars.Keys, problems) : null;
        var templates = NotificationTemplates.Read(files, problems);
        var lists = ReadLists();
        var keywords = Document("keywords.json", required: false) is { } keywordsRoot ? KeywordsDocument.Parse(keywordsRoot, policy, problems) : [];
        var extraction = Document("extraction.json", required: false) is { } extractionRoot ? ExtractionDocument.Parse(extractionRoot, problems) : new ExtractionDefinition();
        if (files.Find(IssueWordsDocument.Path) is not null && Text(IssueWordsDocument.Path) is { } issueWords) extraction = extraction with { IssueWords = IssueWordsDocument.Parse(issueWords, problems) };
        var products = Document("products.json", required: false) is { } productsRoot ? ProductsDocument.Parse(productsRoot, problems) : ProductCatalogue.Empty;

        var names = WithScripts(new KnownNames([.. keywords.Select(k => k.Class)], lists.Keys, [.. policy.Triggers.Select(t => t.Name)], NoScripts));
        var surroundings = new RuleSurroundings(policy, names, calendars.Keys, [.. teams.Teams.Select(t => t.Id)], ReadTables());
        var reader = new RuleReader(surroundings, problems);
        var signals = (Document("signals.json", required: true) is { } signalsRoot ? reader.Signals(signalsRoot) : []).ToList();
        signals.AddRange(keywords.Where(k => k.Class.Trigger is not null).Select(reader.Keywords));
        var routes = Document("routing.json", required: true) is { } routingRoot ? new RouteReader(surroundings, problems).Read(routingRoot) : [];
        CheckNames([.. signals.Select(s => s.Source), .. routes.Select(r => r.Source)]);
        return new Contents(policy, calendars, teams, lists, problems.HasErrors ? TextResources.Empty : new TextResources(names.Classes, extraction, products), names.Scripts.Values, signals, routes, notifications, templates);
    }

    private RuleSetParts Parts(Contents read)
    {
        var run = read.Signals.Where(s => s.Rule.Stage != RuleStage.Draft).ToArray();
        return new RuleSetParts
        {
            Version = RuleSetHash.Of(documents.Where(d => d.Key != NotificationSettings.Path).ToDictionary(StringComparer.Ordinal), hashes.ToDictionary(h => h.Key, h => files.ErasedLists.GetValueOrDefault(h.Key, h.Value), StringComparer.Ordinal)),
            Files = files,
            Policy = read.Policy,
            SignalRules = [.. run.Select(s => s.Rule)],
            ParsedSignals = [.. run.Select(s => s.Parsed)],
            Drafts = [.. read.Signals.Where(s => s.Rule.Stage == RuleStage.Draft).Select(s => s.Parsed)],
            Clauses = [.. run.Select(s => Clauses.Of(s.Source.Condition, s.Parsed.Condition))],
            Routes = [.. read.Routes.Where(r => r.Enabled).Select(r => (r.Choice, r.Parsed))],
            Text = read.Text,
            Teams = read.Teams,
            Calendars = read.Calendars,
            Lists = read.Lists,
            Notifications = read.Notifications,
            Templates = read.Templates,
            Scripts = read.Scripts.ToDictionary(s => s.Name, s => new ScriptFunction(s, new ScriptInput(s.Facts, read.Lists, PolicyFacts.Of(read.Policy))), StringComparer.Ordinal),
            ListHashes = hashes.Where(h => h.Key.StartsWith("lists/", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal),
            Descriptions = [.. read.Signals.Select(s => s.Description), .. read.Routes.Select(r => r.Description)],
        };
    }

    private DocumentNode? Document(string path, bool required)
    {
        if (files.Find(path) is not { } content)
        {
            if (required) problems.Error(new Place(path, 1, 1), null, $"the file is missing; copy it from the default rules or write one (see README.md there)");
            if (required) problems.Unread(path);
            return null;
        }
        var root = DocumentReader.Read(content, path, problems);
        if (root is null)
        {
            problems.Unread(path);
            return null;
        }
        problems.Shapes?.Open(path, root);
        documents[path] = root;
        return root;
    }

    private Policy ReadPolicy() => Document("policy.json", required: false) is { } root ? PolicyDocument.Parse(root, problems) : Policy.Default;

    private Dictionary<string, BusinessCalendar> ReadCalendars()
    {
        var calendars = new Dictionary<string, BusinessCalendar>(StringComparer.Ordinal) { ["always"] = BusinessCalendar.Always };
        var feeds = new Dictionary<string, IReadOnlySet<LocalDate>>(StringComparer.Ordinal);
        foreach (var path in files.In("calendars", ".json"))
        {
            var name = NameOf(path);
            if (Document(path, required: false) is { } root && CalendarDocument.Parse(name, root, Feed, problems) is { } calendar) calendars[name] = calendar;
            else calendars.TryAdd(name, BusinessCalendar.Always);
        }
        foreach (var unread in files.In("calendars", ".ics").Except(feeds.Keys))
            problems.Warn(new Place(unread, 1, 1), null, $"no calendar reads this feed; name it there: \"holidayFeed\": \"{Path.GetFileName(unread)}\"");
        return calendars;

        IReadOnlySet<LocalDate>? Feed(string file)
        {
            var path = "calendars/" + file;
            if (files.Find(path) is null) return null;
            if (!feeds.TryGetValue(path, out var days)) feeds.Add(path, days = Text(path) is { } text ? HolidayFeed.Parse(text, path, problems) : new HashSet<LocalDate>());
            return days;
        }
    }

    private Dictionary<string, ValueList> ReadLists()
    {
        var lists = new Dictionary<string, ValueList>(StringComparer.Ordinal);
        foreach (var path in files.In("lists", ".csv"))
        {
            if (Text(path) is not { } text) continue;
            var (name, hash, before) = (NameOf(path), hashes[path], problems.Errors.Count);
            if (SharedLists.Find(name, hash) is { } known) lists[name] = known;
            else if ((lists[name] = ListDocument.Parse(name, text, path, problems)) is var list && problems.Errors.Count == before) SharedLists.Add(list, hash);
        }
        return lists;
    }

    private KnownNames WithScripts(KnownNames names)
    {
        var scripts = new SortedDictionary<string, ScriptDefinition>(StringComparer.Ordinal);
        var broken = new List<string>();
        foreach (var path in files.In("functions", ".js"))
            if (Text(path) is { } text && ScriptDefinition.Read(NameOf(path), path, text, names, problems) is { } script) scripts[script.Name] = script;
            else broken.Add(NameOf(path));
        return names with { Scripts = scripts, BrokenScripts = broken };
    }

    private Dictionary<string, TableSource> ReadTables()
    {
        var tables = new Dictionary<string, TableSource>(StringComparer.Ordinal);
        foreach (var path in files.In("tables", ".csv"))
            if (Text(path) is { } text) tables[NameOf(path)] = new TableSource(NameOf(path), path, text);
        return tables;
    }

    /// <summary>A file that is no JSON, as it is hashed; null, with a problem, where it is no UTF-8.</summary>
    private string? Text(string path)
    {
        var content = files.Find(path)!;
        if (!DocumentReader.IsUtf8(content, path, problems)) return null;
        var text = NormalisedText.Of(content);
        hashes[path] = NormalisedText.Hash(text);
        return text;
    }

    private void CheckPolicy(Policy policy, Dictionary<string, BusinessCalendar> calendars, TeamDirectory teams)
    {
        var root = documents.GetValueOrDefault("policy.json");
        var start = new Place("policy.json", 1, 1);
        if (!calendars.ContainsKey(policy.DefaultCalendar))
            problems.Error(root?.Find("defaultCalendar")?.Place ?? start, "defaultCalendar", $"there is no calendars/{policy.DefaultCalendar}.json{Suggestion.For(policy.DefaultCalendar, calendars.Keys)}");
        foreach (var team in policy.Capacity.Keys)
            if (teams.Find(team) is null)
                problems.Error(root?.Find("capacity")?.Members.First(m => m.Name == team).Place ?? start, "capacity", $"teams.json has no team \"{team}\"{Suggestion.For(team, teams.Teams.Select(t => t.Id))}");
    }

    private void CheckNames(IReadOnlyList<WorkflowRule> rules)
    {
        var first = new Dictionary<string, Place>(StringComparer.Ordinal);
        foreach (var rule in rules)
            if (!first.TryAdd(rule.Name, rule.Place))
                problems.Error(rule.Place, rule.Name, $"a rule of this name stands in {first[rule.Name].File} line {first[rule.Name].Line} already; name them apart");
    }

    /// <summary>A file under a wrong name would be without effect and nobody would notice.</summary>
    private void CheckFiles()
    {
        foreach (var path in files.Paths)
        {
            var place = new Place(path, 1, 1);
            var folder = path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : "";
            switch (folder)
            {
                case "" when KnownFiles.Contains(path):
                case "calendars" or "tests" when path.EndsWith(".json", StringComparison.Ordinal):
                case "calendars" when path.EndsWith(".ics", StringComparison.Ordinal):
                case "functions" when path.EndsWith(".js", StringComparison.Ordinal):
                case "templates" when path.EndsWith(".liquid", StringComparison.Ordinal):
                case "lists" or "tables" when path.EndsWith(".csv", StringComparison.Ordinal):
                    break;
                default:
                    problems.Warn(place, null, $"this file is not read{Suggestion.For(path, KnownFiles)}");
                    break;
            }
        }
    }

    private RuleProblem[] WithPaths(IReadOnlyList<RuleProblem> found) =>
        [.. found.GroupBy(p => p.File).SelectMany(f => documents.TryGetValue(f.Key, out var root) ? JsonPath.Added(root, [.. f]) : f)];

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    private sealed record Contents(
        Policy Policy, IReadOnlyDictionary<string, BusinessCalendar> Calendars, TeamDirectory Teams, IReadOnlyDictionary<string, ValueList> Lists,
        TextResources Text, IEnumerable<ScriptDefinition> Scripts, IReadOnlyList<ReadSignal> Signals, IReadOnlyList<ReadRoute> Routes,
        NotificationSettings? Notifications, NotificationTemplates Templates);
}

/// <summary>Rules that passed every check did not compile: a defect of the product, not of a rule file.</summary>
public sealed class RuleCompilationException(string message, Exception inner) : Exception(message, inner);
