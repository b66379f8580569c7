namespace Escalation.Inference.Features;

/// <summary>Receives the hashed n-grams of a text, one call an occurrence: training collects them, scoring sums weights.</summary>
/// <remarks>A struct type parameter, so that the compiler inlines it: one enumeration serves training, live and replay, and parity is structural.</remarks>
public interface INgramSink
{
    /// <summary>One occurrence of a word n-gram.</summary>
    /// <param name="bucket">0 to 2^bits - 1.</param>
    void Word(int bucket);

    /// <summary>One occurrence of a character n-gram.</summary>
    /// <param name="bucket">0 to 2^bits - 1.</param>
    void Characters(int bucket);
}
