using System.Globalization;

namespace Escalation.Benchmarks.Extraction;

/// <summary>What one reader said of one opener; empty product = none.</summary>
internal sealed record OpenerLabel(string Product, string IssueType, IReadOnlyList<string> Urgency, string Impact, int Severity);

/// <summary>A row of labels.csv.</summary>
internal sealed record LabelledOpener(string Set, string Id, string Half, OpenerLabel A, OpenerLabel B, OpenerLabel Gold)
{
    public (string Set, string Id) Key => (Set, Id);

    public static List<LabelledOpener> ReadAll(string path)
    {
        var rows = CsvRows.Read(path);
        return [.. rows.Skip(1).Select(r => new LabelledOpener(r[0], r[1], r[2], Label(r, 3), Label(r, 8), Label(r, 13)))];
    }

    private static OpenerLabel Label(string[] row, int at) => new(
        row[at], row[at + 1], row[at + 2].Split('|', StringSplitOptions.RemoveEmptyEntries), row[at + 3], int.Parse(row[at + 4], CultureInfo.InvariantCulture));
}

/// <summary>Finds the texts of labelled openers in the data sets.</summary>
internal static class OpenerTexts
{
    public static bool TryRead(string folder, IEnumerable<(string Set, string Id)> openers, out Dictionary<(string, string), (string Text, string Brand)> texts, out string problem)
    {
        texts = [];
        problem = "";
        var wanted = openers.ToHashSet();
        foreach (var (set, id) in new[] { ("ibm_care", "conversation_id"), ("twcs_sample", "id") })
        {
            var path = Path.Combine(folder, set + ".train.csv");
            if (!File.Exists(path))
            {
                problem = $"{path} is not there; give the folder of the data sets";
                return false;
            }
            var rows = CsvRows.Read(path);
            int idColumn = Array.IndexOf(rows[0], id), text = Array.IndexOf(rows[0], "text"), brand = Array.IndexOf(rows[0], "brand");
            foreach (var row in rows.Skip(1))
                if (wanted.Contains((set, row[idColumn]))) texts.TryAdd((set, row[idColumn]), (row[text], row[brand]));
        }
        wanted.ExceptWith(texts.Keys);
        if (wanted.Count == 0) return true;
        problem = $"opener {wanted.First().Id} of {wanted.First().Set} is not in the data set; another edition of it lies in {folder}";
        return false;
    }
}

/// <summary>RFC 4180 rows, header included.</summary>
internal static class CsvRows
{
    public static List<string[]> Read(string path)
    {
        var rows = new List<string[]>();
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        var quoted = false;
        var text = File.ReadAllText(path);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"') field.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') field.Append(text[++i]);
                else quoted = false;
            }
            else if (c == '"') quoted = true;
            else if (c is ',' or '\n')
            {
                fields.Add(field.ToString());
                field.Clear();
                if (c == ',') continue;
                rows.Add([.. fields]);
                fields.Clear();
            }
            else if (c != '\r') field.Append(c);
        }
        if (field.Length > 0 || fields.Count > 0) rows.Add([.. fields, field.ToString()]);
        return rows;
    }
}
