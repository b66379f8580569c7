using System.Text.Json;
using System.Text.RegularExpressions;
using Escalation.History.Synthetic.Texts;
using Escalation.Tests.Architecture;

namespace Escalation.Tests.History.Synthetic;

/// <summary>The generator shares no word list with the extractor or the keyword file: else rules would find only what they were told beforehand.</summary>
/// <remarks>Two people who write of the same matter use some of the same phrases. A list that was copied, whole or in large part, either way, is found.</remarks>
public sealed partial class WordListsTests
{
    private const int ShortestList = 10, ShortestSection = 8, LongPhrase = 3;
    private const double LargestPartOfList = .4, LargestPartOfSection = .5;

    private static readonly WordList[] OfRules = [.. ((string[])["keywords.json", "extraction.json", "products.json"]).SelectMany(RuleLists)];
    private static readonly WordList[] OfGenerator = [.. Sections(), .. Literals()];

    [Fact]
    public void No_list_of_rule_words_stands_in_a_list_of_the_generator()
    {
        Assert.True(OfRules.Count(l => l.Entries.Length >= ShortestList) > 60 && OfGenerator.Length > 300);
        Assert.Empty(OfRules.SelectMany(r => OfGenerator.Where(g => PartOfList(r, g) > LargestPartOfList).Select(g => $"{r.Name} in {g.Name}")));
    }

    [Fact]
    public void No_section_of_the_generator_is_built_from_the_phrases_of_a_list() =>
        Assert.Empty(OfRules.SelectMany(r => OfGenerator.Where(g => PartOfSection(r, g) > LargestPartOfSection).Select(g => $"{g.Name} from {r.Name}")));

    [Fact]
    public void No_wording_is_a_phrase_of_the_rules()
    {
        var phrases = OfRules.SelectMany(r => r.Entries).Where(IsLong).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(OfGenerator.Where(g => !Courtesy().IsMatch(g.Name)).SelectMany(g => g.Entries), phrases.Contains);
    }

    [Fact]
    public void The_generator_reads_nothing_of_the_extractor_and_the_rules_nothing_of_the_generator()
    {
        Assert.Empty(Sources("src/Escalation.History/Synthetic").Where(s => s.Text.Contains("Derived", StringComparison.Ordinal) || RuleFile().IsMatch(s.Text)).Select(s => s.Name));
        foreach (var folder in (string[])["src/Escalation.Rules", "src/Escalation.Core"])
            Assert.Empty(Sources(folder).Where(s => s.Text.Contains("Synthetic", StringComparison.Ordinal)).Select(s => s.Name));
        Assert.All(Repository.Includes("History", "EmbeddedResource"), i => Assert.StartsWith("Synthetic/Texts/", i, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("keywords.json/classes/legal/words")]
    [InlineData("extraction.json/groups/cannot")]
    public void A_copied_list_is_found(string name)
    {
        var list = Array.Find(OfRules, l => l.Name == name)!;
        var half = list with { Entries = [.. list.Entries.Where((_, i) => i % 2 == 0)] };
        Assert.True(PartOfList(list, half) > LargestPartOfList);
        var sentences = half with { Entries = [.. list.Entries.Where(IsLong).Select(p => Fold($"I tell you that {p}, and soon."))] };
        Assert.True(PartOfSection(list, sentences with { Entries = [.. sentences.Entries, .. Enumerable.Repeat("something else", sentences.Entries.Length / 2)] }) > LargestPartOfSection);
    }

    private static double PartOfList(WordList rules, WordList generator)
    {
        if (rules.Entries.Length < ShortestList) return 0;
        var text = string.Concat(generator.Entries.Select(e => $" {e} "));
        return (double)rules.Entries.Count(e => Stands(e, text)) / rules.Entries.Length;
    }

    private static double PartOfSection(WordList rules, WordList generator)
    {
        if (generator.Entries.Length < ShortestSection) return 0;
        var phrases = rules.Entries.Where(IsLong).ToArray();
        return (double)generator.Entries.Count(e => Array.Exists(phrases, p => Stands(p, $" {e} "))) / generator.Entries.Length;
    }

    private static bool Stands(string phrase, string text) => text.Contains(phrase.EndsWith('*') ? $" {phrase[..^1]}" : $" {phrase} ", StringComparison.Ordinal);

    private static bool IsLong(string phrase) => phrase.Count(c => c == ' ') >= LongPhrase - 1;

    private static string Fold(string text) => NoWord().Replace(text.ToLowerInvariant().Replace('’', '\''), " ").Trim();

    private static IEnumerable<WordList> RuleLists(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root.FullName, "rules", file)));
        return [.. Lists(file, document.RootElement)];
    }

    private static IEnumerable<WordList> Lists(string name, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Lists($"{name}/{p.Name}", p.Value)),
        JsonValueKind.Array when element.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String) =>
            [new WordList(name, [.. element.EnumerateArray().Select(e => Fold(e.GetString()!)).Where(e => e.Length > 0)])],
        JsonValueKind.Array => element.EnumerateArray().SelectMany((e, i) => Lists($"{name}[{i}]", e)),
        _ => [],
    };

    private static IEnumerable<WordList> Sections() =>
        from language in TextBank.Languages
        from part in (string[])["train", "test"]
        let bank = TextBank.Load(language, part)
        from section in bank.Sections
        select new WordList($"{language}.{part}/{section}", [.. bank[section].Select(t => Fold(t.Source))]);

    private static IEnumerable<WordList> Literals() => Sources("src/Escalation.History/Synthetic")
        .Select(s => new WordList(s.Name, [.. Literal().Matches(s.Text).SelectMany(m => m.Groups[1].Value.Split('|')).Select(Fold).Where(l => l.Length > 0)]));

    private static IEnumerable<(string Name, string Text)> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root.FullName, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(f => (Path.GetRelativePath(Repository.Root.FullName, f), File.ReadAllText(f)));

    // How letters begin and end: nobody owns "thank you for your help".
    [GeneratedRegex(@"/(greet|open|close|bye|thanks)")]
    private static partial Regex Courtesy();

    [GeneratedRegex(@"[^\w'*]+")]
    private static partial Regex NoWord();

    [GeneratedRegex(""""
        "([^"\r\n]*)"
        """", RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Literal();

    [GeneratedRegex(@"(keywords|extraction|products)\.json|rules/")]
    private static partial Regex RuleFile();

    private sealed record WordList(string Name, string[] Entries);
}
