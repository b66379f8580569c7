namespace Escalation.Core.Derived.Text;

/// <summary>Words or phrases that speak for a value of one context field.</summary>
/// <param name="Phrases">As in keywords.json; also <c>{group}</c>, <c>&lt;number&gt;</c>, <c>&lt;time&gt;</c> and <c>...</c> for up to three further words.</param>
/// <param name="Weight">How strongly they speak for it: above 0; 0 hides a shorter cue inside the phrase.</param>
public sealed record Cue(IReadOnlyList<string> Phrases, double Weight)
{
    /// <summary>0 to 10: how bad it is where these words stand; null = what the definition gives to the value.</summary>
    public int? Severity { get; init; }

    /// <summary>Counts only where this feature stands in the text too.</summary>
    public string? With { get; init; }

    /// <summary>Counts only where this feature does not stand in the text.</summary>
    public string? Without { get; init; }

    /// <summary>Does not count behind a negator: "not hacked".</summary>
    public bool Negatable { get; init; }
}

/// <summary>Lowers the severity of calm texts: where one feature stands and none of the others does, issue-type cues count at most so much.</summary>
/// <param name="When">The features that make a text calm.</param>
/// <param name="Unless">The features that take it back.</param>
/// <param name="AtMost">0 to 10.</param>
public sealed record CalmRule(IReadOnlyList<string> When, IReadOnlyList<string> Unless, int AtMost);

/// <summary>extraction.json: cues of issue types, urgency, impact and severity.</summary>
/// <remarks>Immutable. The file explains each part to the people who edit it.</remarks>
public sealed record ExtractionDefinition
{
    /// <summary>Words that may replace one another in a cue: <c>{cannot} log in</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Words that turn a negatable cue off where they stand at most two words before it.</summary>
    public IReadOnlyList<string> Negators { get; init; } = [];

    /// <summary>Properties of the whole text that cues may ask for, for example <c>question</c>; at most 31.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Features { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Cues of issue types; the type with the highest sum wins.</summary>
    public IReadOnlyDictionary<IssueType, IReadOnlyList<Cue>> IssueTypes { get; init; } = new Dictionary<IssueType, IReadOnlyList<Cue>>();

    /// <summary>Cues that something is the matter and no more: they speak for what messages about the product are mostly about.</summary>
    public IReadOnlyList<Cue> UsualIssue { get; init; } = [];

    /// <summary>Cues of praise and blame: they speak for what opinions of the product are mostly about, and for <see cref="IssueType.Product"/> where none is known.</summary>
    public IReadOnlyList<Cue> Opinion { get; init; } = [];

    /// <summary>Cues of urgency codes; a code is there from a sum of 1.</summary>
    public IReadOnlyDictionary<UrgencyCode, IReadOnlyList<Cue>> Urgency { get; init; } = new Dictionary<UrgencyCode, IReadOnlyList<Cue>>();

    /// <summary>Cues of impact; the highest level with a sum of 1 holds.</summary>
    public IReadOnlyDictionary<BusinessImpact, IReadOnlyList<Cue>> Impact { get; init; } = new Dictionary<BusinessImpact, IReadOnlyList<Cue>>();

    /// <summary>Cues of severity alone; the weight is the severity.</summary>
    public IReadOnlyList<Cue> Severity { get; init; } = [];

    /// <summary>Severity, 0 to 10, of a cue that states none, by issue type.</summary>
    public IReadOnlyDictionary<IssueType, int> IssueTypeSeverity { get; init; } = new Dictionary<IssueType, int>();

    /// <summary>The same by urgency code.</summary>
    public IReadOnlyDictionary<UrgencyCode, int> UrgencySeverity { get; init; } = new Dictionary<UrgencyCode, int>();

    /// <summary>The same by impact.</summary>
    public IReadOnlyDictionary<BusinessImpact, int> ImpactSeverity { get; init; } = new Dictionary<BusinessImpact, int>();

    /// <summary>From which severity on an impact level holds without words of its own.</summary>
    public IReadOnlyDictionary<BusinessImpact, int> ImpactFromSeverity { get; init; } = new Dictionary<BusinessImpact, int>();

    /// <summary>Lowers the severity of calm texts; null = never.</summary>
    public CalmRule? Calm { get; init; }

    /// <summary>Least sum with which an issue type is recognised.</summary>
    public double LeastIssueTypeWeight { get; init; } = 1;

    /// <summary>What words say of issue types where cues do not decide; of issue-words.csv.</summary>
    public IssueWordTable IssueWords { get; init; } = IssueWordTable.Empty;
}
