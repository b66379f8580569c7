using Escalation.Core.Derived.Text;

namespace Escalation.Tests.Derived.Text;

public sealed class WordHashTableTests
{
    [Fact]
    public void Every_word_is_found_by_its_number_and_no_other_word_is()
    {
        var words = Enumerable.Range(0, 5000).ToDictionary(i => $"word {i * 7}", i => i);
        var table = new WordHashTable(words);
        Assert.All(words, w => Assert.Equal(w.Value, table.Find(WordHashTable.HashOf(w.Key))));
        Assert.DoesNotContain(Enumerable.Range(0, 50_000).Where(i => i % 7 != 0), i => table.Find(WordHashTable.HashOf($"word {i}")) >= 0);
    }

    [Fact]
    public void An_empty_table_knows_nothing() => Assert.Equal(-1, new WordHashTable(new Dictionary<string, int>()).Find(WordHashTable.HashOf("word")));

    [Theory, InlineData("late", "parcel"), InlineData("a", "b"), InlineData("größe", "日本")]
    public void The_hash_of_a_pair_follows_from_those_of_its_words(string first, string second) => Assert.Equal(
        WordHashTable.HashOf($"{first} {second}"),
        WordHashTable.Join(WordHashTable.With(WordHashTable.HashOf(first), ' '), WordHashTable.HashOf(second), second.Length));
}
