using Escalation.Core.Decisions;
using Escalation.Core.Tickets;

namespace Escalation.Core.Derived.Text;

/// <summary>Finds product, issue type, urgency, impact and severity by cues, each with evidence.</summary>
/// <remarks>
/// Pure, immutable and safe to share. Reads the text as scored and the subject; only the text has spans. Cues are those of
/// extraction.json and products.json, found in one pass; their order in the files does not matter. Where the cues leave the issue type open,
/// the words of issue-words.csv help.
/// </remarks>
public sealed class ContextExtractor
{
    private const double FromSeverityConfidence = .6;
    private const int SubjectToken = 1 << 20;

    [ThreadStatic] private static ContextScratch? scratch;

    private readonly CueTable table;
    private readonly ProductFinder finder;
    private readonly IssueTypeChooser chooser;
    private readonly ContextSpans spans;
    private readonly int[] impactFrom;

    /// <summary>Compiles the cues.</summary>
    /// <exception cref="ArgumentException">A phrase that cannot be compared, or a name that is not defined; the readers of both files report these first.</exception>
    public ContextExtractor(ExtractionDefinition extraction, ProductCatalogue catalogue)
    {
        (Definition, Catalogue) = (extraction, catalogue);
        table = new CueTable(extraction, catalogue);
        finder = new ProductFinder(catalogue);
        chooser = new IssueTypeChooser(extraction, catalogue);
        spans = new ContextSpans(catalogue, chooser);
        impactFrom = [.. Enum.GetValues<BusinessImpact>().Select(level => extraction.ImpactFromSeverity.GetValueOrDefault(level, int.MaxValue))];
    }

    /// <summary>The cues.</summary>
    public ExtractionDefinition Definition { get; }

    /// <summary>Products and companies.</summary>
    public ProductCatalogue Catalogue { get; }

    /// <summary>The products.</summary>
    public IReadOnlyList<ProductDefinition> Products => Catalogue.Products;

    /// <summary>What the text says; a product given by the source wins over one found.</summary>
    public ContextFacts Extract(ScoredText text, Message message)
    {
        var work = scratch ??= new ContextScratch();
        work.Reset(Catalogue.Products.Count, table.Cues.Length);
        if (!string.IsNullOrEmpty(message.Subject)) work.Take(table.Scanner.Scan(message.Subject), -SubjectToken);
        work.Take(table.Scanner.Scan(text.Span), 0);
        var company = finder.CompanyOf(message.Brand);
        var isBare = work.Hits.Length == 0 && company < 0 && message.Product is null;
        if (isBare && !chooser.HasWords) return ContextFacts.Empty;

        var features = Features(work.Hits);
        var product = message.Product is null ? finder.Find(work, table.Cues, company) : new ProductGuess(IndexOf(message.Product), 1);
        Score(work, features);
        var isNamed = product.Index >= 0 && (message.Product is not null || work.IsMentioned(product.Index));
        var type = chooser.Choose(work, text.Span, message.Subject, product.Index, isNamed);
        if (isBare && type.Value is null) return ContextFacts.Empty;
        var severity = Severity(work, type, features);
        var impact = Impact(work, severity);
        return new ContextFacts
        {
            ProductFound = message.Product is { } given ? new(given, 1) : new(product.Index < 0 ? null : Catalogue.Products[product.Index].Name, product.Confidence),
            IssueTypeFound = type,
            Urgency = UrgencyCodes.Of(work.UrgencyMask),
            UrgencyConfidence = work.UrgencyConfidence,
            ImpactFound = impact,
            Severity = Math.Max(0, severity),
            SeverityConfidence = severity < 0 ? 0 : work.SupportOf(severity) switch { 1 => .6, 2 => .75, _ => .85 },
            Spans = spans.Collect(work, table.Cues, text, message.Product is null ? product.Index : -1, type.Value, impact.Value, severity),
        };
    }

    private uint Features(ReadOnlySpan<PhraseHit> hits)
    {
        var mask = 0u;
        foreach (ref readonly var hit in hits)
            if (table.Cues[hit.Phrase] is { Kind: CueKind.Feature, Target: var feature }) mask |= 1u << feature;
        return mask;
    }

    /// <summary>Adds up the cues of issue types, urgency and impact; a cue that does not count here is marked so.</summary>
    private void Score(ContextScratch work, uint features)
    {
        var hits = work.Hits;
        for (var i = 0; i < hits.Length; i++)
        {
            ref readonly var cue = ref table.Cues[hits[i].Phrase];
            if (cue.Kind is < CueKind.IssueType or > CueKind.Severity) continue;
            if (cue.Weight <= 0 || (cue.With & ~features) != 0 || (cue.Without & features) != 0 || (cue.Negatable && IsNegated(hits, hits[i]))) continue;
            if (!work.Counts(i)) continue;
            if (cue.Kind == CueKind.IssueType) work.Types[cue.Target].Add(cue.Weight);
            else if (cue.Kind == CueKind.UsualIssue) work.Usual.Add(cue.Weight);
            else if (cue.Kind == CueKind.Opinion) work.Opinion.Add(cue.Weight);
            else if (cue.Kind == CueKind.Urgency) work.Urgency[cue.Target] += cue.Weight;
            else if (cue.Kind == CueKind.Impact) work.Impact[cue.Target] += cue.Weight;
        }
        work.CloseUrgency();
    }

    private bool IsNegated(ReadOnlySpan<PhraseHit> hits, in PhraseHit hit)
    {
        foreach (ref readonly var other in hits)
            if (table.Cues[other.Phrase].Kind == CueKind.Negator && other.LastToken < hit.FirstToken && hit.FirstToken - other.LastToken <= 2) return true;
        return false;
    }

    /// <summary>The highest weight of the evidence; -1 without any.</summary>
    private int Severity(ContextScratch work, in Extracted<IssueType?> type, uint features)
    {
        var calm = (features & table.CalmMask) != 0 && (features & table.UpsetMask) == 0 ? Definition.Calm!.AtMost : 10;
        var highest = -1;
        var hits = work.Hits;
        for (var i = 0; i < hits.Length; i++)
        {
            if (!work.IsCounted(i)) continue;
            ref readonly var cue = ref table.Cues[hits[i].Phrase];
            var severity = cue.Kind switch
            {
                CueKind.IssueType when cue.Target == (int?)type.Value => Math.Min(cue.Severity, calm),
                CueKind.UsualIssue when work.UsualWins => Math.Min(cue.Severity, calm),
                CueKind.Opinion when work.OpinionWins => Math.Min(cue.Severity, calm),
                CueKind.Urgency when (work.UrgencyMask & (1 << cue.Target)) != 0 => cue.Severity,
                CueKind.Impact or CueKind.Severity => cue.Severity,
                _ => -1,
            };
            work.SetSeverity(i, severity);
            highest = Math.Max(highest, severity);
        }
        return highest;
    }

    private Extracted<BusinessImpact> Impact(ContextScratch work, int severity)
    {
        for (var level = BusinessImpact.Critical; level > BusinessImpact.None; level--)
        {
            var sum = work.Impact[(int)level];
            if (sum >= 1) return new(level, Rounding.Score(sum / (sum + .5)));
            if (severity >= impactFrom[(int)level]) return new(level, FromSeverityConfidence);
        }
        return severity < 0 ? default : new(BusinessImpact.None, FromSeverityConfidence);
    }

    private int IndexOf(string product)
    {
        for (var i = 0; i < Catalogue.Products.Count; i++)
            if (string.Equals(Catalogue.Products[i].Name, product, StringComparison.OrdinalIgnoreCase)) return i;
        return -1;
    }
}
