using System.Numerics;

namespace Escalation.Core.Derived.Text;

/// <summary>Numbers of words by the hash of their characters: most words that are asked for are not there, and one bit says so.</summary>
/// <remarks>Immutable and safe to share. Words are told apart by 64 bits alone; building refuses two of the same.</remarks>
internal sealed class WordHashTable
{
    private const ulong Base = 0x9E3779B97F4A7C15;
    private const ulong Mixer = 0xD6E8FEB86659FD93;
    private const int LongestWord = 64;
    private const int BitsAWord = 16, SlotsAWord = 2;

    private static readonly ulong[] Powers = PowersOfBase();

    private readonly ulong[] bits;
    private readonly ulong[] hashes;        // 0 = free
    private readonly int[] numbers;
    private readonly int bitShift, slotShift;

    /// <summary>Builds the table.</summary>
    /// <param name="words">Words with their numbers.</param>
    /// <exception cref="ArgumentException">Two words have one hash.</exception>
    public WordHashTable(IReadOnlyDictionary<string, int> words)
    {
        var slots = BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, words.Count * SlotsAWord));
        bitShift = 64 - BitOperations.Log2(slots * (BitsAWord / SlotsAWord));
        slotShift = 64 - BitOperations.Log2(slots);
        bits = new ulong[(((1UL << (64 - bitShift)) + 63) / 64)];
        (hashes, numbers) = (new ulong[slots], new int[slots]);
        foreach (var (word, number) in words) Add(word, number);
    }

    /// <summary>The hash of a word: as a polynomial, so that those of beginnings and of pairs follow from those of words.</summary>
    public static ulong HashOf(ReadOnlySpan<char> word)
    {
        ulong hash = 0;
        foreach (var c in word) hash = With(hash, c);
        return hash;
    }

    /// <summary>The hash of a word and one more character.</summary>
    public static ulong With(ulong hash, char next) => (hash * Base) + next + 1;

    /// <summary>The hash of two words written one after another.</summary>
    /// <param name="first">Hash of the first.</param>
    /// <param name="second">Hash of the second.</param>
    /// <param name="length">Characters of the second, at most 64.</param>
    public static ulong Join(ulong first, ulong second, int length) => (first * Powers[length]) + second;

    /// <summary>The number of a word; -1 where it is not there.</summary>
    public int Find(ulong hash)
    {
        var mixed = hash * Mixer;
        var bit = mixed >> bitShift;
        if ((bits[bit >> 6] >> (int)bit & 1) == 0) return -1;
        for (var slot = mixed >> slotShift; hashes[slot] != 0; slot = (slot + 1) & (ulong)(hashes.Length - 1))
            if (hashes[slot] == hash) return numbers[slot];
        return -1;
    }

    private void Add(string word, int number)
    {
        var hash = HashOf(word);
        var mixed = hash * Mixer;
        var bit = mixed >> bitShift;
        bits[bit >> 6] |= 1UL << (int)bit;
        var slot = mixed >> slotShift;
        for (; hashes[slot] != 0; slot = (slot + 1) & (ulong)(hashes.Length - 1))
            if (hashes[slot] == hash) throw new ArgumentException($"'{word}' cannot be told from another word; leave one of them out", nameof(word));
        (hashes[slot], numbers[slot]) = (hash, number);
    }

    private static ulong[] PowersOfBase()
    {
        var powers = new ulong[LongestWord + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++) powers[i] = powers[i - 1] * Base;
        return powers;
    }
}
