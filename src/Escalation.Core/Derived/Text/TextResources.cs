namespace Escalation.Core.Derived.Text;

/// <summary>keywords.json, extraction.json and products.json of one rule set, compiled for scanning.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class TextResources(IReadOnlyList<KeywordClass> keywords, ExtractionDefinition extraction, ProductCatalogue products)
{
    /// <summary>No keyword, no cue, no product.</summary>
    public static readonly TextResources Empty = new([], new ExtractionDefinition(), ProductCatalogue.Empty);

    /// <summary>The same with products that belong to no company.</summary>
    public TextResources(IReadOnlyList<KeywordClass> keywords, ExtractionDefinition extraction, IReadOnlyList<ProductDefinition> products)
        : this(keywords, extraction, new ProductCatalogue(products))
    {
    }

    /// <summary>Keyword classes in file order.</summary>
    public IReadOnlyList<KeywordClass> KeywordClasses => keywords;

    /// <summary>Finds the words of all classes in one pass.</summary>
    public KeywordScanner Keywords { get; } = new(keywords);

    /// <summary>Finds product, issue type, urgency, impact and severity.</summary>
    public ContextExtractor Context { get; } = new(extraction, products);
}
