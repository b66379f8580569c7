namespace Escalation.Benchmarks.Models;

/// <summary>Whether facts beside the text (repeats, wait, hour, turn of the dialogue) help to predict frustration.</summary>
/// <remarks>Text alone against text and facts, in scikit-learn, so that what is compared is the features and not a learner of ours.</remarks>
internal static class FactsBesideText
{
    /// <summary>Prints both.</summary>
    /// <returns>0; 3 where Python or scikit-learn is missing.</returns>
    public static int Run(string dataFolder)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Models", "facts.py");
        if (ExternalTool.Run("/usr/bin/python3", "install scikit-learn (Debian: python3-sklearn)", null, script, dataFolder) is not { } output) return 3;
        Console.Write(output);
        return 0;
    }
}
