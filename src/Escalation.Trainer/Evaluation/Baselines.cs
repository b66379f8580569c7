namespace Escalation.Trainer.Evaluation;

/// <summary>What always stands beside a frustration model: a linear model on words, a count of angry words, and one probability for all.</summary>
internal static class Baselines
{
    /// <summary>Their names on the card and their probabilities of a set, each at threshold 0.5.</summary>
    /// <param name="texts">The set's texts.</param>
    /// <param name="words">Probabilities of a linear model on words, which has not learned them.</param>
    /// <param name="share">The probability for all.</param>
    public static IEnumerable<(string Name, double[] Probabilities)> Of(IReadOnlyList<string> texts, double[] words, double share) =>
    [
        ("baseline: logistic regression on words", words),
        ("baseline: count of angry words", [.. texts.Select(LexiconBaseline.Score)]),
        ("baseline: the same probability for all", [.. texts.Select(_ => share)]),
    ];
}
