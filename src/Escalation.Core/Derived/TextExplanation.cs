using Escalation.Core.Derived.Text;

namespace Escalation.Core.Derived;

/// <summary>A word or phrase, and how far it moved a model's score.</summary>
/// <param name="Start">Its first character, as UTF-16 offset.</param>
/// <param name="End">After its last character.</param>
/// <param name="Contribution">To the log-odds: above 0 speaks for, below 0 against; ln 2 = .69 doubles or halves the odds.</param>
public readonly record struct TextContribution(int Start, int End, double Contribution);

/// <summary>What a probability is made of: log-odds = <see cref="Base"/> + the <see cref="Strongest"/> + <see cref="Others"/>, to 1e-5.</summary>
/// <param name="LogOdds">ln(p / (1 - p)).</param>
/// <param name="Base">The log-odds of a text that the model knows nothing of.</param>
/// <param name="Strongest">Words and phrases with the greatest part, greatest first.</param>
/// <param name="Others">All other words, and the length of the text.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record TextExplanation(double LogOdds, double Base, IReadOnlyList<TextContribution> Strongest, double Others)
{
    /// <summary>The same with offsets in the original text.</summary>
    /// <param name="scored">What was explained.</param>
    public TextExplanation InOriginal(ScoredText scored) =>
        this with { Strongest = [.. Strongest.Select(c => c with { Start = scored.ToOriginal(c.Start), End = scored.ToOriginalEnd(c.End) })] };

    /// <summary>What the tone of a message rests on; null where the model was not asked: none, an unsupported language, no words.</summary>
    /// <param name="facts">The message's facts.</param>
    /// <param name="model">The model that scored it.</param>
    /// <param name="originalText">The message's original text, into which the spans point; null = nobody asks.</param>
    public static TextExplanation? Of(DerivedFacts facts, IFrustrationModel? model, string? originalText)
    {
        if (model is null || originalText is null || !facts.Frustration.Available) return null;
        var scored = TextCleaner.Clean(originalText);
        return model.Explain(scored.Span).InOriginal(scored);
    }
}
