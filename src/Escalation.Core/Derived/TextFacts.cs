using Escalation.Core.Decisions;

namespace Escalation.Core.Derived;

/// <summary>Everything that is derived from one message's text alone, under one set of text resources and models.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class TextFacts
{
    /// <summary>What derived them.</summary>
    public required TextAnalyzer Analyzer { get; init; }

    /// <summary>The message as rules see it.</summary>
    public required MessageFacts Message { get; init; }

    /// <summary>Keyword hits.</summary>
    public required KeywordFacts Keywords { get; init; }

    /// <summary>Context.</summary>
    public required ContextFacts Context { get; init; }

    /// <summary>Calibrated frustration, 0 to 1, 6 decimals; NaN where it is not available.</summary>
    public required double Frustration { get; init; }

    /// <summary>What the team model predicts.</summary>
    public required TeamFacts Team { get; init; }
}

/// <summary>What decisions on later messages need of a message's text facts.</summary>
/// <param name="Frustration">As <see cref="TextFacts.Frustration"/>.</param>
/// <param name="Product">The product where one was recognised, else null.</param>
/// <param name="Issue">The issue type where one was recognised, else null; never <see cref="IssueType.Other"/>.</param>
public readonly record struct EarlierFacts(double Frustration, string? Product, IssueType? Issue)
{
    /// <summary>Those of a message.</summary>
    public static EarlierFacts Of(TextFacts facts) => new(
        facts.Frustration, string.IsNullOrWhiteSpace(facts.Context.ProductFound.Value) ? null : facts.Context.ProductFound.Value,
        facts.Context.IssueTypeKnown ? facts.Context.IssueTypeFound.Value : null);
}

/// <summary>A trained frustration model.</summary>
/// <remarks>Thread-safe. An interface because Core must not see ML.NET; implemented by Escalation.Inference.</remarks>
public interface IFrustrationModel
{
    /// <summary>Hash of scorer and feature schema.</summary>
    ModelVersion Version { get; }

    /// <summary>Whether the model's card lists the language, as ISO 639-1 code.</summary>
    bool Supports(string language);

    /// <summary>Probability that the writer is frustrated.</summary>
    /// <param name="text">The message as scored: quoted mail and signatures already taken out. Any length but empty.</param>
    /// <returns>Calibrated probability, 0 to 1.</returns>
    float Score(ReadOnlySpan<char> text);
}

/// <summary>A trained model of the right team.</summary>
public interface ITeamModel
{
    /// <summary>Hash of scorer and feature schema.</summary>
    ModelVersion Version { get; }

    /// <summary>Whether the model's card lists the language.</summary>
    bool Supports(string language);

    /// <summary>The most likely team and its probability; the text is as for <see cref="IFrustrationModel.Score"/>.</summary>
    (string Team, float Confidence) Predict(ReadOnlySpan<char> text);
}
