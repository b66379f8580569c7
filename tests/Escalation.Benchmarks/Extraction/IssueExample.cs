using System.Text.Json;
using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;

namespace Escalation.Benchmarks.Extraction;

/// <summary>A text with what it is about.</summary>
/// <param name="Text">As scored.</param>
/// <param name="Product">The product that the extractor finds.</param>
/// <param name="Types">What one or two readers say; two that agree stand here once.</param>
/// <param name="Weight">How many examples it stands for.</param>
internal sealed record IssueExample(string Text, ProductDefinition? Product, IReadOnlyList<IssueType> Types, double Weight);

/// <summary>Reads what issue-words.csv may be learned from: our own texts, and openers of ibm_care that are in no test and no validation.</summary>
/// <remarks>Openers of twcs_sample must not be shipped, nor what was learned from them: they only choose and measure.</remarks>
internal sealed class IssueExamples(string root, string dataFolder, ContextExtractor extractor)
{
    /// <summary>Corpus messages are longer than openers and less like them: what counts was chosen on the validation part.</summary>
    private const double OfCorpus = 0.5, OfOpeners = 1.5;

    private const string Shipped = "ibm_care", SecondReader = "second-reader.jsonl", Openers = "openers.jsonl";
    private static readonly string[] CorpusFiles = ["seed.jsonl", "short.jsonl", "trades.jsonl", "people.jsonl"];

    private string Corpus => Path.Combine(root, "data", "corpus");

    /// <summary>All, in the order of their files.</summary>
    /// <exception cref="IOException">A data set is not there, or of another edition.</exception>
    public IReadOnlyList<IssueExample> Read() => [.. OfTheCorpus(), .. OurOpeners(), .. CustomersOpeners()];

    private IEnumerable<IssueExample> OfTheCorpus()
    {
        var second = Lines(SecondReader).ToDictionary(l => l.GetProperty("id").GetString()!, TypeOf);
        return CorpusFiles.SelectMany(Lines).Select(line => Of(line.GetProperty("text").GetString()!, null, [TypeOf(line), second[line.GetProperty("id").GetString()!]], OfCorpus));
    }

    private IEnumerable<IssueExample> OurOpeners() => Lines(Openers).Select(line => Of(line.GetProperty("text").GetString()!, null, [TypeOf(line)], OfOpeners));

    private IEnumerable<IssueExample> CustomersOpeners()
    {
        var folder = Path.Combine(root, "tests", "Escalation.Benchmarks", "Extraction");
        var labelled = LabelledOpener.ReadAll(Path.Combine(folder, "labels.csv")).Where(o => o.Half == "dev").Select(o => (o.Key, Type: o.Gold.IssueType))
            .Concat(CsvRows.Read(Path.Combine(folder, "labels-more.csv")).Skip(1).Where(r => r[2] is "tune" or "learn").Select(r => (Key: (Set: r[0], Id: r[1]), Type: r[3])))
            .Where(o => o.Key.Set == Shipped).ToList();
        if (!OpenerTexts.TryRead(dataFolder, labelled.Select(l => l.Key), out var texts, out var problem)) throw new IOException(problem);
        return labelled.Select(l => Of(texts[l.Key].Text, texts[l.Key].Brand, [Parse(l.Type)], OfOpeners));
    }

    private IssueExample Of(string text, string? brand, IssueType[] types, double weight)
    {
        var scored = TextCleaner.Clean(text);
        var found = extractor.Extract(scored, ExtractionBenchmark.MessageOf(text, string.IsNullOrEmpty(brand) ? null : brand)).ProductFound.Value;
        return new IssueExample(scored.Text, extractor.Products.FirstOrDefault(p => p.Name == found), [.. types.Distinct()], weight);
    }

    private static IssueType TypeOf(JsonElement line) => Parse(line.GetProperty("issueType").GetString()!);

    private static IssueType Parse(string name) => Wire.TryParse<IssueType>(name, out var type) ? type : throw new FormatException($"issue type '{name}' is unknown");

    private IEnumerable<JsonElement> Lines(string file) => File.ReadLines(Path.Combine(Corpus, file)).Select(line =>
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    });
}
