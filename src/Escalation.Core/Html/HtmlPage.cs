using System.Net;
using System.Text;

namespace Escalation.Core.Html;

/// <summary>A page that stands alone: no script, no font, no picture from elsewhere; readable in both themes and on paper.</summary>
public sealed class HtmlPage(string title)
{
    private readonly StringBuilder body = new();

    /// <summary>A heading.</summary>
    public HtmlPage Heading(string text) => Raw($"<h2>{Escaped(text)}</h2>");

    /// <summary>A heading under a heading.</summary>
    public HtmlPage Subheading(string text) => Raw($"<h3>{Escaped(text)}</h3>");

    /// <summary>A paragraph that is read first.</summary>
    public HtmlPage Lead(string text) => Raw($"<p class=\"lead\">{Escaped(text)}</p>");

    /// <summary>A paragraph; nothing where it is empty.</summary>
    public HtmlPage Text(string text) => Raw(text.Length > 0 ? $"<p>{Escaped(text)}</p>" : "");

    /// <summary>A list; nothing where it is empty.</summary>
    public HtmlPage List(IEnumerable<string> items) => Raw(string.Concat(items.Select(i => $"<li>{Escaped(i)}</li>")) is { Length: > 0 } list ? $"<ul>{list}</ul>" : "");

    /// <summary>A table.</summary>
    public HtmlPage Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) => Table(columns, rows.Select(r => (IReadOnlyList<HtmlCell>)[.. r.Select(c => (HtmlCell)c)]));

    /// <summary>A table with pictures among its cells; a narrow screen scrolls it sideways.</summary>
    public HtmlPage Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<HtmlCell>> rows) => Raw(
        $"<div class=\"wide\"><table><thead><tr>{Cells("th", columns.Select(c => (HtmlCell)c))}</tr></thead><tbody>{string.Concat(rows.Select(r => $"<tr>{Cells("td", r)}</tr>"))}</tbody></table></div>");

    /// <summary>Plots side by side, as SVG.</summary>
    public HtmlPage Plots(IEnumerable<string> plots) => Raw($"<div class=\"plots\">{string.Concat(plots)}</div>");

    /// <summary>What opens on request; paper shows the title alone.</summary>
    public HtmlPage Details(string title, Action<HtmlPage> content)
    {
        Raw($"<details><summary>{Escaped(title)}</summary>");
        content(this);
        return Raw("</details>");
    }

    /// <inheritdoc/>
    public override string ToString() => $$"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{Escaped(title)}}</title>
        <style>
        :root { color-scheme: light dark } body { font: 15px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
        table { border-collapse: collapse; margin: .5rem 0 } th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; vertical-align: top }
        .lead { font-size: 1.25rem; font-weight: bold } .wide { overflow-x: auto } th { font-weight: 600 }
        @media print { body { max-width: none; margin: 0; font-size: 10px } .wide { overflow: visible } tr, svg { break-inside: avoid } h2, h3 { break-after: avoid } }
        .plots { display: flex; flex-wrap: wrap; gap: 1rem } svg { max-width: 100%; height: auto } td { overflow-wrap: break-word } summary { cursor: pointer; margin: .5rem 0 }
        </style></head><body><h1>{{Escaped(title)}}</h1>
        {{body}}</body></html>

        """;

    private static string Cells(string tag, IEnumerable<HtmlCell> cells) => string.Concat(cells.Select(c => $"<{tag}>{c.Html}</{tag}>"));

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private HtmlPage Raw(string html)
    {
        body.Append(html).Append('\n');
        return this;
    }
}
