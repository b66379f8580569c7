using System.Globalization;
using System.Text.RegularExpressions;
using Escalation.Core.Html;

namespace Escalation.Tests.Html;

public sealed partial class SvgPlotTests
{
    private const double FrameTop = 30;

    [Fact]
    public void Names_of_lines_stand_above_the_frame_side_by_side_so_that_they_cover_nothing()
    {
        var names = Text().Matches(SvgPlot.Lines("Threshold", "from", "share", [new PlotLine("precision", [(0, 0), (1, 1)]), new PlotLine("recall", [(0, 1), (1, 0)])]))
            .Where(m => m.Groups["text"].Value is "precision" or "recall").Select(m => (X: Number(m, "x"), Y: Number(m, "y"))).ToList();
        Assert.Equal(2, names.Count);
        Assert.All(names, n => Assert.True(n.Y < FrameTop));
        Assert.True(Math.Abs(names[0].X - names[1].X) > 40);
    }

    [Theory, InlineData(.36, "0.4"), InlineData(.82, "1"), InlineData(.216, "0.25"), InlineData(.003, "0.01"), InlineData(1, "1")]
    public void The_axis_of_bars_ends_at_a_round_number(double highest, string end)
    {
        var svg = SvgPlot.Bars("Shares", "", ("before", "now"), [("a", highest, highest / 2)]);
        Assert.Contains($"text-anchor=\"end\">{end}</text>", svg, StringComparison.Ordinal);
        Assert.Equal(6, Tick().Count(svg));
    }

    private static double Number(Match match, string group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("<text x=\"(?<x>[\\d.]+)\" y=\"(?<y>[\\d.]+)\"[^>]*>(?<text>[^<]*)</text>")]
    private static partial Regex Text();

    [GeneratedRegex("stroke=\"#8884\"/><text [^>]*text-anchor=\"end\">[\\d.]{1,5}</text>")]
    private static partial Regex Tick();
}
