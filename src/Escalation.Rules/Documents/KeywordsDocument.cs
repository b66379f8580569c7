using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;

namespace Escalation.Rules.Documents;

/// <summary>A keyword class with what people know of it and where it stands.</summary>
internal sealed record KeywordEntry(KeywordClass Class, Place Place, string? Note, string? Owner);

/// <summary>Reads keywords.json: classes of words and phrases, in file order.</summary>
internal static class KeywordsDocument
{
    private static readonly Dictionary<string, double> DefaultConfidences = new(StringComparer.Ordinal)
    {
        ["legal_or_compliance"] = .9,
        ["safety_threat"] = .95,
        ["churn_threat"] = .7,
    };

    /// <summary>The classes of a file. They stand under <c>classes</c>.</summary>
    public static IReadOnlyList<KeywordEntry> Parse(DocumentNode root, Policy policy, ProblemList problems)
    {
        var entries = new List<KeywordEntry>();
        if (ObjectReader.Of(root, problems, null) is not { } file) return entries;
        var classes = file.Object("classes", required: true);
        file.Done();
        if (classes is null) return entries;
        foreach (var (name, place, value) in classes.Entries())
        {
            if (!Names.IsSlug(name)) problems.Error(place, name, "a class is named with small letters, digits, _ and -, for example \"data_loss\"");
            if (ObjectReader.Of(value, problems, name) is not { } reader) continue;
            var trigger = reader.String("trigger");
            if (trigger is not null && policy.TriggerIndex(trigger) < 0)
                problems.Error(value.Find("trigger")!.Place, name, $"policy.json has no trigger \"{trigger}\"{Suggestion.For(trigger, policy.Triggers.Select(t => t.Name))}");
            var usual = trigger is not null && DefaultConfidences.TryGetValue(trigger, out var confidence) ? confidence : (double?)null;
            var stated = reader.Number("confidence", 0, 1, required: usual is null);
            var recommendation = reader.Enum<Band>("recommendation");
            var words = reader.Strings("words", required: true);
            CheckWords(reader, words);
            reader.Done();
            entries.Add(new KeywordEntry(new KeywordClass(name, trigger, stated ?? usual ?? 0, recommendation, words), place, reader.Note, reader.Owner));
        }
        WarnOfSharedWords(entries, classes, policy, problems);
        return entries;
    }

    private static void CheckWords(ObjectReader reader, IReadOnlyList<string> words)
    {
        if (reader.Node.Find("words") is { Items.Count: 0 } empty) reader.Error(empty.Place, "\"words\" is empty; write the words to look for");
        foreach (var item in reader.Node.Find("words")?.Items ?? [])
        {
            var word = item.Text;
            if (!words.Contains(word)) continue;
            if (word.Length > 100) reader.Error(item.Place, "this phrase is longer than 100 characters; shorten it");
            for (var star = word.IndexOf('*'); star >= 0; star = word.IndexOf('*', star + 1))
                if (star == 0 || !char.IsLetterOrDigit(word[star - 1]) || (star + 1 < word.Length && word[star + 1] != ' '))
                    reader.Error(item.PlaceOf(star), $"in \"{word}\" the * must stand at the end of a word: it means any ending");
            if (!word.Any(char.IsLetterOrDigit)) reader.Error(item.Place, $"\"{word}\" holds no letter and no digit; only words are found");
            else if (CueExpansion.Problem(word) is { } problem) reader.Error(item.Place, $"\"{word}\": {problem}");
        }
    }

    /// <summary>A span of text is evidence for one group only, so the same word in two groups is mostly a slip.</summary>
    private static void WarnOfSharedWords(List<KeywordEntry> entries, ObjectReader classes, Policy policy, ProblemList problems)
    {
        var owners = new Dictionary<string, KeywordClass>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            if (entry.Class.Trigger is null || policy.TriggerIndex(entry.Class.Trigger) < 0) continue;
            foreach (var word in entry.Class.Words)
            {
                if (owners.TryAdd(word, entry.Class)) continue;
                var other = owners[word];
                if (GroupOf(other) == GroupOf(entry.Class)) continue;
                var place = classes.Node.Find(entry.Class.Name)?.Find("words")?.Items.FirstOrDefault(i => i.Text == word)?.Place ?? entry.Place;
                problems.Warn(place, entry.Class.Name, $"\"{word}\" also stands in class \"{other.Name}\" of another group; a word counts for one group, the one of higher weight x confidence");
            }
        }

        string GroupOf(KeywordClass of) => policy.Triggers[policy.TriggerIndex(of.Trigger!)].Group;
    }
}
