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
/// <param name="Field">The field supported.</param>
/// <param name="Value">The value supported, for example <c>outage</c> or a product's name.</param>
/// <param name="Start">UTF-16 offset in the original text.</param>
/// <param name="End">Exclusive end.</param>
public readonly record struct ContextSpan(ContextFields Field, string Value, int Start, int End);

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

    private readonly double issueTypeConfidence, impactConfidence;
    private readonly sbyte issueType = -1;
    private readonly byte impact, severity;

    /// <summary>The product found or given, with confidence.</summary>
    public Extracted<string> ProductFound { get; init; }

    /// <summary>The issue type found, with confidence.</summary>
    public Extracted<IssueType?> IssueTypeFound
    {
        get => new(issueType < 0 ? null : (IssueType)issueType, issueTypeConfidence);
        init => (issueType, issueTypeConfidence) = ((sbyte)(value.Value is { } type ? (int)type : -1), value.Confidence);
    }

    /// <summary>Confidence of <see cref="Urgency"/>; 0 where there is none.</summary>
    public double UrgencyConfidence { get; init; }

    /// <summary>The impact found, with confidence; <see cref="BusinessImpact.None"/> with confidence 0 where nothing speaks of harm.</summary>
    public Extracted<BusinessImpact> ImpactFound
    {
        get => new((BusinessImpact)impact, impactConfidence);
        init => (impact, impactConfidence) = ((byte)value.Value, value.Confidence);
    }

    /// <summary>Confidence of <see cref="Severity"/>; 0 where there is no evidence.</summary>
    public double SeverityConfidence { get; init; }

    /// <summary>Evidence of all fields, by start.</summary>
    public IReadOnlyList<ContextSpan> Spans { get; init; } = [];

    /// <summary>The product's canonical name.</summary>
    [MayBeUnknown(nameof(ProductKnown))]
    public string Product => FactUnavailableException.Read(ProductFound.Value, "context.Product");

    /// <summary>Whether a product was recognised.</summary>
    public bool ProductKnown => ProductFound.Value is not null;

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
    public bool BusinessImpactKnown => ImpactFound.Confidence > 0;

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
