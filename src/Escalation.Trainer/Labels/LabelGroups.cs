namespace Escalation.Trainer.Labels;

/// <summary>How the labels of one annotator or channel stand beside all others.</summary>
/// <param name="Kind"><c>annotator</c> or <c>channel</c>.</param>
/// <param name="Name">Which.</param>
/// <param name="N">Its labels.</param>
/// <param name="Leaning">How much more often it says yes than models expect, less the same of all others; -1 to 1.</param>
/// <param name="LeaningLow">Lower end of the 99.7 % interval.</param>
/// <param name="LeaningHigh">Upper end.</param>
/// <param name="Noise">How much more suspicious its labels are than chance explains, less the same of all others; -1 to 1.</param>
/// <param name="NoiseLow">Lower end of the 99.7 % interval.</param>
/// <param name="NoiseHigh">Upper end.</param>
/// <param name="Verdict"><c>in_line</c>, <c>leans_to_yes</c>, <c>leans_to_no</c>, <c>noisy</c>, or <c>too_few</c>.</param>
public sealed record LabelGroup(
    string Kind, string Name, int N, double Leaning, double LeaningLow, double LeaningHigh, double Noise, double NoiseLow, double NoiseHigh, string Verdict);

/// <summary>Whether one annotator or one channel is out of line.</summary>
/// <remarks>
/// Held against models that did not see the label: with probability p a truthful label is yes; its suspicion is then 2p(1-p) on average. The
/// interval is wide (three standard errors), since many groups are looked at; a small effect is in line however certain it is.
/// </remarks>
internal static class LabelGroups
{
    public const int FewestLabels = 30;

    private const double StandardErrors = 3;
    private const double SmallestLeaning = .1, SmallestNoise = .05;

    /// <summary>Every annotator and channel named, those out of line first.</summary>
    public static IReadOnlyList<LabelGroup> Of(IReadOnlyList<SuspectLabel> labels) =>
        [.. Kind("annotator", l => l.Annotator, labels).Concat(Kind("channel", l => l.Message.Channel, labels)).OrderBy(g => g.Verdict is "in_line" ? 1 : g.Verdict is "too_few" ? 2 : 0)
            .ThenBy(g => g.Kind, StringComparer.Ordinal).ThenByDescending(g => g.N).ThenBy(g => g.Name, StringComparer.Ordinal)];

    private static IEnumerable<LabelGroup> Kind(string kind, Func<GivenLabel, string?> of, IReadOnlyList<SuspectLabel> labels)
    {
        var named = labels.Where(l => of(l.Label) is not null).GroupBy(l => of(l.Label)!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => Sums.Of(g), StringComparer.Ordinal);
        if (named.Count < 2) yield break;       // in line with whom
        var usual = Sums.Of(labels.Where(l => of(l.Label) is not null));
        while (named.Count > 0)
        {
            // The one farthest out of line first, and then without it: who is in line must not be held against who is not.
            var compared = named.Select(g => Compare(kind, g.Key, g.Value, usual.Less(g.Value))).ToList();
            var farthest = compared.Where(g => g.Verdict is not ("in_line" or "too_few")).MaxBy(g => Math.Max(Math.Abs(g.Leaning), g.Noise));
            foreach (var group in farthest is null ? compared : [farthest])
            {
                yield return group;
                if (farthest is not null) usual = usual.Less(named[group.Name]);
                named.Remove(group.Name);
            }
        }
    }

    private static LabelGroup Compare(string kind, string name, Sums mine, Sums others)
    {
        var (leaning, leaningError) = Difference(mine.Leaning, mine.LeaningVariance, mine.N, others.Leaning, others.LeaningVariance, others.N);
        var (noise, noiseError) = Difference(mine.Noise, mine.NoiseVariance, mine.N, others.Noise, others.NoiseVariance, others.N);
        var verdict = mine.N < FewestLabels || others.N < FewestLabels ? "too_few"
            : leaning - leaningError > 0 && leaning >= SmallestLeaning ? "leans_to_yes"
            : leaning + leaningError < 0 && leaning <= -SmallestLeaning ? "leans_to_no"
            : noise - noiseError > 0 && noise >= SmallestNoise ? "noisy" : "in_line";
        return new LabelGroup(kind, name, mine.N, leaning, leaning - leaningError, leaning + leaningError, noise, noise - noiseError, noise + noiseError, verdict);
    }

    private static (double Value, double Error) Difference(double a, double aVariance, int aN, double b, double bVariance, int bN) =>
        ((a / aN) - (b / bN), StandardErrors * Math.Sqrt((aVariance / ((double)aN * aN)) + (bVariance / ((double)bN * bN))));

    private readonly record struct Sums(int N, double Leaning, double LeaningVariance, double Noise, double NoiseVariance)
    {
        public static Sums Of(IEnumerable<SuspectLabel> labels)
        {
            var sums = new Sums();
            foreach (var label in labels)
            {
                var p = label.Probability;
                var spread = p * (1 - p);
                sums = new Sums(sums.N + 1, sums.Leaning + (label.Label.Positive ? 1 : 0) - p, sums.LeaningVariance + spread,
                    sums.Noise + label.Suspicion - (2 * spread), sums.NoiseVariance + spread - (4 * spread * spread));
            }
            return sums;
        }

        public Sums Less(Sums part) =>
            new(N - part.N, Leaning - part.Leaning, LeaningVariance - part.LeaningVariance, Noise - part.Noise, NoiseVariance - part.NoiseVariance);
    }
}
