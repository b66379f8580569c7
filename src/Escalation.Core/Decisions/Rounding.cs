namespace Escalation.Core.Decisions;

/// <summary>The one rounding of scores and confidences: 9 decimals, before every comparison and output.</summary>
public static class Rounding
{
    /// <summary>A score or confidence to 9 decimals, halves to even.</summary>
    public static double Score(double value) => Math.Round(value, 9, MidpointRounding.ToEven);

    /// <summary>A scorer's float output, widened, to 6 decimals.</summary>
    public static double ModelOutput(float value) => Math.Round((double)value, 6, MidpointRounding.ToEven);
}
