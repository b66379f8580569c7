using System.Text;
using Escalation.Trainer.Data;
using NodaTime;

namespace Escalation.Tests.Trainer.Data;

public sealed class TrainingCsvTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public async Task Reads_labels_customers_and_times_from_their_usual_columns()
    {
        var read = await Read("id,created_at,customer_id,text,frustrated\n7,2026-03-02T12:00:00+01:00,c1,\"so, no\nanswer?\",YES\n8,,,fine,0\n");
        Assert.Empty(read.Problems);
        Assert.Equal(
            [
                new LabelledText("so, no\nanswer?", true, "c1", Instant.FromUtc(2026, 3, 2, 11, 0), "7"),
                new LabelledText("fine", false, null, null, "8"),
            ], read.Rows);
        Assert.Equal(64, read.Sha256.Length);
    }

    [Fact]
    public async Task A_row_without_an_id_is_named_by_its_number_from_1() =>
        Assert.Equal(["1", "2"], (await Read("text,frustrated\na,1\nb,0\n")).Rows.Select(r => r.Id));

    [Theory, InlineData("maybe"), InlineData(""), InlineData("2"), InlineData("-1")]
    public async Task A_label_that_is_neither_yes_nor_no_is_named_with_its_row(string label)
    {
        var read = await Read($"text,frustrated\na,true\nb,{label}\n");
        Assert.Contains($"row 2: frustrated: '{label}' is neither 1, true, yes nor 0, false, no", Assert.Single(read.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_column_gets_a_suggestion_and_the_list()
    {
        var problem = Assert.Single((await Read("text,frustated,other\na,1,x\n")).Problems);
        Assert.Contains("no column 'frustrated', did you mean 'frustated'?; present: text, frustated, other", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_that_resembles_none_gets_the_list_alone() =>
        Assert.DoesNotContain("did you mean", Assert.Single((await Read("text,zzz\na,1\n")).Problems), StringComparison.Ordinal);

    [Theory, InlineData("", "is empty"), InlineData("text,frustrated\n", "has a header and no rows")]
    public async Task A_file_without_rows_is_a_problem(string content, string expected) =>
        Assert.Contains(expected, Assert.Single((await Read(content)).Problems), StringComparison.Ordinal);

    [Theory, InlineData("yesterday"), InlineData("2026-03-02 12:00"), InlineData("2026-03-02T12:00:00")]
    public async Task A_time_without_an_offset_is_refused(string time) =>
        Assert.Contains("row 1: at: ", Assert.Single((await Read($"at,text,frustrated\n{time},a,1\n")).Problems), StringComparison.Ordinal);

    [Fact]
    public async Task A_row_with_too_few_fields_is_named_and_the_rest_is_read()
    {
        var read = await Read("text,frustrated\na\nb,1\n");
        Assert.Contains("row 1: 1 fields where the header has 2", Assert.Single(read.Problems), StringComparison.Ordinal);
        Assert.Single(read.Rows);
    }

    [Fact]
    public async Task An_open_quote_is_named_with_its_line() =>
        Assert.Contains($"{path}:", Assert.Single((await Read("text,frustrated\na,1\n\"b,0\n")).Problems), StringComparison.Ordinal);

    [Fact]
    public async Task A_missing_file_is_a_problem() =>
        Assert.Contains("nowhere.csv: cannot be read", Assert.Single(
            (await new TrainingCsv("nowhere.csv", new CsvColumns("text", "frustrated")).ReadAsync(TestContext.Current.CancellationToken)).Problems), StringComparison.Ordinal);

    [Fact]
    public async Task Problems_end_after_twenty()
    {
        var read = await Read("text,frustrated\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"a,x{i}\n")));
        Assert.Equal(21, read.Problems.Count);
        Assert.EndsWith("stopped after 20 kinds of problems", read.Problems[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_problem_of_many_rows_is_one_line_with_the_first_of_them()
    {
        var read = await Read("text,frustrated\nfine,0\n" + string.Concat(Enumerable.Range(0, 1200).Select(i => i == 700 ? "a,perhaps\n" : "a,\n")));
        Assert.Equal(
            [
                $"{path}: rows 2, 3, 4 and 1,196 more: frustrated: '' is neither 1, true, yes nor 0, false, no; fill it in, or leave out the rows that nobody labelled",
                $"{path}: row 702: frustrated: 'perhaps' is neither 1, true, yes nor 0, false, no",
            ], read.Problems);
    }

    [Theory, InlineData("utf-16"), InlineData("utf-16BE")]
    public async Task A_wide_encoding_without_its_mark_is_detected_and_read_once_it_is_named(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        File.WriteAllBytes(path, encoding.GetBytes("text,frustrated\nÄrger,1\n"));
        Assert.Equal($"{path}: looks like {name} without a byte order mark; name the encoding with --encoding {name}, or save it as UTF-8", Assert.Single((await Read(Columns)).Problems));
        Assert.Equal("Ärger", Assert.Single((await Read(Columns with { Encoding = encoding })).Rows).Text);
    }

    [Fact]
    public async Task Another_encoding_is_named_with_a_way_out_and_read_where_it_is_told()
    {
        const string content = "text,frustrated\nfine,0\nÄrger über die Rechnung,1\n";
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(content));
        Assert.Contains("row 2: text: is not UTF-8; name the file's encoding, for example --encoding windows-1252", Assert.Single((await Read(Columns)).Problems), StringComparison.Ordinal);
        Assert.Equal("Ärger über die Rechnung", (await Read(Columns with { Encoding = Encoding.Latin1 })).Rows[1].Text);

        File.WriteAllText(path, content, Encoding.Unicode);          // its byte order mark tells
        Assert.Equal("Ärger über die Rechnung", (await Read(Columns)).Rows[1].Text);
        File.WriteAllText(path, "text,frustrated\nbroken long ago: \uFFFD,1\n");
        Assert.Empty((await Read(Columns)).Problems);               // in the text itself, and valid
    }

    [Fact]
    public async Task Semicolons_and_decimal_commas_of_a_spreadsheet_are_read()
    {
        var read = await Read("text;frustrated\n\"never; again\";1,0\nthanks;0,0\nfine;0.0\n");
        Assert.Empty(read.Problems);
        Assert.Equal([("never; again", true), ("thanks", false), ("fine", false)], read.Rows.Select(r => (r.Text, r.Positive)));
    }

    [Fact]
    public async Task A_time_without_an_offset_is_read_in_the_zone_that_is_told()
    {
        File.WriteAllText(path, "at,text,frustrated\n2026-07-02 12:00,a,1\n");
        Assert.Equal(Instant.FromUtc(2026, 7, 2, 10, 0), Assert.Single((await Read(Columns with { TimeZone = DateTimeZoneProviders.Tzdb["Europe/Paris"] })).Rows).At);
        Assert.Contains("say the zone with --time-zone", Assert.Single((await Read(Columns)).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_of_a_million_characters_and_one_with_a_null_are_rows_like_any_other()
    {
        var read = await Read($"text,frustrated\n{new string('x', 1 << 20)},1\na\0b,0\n");
        Assert.Empty(read.Problems);
        Assert.Equal([1 << 20, 3], read.Rows.Select(r => r.Text.Length));
    }

    [Fact]
    public async Task Teams_are_read_as_they_are_named_and_a_blank_one_is_a_problem()
    {
        File.WriteAllText(path, "text,team\nmy invoice, billing \nthe app,support\nwhat now,\n".Replace("my invoice, ", "my invoice,", StringComparison.Ordinal));
        var read = await Read(new CsvColumns("text", "team") { NamesTeams = true });
        Assert.Equal(["billing", "support"], read.Rows.Select(r => r.Team));
        Assert.Contains("row 3: team: is blank", Assert.Single(read.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_that_tells_the_label_is_said_and_one_that_does_not_is_not()
    {
        var rows = string.Concat(Enumerable.Range(0, 100).Select(i => $"text {i},{i % 2},{(i % 2 == 0 ? "closed" : "escalated")},{i % 3},{i}\n"));
        var read = await Read("text,frustrated,outcome,queue,number\n" + rows);
        Assert.Contains("column 'outcome' alone tells the label in 100.0% of the rows", Assert.Single(read.Notes), StringComparison.Ordinal);
    }

    private static CsvColumns Columns => new("text", "frustrated");

    private Task<TrainingRows> Read(string content)
    {
        File.WriteAllText(path, content);
        return Read(Columns);
    }

    private Task<TrainingRows> Read(CsvColumns columns) => new TrainingCsv(path, columns).ReadAsync(TestContext.Current.CancellationToken);
}
