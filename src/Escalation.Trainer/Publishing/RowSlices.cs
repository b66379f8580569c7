using Escalation.Core.Derived.Text;
using Escalation.Trainer.Data;

namespace Escalation.Trainer.Publishing;

/// <summary>The slices that a text is counted in: what a model must not be worse on while it is better on the whole.</summary>
public static class RowSlices
{
    private const int FewWords = 12, ManyWords = 60;

    /// <summary><c>language=CODE</c> (or <c>unknown</c>), <c>length=short|medium|long</c>, and <c>channel=</c> and <c>tier=</c> where they are known.</summary>
    public static IEnumerable<string> Of(LabelledText row)
    {
        yield return $"language={LanguageDetector.Detect(row.Text) ?? "unknown"}";
        yield return $"length={Length(row.Text)}";
        if (row.Channel is { } channel) yield return $"channel={channel}";
        if (row.Tier is { } tier) yield return $"tier={tier}";
    }

    private static string Length(string text)
    {
        var words = 0;
        foreach (var _ in text.AsSpan().SplitAny(' ', '\n', '\t')) words++;
        return words < FewWords ? "short" : words < ManyWords ? "medium" : "long";
    }
}
