namespace Escalation.History.View;

/// <summary>How arrays of the windows grow.</summary>
internal static class Growth
{
    /// <summary>The length that follows a length.</summary>
    /// <remarks>By half, not by twice: these arrays are most of what a service holds, and room that is not used is held too.</remarks>
    public static int Of(int length) => Math.Max(length + 2, length + (length / 2));
}
