using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Rules;

namespace Escalation.Benchmarks.Rules;

/// <summary>One scan for the words of all keyword classes, by how many words there are.</summary>
internal static class KeywordBenchmark
{
    private const int Messages = 2_000;
    private const int Length = 200;
    private const int Rounds = 9;

    /// <summary>Prints processor time a message for several counts of words, and with either way of scanning.</summary>
    public static int Run()
    {
        var classes = RuleSetLoader.Load().RuleSet!.Text.KeywordClasses;
        var words = classes.SelectMany(c => c.Words).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var texts = Texts(words).Select(t => TextCleaner.Clean(t)).ToArray();
        Console.WriteLine($"{Messages:N0} messages of {Length} characters, every third holds a keyword; load average {ListBenchmark.LoadAverage()}");
        foreach (var count in (int[])[1, 3, 10, 30, 100, 300])
        {
            var picked = Enumerable.Range(0, count).Select(i => words[i * words.Length / count]).Distinct().ToArray();
            KeywordClass[] asked = [.. picked.Chunk(Math.Max(1, picked.Length / 10)).Select((chunk, i) => new KeywordClass($"class_{i}", null, .5, null, chunk))];
            var phrases = asked.SelectMany((c, i) => c.Words.Select(w => (w, i))).ToList();
            var chosen = new KeywordScanner(asked);
            var scan = new PhraseScanner(phrases);
            Console.WriteLine(FormattableString.Invariant(
                $"{picked.Length,4} words: as chosen at load ({chosen.Way}) {Nanoseconds(texts, t => chosen.Scan(t).Hits.Count),6:N0} ns, one pass {Nanoseconds(texts, t => scan.ScanSparsely(t.Text).Length),6:N0} ns, one pass that looks at every word {Nanoseconds(texts, t => scan.Scan(t.Text).Length),6:N0} ns a message"));
        }
        return 0;
    }

    /// <summary>Median over rounds of processor time a message; the two ways are measured in one process.</summary>
    private static double Nanoseconds(ScoredText[] texts, Func<ScoredText, int> scan)
    {
        var figures = new List<double>();
        var hits = 0;
        for (var round = 0; round < Rounds + 2; round++)
        {
            var cpu = Environment.CpuUsage.TotalTime;
            for (var again = 0; again < 20; again++)
                foreach (var text in texts) hits += scan(text);
            if (round > 1) figures.Add((Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds / texts.Length / 20);
        }
        GC.KeepAlive(hits);
        return figures.Order().ElementAt(figures.Count / 2);
    }

    private static IEnumerable<string> Texts(string[] words)
    {
        string[] plain = "the order that came last week is not what was shown on your page and nobody has answered my mail since then please tell me when it can be sent again thanks a lot for all the help so far with this one".Split(' ');
        var random = new Random(7);
        for (var i = 0; i < Messages; i++)
        {
            var text = string.Join(' ', Enumerable.Range(0, 60).Select(_ => plain[random.Next(plain.Length)]));
            if (i % 3 == 0) text = words[random.Next(words.Length)].Replace("*", "", StringComparison.Ordinal) + " " + text;
            yield return text[..Length];
        }
    }
}
