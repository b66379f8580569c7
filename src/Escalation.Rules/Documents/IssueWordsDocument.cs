using System.Globalization;
using System.Text;
using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;

namespace Escalation.Rules.Documents;

/// <summary>issue-words.csv: a header <c>word</c> and every issue type, then a word a line with its weights; a blank weight is 0.</summary>
/// <remarks>Besides words there may stand <c>product:NAME</c>, <c>leans:TYPE</c> and <c>(otherwise)</c>, which holds for every text. A program writes the file; people may edit it.</remarks>
internal static class IssueWordsDocument
{
    /// <summary>The file's path in the rules folder.</summary>
    public const string Path = "issue-words.csv";

    private const double MostWeight = 100;
    private const string ProductPrefix = "product:", LeansPrefix = "leans:", Otherwise = "(otherwise)";

    private static readonly string[] Header = ["word", .. Wire.All<IssueType>()];

    /// <summary>The table of a file; what is wrong is left out of it and stands among the problems.</summary>
    public static IssueWordTable Parse(string text, ProblemList problems)
    {
        var lines = text.Split('\n');
        if (!CsvLine.Split(lines[0], out _).Select(c => c.Text).SequenceEqual(Header, StringComparer.Ordinal))
        {
            problems.Error(new Place(Path, 1, 1), null, $"the first line must be the header \"{string.Join(',', Header)}\"");
            return IssueWordTable.Empty;
        }
        var words = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal);
        var products = new Dictionary<string, IReadOnlyList<double>>(StringComparer.OrdinalIgnoreCase);
        var leans = new Dictionary<IssueType, IReadOnlyList<double>>();
        IReadOnlyList<double>? otherwise = null;
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].AsSpan().Trim().IsEmpty || Row(lines[i], new Place(Path, i + 1, 1), problems) is not { } row) continue;
            var isNew = row.Word == Otherwise ? otherwise is null
                : row.Word.StartsWith(ProductPrefix, StringComparison.Ordinal) ? products.TryAdd(row.Word[ProductPrefix.Length..], row.Weights)
                : row.Word.StartsWith(LeansPrefix, StringComparison.Ordinal) ? Leans(row)
                : words.TryAdd(row.Word, row.Weights);
            if (row.Word == Otherwise) otherwise ??= row.Weights;
            if (!isNew) problems.Error(new Place(Path, i + 1, 1), null, $"\"{row.Word}\" stands here a second time; keep one");
        }
        return new IssueWordTable { Words = words, Products = products, Leans = leans, Otherwise = otherwise ?? IssueWordTable.Empty.Otherwise };

        bool Leans((string Word, double[] Weights) row)
        {
            var name = row.Word[LeansPrefix.Length..];
            if (Wire.TryParse<IssueType>(name, out var type)) return leans.TryAdd(type, row.Weights);
            problems.Error(new Place(Path, Array.FindIndex(lines, l => l.StartsWith(row.Word, StringComparison.Ordinal)) + 1, 1), null, $"\"{name}\" is no issue type{Suggestion.For(name, Wire.All<IssueType>())}");
            return true;
        }
    }

    /// <summary>The file of a table, words in ordinal order, weights with two decimals.</summary>
    public static string Write(IssueWordTable table)
    {
        var text = new StringBuilder(string.Join(',', Header)).Append('\n');
        Append(Otherwise, table.Otherwise);
        foreach (var (type, weights) in table.Leans.OrderBy(l => l.Key)) Append(LeansPrefix + Wire.Name(type), weights);
        foreach (var (product, weights) in table.Products.OrderBy(p => p.Key, StringComparer.Ordinal)) Append(ProductPrefix + product, weights);
        foreach (var (word, weights) in table.Words.OrderBy(w => w.Key, StringComparer.Ordinal)) Append(word, weights);
        return text.ToString();

        void Append(string word, IReadOnlyList<double> weights)
        {
            text.Append(word);
            foreach (var weight in weights) text.Append(CultureInfo.InvariantCulture, $",{weight:0.##;-0.##;#}");
            text.Append('\n');
        }
    }

    private static (string Word, double[] Weights)? Row(string line, Place place, ProblemList problems)
    {
        var cells = CsvLine.Split(line, out _);
        if (cells.Count != Header.Length)
        {
            problems.Error(place, null, $"this row has {cells.Count} columns, the header has {Header.Length}; leave a weight of 0 blank, but keep its comma");
            return null;
        }
        if (cells[0].Text.Length == 0)
        {
            problems.Error(place, null, "the word is blank; take the row out");
            return null;
        }
        var weights = new double[IssueWordTable.Types];
        for (var k = 0; k < weights.Length; k++)
        {
            var cell = cells[k + 1];
            if (cell.Text.Length == 0 || (double.TryParse(cell.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out weights[k]) && Math.Abs(weights[k]) <= MostWeight)) continue;
            problems.Error(place with { Column = cell.Column }, null, $"\"{cell.Text}\" is no weight; write a number from -{MostWeight} to {MostWeight}, such as 1.25");
            return null;
        }
        return (cells[0].Text, weights);
    }
}
