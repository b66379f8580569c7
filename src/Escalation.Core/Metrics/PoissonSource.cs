namespace Escalation.Core.Metrics;

/// <summary>Seeded Poisson numbers. Own generator, so that a .NET upgrade changes no interval.</summary>
public struct PoissonSource(ulong seed)
{
    private const int LargestStep = 30;
    private const int LargestExact = 150;

    private const int GuideSize = 256;

    private static readonly double[][] Below = [.. Enumerable.Range(0, LargestStep + 1).Select(BelowOf)];
    private static readonly byte[][] Guides = [.. Below.Select(GuideOf)];
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

    private static int Inverse(int mean, double uniform)
    {
        var below = Below[mean];
        var k = (int)Guides[mean][(int)(uniform * GuideSize)];
        while (uniform >= below[k]) k++;
        return k;
    }

    /// <summary>Probabilities of at most k; the last one is above every number that is drawn.</summary>
    private static double[] BelowOf(int mean)
    {
        var below = new List<double>();
        var (probability, sum) = (Math.Exp(-mean), 0d);
        for (var k = 1; sum < 1 && sum + probability > sum; k++)
        {
            below.Add(sum += probability);
            probability *= (double)mean / k;
        }
        below[^1] = 1;
        return [.. below];
    }

    /// <summary>The least k that a uniform number of each part of [0, 1) can come to.</summary>
    private static byte[] GuideOf(double[] below)
    {
        var guide = new byte[GuideSize];
        var k = 0;
        for (var i = 0; i < GuideSize; i++)
        {
            while (below[k] <= (double)i / GuideSize) k++;
            guide[i] = (byte)k;
        }
        return guide;
    }

    private double NextDouble() => SplitMix.Unit(NextBits());

    private ulong NextBits() => SplitMix.Mix(state += SplitMix.Step);
}
