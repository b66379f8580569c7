using System.CommandLine;

namespace Escalation.Cli.Commands.Sla;

/// <summary><c>sla</c>: service levels and what they rest on.</summary>
internal static class SlaCommand
{
    /// <summary>The command with its sub-commands.</summary>
    public static Command Create(TimeProvider clock) =>
        new("sla", "Shows how deadlines come about, and who is on call. Example: escalation sla explain --ticket t-17")
        {
            SlaExplainCommand.Create(clock), SlaOnCallCommand.Create(clock),
        };

    /// <summary>Says what is wrong with the input.</summary>
    public static async Task<int> RefuseAsync(string why)
    {
        await Console.Error.WriteLineAsync(why);
        return ExitCode.BadInput;
    }
}
