using Escalation.Inference.Registry;
using Escalation.Trainer.Data;

namespace Escalation.Trainer.Publishing;

/// <summary>How the labels of a training came about, for its card: feedback only exists for what was shown, and drawn labels stand for what was not.</summary>
internal static class LabelSources
{
    /// <summary>Rows by source, the most first; nothing where no row tells its source.</summary>
    public static IReadOnlyList<CardLabels> Of(IReadOnlyList<LabelledText> used) => used.All(r => r.Source is null)
        ? []
        : [.. used.GroupBy(r => r.Source ?? "unknown", StringComparer.Ordinal).Select(g => new CardLabels(g.Key, g.Count(), g.Count(r => r.Positive), Math.Round(g.Sum(r => (double)r.Weight), 1)))
            .OrderByDescending(l => l.Rows).ThenBy(l => l.Source, StringComparer.Ordinal)];
}
