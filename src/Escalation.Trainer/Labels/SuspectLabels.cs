namespace Escalation.Trainer.Labels;

/// <summary>A label that is likely wrong.</summary>
/// <param name="Label">The label.</param>
/// <param name="Probability">What models that did not see it give for "yes".</param>
/// <param name="Suspicion">Probability of the other answer, 0 to 1.</param>
public sealed record SuspectLabel(GivenLabel Label, double Probability, double Suspicion);

/// <summary>Which labels are likely wrong, and how many.</summary>
/// <param name="Ranked">Every label that could be held against models, the most suspicious first.</param>
/// <param name="Confident">How many of them, from the front, confident learning calls wrong.</param>
/// <remarks>For people to look at, never to delete: without the suspects a model was measured to be no better.</remarks>
public sealed record SuspectLabels(IReadOnlyList<SuspectLabel> Ranked, int Confident)
{
    /// <summary>Ranks the labels.</summary>
    /// <remarks>
    /// Confident: the other answer's probability is at least the mean of that answer's among those who gave it. Source: Northcutt, Jiang and
    /// Chuang, "Confident learning", 2021.
    /// </remarks>
    internal static SuspectLabels Of(IReadOnlyList<GivenLabel> labels, OutOfFoldProbabilities probabilities)
    {
        var ranked = labels.Select(l => (Label: l, Probability: probabilities.Of(l.Message.Text))).Where(l => l.Probability is not null)
            .Select(l => new SuspectLabel(l.Label, l.Probability!.Value, l.Label.Positive ? 1 - l.Probability.Value : l.Probability.Value))
            .OrderByDescending(s => s.Suspicion).ThenBy(s => s.Label.LabelId, StringComparer.Ordinal).ToList();
        var (usualNo, usualYes) = (Usual(false), Usual(true));
        return new SuspectLabels(ranked, ranked.Count(s => s.Suspicion > .5 && s.Suspicion >= (s.Label.Positive ? usualNo : usualYes)));

        double Usual(bool answer) => ranked.Where(s => s.Label.Positive == answer).Select(s => 1 - s.Suspicion).DefaultIfEmpty(1).Average();
    }
}
