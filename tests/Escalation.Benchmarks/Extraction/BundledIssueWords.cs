using System.Globalization;
using Escalation.Rules.Documents;

namespace Escalation.Benchmarks.Extraction;

/// <summary>Rebuilds rules/issue-words.csv.</summary>
internal static class BundledIssueWords
{
    /// <summary>Learns the words, writes the file, and prints how the extractor does with it on the openers that may be looked at.</summary>
    /// <param name="dataFolder">Folder of ibm_care.train.csv and twcs_sample.train.csv.</param>
    /// <returns>0; 2 where the data or the rules cannot be read.</returns>
    public static int Run(string dataFolder)
    {
        var file = Path.Combine(Checkout.Root, "rules", IssueWordsDocument.Path);
        if (ExtractionBenchmark.Extractor(Path.Combine(Checkout.Root, "rules"), withWords: false) is not { } cues) return 2;
        var examples = new IssueExamples(Checkout.Root, dataFolder, cues).Read();
        var table = new IssueWordTrainer(examples).Train();
        File.WriteAllText(file, IssueWordsDocument.Write(table));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{examples.Count} texts, {table.Words.Count} words, {table.Products.Count} products; {new FileInfo(file).Length:N0} bytes"));
        return ExtractionBenchmark.Run(dataFolder, "more");
    }
}
