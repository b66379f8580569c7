using System.Globalization;
using System.Net;
using System.Text;

namespace Escalation.Core.Html;

/// <summary>A line of a plot.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">In the plot's own units, in order of x.</param>
/// <param name="IsDashed">For what others are held against.</param>
/// <param name="HasMarks">Whether points are marked.</param>
public sealed record PlotLine(string Name, IReadOnlyList<(double X, double Y)> Points, bool IsDashed = false, bool HasMarks = false);

/// <summary>Plots as SVG: axes with numbers, lines, bars; readable in both themes and without colour alone.</summary>
public static class SvgPlot
{
    private const int Width = 420, Height = 300, Left = 52, Right = 14, Top = 30, Bottom = 44, Ticks = 5;
    private const double LetterWidth = 6.2, LegendGap = 12;
    private static readonly string[] Colours = ["#2563eb", "#c2410c", "#15803d", "#7e22ce"], Dashes = ["", "7 3", "2 3", "10 3 2 3"];

    /// <summary>Lines over a common frame from (<paramref name="minX"/>, 0) to (<paramref name="maxX"/>, <paramref name="maxY"/>).</summary>
    public static string Lines(string title, string xName, string yName, IReadOnlyList<PlotLine> lines, double maxX = 1, double maxY = 1, double minX = 0)
    {
        var svg = Begin(title, xName, yName, maxX, maxY, minX);
        foreach (var (number, line) in lines.Index())
        {
            var points = line.Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).Select(p => (X: X((p.X - minX) / (maxX - minX)), Y: Y(p.Y / maxY))).ToList();
            if (points.Count == 0) continue;
            var colour = line.IsDashed ? "#888" : Colours[number % Colours.Length];
            Add(svg, $"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"{(line.IsDashed ? 1 : 2)}\" stroke-dasharray=\"{(line.IsDashed ? "4 4" : Dashes[number % Dashes.Length])}\" points=\"{string.Join(' ', points.Select(p => Inv($"{p.X:0.#},{p.Y:0.#}")))}\"/>");
            if (line.HasMarks)
                foreach (var (x, y) in points) Add(svg, $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3\" fill=\"{colour}\"/>");
        }
        Legend(svg, [.. lines.Select((line, number) => (line.Name, line.IsDashed ? "#888" : Colours[number % Colours.Length]))]);
        return End(svg);
    }

    /// <summary>Two bars a bin, beside one another.</summary>
    /// <param name="title">Above it.</param>
    /// <param name="xName">Under it.</param>
    /// <param name="names">Of the two.</param>
    /// <param name="bins">Name of the bin, and both shares.</param>
    /// <param name="yName">Beside it.</param>
    public static string Bars(string title, string xName, (string First, string Second) names, IReadOnlyList<(string Bin, double First, double Second)> bins, string yName = "share")
    {
        var maxY = RoundUp(Math.Max(.01, bins.Select(b => Math.Max(b.First, b.Second)).DefaultIfEmpty(1).Max()));
        var svg = Begin(title, "", yName, 0, maxY);
        var step = (double)(Width - Left - Right) / Math.Max(1, bins.Count);
        foreach (var (i, bin) in bins.Index())
        {
            var left = Left + (i * step);
            Bar(svg, left + (step * .12), step * .36, bin.First / maxY, Colours[0]);
            Bar(svg, left + (step * .5), step * .36, bin.Second / maxY, Colours[1]);
            Add(svg, $"<text x=\"{left + (step / 2):0.#}\" y=\"{Height - Bottom + 14}\" text-anchor=\"middle\">{Escaped(bin.Bin)}</text>");
        }
        Add(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Escaped(xName)}</text>");
        Legend(svg, (names.First, Colours[0]), (names.Second, Colours[1]));
        return End(svg);
    }

    private static StringBuilder Begin(string title, string xName, string yName, double maxX, double maxY, double minX = 0)
    {
        var svg = new StringBuilder();
        Add(svg, $"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" role=\"img\" aria-label=\"{Escaped(title)}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"currentColor\"><title>{Escaped(title)}</title>");
        Add(svg, $"<text x=\"{Left}\" y=\"16\" font-size=\"13\" font-weight=\"bold\">{Escaped(title)}</text>");
        for (var tick = 0; tick <= Ticks; tick++)
        {
            var share = (double)tick / Ticks;
            Add(svg, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(share):0.#}\" y2=\"{Y(share):0.#}\" stroke=\"#8884\"/><text x=\"{Left - 6}\" y=\"{Y(share) + 4:0.#}\" text-anchor=\"end\">{share * maxY:0.###}</text>");
            if (maxX > 0) Add(svg, $"<text x=\"{X(share):0.#}\" y=\"{Height - Bottom + 14}\" text-anchor=\"middle\">{minX + (share * (maxX - minX)):0.##}</text>");
        }
        Add(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Escaped(xName)}</text>");
        Add(svg, $"<text transform=\"translate(13 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Escaped(yName)}</text>");
        return svg;
    }

    private static void Bar(StringBuilder svg, double left, double width, double share, string colour) =>
        Add(svg, $"<rect x=\"{left:0.#}\" y=\"{Y(share):0.#}\" width=\"{width:0.#}\" height=\"{Y(0) - Y(share):0.#}\" fill=\"{colour}\"/>");

    /// <summary>Names in the line of the title, from the right: over the frame they would lie on what is drawn.</summary>
    private static void Legend(StringBuilder svg, params ReadOnlySpan<(string Name, string Colour)> names)
    {
        double right = Width - Right;
        for (var i = names.Length - 1; i >= 0; i--)
        {
            if (names[i].Name.Length == 0) continue;
            Add(svg, $"<text x=\"{right:0.#}\" y=\"16\" text-anchor=\"end\" fill=\"{names[i].Colour}\">{Escaped(names[i].Name)}</text>");
            right -= (names[i].Name.Length * LetterWidth) + LegendGap;
        }
    }

    /// <summary>The end of an axis whose ticks are round numbers.</summary>
    /// <param name="highest">What must fit below it; 0 or more.</param>
    public static double RoundUp(double highest)
    {
        if (highest <= 0) return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(highest / Ticks)));
        foreach (var step in (ReadOnlySpan<double>)[1, 2, 3, 4, 5, 6, 8, 10])
            if (step * power * Ticks >= highest - 1e-9) return step * power * Ticks;
        return highest;
    }

    private static string End(StringBuilder svg) => svg.Append("</svg>").ToString();

    private static double X(double share) => Left + (Math.Clamp(share, 0, 1) * (Width - Left - Right));

    private static double Y(double share) => Height - Bottom - (Math.Clamp(share, 0, 1) * (Height - Top - Bottom));

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private static void Add(StringBuilder svg, FormattableString part) => svg.Append(part.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
