using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;

namespace Escalation.Rules.Documents;

/// <summary>products.json: products with their aliases and hints, companies with their handles.</summary>
/// <remarks>Strict: an unknown key, a name that is given twice and a company's product that is not defined are errors at their place.</remarks>
internal static class ProductsDocument
{
    /// <summary>The catalogue; what is wrong is left out of it and stands among the problems.</summary>
    public static ProductCatalogue Parse(DocumentNode node, ProblemList problems)
    {
        if (ObjectReader.Of(node, problems, null) is not { } root) return ProductCatalogue.Empty;
        var products = new List<ProductDefinition>();
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in root.Items("products", required: true))
            if (Product(item, products, owners, problems) is { } product) products.Add(product);
        var companies = new List<CompanyDefinition>();
        foreach (var item in root.Items("companies"))
            if (Company(item, products, problems) is { } company) companies.Add(company);
        var ignore = Phrases(root.Items("ignore"), "ignore", problems, null);
        root.Done();
        return new ProductCatalogue(products) { Companies = companies, Ignore = ignore };
    }

    private static ProductDefinition? Product(DocumentNode item, List<ProductDefinition> before, Dictionary<string, string> owners, ProblemList problems)
    {
        if (ObjectReader.Of(item, problems, item.Find("name")?.Text) is not { } reader) return null;
        var name = reader.String("name", required: true);
        if (name is not null && before.Exists(p => p.Name == name)) reader.Error(reader.Value("name")!.Place, $"product \"{name}\" is defined twice; join the two entries");
        if (name is not null && PhraseScanner.Problem(name) is { } problem) reader.Error(reader.Value("name")!.Place, $"\"{name}\": {problem}");
        var rule = name ?? "products";
        var product = new ProductDefinition(name ?? "", Phrases(reader.Items("aliases"), rule, problems, owners))
        {
            WeakAliases = Phrases(reader.Items("weak"), rule, problems, owners),
            Hints = Phrases(reader.Items("hints"), rule, problems, null),
            IsPlatform = reader.Boolean("platform") ?? false,
            Leans = reader.Enum<IssueType>("leans"),
            Opinions = reader.Enum<IssueType>("opinions") ?? IssueType.Product,
        };
        reader.Done();
        return name is null || before.Exists(p => p.Name == name) || PhraseScanner.Problem(name) is not null ? null : product;
    }

    private static CompanyDefinition? Company(DocumentNode item, List<ProductDefinition> products, ProblemList problems)
    {
        if (ObjectReader.Of(item, problems, item.Find("name")?.Text) is not { } reader) return null;
        var name = reader.String("name", required: true);
        var known = new List<string>();
        foreach (var product in reader.Items("products", required: true))
        {
            if (products.Exists(p => p.Name == product.Text)) known.Add(product.Text);
            else reader.Error(product.Place, $"product \"{product.Text}\" is not defined under \"products\"{Suggestion.For(product.Text, products.Select(p => p.Name))}");
        }
        var company = new CompanyDefinition(name ?? "", Phrases(reader.Items("handles"), name ?? "companies", problems, null), known)
        {
            HasDefault = reader.Boolean("firstIsDefault") ?? true,
        };
        reader.Done();
        if (name is null || known.Count == 0) return null;
        if (PhraseScanner.Problem(name) is not { } problem) return company;
        reader.Error(reader.Value("name")!.Place, $"\"{name}\": {problem}");
        return null;
    }

    private static List<string> Phrases(IReadOnlyList<DocumentNode> items, string rule, ProblemList problems, Dictionary<string, string>? owners)
    {
        var phrases = new List<string>();
        foreach (var item in items)
        {
            if (PhraseText.Of(item, rule, problems) is not { } text) continue;
            if (CueExpansion.Problem(text) is { } problem) problems.Error(item.Place, rule, $"\"{text}\": {problem}");
            else if (owners is not null && !owners.TryAdd(text.Trim(), rule)) problems.Error(item.Place, rule, $"\"{text}\" is already a name of {owners[text.Trim()]}; one name can mean one product only");
            else phrases.Add(text);
        }
        return phrases;
    }
}
