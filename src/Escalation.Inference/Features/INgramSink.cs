namespace Escalation.Inference.Features;

/// <summary>Receives the hashed features of a text, one call an occurrence: training collects them, scoring sums weights.</summary>
/// <remarks>A struct type parameter, so that the compiler inlines it: one enumeration serves training, live and replay, and parity is structural.</remarks>
public interface INgramSink
{
    /// <summary>One occurrence of a word n-gram.</summary>
    /// <param name="bucket">Below <see cref="FeatureSchema.FirstOfCharacters"/>.</param>
    void Word(int bucket);

    /// <summary>One occurrence of a character n-gram.</summary>
    /// <param name="bucket">From <see cref="FeatureSchema.FirstOfCharacters"/>, below <see cref="FeatureSchema.FirstOfMarks"/>.</param>
    void Characters(int bucket);

    /// <summary>One occurrence of a mark: how something was written, or where it stands.</summary>
    /// <param name="bucket">From <see cref="FeatureSchema.FirstOfMarks"/>, below <see cref="FeatureSchema.Buckets"/>.</param>
    void Mark(int bucket);

    /// <summary>A character is read; the runs of characters that follow end with it. Called before them.</summary>
    /// <param name="at">Where it stands in the text; the text's length for the space that ends it.</param>
    /// <param name="isSpace">Whether it counts as a space.</param>
    void Character(int at, bool isSpace);

    /// <summary>A word or a mark of punctuation ends; the word n-grams and marks that follow end with it. Called before them.</summary>
    /// <param name="start">Its first character; <paramref name="end"/> = 0 where the mark that follows is about the whole text.</param>
    /// <param name="end">After its last character.</param>
    void Token(int start, int end);
}
