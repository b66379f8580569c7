using System.Globalization;

namespace Escalation.Core.Html;

/// <summary>A figure with its interval as a small picture in a line of a table: a bar from low to high, a mark at the value.</summary>
public static class SvgInterval
{
    private const int Width = 180, Height = 18, Pad = 5;

    /// <summary>The picture as SVG; a figure without an interval is its mark alone.</summary>
    /// <param name="value">The figure.</param>
    /// <param name="low">Lower end, or null.</param>
    /// <param name="high">Upper end, or null.</param>
    /// <param name="from">What the left edge stands for.</param>
    /// <param name="to">What the right edge stands for; above <paramref name="from"/>.</param>
    /// <param name="line">Where a line stands to be compared with, for example 0 for a difference; null = none.</param>
    public static string Of(double value, double? low, double? high, double from, double to, double? line = null)
    {
        double X(double number) => Pad + Math.Clamp((number - from) / (to - from), 0, 1) * (Width - 2 * Pad);
        var label = Text($"{value:0.###}{(low is { } a && high is { } b ? Text($", {a:0.###} to {b:0.###}") : "")}");
        var axis = line is { } at ? Text($"<line x1=\"{X(at):0.#}\" x2=\"{X(at):0.#}\" y1=\"0\" y2=\"{Height}\" stroke=\"currentColor\" stroke-dasharray=\"2 2\"/>") : "";
        var bar = low is { } l && high is { } h ? Text($"<line x1=\"{X(l):0.#}\" x2=\"{X(h):0.#}\" y1=\"{Height / 2}\" y2=\"{Height / 2}\" stroke=\"#2563eb\" stroke-width=\"5\" stroke-opacity=\".45\"/>") : "";
        return Text($"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"{label}\"><line x1=\"{Pad}\" x2=\"{Width - Pad}\" y1=\"{Height - 1}\" y2=\"{Height - 1}\" stroke=\"#8886\"/>{axis}{bar}<circle cx=\"{X(value):0.#}\" cy=\"{Height / 2}\" r=\"4\" fill=\"#c2410c\"/></svg>");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
