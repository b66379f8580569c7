using System.Globalization;

namespace Escalation.Replay.Sweep;

/// <summary>A number of a rules folder and the values to try: <c>policy.json:thresholds.priority=0.5..0.8:0.05</c>.</summary>
/// <param name="File">A JSON file of the folder.</param>
/// <param name="Path">The names that lead to the number.</param>
/// <param name="Values">At least two, ascending.</param>
public sealed record SweepRange(string File, IReadOnlyList<string> Path, IReadOnlyList<double> Values)
{
    /// <summary>Every value is an arm with its own decisions.</summary>
    public const int MostValues = 41;

    private const int Steps = 6;

    /// <summary>As it is written, without the values.</summary>
    public string Name => $"{File}:{string.Join('.', Path)}";

    /// <summary>Reads one; null with a problem. Without a step: seven values.</summary>
    public static SweepRange? Parse(string text, out string? problem)
    {
        problem = $"--sweep: \"{text}\" is not FILE:PATH=FROM..TO or FILE:PATH=FROM..TO:STEP; write for example policy.json:thresholds.priority=0.5..0.8:0.05";
        if (text.Split('=') is not [var place, var range] || place.Split(':') is not [{ Length: > 0 } file, { Length: > 0 } path]) return null;
        var parts = range.Split(':');
        if (parts.Length > 2 || parts[0].Split("..") is not [var first, var last] || Number(first) is not { } from || Number(last) is not { } to || from >= to) return null;
        var step = parts.Length == 2 ? Number(parts[1]) : (to - from) / Steps;
        if (step is not > 0) return null;
        var count = (int)Math.Min(1e6, Math.Floor((to - from) / step.Value + 1e-9)) + 1;
        if (count is < 2 or > MostValues)
        {
            problem = FormattableString.Invariant($"--sweep: {range} makes {count} values; 2 to {MostValues} can be tried in one pass, so choose another step");
            return null;
        }
        problem = null;
        return new SweepRange(file, path.Split('.'), [.. Enumerable.Range(0, count).Select(i => Math.Round(from + i * step.Value, 9))]);
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
