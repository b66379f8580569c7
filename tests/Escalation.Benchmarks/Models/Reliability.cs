using System.Globalization;

namespace Escalation.Benchmarks.Models;

/// <summary>A reliability table: what was said beside what was so, a line a tenth of probability.</summary>
internal static class Reliability
{
    private const int Bins = 10;

    /// <summary>Prints it; empty tenths are left out.</summary>
    public static void Print(string name, double[] probabilities, bool[] truth)
    {
        Console.WriteLine($"  {name}: reliability");
        for (var bin = 0; bin < Bins; bin++)
        {
            var of = Enumerable.Range(0, probabilities.Length).Where(i => Math.Min(Bins - 1, (int)(probabilities[i] * Bins)) == bin).ToArray();
            if (of.Length > 0)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {bin / 10.0:0.0} to {(bin + 1) / 10.0:0.0}: n {of.Length}, said {of.Average(i => probabilities[i]):0.000}, so {of.Average(i => truth[i] ? 1.0 : 0):0.000}"));
        }
    }
}
