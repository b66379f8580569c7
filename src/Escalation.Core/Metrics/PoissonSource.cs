namespace Escalation.Core.Metrics;

/// <summary>Seeded Poisson numbers. Own generator, so that a .NET upgrade changes no interval.</summary>
public struct PoissonSource(ulong seed)
{
    private const int LargestStep = 30;
    private const int LargestExact = 150;

    private static readonly double[] None = [.. Enumerable.Range(0, LargestStep + 1).Select(mean => Math.Exp(-mean))];
    private static readonly byte[] MeanOne = [.. Enumerable.Range(0, 1 << 16).Select(i => (byte)Inverse(1, (i + .5) / (1 << 16)))];

    private ulong state = seed;

    /// <summary>A draw with the given mean, at least 1: exact up to a mean of 150, above by the normal with a term for skewness.</summary>
    public int Next(int mean)
    {
        if (mean > LargestExact)
        {
            var z = Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());
            return Math.Max(0, (int)Math.Round(mean + Math.Sqrt(mean) * z + (z * z - 1) / 6));
        }
        var drawn = 0;
        for (; mean > LargestStep; mean -= LargestStep) drawn += Inverse(LargestStep, NextDouble());
        return drawn + Inverse(mean, NextDouble());
    }

    /// <summary>Draws with mean 1, four from one random number: probabilities are exact to 1/65536.</summary>
    public void FillWithMeanOne(Span<byte> draws)
    {
        var i = 0;
        for (; i + 4 <= draws.Length; i += 4)
        {
            var bits = NextBits();
            draws[i] = MeanOne[(ushort)bits];
            draws[i + 1] = MeanOne[(ushort)(bits >> 16)];
            draws[i + 2] = MeanOne[(ushort)(bits >> 32)];
            draws[i + 3] = MeanOne[(ushort)(bits >> 48)];
        }
        for (; i < draws.Length; i++) draws[i] = MeanOne[(ushort)NextBits()];
    }

    private static int Inverse(int mean, double left)
    {
        var probability = None[mean];
        var k = 0;
        while (left >= probability && probability > 0)
        {
            left -= probability;
            k++;
            probability *= (double)mean / k;
        }
        return k;
    }

    private double NextDouble() => SplitMix.Unit(NextBits());

    private ulong NextBits() => SplitMix.Mix(state += SplitMix.Step);
}
