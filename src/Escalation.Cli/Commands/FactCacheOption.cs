using System.CommandLine;
using Escalation.History.Facts;

namespace Escalation.Cli.Commands;

/// <summary><c>--cache DIR</c>: where facts derived from a history are kept for the next run.</summary>
/// <param name="clock">For the age of what is in it.</param>
/// <param name="byDefault">The folder without the option; null keeps nothing then.</param>
internal sealed class FactCacheOption(TimeProvider clock, string? byDefault)
{
    private readonly Option<string?> option = new("--cache")
    {
        Description = $"Where derived facts are kept, so that the next run reads them{(byDefault is null ? "; without it nothing is kept" : "")}. Holds texts of messages: protect it as the history itself, "
            + $"and delete it when the history is erased. What was not used for {FactCache.MostDays} days is deleted by the next run, and the oldest where all of it is more than {FactCache.MostBytes >> 30} GB.",
        DefaultValueFactory = _ => byDefault,
        HelpName = "DIR",
    };

    /// <summary>A command with the option.</summary>
    public Command Added(Command command)
    {
        command.Options.Add(option);
        return command;
    }

    /// <summary>Makes the folder where it is not there, and deletes what is too old in it.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="folder">The folder; null without one.</param>
    /// <returns>Why it cannot be used, with the way out; null where it can.</returns>
    public string? Open(ParseResult parse, out string? folder)
    {
        folder = parse.GetValue(option);
        if (folder is null) return null;
        try
        {
            Directory.CreateDirectory(folder);
            FactCache.Prune(folder, clock.GetUtcNow());
            return null;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            return $"--cache: {folder} cannot be made or written ({unusable.Message.TrimEnd('.')}); name a folder where derived facts may be kept";
        }
    }
}
