using System.Text;
using MimeKit.Text;

namespace Escalation.History.Formats;

/// <summary>The words of an HTML text, as a reader sees them.</summary>
/// <remarks>Quoted mail (<c>blockquote</c>) comes out with <c>&gt;</c> before each line, so that what cuts quotes from plain text cuts these as well.</remarks>
public static class HtmlText
{
    /// <summary>The text of an HTML document or of a part of one; never fails, however broken it is.</summary>
    public static string Of(string html)
    {
        var text = new Writer();
        var tokens = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        HtmlTagId? silent = null;
        while (tokens.ReadNextToken(out var token))
            if (token is HtmlTagToken tag)
            {
                if (silent is { } inside) silent = tag.IsEndTag && tag.Id == inside ? null : silent;
                else if (IsSilent(tag.Id) && !tag.IsEndTag && !tag.IsEmptyElement) silent = tag.Id;
                else text.Take(tag);
            }
            else if (silent is null && token is HtmlDataToken { Kind: HtmlTokenKind.Data or HtmlTokenKind.CData } data) text.Take(data.Data);
        return text.ToString();
    }

    private static bool IsSilent(HtmlTagId tag) => tag is HtmlTagId.Style or HtmlTagId.Script or HtmlTagId.Title or HtmlTagId.NoScript;

    private sealed class Writer
    {
        private readonly StringBuilder text = new();
        private int quotes;
        private int pendingLines;
        private bool pendingBlank;
        private int pre;

        public void Take(HtmlTagToken tag)
        {
            switch (tag.Id)
            {
                case HtmlTagId.Br when !tag.IsEndTag:
                    pendingLines++;
                    pendingBlank = false;
                    break;
                case HtmlTagId.BlockQuote:
                    Break(1);
                    quotes = Math.Clamp(quotes + (tag.IsEndTag ? -1 : 1), 0, 20);
                    break;
                case HtmlTagId.Pre:
                    Break(1);
                    pre = Math.Max(0, pre + (tag.IsEndTag ? -1 : 1));
                    break;
                case HtmlTagId.P or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 or HtmlTagId.H4 or HtmlTagId.H5 or HtmlTagId.H6:
                    Break(2);
                    break;
                case HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.LI or HtmlTagId.UL or HtmlTagId.OL or HtmlTagId.Table or HtmlTagId.Section or HtmlTagId.Article or HtmlTagId.Header or HtmlTagId.Footer or HtmlTagId.HR:
                    Break(1);
                    break;
                case HtmlTagId.TD or HtmlTagId.TH:
                    pendingBlank = true;
                    break;
            }
        }

        public void Take(string data)
        {
            foreach (var c in data)
            {
                if (pre > 0 && c == '\n') pendingLines++;
                else if (c is ' ' or '\t' or '\r' or '\n' or '\f' or '\u00A0') pendingBlank = true;
                else if (c is not ('\u200B' or '\uFEFF' or '\0'))
                {
                    Flush();
                    text.Append(c);
                }
            }
        }

        public override string ToString() => text.ToString();

        private void Break(int lines)
        {
            pendingLines = Math.Max(pendingLines, lines);
            pendingBlank = false;
        }

        private void Flush()
        {
            if (text.Length == 0) pendingLines = 0;
            if (pendingLines > 0 || text.Length == 0)
            {
                text.Append('\n', Math.Min(pendingLines, 3));
                for (var i = 0; i < quotes; i++) text.Append("> ");
            }
            else if (pendingBlank) text.Append(' ');
            (pendingLines, pendingBlank) = (0, false);
        }
    }
}
