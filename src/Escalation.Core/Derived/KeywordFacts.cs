using Escalation.Core.Decisions;

namespace Escalation.Core.Derived;

/// <summary>One class of keywords.json.</summary>
/// <param name="Name">Its name in <c>keywords.Has("name")</c>.</param>
/// <param name="Trigger">With one, the class is an implicit live rule <c>keywords/NAME</c>.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Recommendation">Null = follows the confidence.</param>
/// <param name="Words">Words and phrases: whole words, case-folded, <c>*</c> at the end of a word for any ending, <c>...</c> for up to three further words.</param>
public sealed record KeywordClass(string Name, string? Trigger, double Confidence, Band? Recommendation, IReadOnlyList<string> Words)
{
    /// <summary>Its name as evidence: <c>keywords.NAME</c>.</summary>
    public string Field { get; } = "keywords." + Name;
}

/// <summary>A keyword found in a text.</summary>
/// <param name="Class">Index of the class.</param>
/// <param name="Start">UTF-16 offset in the original text.</param>
/// <param name="End">Exclusive end.</param>
public readonly record struct KeywordHit(int Class, int Start, int End);

/// <summary>Which keyword classes the text as scored holds.</summary>
/// <remarks>Immutable. Overlapping words of one class give one hit, the longest.</remarks>
public sealed class KeywordFacts(IReadOnlyList<KeywordClass> classes, IReadOnlyList<KeywordHit> hits)
{
    /// <summary>All hits by start.</summary>
    public IReadOnlyList<KeywordHit> Hits => hits;

    /// <summary>Highest confidence of the classes that hit; 0 without any.</summary>
    public double Max
    {
        get
        {
            var max = 0d;
            for (var i = 0; i < hits.Count; i++) max = Math.Max(max, classes[hits[i].Class].Confidence);
            return max;
        }
    }

    /// <summary>Whether a word of the class stands in the text; false for a class that does not exist (the loader refuses such rules).</summary>
    public bool Has(string name) => HasClass(IndexOf(name));

    /// <summary>The class's confidence where it hit, else 0.</summary>
    public double Confidence(string name) => IndexOf(name) is var index && HasClass(index) ? classes[index].Confidence : 0;

    /// <summary>Whether a class hit, by its index.</summary>
    public bool HasClass(int index)
    {
        for (var i = 0; i < hits.Count; i++)
            if (hits[i].Class == index) return true;
        return false;
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < classes.Count; i++)
            if (string.Equals(classes[i].Name, name, StringComparison.Ordinal)) return i;
        return -1;
    }
}
