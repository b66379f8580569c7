using System.Text.Json;
using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;

namespace Escalation.Rules.Documents;

/// <summary>extraction.json: groups, negators, features, and the cues of issue types, urgency, impact and severity.</summary>
/// <remarks>Strict: an unknown key, value, group or feature is an error at its place, and so is a phrase that cannot be compared.</remarks>
internal sealed class ExtractionDocument
{
    private const double MostWeight = 100;
    private const int MostSeverity = 10;

    private readonly ProblemList problems;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> groups;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> features;

    private ExtractionDocument(ObjectReader root)
    {
        problems = root.Problems;
        groups = Named(root.Object("groups"), "group", new Dictionary<string, IReadOnlyList<string>>());
        features = Named(root.Object("features"), "feature", groups);
        if (features.Count > 31) root.Error(root.Value("features")!.Place, $"there are {features.Count} features; at most 31 are kept apart, join some");
    }

    /// <summary>The definition; what is wrong is left out of it and stands among the problems.</summary>
    public static ExtractionDefinition Parse(DocumentNode node, ProblemList problems)
    {
        if (ObjectReader.Of(node, problems, null) is not { } root) return new ExtractionDefinition();
        var document = new ExtractionDocument(root);
        var negators = root.Items("negators");
        var types = root.Object("issueTypes");
        var urgency = root.Object("urgency");
        var impact = root.Object("impact");
        var severity = root.Object("severity");
        var definition = new ExtractionDefinition
        {
            Groups = document.groups,
            Features = document.features,
            Negators = document.Phrases(negators, "negators", document.groups),
            IssueTypes = document.Cues<IssueType>(types, "issueTypes", "least", "usual", "opinion"),
            Urgency = document.Cues<UrgencyCode>(urgency, "urgency"),
            Impact = document.Cues<BusinessImpact>(impact, "impact"),
            UsualIssue = document.CueList(types?.Items("usual") ?? [], "usual"),
            Opinion = document.CueList(types?.Items("opinion") ?? [], "opinion"),
            LeastIssueTypeWeight = types?.Number("least", 0, MostWeight) ?? 1,
        };
        if (severity is not null) definition = document.Severity(definition, severity);
        types?.Done();
        urgency?.Done();
        impact?.Done();
        root.Done();
        return definition;
    }

    private ExtractionDefinition Severity(ExtractionDefinition definition, ObjectReader severity)
    {
        var read = definition with
        {
            Severity = CueList(severity.Items("cues"), "severity"),
            IssueTypeSeverity = Numbers<IssueType>(severity.Object("ofIssueType")),
            UrgencySeverity = Numbers<UrgencyCode>(severity.Object("ofUrgency")),
            ImpactSeverity = Numbers<BusinessImpact>(severity.Object("ofImpact")),
            ImpactFromSeverity = Numbers<BusinessImpact>(severity.Object("impactFrom")),
            Calm = severity.Object("calm") is { } calm ? Calm(calm) : null,
        };
        severity.Done();
        return read;
    }

    private CalmRule Calm(ObjectReader calm)
    {
        var rule = new CalmRule(calm.Strings("when", required: true), calm.Strings("unless"), calm.Integer("atMost", 0, MostSeverity, required: true) ?? MostSeverity);
        calm.Done();
        return new CalmRule(Known(calm, "when", rule.When), Known(calm, "unless", rule.Unless), rule.AtMost);
    }

    private List<string> Known(ObjectReader reader, string key, IReadOnlyList<string> names)
    {
        var known = new List<string>();
        foreach (var name in names)
        {
            if (features.ContainsKey(name)) known.Add(name);
            else reader.Error(reader.Value(key)!.Place, $"feature \"{name}\" is not defined under \"features\"{Suggestion.For(name, features.Keys)}");
        }
        return known;
    }

    private Dictionary<T, IReadOnlyList<Cue>> Cues<T>(ObjectReader? reader, string section, params string[] others) where T : struct, Enum
    {
        var cues = new Dictionary<T, IReadOnlyList<Cue>>();
        if (reader is null) return cues;
        foreach (var entry in reader.Entries())
        {
            if (others.Contains(entry.Name)) continue;
            if (!Wire.TryParse<T>(entry.Name, out var value)) problems.Error(entry.Place, section, $"\"{entry.Name}\" is no value of {section}{Suggestion.For(entry.Name, Wire.All<T>())}");
            else if (entry.Value.Kind != JsonValueKind.Array) problems.Error(entry.Value.Place, entry.Name, $"here must stand a list of cues [...], not {entry.Value.KindName}");
            else cues.Add(value, CueList(entry.Value.Items, entry.Name));
        }
        return cues;
    }

    private List<Cue> CueList(IReadOnlyList<DocumentNode> items, string rule)
    {
        var cues = new List<Cue>();
        foreach (var item in items)
        {
            if (ObjectReader.Of(item, problems, rule) is not { } reader) continue;
            var one = reader.Value("cue");
            var phrases = Phrases(one is null ? reader.Items("cues", required: true) : [one, .. reader.Items("cues")], rule, groups);
            var cue = new Cue(phrases, reader.Number("weight", 0, MostWeight, required: true) ?? 0)
            {
                Severity = reader.Integer("severity", 0, MostSeverity),
                With = Feature(reader, "with"),
                Without = Feature(reader, "without"),
                Negatable = reader.Boolean("negatable") ?? false,
            };
            reader.Done();
            if (phrases.Count > 0) cues.Add(cue);
        }
        return cues;
    }

    private string? Feature(ObjectReader reader, string key) => reader.String(key) is { } name ? Known(reader, key, [name]).FirstOrDefault() : null;

    private static Dictionary<T, int> Numbers<T>(ObjectReader? reader) where T : struct, Enum
    {
        var numbers = new Dictionary<T, int>();
        if (reader is null) return numbers;
        foreach (var name in Wire.All<T>())
            if (reader.Integer(name, 0, MostSeverity) is { } number && Wire.TryParse<T>(name, out var value)) numbers.Add(value, number);
        reader.Done();
        return numbers;
    }

    private Dictionary<string, IReadOnlyList<string>> Named(ObjectReader? reader, string what, IReadOnlyDictionary<string, IReadOnlyList<string>> known)
    {
        var named = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (reader is null) return named;
        foreach (var entry in reader.Entries())
        {
            if (entry.Value.Kind == JsonValueKind.Array) named.Add(entry.Name, Phrases(entry.Value.Items, $"{what} {entry.Name}", known));
            else problems.Error(entry.Value.Place, what, $"here must stand a list of phrases [...], not {entry.Value.KindName}");
        }
        reader.Done();
        return named;
    }

    private List<string> Phrases(IReadOnlyList<DocumentNode> items, string rule, IReadOnlyDictionary<string, IReadOnlyList<string>> known)
    {
        var phrases = new List<string>();
        foreach (var item in items)
        {
            if (PhraseText.Of(item, rule, problems) is not { } text) continue;
            if (CueExpansion.Problem(text, known) is { } problem) problems.Error(item.Place, rule, $"\"{text}\": {problem}");
            else phrases.Add(text);
        }
        return phrases;
    }
}

/// <summary>A phrase as it stands in a list of phrases.</summary>
internal static class PhraseText
{
    /// <summary>The phrase; null, with a problem, where it is no text or blank.</summary>
    public static string? Of(DocumentNode item, string rule, ProblemList problems)
    {
        if (item.Kind == JsonValueKind.String && !string.IsNullOrWhiteSpace(item.Text)) return item.Text;
        problems.Error(item.Place, rule, item.Kind == JsonValueKind.String ? "this phrase is blank; take it out" : $"here must stand a phrase \"...\", not {item.KindName}");
        return null;
    }
}
