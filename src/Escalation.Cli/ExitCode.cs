namespace Escalation.Cli;

/// <summary>What the process answers. Source: "Command line" in DESIGN.md.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The check that was asked for failed.</summary>
    public const int CheckFailed = 1;

    /// <summary>Wrong usage or bad input.</summary>
    public const int BadInput = 2;

    /// <summary>Something outside broke: disk, database, network, or the user stopped it.</summary>
    public const int Broken = 3;
}
