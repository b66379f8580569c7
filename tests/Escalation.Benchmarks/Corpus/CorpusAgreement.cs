using System.Globalization;
using System.Text.Json.Nodes;
using Escalation.Benchmarks.Extraction;

namespace Escalation.Benchmarks.Corpus;

/// <summary>How far the writers of data/corpus and its second reader agree.</summary>
internal static class CorpusAgreement
{
    private static readonly string[] Numbers = ["frustration", "needed", "severity"];
    private static readonly string[] Names = ["issueType", "impact", "legal", "repeat", "team"];

    /// <summary>Prints agreement a label, and of the frustration by writer and language.</summary>
    public static int Run()
    {
        var folder = Path.Combine(Checkout.Root, "data", "corpus");
        var second = Rows(Path.Combine(folder, "second-reader.jsonl")).ToDictionary(IdOf, StringComparer.Ordinal);
        var pairs = Directory.GetFiles(folder, "*.jsonl").Where(f => Path.GetFileName(f) != "second-reader.jsonl").Order(StringComparer.Ordinal)
            .SelectMany(Rows).Select(row => (Writer: row, Reader: second[IdOf(row)])).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pairs.Count:N0} messages, each read by its writer and by a second reader"));
        foreach (var name in Numbers)
        {
            double[] a = [.. pairs.Select(p => p.Writer[name]!.GetValue<double>())], b = [.. pairs.Select(p => p.Reader[name]!.GetValue<double>())];
            var near = a.Zip(b).Count(p => Math.Abs(p.First - p.Second) <= 1) / (double)a.Length;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12} alike {a.Zip(b).Count(p => p.First == p.Second) / (double)a.Length:P1}, within one {near:P1}, Spearman {Agreement.Spearman(a, b):F3}"));
        }
        Print("frustrated", pairs, row => row["frustration"]!.GetValue<int>() >= 2 ? "yes" : "no");
        foreach (var name in Names) Print(name, pairs, row => row[name]!.ToJsonString());
        foreach (var group in pairs.GroupBy(p => IdOf(p.Writer)[..2]).Concat(pairs.GroupBy(p => (string)p.Writer["language"]!)))
            Print($"  frustrated, {group.Key} ({group.Count()})", [.. group], row => row["frustration"]!.GetValue<int>() >= 2 ? "yes" : "no");
        return 0;
    }

    private static void Print(string name, List<(JsonObject Writer, JsonObject Reader)> pairs, Func<JsonObject, string> label)
    {
        var (share, kappa) = Agreement.Kappa([.. pairs.Select(p => label(p.Writer))], [.. pairs.Select(p => label(p.Reader))]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12} alike {share:P1}, kappa {kappa:F3}"));
    }

    private static IEnumerable<JsonObject> Rows(string file) => File.ReadLines(file).Select(line => JsonNode.Parse(line)!.AsObject());

    private static string IdOf(JsonObject row) => (string)row["id"]!;
}
