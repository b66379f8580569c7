using System.Collections.Concurrent;
using Escalation.Core.Derived;

namespace Escalation.Core.Observed;

/// <summary>What a message whose text was let go was about, under one analyzer: one object for all messages about the same.</summary>
/// <param name="analyzer">Who read them.</param>
/// <param name="product">As <see cref="EarlierFacts.Product"/>.</param>
/// <param name="issue">As <see cref="EarlierFacts.Issue"/>.</param>
internal sealed class EarlierTopic(TextAnalyzer analyzer, string? product, IssueType? issue)
{
    public TextAnalyzer Analyzer => analyzer;

    public EarlierFacts With(double frustration) => new(frustration, product, issue);
}

/// <summary>The topics of one analyzer: there are few, whatever the number of messages.</summary>
/// <remarks>Thread-safe and bounded; a topic beyond the bound is its message's own.</remarks>
internal sealed class EarlierTopics(TextAnalyzer analyzer)
{
    private const int Most = 10_000;
    private readonly ConcurrentDictionary<(string? Product, IssueType? Issue), EarlierTopic> known = new();
    private int count;

    public EarlierTopic Of(in EarlierFacts facts)
    {
        var key = (facts.Product, facts.Issue);
        if (known.TryGetValue(key, out var topic)) return topic;
        topic = new EarlierTopic(analyzer, facts.Product, facts.Issue);
        if (count < Most && known.TryAdd(key, topic)) Interlocked.Increment(ref count);
        return topic;
    }
}

/// <summary>What stays of a message whose text was let go, where several analyzers had seen it.</summary>
/// <param name="analyzer">One of them.</param>
/// <param name="facts">What that one found.</param>
/// <param name="next">What others found.</param>
internal sealed class EarlierTexts(TextAnalyzer analyzer, EarlierFacts facts, EarlierTexts? next)
{
    /// <summary>What an analyzer found; null where it had not seen the text.</summary>
    public EarlierFacts? Facts(TextAnalyzer wanted) => ReferenceEquals(wanted, analyzer) ? facts : next?.Facts(wanted);
}
