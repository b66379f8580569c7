using System.Globalization;
using System.Security.Cryptography;
using CsvHelper;

namespace Escalation.Benchmarks.Models;

/// <summary>Runs peers.py on the folds of a set.</summary>
/// <param name="cache">Where its answers are kept, by what they answer; null = they are computed anew.</param>
internal sealed class QualityPeers(string? cache)
{
    private const string Python = "/usr/bin/python3", Script = "peers.py";

    /// <summary>For each peer the probability of each class of each row, and what it said of itself; null where Python or a peer is missing.</summary>
    public IReadOnlyList<(string Name, double[][] Probabilities, string Note)>? Run(QualitySet set)
    {
        var folder = Directory.CreateTempSubdirectory("escalation-peers").FullName;
        try
        {
            string input = Path.Combine(folder, "rows.csv"), script = Path.Combine(AppContext.BaseDirectory, "Models", Script);
            Write(set, input);
            var answer = Path.Combine(cache ?? folder, $"{set.Name}-{Convert.ToHexStringLower(SHA256.HashData([.. File.ReadAllBytes(input), .. File.ReadAllBytes(script)]))[..12]}.csv");
            if (cache is not null) Directory.CreateDirectory(cache);
            if (!File.Exists(answer) && ExternalTool.Run(Python, "install scikit-learn and fastText (Debian: python3-sklearn, fasttext)", null, script, input, answer) is null) return null;
            return Read(set, answer);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(QualitySet set, string path)
    {
        using var csv = CsvWriter.ToFile(path);
        foreach (var name in (string[])["fold", "group", "label", "text"]) csv.WriteField(name);
        csv.EndRecord();
        for (var i = 0; i < set.Texts.Length; i++)
        {
            csv.WriteField(set.Fold[i].ToString(CultureInfo.InvariantCulture));
            csv.WriteField(set.Groups[i].ToString(CultureInfo.InvariantCulture));
            csv.WriteField(set.Labels[i]);
            csv.WriteField(set.Texts[i].ReplaceLineEndings(" "));
            csv.EndRecord();
        }
    }

    private static List<(string, double[][], string)> Read(QualitySet set, string path)
    {
        var lines = File.ReadAllLines(path);
        var names = lines[0].Split(',').Select(c => c.Split(':')[0]).Distinct().ToArray();
        var cells = lines.Skip(1).Take(set.Texts.Length).Select(l => l.Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        return [.. names.Select((name, peer) => (name,
            Enumerable.Range(0, set.Classes.Length).Select(k => Array.ConvertAll(cells, c => c[(peer * set.Classes.Length) + k])).ToArray(),
            lines.Skip(1 + set.Texts.Length).First(l => l.TrimStart('"').StartsWith("#" + name, StringComparison.Ordinal)).Trim('"')))];
    }
}
