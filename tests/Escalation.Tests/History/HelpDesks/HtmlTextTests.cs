using Escalation.History.Formats;

namespace Escalation.Tests.History.HelpDesks;

public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("plain words", "plain words")]
    [InlineData("<div>one</div><div>two</div>", "one\ntwo")]
    [InlineData("<p>one</p><p>two</p>", "one\n\ntwo")]
    [InlineData("one<br>two<br/>three", "one\ntwo\nthree")]
    [InlineData("a <b>bold</b>\n  word &amp; caf&eacute; &#8364;", "a bold word & café €")]
    [InlineData("<html><head><title>T</title><style>p { color: red }</style><body>seen<script>alert(1)</script></html>", "seen")]
    [InlineData("reply<blockquote type=\"cite\"><div>quoted</div>more</blockquote>after", "reply\n> quoted\n> more\nafter")]
    [InlineData("<ul><li>one<li>two</ul>", "one\ntwo")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc")]
    [InlineData("<pre>x\n  y</pre>z", "x\ny\nz")]
    [InlineData("broken <b <i>still", "broken still")]
    [InlineData("a\u200Bb\u00A0c", "ab c")]
    [InlineData("", "")]
    public void The_words_come_out_as_a_reader_sees_them(string html, string text) => Assert.Equal(text, HtmlText.Of(html));
}
