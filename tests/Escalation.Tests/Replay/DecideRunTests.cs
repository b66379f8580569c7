using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.History.Formats;
using Escalation.Replay.Deciding;

namespace Escalation.Tests.Replay;

public sealed class DecideRunTests
{
    private static readonly DecideOptions Options = new(Some.Noon);

    private static (List<JsonElement> Lines, InputSummary Summary, string Text) Run(string input, DecideOptions? options = null, Configuration? configuration = null)
    {
        var (output, summary) = (new MemoryStream(), new InputSummary());
        DecideRun.Run(new MemoryStream(Encoding.UTF8.GetBytes(input)), "-", output, configuration ?? SomeRules.Configuration, options ?? Options, summary, TestContext.Current.CancellationToken);
        var text = Encoding.UTF8.GetString(output.ToArray());
        return ([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)], summary, text);
    }

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(p => p.Name)];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    [Fact]
    public void Text_alone_is_enough_and_gives_every_field_of_the_contract()
    {
        var line = Assert.Single(Run("""{"text":"😀 My lawyer will call: the app crashes with an error"}""").Lines);
        Assert.Equal(["id", "ticketId", "recommendation", "signals", "route", "context", "degraded", "configuration"], Names(line));
        Assert.Equal(["score", "probability", "band", "reasons"], Names(line.GetProperty("recommendation")));
        Assert.Equal(["text", "trigger", "contribution"], Names(line.GetProperty("recommendation").GetProperty("reasons")[0]));
        Assert.Equal(["product", "issueType", "urgency", "businessImpact", "severity", "confidence"], Names(line.GetProperty("context")));
        Assert.Equal(["team", "priority", "slaHours", "slaDeadline"], Names(line.GetProperty("route"))[..4]);
        Assert.Matches(@"^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", Text(line.GetProperty("route"), "slaDeadline"));
        Assert.Equal(("1", SomeRules.Configuration.Id.Value, false), (Text(line, "id"), Text(line, "configuration"), line.GetProperty("degraded").GetBoolean()));
        var evidence = line.GetProperty("signals").EnumerateArray().Single(s => Text(s, "rule") == "keywords/legal").GetProperty("evidence")[0];
        Assert.Equal(["kind", "field", "start", "end", "text"], Names(evidence));
        Assert.Equal(("keyword", 3, 12, "My lawyer"), (Text(evidence, "kind"), evidence.GetProperty("start").GetInt32(), evidence.GetProperty("end").GetInt32(), Text(evidence, "text")));
    }

    [Fact]
    public void There_is_one_line_per_customer_message_in_the_order_of_the_input()
    {
        var input = string.Concat(Enumerable.Range(0, 700).Select(i => i % 7 == 3
            ? $$"""{"type":"message","id":"a{{i}}","source":"s","externalId":"a{{i}}","ticketId":"t","customerId":"c","channel":"email","author":"agent","text":"hello"}""" + "\n"
            : $$"""{"id":"m{{i}}","text":"number {{i}}"}""" + "\n"));
        var expected = Enumerable.Range(0, 700).Where(i => i % 7 != 3).Select(i => "m" + i).ToList();
        foreach (var workers in (int[])[1, 3]) Assert.Equal(expected, Run(input, Options with { Workers = workers }).Lines.Select(l => Text(l, "id")));
        Assert.Equal(Run(input, Options with { Workers = 1 }).Text, Run(input, Options with { Workers = 3 }).Text);
    }

    [Fact]
    public void A_message_without_an_id_has_its_line_number_and_a_ticket_of_its_own()
    {
        var lines = Run("{\"text\":\"one\"}\n\n{\"text\":\"two\"}\n{\"id\":\"x\",\"text\":\"three\"}\n").Lines;
        Assert.Equal(["1", "3", "x"], lines.Select(l => Text(l, "id")));
        Assert.Equal(3, lines.Select(l => Text(l, "ticketId")).Distinct().Count());
    }

    [Fact]
    public void Messages_of_an_unknown_customer_are_nobodys_history()
    {
        var lines = Run(string.Concat(Enumerable.Repeat("{\"text\":\"The app crashes with an error\"}\n", 8))).Lines;
        Assert.All(lines, l => Assert.DoesNotContain(l.GetProperty("signals").EnumerateArray(), s => Text(s, "triggerType") is "repeat_contact" or "multi_user_incident"));
    }

    [Fact]
    public void Lines_before_are_history_for_those_after()
    {
        var input = string.Concat(Enumerable.Range(0, 3).Select(day => $$"""{"id":"m{{day}}","customerId":"c","ticketId":"t","channel":"email","at":"2026-03-0{{day + 2}}T12:00:00Z","text":"hello"}""" + "\n"));
        Assert.Equal([false, false, true], Run(input).Lines.Select(l => l.GetProperty("signals").EnumerateArray().Any(s => Text(s, "rule") == "repeat_contact")));
    }

    [Fact]
    public void Events_and_customers_in_the_input_are_history_too()
    {
        const string input = """
            {"type":"customer","id":"c","validFrom":"2026-01-01T00:00:00Z","lifetimeValue":50000,"currency":"USD"}
            {"id":"m1","customerId":"c","ticketId":"t1","at":"2026-03-02T12:00:00Z","text":"hello"}
            {"type":"event","id":"e1","ticketId":"t1","at":"2026-03-02T13:00:00Z","kind":"merged","toTicket":"t2","actor":{"id":"a","kind":"human"}}
            {"id":"m2","customerId":"c","ticketId":"t1","at":"2026-03-02T14:00:00Z","text":"hello"}
            """;
        var lines = Run(input, configuration: SomeRules.Of(SomeRules.Signal("rich", "customer.HighValue", "keyword_match", .5))).Lines;
        Assert.Equal("rich", Text(Assert.Single(lines[0].GetProperty("signals").EnumerateArray()), "rule"));
        Assert.Equal(["t1", "t2"], lines.Select(l => Text(l, "ticketId")));
    }

    [Fact]
    public void Reasons_come_by_contribution_and_add_up_to_the_score()
    {
        var line = Run("{\"text\":\"My lawyer will call. This is ridiculous, the site is down for everyone and we cannot work!\"}").Lines[0];
        var reasons = line.GetProperty("recommendation").GetProperty("reasons").EnumerateArray().ToList();
        var shares = reasons.Select(r => r.GetProperty("contribution").GetDouble()).ToList();
        Assert.True(shares.Count > 1);
        Assert.Equal(shares.OrderDescending(), shares);
        Assert.Equal(line.GetProperty("recommendation").GetProperty("score").GetDouble(), shares.Sum(), 1e-8);
        Assert.All(reasons, r => Assert.NotEmpty(Text(r, "text")!));
    }

    [Fact]
    public void Spans_of_quoted_mail_and_emoji_point_into_the_original()
    {
        const string text = "> my lawyer\n👍🏽 ok\n\nmy lawyer writes\n";
        var line = Run(JsonSerializer.Serialize(new { text })).Lines[0];
        var evidence = line.GetProperty("signals").EnumerateArray().Single(s => Text(s, "rule") == "keywords/legal").GetProperty("evidence").EnumerateArray().Where(e => Text(e, "kind") == "keyword");
        var span = Assert.Single(evidence);
        Assert.Equal(text.LastIndexOf("my lawyer", StringComparison.Ordinal), span.GetProperty("start").GetInt32());
    }

    [Fact]
    public void Empty_text_is_decided_with_score_0()
    {
        var line = Assert.Single(Run("{\"text\":\"\"}").Lines);
        Assert.Equal((0d, "none", JsonValueKind.Null), (line.GetProperty("recommendation").GetProperty("score").GetDouble(), Text(line.GetProperty("recommendation"), "band"), line.GetProperty("route").ValueKind));
    }

    [Fact]
    public void Explaining_adds_what_would_change_it_and_what_nearly_fired()
    {
        var explanation = Run("{\"text\":\"My lawyer will call\"}", Options with { Explain = true }).Lines[0].GetProperty("explanation");
        Assert.Equal(["frustration", "counterfactuals", "nearMisses"], Names(explanation));
        Assert.Equal(JsonValueKind.Null, explanation.GetProperty("frustration").ValueKind);       // no model, no words
        Assert.Contains("keywords/legal", Text(explanation.GetProperty("counterfactuals")[0], "change")!, StringComparison.Ordinal);
        Assert.InRange(explanation.GetProperty("nearMisses").GetArrayLength(), 1, 3);
    }

    [Fact]
    public void A_rule_that_threw_is_said_on_the_line()
    {
        var line = Run("{\"text\":\"x\"}", configuration: SomeRules.Of(SomeRules.Signal("bad", "10 / (contacts.Last7d - contacts.Last24h) > 1", "repeat_contact", .9))).Lines[0];
        Assert.True(line.GetProperty("degraded").GetBoolean());
        Assert.Equal("bad", Text(line.GetProperty("errors")[0], "rule"));
    }

    [Fact]
    public void A_repeated_delivery_is_dropped_and_counted()
    {
        const string line = """{"id":"m1","source":"s","externalId":"1","customerId":"c","ticketId":"t","at":"2026-03-02T12:00:00Z","text":"hello"}""";
        var run = Run($"{line}\n{line}\n");
        Assert.Equal((1, 1L, 1L), (run.Lines.Count, run.Summary.Duplicates, run.Summary.Accepted));
    }

    [Fact]
    public void Cancelling_leaves_whole_lines()
    {
        using var source = new CancellationTokenSource();
        var output = new MemoryStream();
        var input = new CancelAfter(new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{{\"text\":\"number {i}\"}}\n")))), 200_000, source);
        Assert.ThrowsAny<OperationCanceledException>(() => DecideRun.Run(input, "-", output, SomeRules.Configuration, Options, new InputSummary(), source.Token));
        var text = Encoding.UTF8.GetString(output.ToArray());
        Assert.True(text.Length == 0 || text[^1] == '\n');
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => JsonDocument.Parse(l).Dispose());
    }

    /// <summary>Cancels once so many bytes were read.</summary>
    private sealed class CancelAfter(Stream inner, long bytes, CancellationTokenSource source) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            if (inner.Position >= bytes) source.Cancel();
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
