namespace Escalation.History.Synthetic;

/// <summary>How a case will go.</summary>
internal enum ArcKind { Question, Problem, Noise, Worsening, Serious, CalmThreat, Repeats, Praise }

/// <summary>The plan of a case: tone and need at the start, and what it may grow into.</summary>
/// <param name="Kind">The shape.</param>
/// <param name="Tone">Of the first message, 0 to 4.</param>
/// <param name="Need">Of the first message.</param>
/// <param name="Grows">The need that a worsening case comes to.</param>
/// <param name="HiddenNeed">A senior person is needed although the text may not say so: one more customer of an outage.</param>
internal readonly record struct CaseArc(ArcKind Kind, int Tone, Need Need, Need Grows, bool HiddenNeed)
{
    /// <summary>Draws the plan of a case.</summary>
    public static CaseArc Draw(in CaseStart start, Topic topic, SyntheticCustomer customer, SyntheticRandom random)
    {
        var kind = start.Occasion switch
        {
            Occasion.Outage => random.Chance(.3) ? ArcKind.Serious : ArcKind.Problem,
            Occasion.Burst => random.Chance(.9) ? ArcKind.Question : ArcKind.Problem,
            _ => (ArcKind)random.Weighted([31, 30, 8, 7, 10, 2, 5, 4]),
        };
        if ((kind is ArcKind.Question or ArcKind.Noise) && topic.CanBeGrave && random.Chance(.4)) kind = ArcKind.Serious;
        var tone = random.Weighted(kind switch
        {
            ArcKind.Question => [70, 20, 7, 2, 1],
            ArcKind.Problem => [32, 30, 24, 11, 3],
            ArcKind.Noise => [0, 0, 14, 46, 40],
            ArcKind.Worsening => [30, 40, 25, 5, 0],
            ArcKind.Serious => [26, 16, 22, 22, 14],
            ArcKind.CalmThreat => [70, 30, 0, 0, 0],
            ArcKind.Repeats => [25, 35, 25, 12, 3],
            _ => [100, 0, 0, 0, 0],
        });
        if (kind is not (ArcKind.CalmThreat or ArcKind.Praise or ArcKind.Noise) && random.Chance(.4)) tone = Math.Clamp(tone + customer.Temper, 0, 4);
        var serious = random.Pick<Need>(topic.Serious);
        if (serious == Need.Many && start.Occasion != Occasion.Outage) serious = Need.Stopped;
        var need = kind switch
        {
            ArcKind.Serious => serious,
            ArcKind.CalmThreat => random.Chance(.5) ? Need.Legal : Need.Regulator,
            ArcKind.Question or ArcKind.Praise => Need.None,
            _ => random.Chance(.4) ? Need.Mild : Need.None,
        };
        return new CaseArc(kind, tone, need, serious, start.Occasion == Occasion.Outage && start.Rank >= 5);
    }
}
