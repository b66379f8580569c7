using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Escalation.History.Synthetic;

namespace Escalation.Benchmarks.Synthetic;

/// <summary>How hard generated texts are: AUC of a keyword list and of TF-IDF with logistic regression, trained on the train part, measured on the test part.</summary>
/// <remarks>The two methods are in <c>difficulty.py</c> and need scikit-learn (Debian <c>python3-sklearn</c>). The two parts share no customer and no wording.</remarks>
internal static class SyntheticDifficulty
{
    private const double KeywordsLow = .65, KeywordsHigh = .80, TfidfLow = .85, TfidfHigh = .95;

    /// <summary>Generates into a temporary folder, prints a table, and says whether <c>needed</c> is inside both bands.</summary>
    /// <param name="messages">Messages to generate.</param>
    /// <param name="seed">The generator's seed.</param>
    /// <param name="python">A Python 3 that has scikit-learn.</param>
    /// <returns>0 inside both bands, 1 outside one, 3 where Python or scikit-learn is missing.</returns>
    public static int Run(long messages, ulong seed, string python = "/usr/bin/python3")
    {
        var folder = Directory.CreateTempSubdirectory("synthetic-");
        try
        {
            var clock = Stopwatch.StartNew();
            SyntheticFolder.Generate(new SyntheticOptions { Messages = messages, Seed = seed }, folder.FullName);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{messages} messages, seed {seed}: {messages / clock.Elapsed.TotalSeconds:F0} messages/s generated"));
            var output = Measure(python, folder.FullName);
            return output is null ? 3 : Print(output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string? Measure(string python, string folder) =>
        ExternalTool.Run(python, "install scikit-learn (Debian: python3-sklearn)", null, Path.Combine(AppContext.BaseDirectory, "Synthetic", "difficulty.py"), folder);

    private static int Print(string output)
    {
        var inside = false;
        Console.WriteLine("target      train    test  positives  keywords AUC  TF-IDF+LR AUC");
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var row = JsonDocument.Parse(line);
            var target = row.RootElement.GetProperty("target").GetString();
            double keywords = row.RootElement.GetProperty("keywords").GetDouble(), tfidf = row.RootElement.GetProperty("tfidf").GetDouble();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{target,-10} {Number("train"),6} {Number("test"),7} {Number("positives"),10} {keywords,13:F3} {tfidf,14:F3}"));
            if (target == "needed") inside = keywords is >= KeywordsLow and <= KeywordsHigh && tfidf is >= TfidfLow and <= TfidfHigh;

            int Number(string name) => row.RootElement.GetProperty(name).GetInt32();
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"needed: keywords {KeywordsLow:F2}-{KeywordsHigh:F2}, TF-IDF {TfidfLow:F2}-{TfidfHigh:F2}: {(inside ? "inside both" : "OUTSIDE")}"));
        return inside ? 0 : 1;
    }
}
