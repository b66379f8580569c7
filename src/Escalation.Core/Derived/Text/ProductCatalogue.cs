namespace Escalation.Core.Derived.Text;

/// <summary>One product of products.json.</summary>
/// <param name="Name">The canonical name, as in <c>context.Product</c>.</param>
/// <param name="Aliases">Names that mean it and nothing else.</param>
public sealed record ProductDefinition(string Name, IReadOnlyList<string> Aliases)
{
    /// <summary>Names that often mean it: they lose to every <see cref="Aliases">alias</see> and to a company's default product.</summary>
    public IReadOnlyList<string> WeakAliases { get; init; } = [];

    /// <summary>Words of its field: they count where its company was addressed, or two of them together.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>Whether other products run on it or are paid by it: it is often named beside the product that has the problem, and loses to that.</summary>
    public bool IsPlatform { get; init; }

    /// <summary>What messages about it are mostly about; decides where no cue tells issue types apart.</summary>
    public IssueType? Leans { get; init; }

    /// <summary>What praise and blame of it are mostly about.</summary>
    public IssueType Opinions { get; init; } = IssueType.Product;
}

/// <summary>A company: addressing it speaks for its products.</summary>
/// <param name="Name">Its name; counts as a mention too.</param>
/// <param name="Handles">Its accounts, with or without <c>@</c>; compared with words of the text and with the message's brand.</param>
/// <param name="Products">Its products; the first is meant where nothing tells them apart.</param>
public sealed record CompanyDefinition(string Name, IReadOnlyList<string> Handles, IReadOnlyList<string> Products)
{
    /// <summary>Whether the first product is meant where only the company was named; else none is.</summary>
    public bool HasDefault { get; init; } = true;
}

/// <summary>products.json: the names of products and of the companies that make them.</summary>
/// <remarks>Immutable.</remarks>
public sealed record ProductCatalogue(IReadOnlyList<ProductDefinition> Products)
{
    /// <summary>No product.</summary>
    public static readonly ProductCatalogue Empty = new([]);

    /// <summary>The companies.</summary>
    public IReadOnlyList<CompanyDefinition> Companies { get; init; } = [];

    /// <summary>Phrases with a product's name in them that do not mean it, for example <c>phone number</c>.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];
}
