using System.Diagnostics;
using System.Globalization;
using Escalation.Inference;
using Escalation.Inference.Registry;

namespace Escalation.Benchmarks.Models;

/// <summary>What it costs to say which words a score rests on, by the length of the message.</summary>
internal static class ExplanationSpeed
{
    private const int Rounds = 9;

    /// <summary>Prints the best of several rounds on texts of about 100, 2,000 and 30,000 characters.</summary>
    /// <param name="dataFolder">With airline.train.csv.</param>
    public static int Run(string dataFolder)
    {
        var model = ModelRegistry.Open(Path.Combine(Checkout.Root, "models")).Choose(FrustrationModel.Target).Entry!.Load();
        string[] texts = [.. BundledData.Csv(Path.Combine(dataFolder, "airline.train.csv")).Take(3000).Select(r => r["text"])];
        Measure(model, "tweets", texts);
        Measure(model, "mails", [.. Joined(texts, 19).Take(100)]);
        Measure(model, "longest read", [.. Joined(texts, 290).Take(10)]);
        return 0;
    }

    private static IEnumerable<string> Joined(string[] texts, int together) => texts.Chunk(together).Select(c => string.Join(' ', c));

    private static void Measure(FrustrationModel model, string name, string[] texts)
    {
        double best = double.MaxValue, gap = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            foreach (var text in texts)
            {
                var explained = model.Explain(text);
                gap = Math.Max(gap, Math.Abs(explained.LogOdds - explained.Base - explained.Others - explained.Strongest.Sum(w => w.Contribution)));
            }
            best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds / texts.Length);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-14} {texts.Average(t => t.Length),8:0} characters: {best:0.0000} ms of CPU a message; the parts miss the log-odds by at most {gap:0.0000000}"));
    }
}
