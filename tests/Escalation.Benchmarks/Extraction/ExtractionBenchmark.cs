using System.Globalization;
using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;
using Escalation.Rules.Documents;
using NodaTime;

namespace Escalation.Benchmarks.Extraction;

/// <summary>Measures context extraction against the words of two readers on customer openers.</summary>
/// <remarks>
/// labels.csv holds ids and labels only; the texts are read from the data sets beside the checkout. Gold: product and issue type by a third reader
/// where the two differ; urgency what either saw; impact and severity the mean of both, halves up.
/// </remarks>
public static class ExtractionBenchmark
{
    /// <summary>Prints the readers' agreement and the figures of one half.</summary>
    /// <param name="dataFolder">Folder of ibm_care.train.csv and twcs_sample.train.csv.</param>
    /// <param name="half"><c>dev</c>, <c>test</c>, <c>both</c>, or <c>more</c> for the further openers.</param>
    /// <returns>0; 2 where the data or the rules cannot be read.</returns>
    public static int Run(string dataFolder, string half)
    {
        if (half is not ("dev" or "test" or "both" or "more"))
        {
            Console.Error.WriteLine($"half '{half}' is unknown; give dev, test, both or more");
            return 2;
        }
        var root = Checkout.Root;
        var folder = Path.Combine(root, "tests", "Escalation.Benchmarks", "Extraction");
        var labels = LabelledOpener.ReadAll(Path.Combine(folder, "labels.csv"));
        if (!OpenerTexts.TryRead(dataFolder, labels.Select(l => l.Key), out var texts, out var missing))
        {
            Console.Error.WriteLine(missing);
            return 2;
        }
        if (Extractor(Path.Combine(root, "rules")) is not { } extractor) return 2;
        if (half == "more")
        {
            MoreOpeners.Print(Path.Combine(folder, "labels-more.csv"), dataFolder, (text, brand) => Extract(extractor, (text, brand), withBrand: true));
            return 0;
        }
        PrintAgreement(labels);
        foreach (var part in half == "both" ? ["dev", "test"] : new[] { half })
        {
            var openers = labels.Where(l => l.Half == part).ToList();
            Print($"{part}: text and brand", openers, [.. openers.Select(o => Extract(extractor, texts[o.Key], withBrand: true))]);
            Print($"{part}: text alone", openers, [.. openers.Select(o => Extract(extractor, texts[o.Key], withBrand: false))]);
        }
        return 0;
    }

    /// <summary>The extractor of a rules folder; null, with the problems on standard error, where its files are wrong.</summary>
    /// <param name="rules">The folder.</param>
    /// <param name="withWords">Whether issue-words.csv counts, or the cues alone.</param>
    internal static ContextExtractor? Extractor(string rules, bool withWords = true)
    {
        var problems = new ProblemList();
        var extraction = Read("extraction.json");
        var products = Read("products.json");
        if (extraction is null || products is null) return Complain();
        var definition = ExtractionDocument.Parse(extraction, problems);
        var words = Path.Combine(rules, IssueWordsDocument.Path);
        if (withWords && File.Exists(words)) definition = definition with { IssueWords = IssueWordsDocument.Parse(File.ReadAllText(words), problems) };
        var catalogue = ProductsDocument.Parse(products, problems);
        return problems.HasErrors ? Complain() : new ContextExtractor(definition, catalogue);

        DocumentNode? Read(string file) => DocumentReader.Read(File.ReadAllBytes(Path.Combine(rules, file)), file, problems);

        ContextExtractor? Complain()
        {
            foreach (var problem in problems.Errors) Console.Error.WriteLine(problem);
            return null;
        }
    }

    /// <summary>A message as intake would make it of an opener.</summary>
    internal static Message MessageOf(string text, string? brand) => new()
    {
        Id = "1",
        At = Instant.FromUtc(2020, 1, 1, 0, 0),
        Source = "benchmark",
        ExternalId = "1",
        TicketId = new TicketId("1"),
        CustomerId = CustomerId.Unknown,
        Channel = Channel.Social,
        Author = Author.Customer,
        Text = text,
        Brand = brand,
    };

    private static ContextFacts Extract(ContextExtractor extractor, (string Text, string Brand) opener, bool withBrand) =>
        extractor.Extract(TextCleaner.Clean(opener.Text), MessageOf(opener.Text, withBrand && opener.Brand.Length > 0 ? opener.Brand : null));

    private static void PrintAgreement(List<LabelledOpener> labels)
    {
        Console.WriteLine($"readers A and B, n = {labels.Count}");
        Line("product", Nominal(l => l.A.Product, l => l.B.Product));
        Line("issue type", Nominal(l => l.A.IssueType, l => l.B.IssueType));
        Line("impact", Nominal(l => l.A.Impact, l => l.B.Impact));
        Line("impact within one level", $"share {F(labels.Average(l => Math.Abs(Level(l.A.Impact) - Level(l.B.Impact)) <= 1 ? 1d : 0))}");
        var urgency = Agreement.Sets([.. labels.Select(l => l.A.Urgency)], [.. labels.Select(l => l.B.Urgency)]);
        Line("urgency codes", $"F1 {F(urgency.F1)}");
        Line("severity", $"Spearman {F(Agreement.Spearman([.. labels.Select(l => (double)l.A.Severity)], [.. labels.Select(l => (double)l.B.Severity)]))}");

        string Nominal(Func<LabelledOpener, string> a, Func<LabelledOpener, string> b)
        {
            var (share, kappa) = Agreement.Kappa([.. labels.Select(a)], [.. labels.Select(b)]);
            return $"share {F(share)}  kappa {F(kappa)}";
        }
    }

    private static void Print(string title, List<LabelledOpener> openers, ContextFacts[] found)
    {
        Console.WriteLine($"{title}, n = {openers.Count}");
        var product = Agreement.Single([.. found.Select(f => f.ProductKnown ? f.Product : "")], [.. openers.Select(o => o.Gold.Product)]);
        Line("product", $"micro F1 {F(product.F1)}  precision {F(product.Precision)}  recall {F(product.Recall)}  n {product.Gold}");
        string[] types = [.. found.Select(f => f.IssueTypeKnown ? f.IssueType : "")];
        string[] gold = [.. openers.Select(o => o.Gold.IssueType == "other" ? "" : o.Gold.IssueType)];
        var issue = Agreement.Single(types, gold);
        Line("issue type", $"micro F1 {F(issue.F1)}  precision {F(issue.Precision)}  recall {F(issue.Recall)}  macro F1 {F(Agreement.MacroF1(types, gold))}  n {issue.Gold}");
        var urgency = Agreement.Sets([.. found.Select(f => f.Urgency)], [.. openers.Select(o => o.Gold.Urgency)]);
        Line("urgency codes", $"micro F1 {F(urgency.F1)}  precision {F(urgency.Precision)}  recall {F(urgency.Recall)}  n {urgency.Gold}");
        int[] off = [.. openers.Select((o, i) => Math.Abs(Level(o.Gold.Impact) - Level(found[i].BusinessImpact)))];
        Line("business impact", $"within one level {F(off.Average(d => d <= 1 ? 1d : 0))}  exact {F(off.Average(d => d == 0 ? 1d : 0))}  n {off.Length}");
        var spearman = Agreement.Spearman([.. found.Select(f => (double)f.Severity)], [.. openers.Select(o => (double)o.Gold.Severity)]);
        Line("severity", $"Spearman {F(spearman)}  n {openers.Count}");
    }

    private static int Level(string impact) => Wire.TryParse<BusinessImpact>(impact, out var level) ? (int)level : throw new FormatException($"impact '{impact}' is unknown");

    private static string F(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static void Line(string name, string figures) => Console.WriteLine($"  {name,-24}{figures}");
}
