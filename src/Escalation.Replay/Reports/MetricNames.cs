using System.Globalization;
using Escalation.Core.Metrics;

namespace Escalation.Replay.Reports;

/// <summary>Metrics as a page names and writes them: shares in per cent, differences of shares in points.</summary>
internal static class MetricNames
{
    /// <summary>In words.</summary>
    public static string Of(string id) => id switch
    {
        MetricIds.EscalationRate => "Escalated tickets",
        MetricIds.FalsePositiveRate => "False alarms among reviewed escalations",
        MetricIds.Recall => "Found of what needed an escalation",
        MetricIds.RoutingAccuracy => "First team was the right one",
        MetricIds.ReEscalationRate => "Escalated again after being resolved",
        MetricIds.FirstContactResolution => "Escalated again and resolved at first contact",
        MetricIds.AverageResolutionHours => "Hours to resolution",
        MetricIds.Pending => "Escalations not ended",
        MetricIds.LeadTimeHours => "Hours ahead of the recorded escalation",
        _ => id,
    };

    /// <summary>Whether more of it is better; null where neither is.</summary>
    public static bool? IsGoodUp(string id) => id switch
    {
        MetricIds.Recall or MetricIds.RoutingAccuracy or MetricIds.FirstContactResolution or MetricIds.LeadTimeHours => true,
        MetricIds.FalsePositiveRate or MetricIds.ReEscalationRate or MetricIds.AverageResolutionHours => false,
        _ => null,
    };

    /// <summary>Whether a difference is worse, its whole interval: not by chance alone.</summary>
    public static bool IsWorse(string id, MetricValue difference) => IsGoodUp(id) is { } isGoodUp && (isGoodUp ? difference.High < 0 : difference.Low > 0);

    /// <summary>Whether the whole interval of a difference lies on one side of 0.</summary>
    public static bool IsApart(MetricValue difference) => difference.Low > 0 || difference.High < 0;

    /// <summary>A figure, for example <c>45.3 %</c>; <c>no data</c> without one.</summary>
    public static string Value(MetricValue value) => value.Value is { } number ? Number(number, value.Unit) + (value.Unit == MetricValue.Share ? " %" : "") : "no data";

    /// <summary>A figure with its interval.</summary>
    public static string Figure(MetricValue value) =>
        Value(value) + (value is { Low: { } low, High: { } high } ? $" ({Number(low, value.Unit)} to {Number(high, value.Unit)})" : value.Status == MetricStatus.NoLowerBound ? " (no lower bound: no blind audit)" : "");

    /// <summary>A difference with its sign and interval, for example <c>+5.6 points (+5 to +6.2)</c>.</summary>
    public static string Change(MetricValue difference) => difference.Value is { } number
        ? Signed(number, difference.Unit) + (difference.Unit == MetricValue.Share ? " points" : "") + (difference is { Low: { } low, High: { } high } ? $" ({Signed(low, difference.Unit)} to {Signed(high, difference.Unit)})" : "")
        : "no data";

    private static string Number(double number, string unit) => (unit == MetricValue.Share ? number * 100 : number).ToString("#,##0.#", CultureInfo.InvariantCulture);

    private static string Signed(double number, string unit) => (unit == MetricValue.Share ? number * 100 : number).ToString("+#,##0.#;-#,##0.#;0", CultureInfo.InvariantCulture);
}
