using Escalation.Core.Derived;

namespace Escalation.Core.Observed;

/// <summary>What stays of a message whose text was let go, under the analyzers that had seen it.</summary>
/// <param name="source">The source account.</param>
/// <param name="externalId">The source's own id.</param>
/// <param name="revision">Its revision.</param>
/// <param name="asks">Whether the text held a question mark.</param>
/// <param name="analyzer">An analyzer; null where none has seen it.</param>
/// <param name="facts">What that one found.</param>
/// <param name="next">What others found.</param>
internal sealed class EarlierMessage(string source, string externalId, int revision, bool asks, TextAnalyzer? analyzer, EarlierFacts facts, EarlierMessage? next)
{
    public string Source => source;

    public string ExternalId => externalId;

    public int Revision => revision;

    public bool Asks => asks;

    /// <exception cref="InvalidOperationException">The analyzer had not seen it.</exception>
    public EarlierFacts Facts(TextAnalyzer wanted) =>
        ReferenceEquals(wanted, analyzer) ? facts : next?.Facts(wanted) ?? throw new InvalidOperationException($"The text of message {externalId} of {source} was let go.");
}
