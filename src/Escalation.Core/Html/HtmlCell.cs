using System.Net;

namespace Escalation.Core.Html;

/// <summary>What stands in a cell of a table: a text, which is escaped, or a picture that this project made.</summary>
public readonly record struct HtmlCell
{
    private HtmlCell(string html) => Html = html;

    /// <summary>The cell as HTML.</summary>
    internal string Html { get; }

    /// <summary>A text; line feeds begin a new line.</summary>
    public static implicit operator HtmlCell(string text) => new(WebUtility.HtmlEncode(text).Replace("\n", "<br>", StringComparison.Ordinal));

    /// <summary>A picture, made by <see cref="SvgInterval"/> or <see cref="SvgPlot"/>.</summary>
    public static HtmlCell Picture(string svg) => new(svg);
}
