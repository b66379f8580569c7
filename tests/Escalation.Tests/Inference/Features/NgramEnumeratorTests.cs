using Escalation.Inference.Features;

namespace Escalation.Tests.Inference.Features;

public sealed class NgramEnumeratorTests
{
    [Fact]
    public void Counts_words_up_to_three_and_characters_three_to_five_across_word_borders()
    {
        // " a b ": trigrams " a ", "a b", " b "; then " a b", "a b "; then " a b "; words a, b, a b
        var grams = Grams("a b");
        Assert.Equal(3, grams.Words.Count);
        Assert.Equal(6, grams.Characters.Count);
    }

    [Theory]
    [InlineData("Hello World", "hello   world")]
    [InlineData("Hello World", "\thello\r\nworld ")]
    [InlineData("don't", "don’t")]
    [InlineData("ÄRGER", "ärger")]
    [InlineData("no\u00A0way", "no way")]
    public void Case_white_space_and_the_shape_of_the_apostrophe_do_not_matter(string one, string other)
    {
        Assert.Equal(Grams(one).Words, Grams(other).Words);
        Assert.Equal(Grams(one).Characters, Grams(other).Characters);
    }

    [Fact]
    public void A_run_of_one_punctuation_mark_is_one_word_and_stands_in_pairs()
    {
        Assert.Equal(Grams("why !").Words, Grams("why !!!").Words);
        Assert.NotEqual(Grams("why !").Characters, Grams("why !!!").Characters);
        Assert.Equal(3, Grams("why !").Words.Count);
        Assert.NotEqual(Grams("why !").Words, Grams("why ?").Words);
    }

    [Fact]
    public void Words_keep_their_order()
    {
        var there = Grams("not good").Words;
        var back = Grams("good not").Words;
        Assert.Equal(2, there.Intersect(back).Count());
        Assert.Single(there.Except(back));
    }

    [Theory]
    [InlineData("help me", "HELP me", 2)]         // a word in capitals, and which
    [InlineData("so bad", "sooo bad", 1)]         // a stretched word
    [InlineData("why !", "why !!!!", 2)]          // repeated punctuation, and much of it
    [InlineData("is good", "not good", 1)]        // a negated word
    public void How_something_is_written_leaves_marks(string plain, string marked, int more)
    {
        Assert.Equal(Grams(plain).Marks.Count + more, Grams(marked).Marks.Count);
    }

    [Fact]
    public void A_negation_reaches_to_the_next_punctuation() =>
        Assert.Equal(Grams("not good").Marks.Count, Grams("not good. thanks").Marks.Count);

    [Theory]
    [InlineData("@AcmeAir where is my bag", "where is my bag")]
    [InlineData("where is @acme_air my bag", "where is my bag")]
    [InlineData("where is my bag https://t.co/w25zXi7DYp", "where is my bag")]
    public void Names_of_accounts_and_addresses_are_one_mark_each_and_no_words(string with, string without)
    {
        var (words, characters, marks) = Grams(with);
        Assert.Equal(Grams(without).Words, words);
        Assert.Equal(Grams(without).Characters, characters);
        Assert.Equal(Grams(without).Marks.Count + 1, marks.Count);
    }

    [Fact]
    public void Another_name_is_another_mark_whatever_its_case()
    {
        Assert.Equal(Grams("@Acme help").Marks, Grams("@ACME help").Marks);
        Assert.NotEqual(Grams("@Acme help").Marks, Grams("@other help").Marks);
    }

    [Theory, InlineData("at 9:30 // me @ home"), InlineData("://x"), InlineData("note: this")]
    public void What_only_looks_like_one_stays(string text) => Assert.Equal(Grams(text, revision: 2).Words, Grams(text).Words);

    [Fact]
    public void Revision_2_reads_names_as_words() => Assert.NotEqual(Grams("@Acme help", revision: 2).Words, Grams("@Acme help").Words);

    [Fact]
    public void A_long_text_of_names_is_read_as_a_short_one_is()
    {
        var text = string.Concat(Enumerable.Repeat("@acme still no answer https://acme.example/x ", 100));
        Assert.Equal(Grams(text.Replace("@acme ", "").Replace("https://acme.example/x ", "")).Characters, Grams(text).Characters);
    }

    [Theory, InlineData(""), InlineData("   "), InlineData("\n\t")]
    public void A_text_without_characters_has_no_ngrams(string text)
    {
        Assert.Empty(Grams(text).Words);
        Assert.Empty(Grams(text).Characters);
        Assert.Empty(Grams(text).Marks);
    }

    [Theory, InlineData(10), InlineData(18), InlineData(24)]
    public void Each_block_stays_in_its_buckets(int bits)
    {
        var grams = Grams("Überweisung 漢字 😀😀 \uD800 x\0y http://t.co/a?b=c&d \u2028 end", bits);
        var schema = FeatureSchema.Current(bits);
        Assert.All(grams.Words, bucket => Assert.InRange(bucket, 0, schema.FirstOfCharacters - 1));
        Assert.All(grams.Characters, bucket => Assert.InRange(bucket, schema.FirstOfCharacters, schema.FirstOfMarks - 1));
        Assert.All(grams.Marks, bucket => Assert.InRange(bucket, schema.FirstOfMarks, schema.Buckets - 1));
    }

    private static (List<int> Words, List<int> Characters, List<int> Marks) Grams(string text, int bits = 18, int revision = FeatureSchema.CurrentRevision)
    {
        var sink = new Recorder { Words = [], Runs = [], Marks = [] };
        NgramEnumerator.Enumerate(text, new FeatureSchema(revision, bits), ref sink);
        return (sink.Words, sink.Runs, sink.Marks);
    }

    private struct Recorder : INgramSink
    {
        public List<int> Words;
        public List<int> Runs;
        public List<int> Marks;

        public readonly void Word(int bucket) => Words.Add(bucket);

        public readonly void Characters(int bucket) => Runs.Add(bucket);

        public readonly void Mark(int bucket) => Marks.Add(bucket);
    }
}
