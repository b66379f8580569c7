using Escalation.Core.Decisions;
using Escalation.Core.Derived.Text;
using Escalation.Core.Observed;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;

namespace Escalation.Core.Derived;

/// <summary>Derives all that depends on one message's text alone: keywords, context, language, frustration, team.</summary>
/// <remarks>Pure, thread-safe. One instance per (text resources, policy language, models), so that its reference is the memo's key.</remarks>
/// <param name="resources">Keywords, cues and names.</param>
/// <param name="defaultLanguage">By brand; "" = any other.</param>
/// <param name="frustration">Null = no score.</param>
/// <param name="team">Null = no prediction.</param>
/// <param name="teams">What team a model's answer stands for: a team's id, a help-desk group or a specialty; null = it stands for itself.</param>
public sealed class TextAnalyzer(
    TextResources resources, IReadOnlyDictionary<string, string> defaultLanguage, IFrustrationModel? frustration, ITeamModel? team, TeamDirectory? teams = null)
{
    private const int ShoutingLetters = 10;
    private EarlierTopics? topics;

    /// <summary>What the messages that it read were about, for those whose texts are let go.</summary>
    internal EarlierTopics Topics => topics ?? Interlocked.CompareExchange(ref topics, new EarlierTopics(this), null) ?? topics;

    /// <summary>The facts of a message's text.</summary>
    public TextFacts Analyze(Message message)
    {
        var scored = TextCleaner.Clean(message.Text);
        var language = message.Language ?? LanguageDetector.Detect(scored.Span) ?? DefaultLanguage(message.Brand);
        var (words, shouting) = Measure(scored.Span);
        return new TextFacts
        {
            Analyzer = this,
            Message = new MessageFacts(message, scored, language, words, shouting),
            Keywords = KeywordsOf(scored),
            Context = resources.Context.Extract(scored, message),
            Frustration = FrustrationOf(scored.Span, language, words),
            Team = TeamOf(scored.Span, language, words),
        };
    }

    /// <summary>What <see cref="Analyze"/> finds of keywords.</summary>
    public KeywordFacts KeywordsOf(ScoredText text) => resources.Keywords.Scan(text);

    /// <summary>What <see cref="Analyze"/> finds of frustration; NaN where it is not available.</summary>
    /// <param name="text">The text as scored.</param>
    /// <param name="language">As <see cref="MessageFacts.Language"/>; null = not known.</param>
    /// <param name="words">As <see cref="MessageFacts.WordCount"/>.</param>
    public double FrustrationOf(ReadOnlySpan<char> text, string? language, int words) =>
        words > 0 && language is not null && frustration?.Supports(language) == true ? Rounding.ModelOutput(frustration.Score(text)) : double.NaN;

    /// <summary>What <see cref="Analyze"/> finds of the right team.</summary>
    /// <inheritdoc cref="FrustrationOf"/>
    public TeamFacts TeamOf(ReadOnlySpan<char> text, string? language, int words)
    {
        if (words == 0 || language is null || team?.Supports(language) != true) return TeamFacts.None;
        var (predicted, confidence) = team.Predict(text);
        return predicted is null ? TeamFacts.None : new TeamFacts(teams?.Resolve(predicted) ?? predicted, Rounding.ModelOutput(confidence));
    }

    private string? DefaultLanguage(string? brand) =>
        brand is not null && defaultLanguage.TryGetValue(brand, out var language) ? language : defaultLanguage.GetValueOrDefault("");

    private static (int Words, bool Shouting) Measure(ReadOnlySpan<char> text)
    {
        int words = 0, letters = 0, capitals = 0;
        var inWord = false;
        foreach (var c in text)
        {
            var isWord = char.IsLetterOrDigit(c);
            if (isWord && !inWord) words++;
            inWord = isWord || (inWord && c is '\'' or '’');
            if (!char.IsLetter(c)) continue;
            letters++;
            if (char.IsUpper(c)) capitals++;
        }
        return (words, letters >= ShoutingLetters && capitals * 10 >= letters * 6);
    }
}
