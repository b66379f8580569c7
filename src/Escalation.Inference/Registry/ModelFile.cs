using System.Globalization;
using System.Text.Json;
using Escalation.Inference.Scoring;

namespace Escalation.Inference.Registry;

/// <summary>Reads files of a models folder, and says for people why one cannot be read.</summary>
internal static class ModelFile
{
    /// <summary>All bytes of a file.</summary>
    /// <exception cref="ModelFormatException">It is missing or cannot be read.</exception>
    public static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(path, Reason(e), "copy the model's folder again, or choose another with --model", e);
        }
    }

    /// <summary>Why a file cannot be read: where its JSON breaks, else what the system says.</summary>
    public static string Reason(Exception e) => e is JsonException { LineNumber: { } line }
        ? string.Create(CultureInfo.InvariantCulture, $"is damaged: its JSON breaks in line {line + 1}")
        : $"cannot be read ({e.Message})";
}
