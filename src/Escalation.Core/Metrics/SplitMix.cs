namespace Escalation.Core.Metrics;

/// <summary>Numbers that look drawn and depend on nothing but what they are made of: the same on every machine and runtime.</summary>
/// <remarks>Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators" (SplitMix64).</remarks>
public static class SplitMix
{
    /// <summary>What a stream's state grows by for each number.</summary>
    public const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>64 bits, each of which depends on all bits of the state.</summary>
    public static ulong Mix(ulong state)
    {
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
        return state ^ (state >> 31);
    }

    /// <summary>A number of [0, 1) from 64 bits.</summary>
    public static double Unit(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));
}
