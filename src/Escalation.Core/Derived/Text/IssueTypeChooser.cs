using Escalation.Core.Decisions;

namespace Escalation.Core.Derived.Text;

/// <summary>Which issue type a text is about: by its cues where they are clear, else by its cues and its words together.</summary>
internal sealed class IssueTypeChooser(ExtractionDefinition definition, ProductCatalogue catalogue)
{
    private const double LeanConfidence = .3;
    private const double LeanWeight = .5;
    private const double Redundant = .4;

    // Chosen on the part "validation" of labels-more.csv: cues that are surer are right nine times in ten, as often as two readers agree.
    private const double SureConfidence = .65;
    private const double MostOfCues = 4;

    // Chosen on the part "agreed": small talk and guesses are no type.
    private const double LeastConfidence = .4;

    private readonly IssueWordScorer words = new(definition.IssueWords, catalogue);

    /// <summary>Whether words say something where no cue does.</summary>
    public bool HasWords => !words.IsEmpty;

    /// <summary>The type with the highest total. Where no cue speaks and no word is known, what is usual for a product that the text itself names.</summary>
    /// <param name="work">The cues counted.</param>
    /// <param name="text">The text as scored.</param>
    /// <param name="subject">The subject, if any.</param>
    /// <param name="product">Index of the product, or -1.</param>
    /// <param name="isNamed">Whether the text, or the source, names it.</param>
    public Extracted<IssueType?> Choose(ContextScratch work, ReadOnlySpan<char> text, ReadOnlySpan<char> subject, int product, bool isNamed)
    {
        var lean = product < 0 ? null : catalogue.Products[product].Leans;
        var opinion = product < 0 ? IssueType.Product : catalogue.Products[product].Opinions;
        var totals = work.Totals;
        for (var i = 0; i < totals.Length; i++)
        {
            totals[i] = work.Types[i].Total(Redundant);
            if ((int?)lean == i) totals[i] += totals[i] > 0 ? LeanWeight : work.Usual.Total(Redundant);
            if ((int)opinion == i) totals[i] += work.Opinion.Total(Redundant);
        }
        var (best, top, second) = Highest(totals, 0);
        var confidence = top >= definition.LeastIssueTypeWeight ? Rounding.Score(top / (top + second + LeanWeight)) : 0;
        if (confidence < SureConfidence && FindsWords(work, text, subject, product)) (best, confidence) = WithWords(totals, work.Words.Scores);
        (work.UsualWins, work.OpinionWins) = (best >= 0 && (int?)lean == best, best == (int)opinion);
        if (confidence > 0) return new((IssueType)best, confidence);
        return lean is null || !isNamed ? default : new(lean, LeanConfidence);
    }

    /// <summary>The places of the words that speak most for a type, strongest first; as many as fit.</summary>
    /// <returns>How many there are.</returns>
    public int Evidence(ContextScratch work, int type, Span<(int Start, int End)> places)
    {
        Span<float> strengths = stackalloc float[places.Length];
        var count = 0;
        for (var i = 0; i < work.Words.Count; i++)
        {
            var (word, start, end) = work.Words[i];
            var strength = start < 0 ? 0 : words.Speaks(word, type);
            if (strength <= 0 || places[..count].Contains((start, end)) || (count == places.Length && strength <= strengths[count - 1])) continue;
            if (count < places.Length) count++;
            var at = count - 1;
            for (; at > 0 && strengths[at - 1] < strength; at--) (strengths[at], places[at]) = (strengths[at - 1], places[at - 1]);
            (strengths[at], places[at]) = (strength, (start, end));
        }
        return count;
    }

    private bool FindsWords(ContextScratch work, ReadOnlySpan<char> text, ReadOnlySpan<char> subject, int product)
    {
        if (words.IsEmpty) return false;
        work.Words.Begin(words.Count);
        words.Find(text, work.Words, hasPlaces: true);
        if (!subject.IsEmpty) words.Find(subject, work.Words, hasPlaces: false);
        return work.HasWords = words.Score(work.Words, product);
    }

    /// <summary>Weights of cues and of words are of one unit: their sums are added, and the soft maximum is a probability. None where that is low.</summary>
    private static (int Best, double Confidence) WithWords(double[] totals, double[] scores)
    {
        for (var i = 0; i < totals.Length; i++) totals[i] = Math.Min(totals[i], MostOfCues) + scores[i];
        var (best, top, _) = Highest(totals, double.NegativeInfinity);
        var sum = 0d;
        foreach (var total in totals) sum += Math.Exp(total - top);
        return 1 / sum < LeastConfidence ? (-1, 0) : (best, Rounding.Score(1 / sum));
    }

    /// <summary>The highest of all totals above a bound, and the next; the bound where there is none.</summary>
    private static (int Best, double Top, double Second) Highest(double[] totals, double bound)
    {
        var best = -1;
        double top = bound, second = bound;
        for (var i = 0; i < totals.Length; i++)
        {
            if (totals[i] > top) (best, second, top) = (i, top, totals[i]);
            else if (totals[i] > second) second = totals[i];
        }
        return (best, top, second);
    }
}
