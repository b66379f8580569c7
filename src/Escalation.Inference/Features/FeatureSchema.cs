using System.Globalization;
using System.Text.Json.Serialization;

namespace Escalation.Inference.Features;

/// <summary>How a text becomes features; a model only scores texts that were featurized as it was trained.</summary>
/// <param name="Revision">The revision of <see cref="NgramEnumerator"/>.</param>
/// <param name="Bits">Buckets = 2^bits.</param>
public sealed record FeatureSchema(int Revision, int Bits)
{
    /// <summary>The revision that this program computes.</summary>
    public const int CurrentRevision = 1;

    /// <summary>Buckets of the bundled model and the default of training: enough for 50,000 short texts.</summary>
    public const int DefaultBits = 18;

    /// <summary>This program's features with so many bits.</summary>
    public static FeatureSchema Current(int bits = DefaultBits) => new(CurrentRevision, bits);

    /// <summary>Number of buckets.</summary>
    [JsonIgnore]
    public int Buckets => 1 << Bits;

    /// <summary>One line for cards and errors.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"r{Revision}: words 1-3 with punctuation, characters 3-5, lower case, 2^{Bits} hash buckets; two weightings (idf, naive Bayes log-count ratio), L2 norm per block");
}
