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
}
