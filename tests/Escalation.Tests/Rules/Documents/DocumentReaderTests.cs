using System.Text;
using CsCheck;
using Escalation.Rules;
using Escalation.Rules.Documents;

namespace Escalation.Tests.Rules.Documents;

public sealed class DocumentReaderTests
{
    private const string Sound = "{\n  // a note: \u00e9\ud83d\ude00 {\n  \"first\": [1, 2.5, -3e2, \"t\\u00e4xt \\\"q\\\" \ud83d\ude00\", ],\r\n  /* over\n lines */ \"second\": {\"deep\": null, \"list\": [true, false,], },\r\n\t\"third\": \"\u00e9\",\n}\n";

    [Fact]
    public void Comments_trailing_commas_marks_and_carriage_returns_are_passed_over_and_places_stay_right()
    {
        foreach (var content in (byte[][])[Bytes(Sound), [0xEF, 0xBB, 0xBF, .. Bytes(Sound)]])
        {
            var (root, problems) = Read(content);
            Assert.Empty(problems);
            Assert.Equal(["first", "second", "third"], root!.Members.Select(m => m.Name));
            Assert.Equal([(3, 3), (5, 11), (6, 2)], root.Members.Select(m => (m.Place.Line, m.Place.Column)));
            var text = root.Find("first")!.Items[3];
            Assert.Equal((3, Sound.Split('\n')[2].IndexOf("\"t\\u", StringComparison.Ordinal) + 1), (text.Place.Line, text.Place.Column));
            // Behind one escape of six characters and two of two.
            Assert.Equal(text.Place.Column + 1 + "t\\u00e4xt \\\"q\\\" ".Length, text.PlaceOf("t\u00e4xt \"q\" ".Length).Column);
        }
    }

    [Fact]
    public void A_key_that_stands_twice_is_a_problem_at_the_second()
    {
        var (_, problems) = Read(Bytes("{\"a\": 1,\r\n // x\r\n  \"a\": 2}"));
        var problem = Assert.Single(problems);
        Assert.Equal((3, 3), (problem.Line, problem.Column));
        Assert.Contains("line 1", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stray_sign_at_any_place_between_values_is_reported_there()
    {
        // Wherever the sign stands outside texts and comments, reading must end at exactly that place.
        var isCode = CodeOf(Sound);
        for (var at = 0; at < Sound.Length; at++)
        {
            if (!isCode[at] || (Sound[at] == '\n' && Sound[at - 1] == '\r')) continue;          // between the two it would make two lines of one
            var broken = Sound.Insert(at, "@");
            var (root, problems) = Read(Bytes(broken));
            Assert.True(root is null && problems.Count == 1, $"read in spite of @ at {at}");
            Assert.True((problems[0].Line, problems[0].Column) == PlaceOf(broken, at), $"@ at {at} stands at {PlaceOf(broken, at)}, reported: {problems[0]}");
        }
    }

    [Fact]
    public void Every_truncation_is_a_problem_within_the_file()
    {
        var bytes = Bytes(Sound);
        for (var length = 0; length < bytes.Length - 1; length++)
        {
            if (length >= bytes.AsSpan().LastIndexOf((byte)'}') + 1) break;
            var (root, problems) = Read(bytes[..length]);
            Assert.True(root is null && problems.Count == 1, $"{length} bytes were read as a whole file");
            AssertWithin(bytes[..length], problems);
        }
    }

    [Theory, InlineData(0x80), InlineData(0xC3), InlineData(0xFF), InlineData(0xED)]
    public void A_byte_that_is_no_utf8_is_reported_where_it_stands(byte wrong)
    {
        var at = Bytes(Sound[..Sound.IndexOf("third", StringComparison.Ordinal)]).Length;
        var bytes = Bytes(Sound).ToList();
        bytes.Insert(at, wrong);
        var (root, problems) = Read([.. bytes]);
        Assert.Null(root);
        Assert.Equal(PlaceOf(Sound, Sound.IndexOf("third", StringComparison.Ordinal)), (problems.Single().Line, problems.Single().Column));
    }

    [Theory,
     InlineData("{\"a\": \"\\ud800\"}"), InlineData("{\"a\": 1e999}"), InlineData("{\"\\udc00\": 1}"), InlineData("[1] [2]"), InlineData("{\"a\"}"), InlineData("// only a note"), InlineData(""), InlineData("\u0000"),
     InlineData("{\"a\": 01}"), InlineData("{\"a\": NaN}"), InlineData("{'a': 1}"), InlineData("[,]"), InlineData("/* open"), InlineData("{\"a\": \"x\ny\"}")]
    public void What_is_no_sound_file_has_a_place(string content)
    {
        var (_, problems) = Read(Bytes(content));
        Assert.NotEmpty(problems);
        AssertWithin(Bytes(content), problems);
    }

    [Fact]
    public void Nesting_without_end_is_a_problem_and_no_overflow()
    {
        foreach (var sign in (string[])["[", "{\"a\":"])
        {
            var (root, problems) = Read(Bytes(string.Concat(Enumerable.Repeat(sign, 1_000_000))));
            Assert.Null(root);
            Assert.Contains("depth", Assert.Single(problems).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_at_a_place_within_them()
    {
        var sound = Bytes(Sound);
        var change = Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte, Gen.Int[0, 3], (at, value, kind) => (at, value, kind));
        Gen.OneOf(Gen.Byte.Array[0, 300], change.List[1, 5].Select(changes => Changed(sound, changes))).Sample(
            bytes =>
            {
                var (root, problems) = Read(bytes);
                AssertWithin(bytes, problems);
                return root is not null || problems.Count > 0;
            }, time: 2, threads: 1);
    }

    [Fact]
    public void A_carriage_return_alone_ends_a_line_in_comments_and_everywhere()
    {
        var (root, problems) = Read(Bytes("{\r // a comment\r /* and\r one more */ \"a\": 1,\r\n g }"));
        Assert.Null(root);
        var problem = Assert.Single(problems);
        Assert.Equal((5, 2), (problem.Line, problem.Column));
    }

    private static byte[] Changed(byte[] sound, List<(int At, byte Value, int Kind)> changes)
    {
        var bytes = sound.ToList();
        foreach (var (at, value, kind) in changes)
        {
            var place = Math.Min(at, bytes.Count - 1);
            if (kind == 0) bytes.Insert(place, value);
            else if (kind == 1) bytes[place] = value;
            else if (kind == 2 && bytes.Count > 1) bytes.RemoveAt(place);
            else bytes.InsertRange(place, sound.AsSpan(value % sound.Length, Math.Min(12, sound.Length - (value % sound.Length))));
        }
        return [.. bytes];
    }

    private static (DocumentNode? Root, IReadOnlyList<RuleProblem> Problems) Read(byte[] content)
    {
        var problems = new ProblemList();
        var root = DocumentReader.Read(content, "some.json", problems);
        return (root, problems.Errors);
    }

    private static void AssertWithin(byte[] content, IReadOnlyList<RuleProblem> problems)
    {
        var lines = Encoding.UTF8.GetString(content).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        foreach (var problem in problems)
            Assert.True(problem.Line >= 1 && problem.Line <= lines.Length && problem.Column >= 1 && problem.Column <= lines[problem.Line - 1].Length + 1, $"{problem} lies outside {Convert.ToHexString(content)}");
    }

    /// <summary>Whether a sign put before each character stands outside texts, numbers, words and comments.</summary>
    private static bool[] CodeOf(string text)
    {
        var code = new bool[text.Length];
        for (var i = 0; i < text.Length;)
        {
            var end = text[i] switch
            {
                '"' => EndOfText(text, i),
                '/' when text[i + 1] == '/' => text.IndexOf('\n', i) + 1,
                '/' => text.IndexOf("*/", i, StringComparison.Ordinal) + 2,
                _ when char.IsLetterOrDigit(text[i]) || text[i] == '-' => i + text.AsSpan(i).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789.-".AsSpan()),
                _ => i + 1,
            };
            // Right behind a word or number the sign would belong to it.
            code[i] = i == 0 || !(char.IsLetterOrDigit(text[i - 1]) && !InComment(text, i));
            i = end;
        }
        return code;
    }

    private static bool InComment(string text, int at) => text.LastIndexOf("//", at, StringComparison.Ordinal) > text.LastIndexOf('\n', at - 1);

    private static int EndOfText(string text, int at)
    {
        for (at++; text[at] != '"'; at++)
            if (text[at] == '\\') at++;
        return at + 1;
    }

    private static (int Line, int Column) PlaceOf(string text, int at) => (text[..at].Count(c => c == '\n') + 1, at - text.LastIndexOf('\n', Math.Max(0, at - 1)) is var column && at > 0 ? column : 1);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
