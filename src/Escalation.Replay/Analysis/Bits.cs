using System.Numerics;

namespace Escalation.Replay.Analysis;

/// <summary>One bit a message.</summary>
public sealed class Bits
{
    private readonly ulong[] words;

    /// <summary>All clear.</summary>
    public Bits(int length) : this(length, new ulong[(length + 63) / 64])
    {
    }

    private Bits(int length, ulong[] words) => (Length, this.words) = (length, words);

    /// <summary>Bits.</summary>
    public int Length { get; }

    /// <summary>A bit.</summary>
    public bool this[int index] => (words[index >> 6] >> index & 1) != 0;

    internal ReadOnlySpan<ulong> Words => words;

    /// <summary>Bits that are set.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in words) count += BitOperations.PopCount(word);
            return count;
        }
    }

    internal static Bits From(int length, ReadOnlySpan<ulong> words) => new(length, words.ToArray());

    /// <summary>Sets a bit.</summary>
    public void Set(int index) => words[index >> 6] |= 1UL << index;

    /// <summary>Bits set in both.</summary>
    public int CountWith(Bits other)
    {
        var count = 0;
        for (var i = 0; i < words.Length; i++) count += BitOperations.PopCount(words[i] & other.words[i]);
        return count;
    }

    /// <summary>Sets the bits of another one too.</summary>
    public Bits Add(Bits other)
    {
        for (var i = 0; i < words.Length; i++) words[i] |= other.words[i];
        return this;
    }

    /// <summary>Bits of either.</summary>
    public Bits Or(Bits other) => With(other, static (a, b) => a | b);

    /// <summary>Bits of both.</summary>
    public Bits And(Bits other) => With(other, static (a, b) => a & b);

    /// <summary>Bits of this one that the other has not.</summary>
    public Bits Without(Bits other) => With(other, static (a, b) => a & ~b);

    /// <summary>Bits of one of the two only.</summary>
    public Bits Xor(Bits other) => With(other, static (a, b) => a ^ b);

    /// <summary>The places of the bits that are set, in order.</summary>
    public IEnumerable<int> Places() => Places(0, Length);

    /// <summary>The places of the bits that are set within a range of whole words, in order.</summary>
    /// <param name="first">First place; a multiple of 64.</param>
    /// <param name="end">The place after the last: a multiple of 64, or the length.</param>
    public IEnumerable<int> Places(int first, int end)
    {
        for (var i = first >> 6; i < (end + 63) >> 6; i++)
            for (var word = words[i]; word != 0; word &= word - 1) yield return (i << 6) + BitOperations.TrailingZeroCount(word);
    }

    /// <summary>The last place that is set; -1 without one.</summary>
    public int Last()
    {
        for (var i = words.Length - 1; i >= 0; i--)
            if (words[i] != 0) return (i << 6) + BitOperations.Log2(words[i]);
        return -1;
    }

    private Bits With(Bits other, Func<ulong, ulong, ulong> combine)
    {
        var result = new ulong[words.Length];
        for (var i = 0; i < result.Length; i++) result[i] = combine(words[i], other.words[i]);
        return new Bits(Length, result);
    }
}
