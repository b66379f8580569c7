using Escalation.Core.Decisions;

namespace Escalation.History.Synthetic;

/// <summary>The simple scorer that the organisation is said to have had live: it hears how loud a message is, and little of what it means.</summary>
/// <remarks>It decides what people were shown, so their labels carry its bias. It reads no text and no rule file.</remarks>
internal static class LiveScorer
{
    /// <summary>The configuration named in what was shown.</summary>
    public const string Configuration = "synthetic-live-scorer";

    private static readonly double[] ByTone = [.05, .16, .38, .6, .74];

    /// <summary>Score of a message, 0 to 1, three decimals.</summary>
    public static double Score(int tone, Need shown, bool decoy, bool history, SyntheticRandom random)
    {
        var score = ByTone[tone] + random.Quantile([-.2, -.08, 0, .08, .2]);
        score += shown switch
        {
            Need.Legal or Need.Theft or Need.Safety => .34,
            Need.Stopped or Need.Regulator or Need.Breach or Need.Cancel => .24,
            Need.None or Need.Mild => 0,
            _ => .14,
        };
        if (decoy) score += .2;
        if (history) score += .1;
        return Math.Round(Math.Clamp(score, .01, .99), 3, MidpointRounding.ToEven);
    }

    /// <summary>The band of a score.</summary>
    public static Band BandOf(double score) => score switch
    {
        > .8 => Band.ImmediateEscalation,
        > .6 => Band.PriorityEscalation,
        > .3 => Band.Monitor,
        _ => Band.None,
    };
}
