namespace Escalation.Trainer.Evaluation;

/// <summary>Counts angry words: what a team does without a model, and what a model must beat.</summary>
internal static class LexiconBaseline
{
    private static readonly string[] Words =
    [
        "angry", "annoyed", "annoying", "awful", "awaiting", "complaint", "disappointed", "disappointing", "disgusted", "disgusting", "disgrace", "fail",
        "fed up", "frustrated", "frustrating", "furious", "hate", "horrible", "joke", "lied", "outrageous", "pathetic", "poor", "ridiculous", "rude", "rubbish",
        "scam", "shame", "sick of", "still not", "terrible", "unacceptable", "upset", "useless", "waste", "worst", "wtf",
    ];

    /// <summary>Probability-like: 1 - 1 / (1 + words found).</summary>
    public static double Score(string text)
    {
        var found = 0;
        foreach (var word in Words)
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase)) found++;
        return 1 - (1.0 / (1 + found));
    }
}
