using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Import;
using NodaTime;

namespace Escalation.Tests.History.Import;

public sealed class ImporterTests
{
    private const string Map = """
        {"type":"message","columns":{"externalId":"no","source":{"value":"shop"},"customerId":"who","channel":{"column":"via","map":{"mail":"email","call":"phone"}},"at":"when","text":"body","inReplyTo":"parent"},
         "attributes":["plan"],"tickets":{"by":"thread","gapHours":24}}
        """;

    [Fact]
    public void Columns_become_fields_and_values_are_mapped()
    {
        var (records, summary) = Run(Map, "no,who,via,when,body,parent,plan", "1,ann,mail,2026-03-02T12:00:00Z,Hi,,pro");
        var message = Assert.IsType<Message>(Assert.Single(records));
        Assert.Equal(("1", "shop", "ann", Channel.Email, "Hi", "pro"), (message.Id, message.Source, message.CustomerId.Value, message.Channel, message.Text, message.Attributes["plan"]));
        Assert.Equal((1L, 1L, 0L), (summary.Input.Read, summary.Input.Accepted, summary.Input.RejectedCount));
    }

    [Fact]
    public void Tickets_follow_the_chain_of_answers_else_the_customer_within_the_gap()
    {
        var (records, summary) = Run(Map, "no,who,via,when,body,parent,plan",
            "1,ann,mail,2026-03-02T12:00:00Z,a,,",
            "2,bob,mail,2026-03-02T12:01:00Z,answers 1,1,",
            "3,ann,mail,2026-03-03T11:00:00Z,within the gap,,",
            "4,ann,mail,2026-03-05T11:00:00Z,after the gap,,",
            "5,cem,mail,2026-03-05T11:00:00Z,answers what is not here,900,",
            "6,dee,mail,2026-03-05T11:01:00Z,answers the same,900,",
            "7,,mail,2026-03-05T11:01:00Z,nobody,,",
            "8,,mail,2026-03-05T11:01:00Z,nobody again,,");
        Assert.Equal(["t-1", "t-1", "t-1", "t-4", "t-5", "t-5", "t-7", "t-8"], records.Cast<Message>().Select(m => m.TicketId.Value));
        Assert.Equal((5, 2, 1), (summary.TicketsMade, summary.JoinedByChain, summary.JoinedByCustomer));
        Assert.Contains("24 hours", summary.Tickets, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_channel_names_the_map_and_the_rest_goes_on()
    {
        var (records, summary) = Run(Map, "no,who,via,when,body,parent,plan", "1,ann,fax,2026-03-02T12:00:00Z,a,,", "2,ann,mail,2026-03-02T12:00:00Z,b,,");
        Assert.Single(records);
        var problem = Assert.Single(summary.Input.Rejected);
        Assert.Equal((2L, "channel"), (problem.Line, problem.Field));
        Assert.Contains("map.json", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_the_map_does_not_know_is_named_and_nothing_is_taken()
    {
        var (records, summary) = Run(Map, "no,who,via,when,body,parent,plan,colour", "1,ann,mail,2026-03-02T12:00:00Z,a,,,red");
        Assert.Empty(records);
        Assert.Equal("colour", summary.Input.Rejected[0].Field);
        Assert.Contains("map.json", summary.Input.Rejected[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_local_time_without_a_zone_is_refused_and_with_one_it_is_taken()
    {
        string[] lines = ["no,who,via,when,body,parent,plan", "1,ann,mail,2026-03-02T12:00:00,a,,"];
        var (none, refused) = Run(Map, lines);
        Assert.Empty(none);
        Assert.Contains("--time-zone", refused.Input.Rejected[0].Message, StringComparison.Ordinal);
        var (records, _) = Run(Map, new HistoryReadOptions { TimeZone = DateTimeZoneProviders.Tzdb["Europe/Paris"] }, lines);
        Assert.Equal(Instant.FromUtc(2026, 3, 2, 11, 0), records[0].At);
    }

    [Fact]
    public void One_row_can_give_events_and_a_label_at_their_own_times()
    {
        const string map = """
            {"columns":{"externalId":"n","ticketId":"n","source":{"value":"s"},"channel":{"value":"phone"},"customerId":"c","at":"o","text":{"template":"{k}: {n}"}},
             "also":[{"type":"event","when":"r","columns":{"id":{"template":"{n}/resolved"},"ticketId":"n","at":"r","kind":{"value":"resolved"},"actor.kind":{"value":"human"},"actor.team":"g"}},
                     {"type":"label","when":{"column":"g","differsFrom":"f"},"columns":{"id":{"template":"{n}/team"},"ticketId":"n","at":"r","kind":{"value":"team_corrected"},"rightTeam":"g","actor.kind":{"value":"human"},"origin":{"value":"import"}}}],
             "ignore":["x"]}
            """;
        var (records, _) = Run(map, "n,c,o,r,k,f,g,x", "7,ann,2026-03-02T12:00:00Z,2026-03-03T12:00:00Z,odd {n},core,net,1", "8,ann,2026-03-02T12:00:00Z,,k,net,net,");
        Assert.Equal(["7", "7/resolved", "7/team", "8"], records.Select(r => r.Id));
        Assert.Equal("odd {n}: 7", ((Message)records[0]).Text);
        Assert.Equal("net", ((TicketEvent)records[1]).Actor.Team);
        Assert.Equal("net", ((Label)records[2]).RightTeam);
    }

    [Fact]
    public void Json_lines_of_any_shape_are_flattened()
    {
        const string map = """{"columns":{"id":"id","source":{"value":"s"},"channel":{"value":"chat"},"customerId":"user.name","at":"created","text":"body.text"},"timeFormat":"ddd MMM dd HH:mm:ss zzz yyyy"}""";
        var (records, summary) = Run(map, isJson: true, HistoryReadOptions.Strict,
            """{"id":9,"user":{"name":"ann"},"created":"Tue Oct 31 22:10:47 +00:00 2017","body":{"text":"Hi"}}""",
            """{"id":10,"colour":"red","created":"Tue Oct 31 22:10:47 +00:00 2017","body":{"text":"Hi"}}""");
        Assert.Equal(Instant.FromUtc(2017, 10, 31, 22, 10, 47), Assert.Single(records).At);
        Assert.Equal("colour", Assert.Single(summary.Input.Rejected).Field);
    }

    [Theory]
    [InlineData("""{"columns":{"colour":"c"}}""", "columns.colour")]
    [InlineData("""{"columns":{"text":{"column":"c","value":"v"}}}""", "columns.text")]
    [InlineData("""{"columns":{},"colour":1}""", "colour")]
    [InlineData("""{"type":"mail","columns":{}}""", "type")]
    [InlineData("""{"columns":{},"delimiter":"ab"}""", "delimiter")]
    [InlineData("""{"columns":{},"encoding":"klingon"}""", "encoding")]
    [InlineData("""{"columns":{},"tickets":{"by":"luck"}}""", "tickets.by")]
    [InlineData("""{"columns":""", "map")]
    public void A_bad_map_is_named_with_the_place_in_it(string json, string field)
    {
        Assert.Null(ImportMapParser.Parse(json, "map.json", out var problems));
        Assert.Contains(problems, p => p.Field == field && p.File == "map.json");
    }

    private static (List<HistoryRecord> Records, ImportSummary Summary) Run(string map, params string[] lines) => Run(map, HistoryReadOptions.Strict, lines);

    private static (List<HistoryRecord> Records, ImportSummary Summary) Run(string map, HistoryReadOptions options, params string[] lines) => Run(map, isJson: false, options, lines);

    private static (List<HistoryRecord> Records, ImportSummary Summary) Run(string map, bool isJson, HistoryReadOptions options, params string[] lines)
    {
        using var folder = new ScratchFolder();
        var parsed = ImportMapParser.Parse(map, "map.json", out var problems);
        Assert.Empty(problems);
        var records = new List<HistoryRecord>();
        var summary = Importer.Run(folder.Write("in.txt", lines), isJson, parsed!, options, new InputSummary(), records.Add, TestContext.Current.CancellationToken);
        return (records, summary);
    }
}
