namespace Escalation.Core.Derived.Text;

/// <summary>What a phrase of the combined scanner speaks for.</summary>
internal enum CueKind : byte { Ignore, Negator, Feature, IssueType, UsualIssue, Opinion, Urgency, Impact, Severity, ProductAlias, ProductWeak, ProductHint, Company }

/// <summary>One compiled cue.</summary>
/// <param name="Kind">What it speaks for.</param>
/// <param name="Target">Index of the value: issue type, product, feature, company ...</param>
/// <param name="Weight">How strongly.</param>
/// <param name="Severity">0 to 10.</param>
/// <param name="With">Bit mask of the feature it needs; 0 = none.</param>
/// <param name="Without">Bit mask of the feature it must not meet.</param>
/// <param name="Negatable">Off behind a negator.</param>
internal readonly record struct CompiledCue(CueKind Kind, int Target, double Weight, int Severity = 0, uint With = 0, uint Without = 0, bool Negatable = false);

/// <summary>extraction.json and products.json as one scanner: every phrase of both is found in one pass.</summary>
internal sealed class CueTable
{
    /// <summary>Most features that a definition may have: their bits fill one mask.</summary>
    public const int MaxFeatures = 31;

    private const int UsualSeverity = 3;

    private readonly List<(string Text, int Class)> phrases = [];
    private readonly List<CompiledCue> cues = [];
    private readonly Dictionary<(CueKind, int, uint, uint), int> classes = [];
    private readonly Dictionary<string, int> features = new(StringComparer.Ordinal);

    public CueTable(ExtractionDefinition definition, ProductCatalogue catalogue)
    {
        foreach (var name in definition.Features.Keys) features.Add(name, features.Count);
        foreach (var negator in definition.Negators) Add(definition, [negator], new CompiledCue(CueKind.Negator, 0, 1));
        foreach (var (name, texts) in definition.Features) Add(definition, texts, new CompiledCue(CueKind.Feature, features[name], 1));
        foreach (var (type, list) in definition.IssueTypes) AddAll(definition, list, CueKind.IssueType, (int)type, definition.IssueTypeSeverity.GetValueOrDefault(type));
        AddAll(definition, definition.UsualIssue, CueKind.UsualIssue, 0, UsualSeverity);
        AddAll(definition, definition.Opinion, CueKind.Opinion, 0, UsualSeverity);
        foreach (var (code, list) in definition.Urgency) AddAll(definition, list, CueKind.Urgency, (int)code, definition.UrgencySeverity.GetValueOrDefault(code));
        foreach (var (level, list) in definition.Impact) AddAll(definition, list, CueKind.Impact, (int)level, definition.ImpactSeverity.GetValueOrDefault(level));
        AddAll(definition, definition.Severity, CueKind.Severity, 0, null);
        AddProducts(definition, catalogue);
        Scanner = new PhraseScanner(phrases, definition.Groups);
        Cues = [.. cues];
        CalmMask = Mask(definition.Calm?.When);
        UpsetMask = Mask(definition.Calm?.Unless);
    }

    /// <summary>The scanner; a hit's phrase is an index of <see cref="Cues"/>.</summary>
    public PhraseScanner Scanner { get; }

    /// <summary>The cue of each phrase.</summary>
    public CompiledCue[] Cues { get; }

    /// <summary>Bits of the features that make a text calm.</summary>
    public uint CalmMask { get; }

    /// <summary>Bits of the features that take it back.</summary>
    public uint UpsetMask { get; }

    private void AddAll(ExtractionDefinition definition, IReadOnlyList<Cue> list, CueKind kind, int target, int? severity)
    {
        foreach (var cue in list)
        {
            var ofCue = cue.Severity ?? severity ?? (int)cue.Weight;
            Add(definition, cue.Phrases, new CompiledCue(kind, target, cue.Weight, ofCue, Bit(cue.With), Bit(cue.Without), cue.Negatable));
        }
    }

    private void AddProducts(ExtractionDefinition definition, ProductCatalogue catalogue)
    {
        Add(definition, catalogue.Ignore, new CompiledCue(CueKind.Ignore, 0, 0));
        for (var i = 0; i < catalogue.Products.Count; i++)
        {
            var product = catalogue.Products[i];
            var name = product.Name.Replace('-', ' ');
            if (!product.WeakAliases.Concat(catalogue.Ignore).Contains(name, StringComparer.OrdinalIgnoreCase)) Add(definition, [name], new CompiledCue(CueKind.ProductAlias, i, 1));
            Add(definition, product.Aliases, new CompiledCue(CueKind.ProductAlias, i, 1));
            Add(definition, product.WeakAliases, new CompiledCue(CueKind.ProductWeak, i, 1));
            Add(definition, product.Hints, new CompiledCue(CueKind.ProductHint, i, 1));
        }
        for (var i = 0; i < catalogue.Companies.Count; i++)
        {
            var company = catalogue.Companies[i];
            Add(definition, [company.Name], new CompiledCue(CueKind.Company, i, 1));
            foreach (var handle in company.Handles) Add(definition, [handle.TrimStart('@')], new CompiledCue(CueKind.Company, i, 1));
        }
    }

    private void Add(ExtractionDefinition definition, IEnumerable<string> texts, CompiledCue cue)
    {
        var phraseClass = ClassOf(cue);
        foreach (var text in texts)
            foreach (var phrase in CueExpansion.Expand(text, definition.Groups))
            {
                phrases.Add((phrase, phraseClass));
                cues.Add(cue);
            }
    }

    /// <summary>Names of products hide one another; the cues of one value do; cues with conditions only those with the same.</summary>
    private int ClassOf(in CompiledCue cue)
    {
        var key = cue.Kind switch
        {
            CueKind.ProductAlias or CueKind.ProductWeak or CueKind.Ignore => (CueKind.ProductAlias, 0, 0u, 0u),
            CueKind.ProductHint => (CueKind.ProductHint, cue.Target, 0u, 0u),
            CueKind.Company => (CueKind.Company, 0, 0u, 0u),
            _ => (cue.Kind, cue.Target, cue.With, cue.Without),
        };
        if (!classes.TryGetValue(key, out var index)) classes.Add(key, index = classes.Count);
        return index;
    }

    private uint Bit(string? feature) => feature is null ? 0 : features.TryGetValue(feature, out var bit)
        ? 1u << bit
        : throw new ArgumentException($"feature '{feature}' is not defined under features");

    private uint Mask(IReadOnlyList<string>? names)
    {
        var mask = 0u;
        foreach (var name in names ?? []) mask |= Bit(name);
        return mask;
    }
}
