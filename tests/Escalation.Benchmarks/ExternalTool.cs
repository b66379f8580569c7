using System.ComponentModel;
using System.Diagnostics;

namespace Escalation.Benchmarks;

/// <summary>Programs that a comparison needs beside .NET.</summary>
internal static class ExternalTool
{
    /// <summary>What a program printed; null, with the way out on standard error, where it is missing or failed.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="advice">How to get what it needs.</param>
    /// <param name="folder">Where it runs; null = here.</param>
    /// <param name="arguments">Its arguments.</param>
    public static string? Run(string program, string advice, string? folder, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder ?? "", RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0) return output;
        }
        catch (Win32Exception missing)
        {
            Console.Error.WriteLine($"{program}: {missing.Message}");
        }
        Console.Error.WriteLine($"{program} {string.Join(' ', arguments)} did not run; {advice}");
        return null;
    }
}
