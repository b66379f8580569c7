namespace Escalation.Inference.Scoring;

/// <summary>A model file is damaged, truncated, missing a part or of a newer version; the message names the file and the way out.</summary>
public sealed class ModelFormatException(string file, string problem, string wayOut, Exception? inner = null)
    : Exception($"{file}: {problem}; {wayOut}", inner)
{
    /// <summary>The file as it was given.</summary>
    public string File => file;
}
