using System.Diagnostics;
using System.Globalization;
using Escalation.History.Synthetic;

namespace Escalation.Benchmarks.Synthetic;

/// <summary>Peak memory of generating histories of growing length: it should follow the size of the organisation, not the length.</summary>
internal static class SyntheticMemory
{
    /// <summary>Writes each history into a temporary folder and prints the peak of the process after it; the peak never falls, so the shorter one comes first.</summary>
    /// <returns>0.</returns>
    public static int Run()
    {
        Console.WriteLine("messages   seconds  messages/s  peak memory MB");
        foreach (var messages in (long[])[100_000, 1_000_000])
        {
            var folder = Directory.CreateTempSubdirectory("synthetic-");
            try
            {
                var clock = Stopwatch.StartNew();
                SyntheticFolder.Generate(new SyntheticOptions { Messages = messages }, folder.FullName);
                using var process = Process.GetCurrentProcess();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{messages,-9} {clock.Elapsed.TotalSeconds,8:F1} {messages / clock.Elapsed.TotalSeconds,11:F0} {process.PeakWorkingSet64 / 1048576.0,15:F1}"));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
        return 0;
    }
}
