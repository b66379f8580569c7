using Escalation.Inference;
using Escalation.Inference.Registry;

namespace Escalation.Trainer.Publishing;

/// <summary>The words and phrases of training texts that speak most for frustration, and most against it.</summary>
/// <remarks>For people to see at a glance what a model has learned, and what it should not have: a name, a product, a quirk of one data set.</remarks>
internal static class TellingWords
{
    private const int MostTexts = 5000, Shown = 20, FewestTexts = 5, LongestPhrase = 40;
    private const double ShareOfTexts = .001;

    /// <summary>Both lists, the strongest first; those of too few texts say nothing.</summary>
    public static (IReadOnlyList<CardWord> For, IReadOnlyList<CardWord> Against) Of(FrustrationModel model, IReadOnlyList<string> texts)
    {
        var step = Math.Max(1, texts.Count / MostTexts);
        var looked = Enumerable.Range(0, (texts.Count + step - 1) / step).Select(i => texts[i * step]).ToArray();
        var sums = new Dictionary<string, (double Sum, int Texts)>(StringComparer.Ordinal);
        foreach (var (phrase, contribution) in looked.AsParallel().AsOrdered().SelectMany(text => PhrasesOf(model, text)))
        {
            var (sum, count) = sums.GetValueOrDefault(phrase);
            sums[phrase] = (sum + contribution, count + 1);
        }
        var fewest = Math.Max(FewestTexts, (int)(looked.Length * ShareOfTexts));
        var known = sums.Where(s => s.Value.Texts >= fewest && s.Key.Length <= LongestPhrase && s.Key.AsSpan().ContainsAnyExceptInRange('\0', '@'))
            .Select(s => new CardWord(s.Key, s.Value.Sum / s.Value.Texts, s.Value.Texts)).ToList();
        return (
            [.. known.Where(w => w.Contribution > 0).OrderByDescending(w => w.Contribution).ThenBy(w => w.Text, StringComparer.Ordinal).Take(Shown)],
            [.. known.Where(w => w.Contribution < 0).OrderBy(w => w.Contribution).ThenBy(w => w.Text, StringComparer.Ordinal).Take(Shown)]);
    }

    private static IEnumerable<(string Phrase, double Contribution)> PhrasesOf(FrustrationModel model, string text) =>
        model.Explain(text).Strongest.GroupBy(w => Plain(text[w.Start..w.End]), StringComparer.Ordinal).Select(g => (g.Key, g.Average(w => w.Contribution)));

    private static string Plain(string phrase) =>
        string.Join(' ', phrase.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Trim(' ', '.', ',');
}
