using Escalation.Core.Tickets;

namespace Escalation.Core.Derived.Text;

/// <summary>Collects the places in the original text that support the values found.</summary>
internal sealed class ContextSpans(ProductCatalogue catalogue, IssueTypeChooser chooser)
{
    private const int Most = 24;
    private const int MostWords = 3;

    private static readonly string[] TypeNames = [.. Wire.All<IssueType>()];
    private static readonly string[] CodeNames = [.. Wire.All<UrgencyCode>()];
    private static readonly string[] LevelNames = [.. Wire.All<BusinessImpact>()];
    private static readonly string[] SeverityNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

    [ThreadStatic] private static ContextSpan[]? buffer;

    /// <summary>The spans, by start; at most 24. An issue type that no cue speaks for has its strongest words. Impact that follows from severity has the places of that severity.</summary>
    public IReadOnlyList<ContextSpan> Collect(
        ContextScratch work, ReadOnlySpan<CompiledCue> cues, ScoredText text, int product, IssueType? type, BusinessImpact impact, int severity)
    {
        var spans = buffer ??= new ContextSpan[Most];
        var count = 0;
        var hits = work.Hits;
        var impactHasWords = work.Impact[(int)impact] >= 1;
        var typeHasCues = false;
        for (var i = 0; i < hits.Length && count < Most; i++)
        {
            ref readonly var hit = ref hits[i];
            if (hit.FirstToken < 0) continue;
            ref readonly var cue = ref cues[hit.Phrase];
            if (cue.Kind is CueKind.ProductAlias or CueKind.ProductWeak or CueKind.ProductHint)
            {
                if (cue.Target == product) Add(ContextFields.Product, catalogue.Products[product].Name, hit.Start, hit.End);
                continue;
            }
            if (!work.IsCounted(i)) continue;
            if (type is { } value && SpeaksFor(cue, (int)value, work))
            {
                typeHasCues = true;
                Add(ContextFields.IssueType, TypeNames[(int)value], hit.Start, hit.End);
            }
            if (cue.Kind == CueKind.Urgency && (work.UrgencyMask & (1 << cue.Target)) != 0) Add(ContextFields.Urgency, CodeNames[cue.Target], hit.Start, hit.End);
            var top = severity >= 0 && work.SeverityOf(i) == severity;
            if (impact > BusinessImpact.None && (impactHasWords ? cue.Kind == CueKind.Impact && cue.Target == (int)impact : top))
                Add(ContextFields.BusinessImpact, LevelNames[(int)impact], hit.Start, hit.End);
            if (top && severity > 0) Add(ContextFields.Severity, SeverityNames[severity], hit.Start, hit.End);
        }
        if (type is { } chosen && !typeHasCues && work.HasWords)
        {
            Span<(int Start, int End)> places = stackalloc (int, int)[MostWords];
            foreach (var (start, end) in places[..chooser.Evidence(work, (int)chosen, places)]) Add(ContextFields.IssueType, TypeNames[(int)chosen], start, end);
        }
        return count == 0 ? [] : spans.AsSpan(0, count).ToArray();

        void Add(ContextFields field, string value, int start, int end)
        {
            if (count == Most) return;
            var span = new ContextSpan(field, value, text.ToOriginal(start), text.ToOriginalEnd(end));
            for (var k = 0; k < count; k++)
                if (spans[k] == span) return;
            var at = count++;
            for (; at > 0 && spans[at - 1].Start > span.Start; at--) spans[at] = spans[at - 1];
            spans[at] = span;
        }
    }

    private static bool SpeaksFor(in CompiledCue cue, int type, ContextScratch work) =>
        cue.Kind == CueKind.IssueType ? cue.Target == type : (cue.Kind == CueKind.UsualIssue && work.UsualWins) || (cue.Kind == CueKind.Opinion && work.OpinionWins);
}
