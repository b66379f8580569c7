namespace Escalation.Core.Derived.Text;

/// <summary>issue-words.csv: what words say of issue types, learned from labelled messages, for texts whose cues do not decide.</summary>
/// <remarks>
/// Immutable. Every list has a weight for each <see cref="IssueType"/>, in order of declaration, in the unit of cue weights: a weight of 1 says
/// as much as a cue of 1, after division by the root of the number of known words in the text.
/// </remarks>
public sealed record IssueWordTable
{
    /// <summary>Nothing learned: the cues decide alone.</summary>
    public static readonly IssueWordTable Empty = new();

    /// <summary>Types that every list has a weight for.</summary>
    public static readonly int Types = Enum.GetValues<IssueType>().Length;

    /// <summary>Words, two words with a space between them, and beginnings of 4 or 6 characters with <c>*</c>; lower case, apostrophes straight.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Words { get; init; } = new Dictionary<string, IReadOnlyList<double>>();

    /// <summary>Products of products.json, by name; a product says twice what a word does.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Products { get; init; } = new Dictionary<string, IReadOnlyList<double>>();

    /// <summary>What is usual for the product (leans in products.json).</summary>
    public IReadOnlyDictionary<IssueType, IReadOnlyList<double>> Leans { get; init; } = new Dictionary<IssueType, IReadOnlyList<double>>();

    /// <summary>Of a text without any known word.</summary>
    public IReadOnlyList<double> Otherwise { get; init; } = new double[Types];
}
