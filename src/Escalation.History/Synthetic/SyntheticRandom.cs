using System.Numerics;
using Escalation.Core.Metrics;

namespace Escalation.History.Synthetic;

/// <summary>The generator's own random numbers: xoshiro256**, so that a seed means the same bytes on every machine and runtime.</summary>
/// <remarks>Only whole-number steps, additions and multiplications: no library function whose last bit may differ. Not thread-safe.</remarks>
internal sealed class SyntheticRandom
{
    private ulong s0, s1, s2, s3;

    /// <summary>A stream of its own per (seed, purpose, index).</summary>
    public SyntheticRandom(ulong seed, ulong purpose = 0, ulong index = 0) => Reseed(seed, purpose, index);

    /// <summary>Starts another stream in the same object.</summary>
    public void Reseed(ulong seed, ulong purpose, ulong index)
    {
        var state = seed;
        state = Mix(ref state) ^ (purpose * SplitMix.Step);
        state = Mix(ref state) ^ (index * 0xD1B54A32D192ED03);
        (s0, s1, s2, s3) = (Mix(ref state), Mix(ref state), Mix(ref state), Mix(ref state));
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(((Next() >> 32) * (ulong)count) >> 32);

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>0 included to 1 excluded.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the probability.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>One of the items.</summary>
    public T Pick<T>(ReadOnlySpan<T> items) => items[Below(items.Length)];

    /// <summary>Index drawn in proportion to the weights.</summary>
    public int Weighted(ReadOnlySpan<int> weights)
    {
        var total = 0;
        foreach (var weight in weights) total += weight;
        var at = Below(total);
        for (var i = 0; ; i++)
            if ((at -= weights[i]) < 0) return i;
    }

    /// <summary>A value from a distribution given by equally spaced quantiles, the lowest and the highest value among them.</summary>
    public double Quantile(ReadOnlySpan<double> quantiles)
    {
        var at = Unit() * (quantiles.Length - 1);
        var left = (int)at;
        return quantiles[left] + (at - left) * (quantiles[left + 1] - quantiles[left]);
    }

    private static ulong Mix(ref ulong state) => SplitMix.Mix(state += SplitMix.Step);
}
