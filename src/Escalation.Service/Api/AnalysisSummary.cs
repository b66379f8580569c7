using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Service.Api;

/// <summary>One sentence about an analysis: band, product, issue, impact, the two strongest reasons. Deterministic.</summary>
internal static class AnalysisSummary
{
    private const int MostCharacters = 280;

    public static string Of(ContextFacts context, Decision decision, string originalText)
    {
        var band = decision.Recommendation.Band switch
        {
            Band.ImmediateEscalation => "Escalate immediately",
            Band.PriorityEscalation => "Escalate with priority",
            Band.Monitor => "Keep an eye on it",
            _ => "No escalation",
        };
        var subject = (context.IssueTypeKnown, context.ProductKnown) switch
        {
            (true, true) => $"{context.IssueType} issue with {context.Product}",
            (true, false) => $"{context.IssueType} issue",
            (false, true) => $"about {context.Product}",
            _ => null,
        };
        string?[] about = [subject, context.BusinessImpactKnown ? $"{context.BusinessImpact} business impact" : null];
        var said = string.Join(", ", about.OfType<string>());
        var sentence = said.Length == 0 ? band : $"{band}: {said}";
        var reasons = ReasonView.ListOf(decision, originalText).Take(2).Select(r => r.Text).ToList();
        if (reasons.Count > 0) sentence += $" ({string.Join("; ", reasons)})";
        if (sentence.Length < MostCharacters) return sentence + ".";
        var end = MostCharacters - 2;
        if (char.IsHighSurrogate(sentence[end - 1])) end--;
        return string.Concat(sentence.AsSpan(0, end), "….");
    }
}
