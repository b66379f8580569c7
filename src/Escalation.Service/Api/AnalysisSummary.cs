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
        var about = new List<string>();
        if (context.IssueTypeKnown) about.Add($"{context.IssueType} issue");
        if (context.ProductKnown) about.Add(about.Count == 0 ? $"about {context.Product}" : $"with {context.Product}");
        if (context.BusinessImpactKnown) about.Add($"{context.BusinessImpact} business impact");
        var sentence = about.Count == 0 ? band : $"{band}: {string.Join(", ", about)}";
        var reasons = ReasonView.ListOf(decision, originalText).Take(2).Select(r => r.Text).ToList();
        if (reasons.Count > 0) sentence += $" ({string.Join("; ", reasons)})";
        return sentence.Length < MostCharacters ? sentence + "." : string.Concat(sentence.AsSpan(0, MostCharacters - 2), "….");
    }
}
