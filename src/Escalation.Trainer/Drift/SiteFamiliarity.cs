using System.Globalization;
using Escalation.Inference.Registry;

namespace Escalation.Trainer.Drift;

/// <summary>How familiar a site's own messages are to a model.</summary>
/// <param name="Messages">Messages looked at.</param>
/// <param name="Known">Mean share of their n-grams that the model knows.</param>
/// <param name="Usual">The same of texts like those that it was trained on; null where its card does not tell.</param>
/// <param name="ForeignBelow">Below this share texts are foreign to it.</param>
public sealed record SiteFamiliarity(int Messages, double Known, double? Usual, double ForeignBelow)
{
    private const int FewestMessages = 50;

    /// <summary>Whether the model is weak here until it is trained on the site's own labels.</summary>
    public bool IsWeak => Known < ForeignBelow;

    /// <summary>One sentence for people.</summary>
    public string Words => string.Create(CultureInfo.InvariantCulture,
        $"it knows {Known:0.0%} of the n-grams of the last {Messages} messages here{(Usual is { } usual ? $" ({usual:0.0%} of texts like those of its training)" : "")}{(IsWeak ? ": they look foreign to it, and it is weak until retrained on labels of your own (escalation train)" : "")}");

    /// <summary>Looks; null with too few messages to tell.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="texts">Customers' messages as scored.</param>
    /// <exception cref="Inference.Scoring.ModelFormatException">The model's files are damaged.</exception>
    public static SiteFamiliarity? Of(ModelEntry entry, IReadOnlyList<string> texts)
    {
        if (texts.Count < FewestMessages) return null;
        var card = entry.Card();
        return new SiteFamiliarity(texts.Count, new KnownNgrams(entry.Content()).SharesOf(texts).Average(), card.Familiarity?.Usual, KnownNgrams.ForeignBelow(card));
    }
}
