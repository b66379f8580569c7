using Escalation.Core.Decisions;

namespace Escalation.Core.Derived;

/// <summary>The fields of <see cref="ContextFacts"/>, as flags.</summary>
[Flags]
public enum ContextFields { None = 0, Product = 1, IssueType = 2, Urgency = 4, BusinessImpact = 8, Severity = 16 }

/// <summary>What the customer needs dealt with. <see cref="Other"/> is not recognised and equals nothing.</summary>
public enum IssueType { Technical, Billing, Delivery, Account, Service, Product, Fraud, Other }

/// <summary>Harm to the customer or their business, in rising order.</summary>
public enum BusinessImpact { None, Minor, Major, Critical }

/// <summary>Codes of <c>context.Urgency</c>.</summary>
public enum UrgencyCode { Outage, Asap, Deadline, Blocked, Safety, Security, DataLoss, Churn }

/// <summary>A place in the original text that supports a context field.</summary>
/// <remarks>A message has several: field and length share their place in memory.</remarks>
public readonly record struct ContextSpan
{
    private const int FieldBits = 5;

    private readonly uint fieldAndLength;

    /// <summary>A place.</summary>
    /// <param name="field">The field supported.</param>
    /// <param name="value">The value supported, for example <c>outage</c> or a product's name.</param>
    /// <param name="start">UTF-16 offset in the original text.</param>
    /// <param name="end">Exclusive end, at most 2^27 after the start.</param>
    public ContextSpan(ContextFields field, string value, int start, int end) =>
        (Value, Start, fieldAndLength) = (value, start, ((uint)(end - start) << FieldBits) | (uint)field);

    /// <summary>The field supported.</summary>
    public ContextFields Field => (ContextFields)(fieldAndLength & ((1u << FieldBits) - 1));

    /// <summary>The value supported, for example <c>outage</c> or a product's name.</summary>
    public string Value { get; }

    /// <summary>UTF-16 offset in the original text.</summary>
    public int Start { get; }

    /// <summary>Exclusive end.</summary>
    public int End => Start + (int)(fieldAndLength >> FieldBits);
}

/// <summary>A value of a context field, and how sure the extractor is.</summary>
/// <param name="Value">The value; null where nothing was found.</param>
/// <param name="Confidence">0 to 1; 0 where nothing was found.</param>
public readonly record struct Extracted<T>(T? Value, double Confidence);

/// <summary>What the text says of product, issue, urgency, impact and severity, each with evidence.</summary>
/// <remarks>Immutable. Source: "context" under "Facts" in CONTRACTS.md.</remarks>
public sealed class ContextFacts
{
    /// <summary>Nothing found.</summary>
    public static readonly ContextFacts Empty = new();

    // Confidences in steps of the ninth decimal, which is all they have: nearly every message has five of them.
    private readonly int productConfidence, issueTypeConfidence, urgencyConfidence, impactConfidence, severityConfidence;
    private readonly string? product;
    private readonly sbyte issueType = -1;
    private readonly byte impact, severity;

    /// <summary>The product found or given, with confidence.</summary>
    public Extracted<string> ProductFound
    {
        get => new(product, Rounding.OfSteps(productConfidence));
        init => (product, productConfidence) = (value.Value, Rounding.ToSteps(value.Confidence));
    }

    /// <summary>The issue type found, with confidence.</summary>
    public Extracted<IssueType?> IssueTypeFound
    {
        get => new(issueType < 0 ? null : (IssueType)issueType, Rounding.OfSteps(issueTypeConfidence));
        init => (issueType, issueTypeConfidence) = ((sbyte)(value.Value is { } type ? (int)type : -1), Rounding.ToSteps(value.Confidence));
    }

    /// <summary>Confidence of <see cref="Urgency"/>; 0 where there is none.</summary>
    public double UrgencyConfidence
    {
        get => Rounding.OfSteps(urgencyConfidence);
        init => urgencyConfidence = Rounding.ToSteps(value);
    }

    /// <summary>The impact found, with confidence; <see cref="BusinessImpact.None"/> with confidence 0 where nothing speaks of harm.</summary>
    public Extracted<BusinessImpact> ImpactFound
    {
        get => new((BusinessImpact)impact, Rounding.OfSteps(impactConfidence));
        init => (impact, impactConfidence) = ((byte)value.Value, Rounding.ToSteps(value.Confidence));
    }

    /// <summary>Confidence of <see cref="Severity"/>; 0 where there is no evidence.</summary>
    public double SeverityConfidence
    {
        get => Rounding.OfSteps(severityConfidence);
        init => severityConfidence = Rounding.ToSteps(value);
    }

    /// <summary>Evidence of all fields, by start.</summary>
    public IReadOnlyList<ContextSpan> Spans { get; init; } = [];

    /// <summary>The product's canonical name.</summary>
    [MayBeUnknown(nameof(ProductKnown))]
    public string Product => FactUnavailableException.Read(product, "context.Product");

    /// <summary>Whether a product was recognised.</summary>
    public bool ProductKnown => product is not null;

    /// <summary>technical, billing, delivery, account, service, product or fraud; <c>other</c> is not recognised and reads as unknown.</summary>
    [MayBeUnknown(nameof(IssueTypeKnown))]
    public string IssueType => IssueTypeFound.Value is { } type and not Derived.IssueType.Other ? Tickets.Wire.Name(type) : throw new FactUnavailableException("context.IssueType");

    /// <summary>Whether an issue type was recognised; <c>other</c> is not.</summary>
    public bool IssueTypeKnown => IssueTypeFound.Value is not null and not Derived.IssueType.Other;

    /// <summary>Codes of <see cref="UrgencyCode"/> in lower case, without repeats, in order of declaration.</summary>
    public IReadOnlyList<string> Urgency { get; init; } = [];

    /// <summary>none, minor, major or critical.</summary>
    public string BusinessImpact => Tickets.Wire.Name(ImpactFound.Value);

    /// <summary>Whether the impact rests on words of the text, not on their absence.</summary>
    public bool BusinessImpactKnown => impactConfidence > 0;

    /// <summary>0 to 10: highest weight of the evidence.</summary>
    public int Severity
    {
        get => severity;
        init => severity = (byte)value;
    }

    /// <summary>The same without what was found of a field, or with another value of it that rests on no words.</summary>
    internal ContextFacts With(ContextFields field, int severity = 0, BusinessImpact impact = Derived.BusinessImpact.None) => new()
    {
        ProductFound = field == ContextFields.Product ? default : ProductFound,
        IssueTypeFound = field == ContextFields.IssueType ? default : IssueTypeFound,
        Urgency = field == ContextFields.Urgency ? [] : Urgency,
        UrgencyConfidence = field == ContextFields.Urgency ? 0 : UrgencyConfidence,
        ImpactFound = field == ContextFields.BusinessImpact ? new Extracted<BusinessImpact>(impact, impact == Derived.BusinessImpact.None ? 0 : Math.Max(ImpactFound.Confidence, 0.5)) : ImpactFound,
        Severity = field == ContextFields.Severity ? severity : Severity,
        SeverityConfidence = field == ContextFields.Severity ? Math.Max(SeverityConfidence, severity > 0 ? 0.5 : 0) : SeverityConfidence,
        Spans = [.. Spans.Where(s => s.Field != field)],
    };

    /// <summary>Lowest confidence over the fields found, 0 where none was.</summary>
    public double Confidence
    {
        get
        {
            var lowest = double.PositiveInfinity;
            Take(ProductFound.Confidence);
            Take(IssueTypeFound.Confidence);
            Take(UrgencyConfidence);
            Take(ImpactFound.Confidence);
            Take(SeverityConfidence);
            return double.IsPositiveInfinity(lowest) ? 0 : lowest;

            void Take(double confidence)
            {
                if (confidence > 0 && confidence < lowest) lowest = confidence;
            }
        }
    }
}
