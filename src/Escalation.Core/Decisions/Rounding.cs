namespace Escalation.Core.Decisions;

/// <summary>The one rounding of scores and confidences: 9 decimals, before every comparison and output.</summary>
public static class Rounding
{
    private const double Steps = 1e9;

    /// <summary>A score or confidence to 9 decimals, halves to even.</summary>
    public static double Score(double value) => Math.Round(value, 9, MidpointRounding.ToEven);

    /// <summary>A rounded score or confidence, 0 to 1, as a whole number of steps of the ninth decimal: half as wide, and nothing is lost.</summary>
    internal static int ToSteps(double rounded) => (int)Math.Round(rounded * Steps);

    /// <summary>The score or confidence of so many steps.</summary>
    internal static double OfSteps(int steps) => steps / Steps;

    /// <summary>A scorer's float output, widened, to 6 decimals.</summary>
    public static double ModelOutput(float value) => Math.Round((double)value, 6, MidpointRounding.ToEven);
}
