using System.CommandLine;
using Escalation.Storage;

namespace Escalation.Cli;

/// <summary>Runs the command line: Ctrl-C ends cleanly, wrong usage is exit 2, and what broke outside is one line and exit 3.</summary>
internal static class CommandRunner
{
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(30);

    /// <summary>What Linux calls ENOSPC.</summary>
    private const int NoSpace = 28;

    /// <summary>Parses and runs; the exit codes of DESIGN.md.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parse = root.Parse(args);
        if (parse.Errors.Count > 0 && parse.Action is not System.CommandLine.Help.HelpAction)
        {
            foreach (var error in parse.Errors) await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync($"Try: {PathOf(parse.CommandResult)} --help");
            return ExitCode.BadInput;
        }
        try
        {
            return await parse.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeToEnd });
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped; nothing half-done was left behind.");
            return ExitCode.Broken;
        }
        catch (StorageException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return refused.Message.StartsWith("--database", StringComparison.Ordinal) ? ExitCode.BadInput : ExitCode.Broken;
        }
        catch (IOException full) when (full.HResult == NoSpace)
        {
            await Console.Error.WriteLineAsync($"{full.Message.TrimEnd('.')}: the disk is full; free space on it, or name another folder");
            return ExitCode.Broken;
        }
        catch (IOException broken)
        {
            await Console.Error.WriteLineAsync(broken.Message);
            return ExitCode.Broken;
        }
        catch (UnauthorizedAccessException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return ExitCode.Broken;
        }
    }

    private static string PathOf(System.CommandLine.Parsing.CommandResult command) =>
        command.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "escalation";
}
