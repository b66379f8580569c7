using System.Globalization;
using System.Text.Json.Serialization;

namespace Escalation.Inference.Features;

/// <summary>How a text becomes features; a model only scores texts that were featurized as it was trained.</summary>
/// <param name="Revision">The revision of <see cref="NgramEnumerator"/>.</param>
/// <param name="Bits">Words and characters have 2^(bits-1) buckets each, marks 2^(bits-4).</param>
public sealed record FeatureSchema(int Revision, int Bits)
{
    /// <summary>The revision that training uses, and the oldest whose models still score.</summary>
    public const int CurrentRevision = 3, OldestRevision = 2;

    /// <summary>The default of training: 18 cost .0005 AUC on 10,000 tweets, .003 on 43,000 comments.</summary>
    public const int DefaultBits = 20;

    /// <summary>This program's features with so many bits.</summary>
    public static FeatureSchema Current(int bits = DefaultBits) => new(CurrentRevision, bits);

    /// <summary>Number of buckets: those of words first, then characters from <see cref="FirstOfCharacters"/>, then marks from <see cref="FirstOfMarks"/>.</summary>
    [JsonIgnore]
    public int Buckets => FirstOfMarks + (1 << (Bits - 4));

    /// <summary>The first bucket of characters.</summary>
    [JsonIgnore]
    public int FirstOfCharacters => 1 << (Bits - 1);

    /// <summary>The first bucket of marks.</summary>
    [JsonIgnore]
    public int FirstOfMarks => 1 << Bits;

    /// <summary>Whether a number is a bucket of words or marks, which are what trees may ask for.</summary>
    public bool IsWordOrMark(int bucket) => bucket >= 0 && bucket < Buckets && (bucket < FirstOfCharacters || bucket >= FirstOfMarks);

    /// <summary>Whether <c>@name</c> and <c>https://...</c> are marks, and not words and characters as in revision 2.</summary>
    [JsonIgnore]
    public bool SetsNamesApart => Revision >= 3;

    /// <summary>One line for cards and errors.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"r{Revision}: words 1-3 with punctuation, characters 3-5, lower case, and marks (capitals, stretched words, repeated punctuation, negated words, first and last word, length{(SetsNamesApart ? ", names of accounts, addresses" : "")}); 2^{Bits} hash buckets and 2^{Bits - 4} of marks; each of the three blocks to unit length");
}
