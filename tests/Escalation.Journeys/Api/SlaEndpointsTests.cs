namespace Escalation.Journeys.Api;

public sealed class SlaEndpointsTests
{
    private static readonly object Berlin = new { timeZone = "Europe/Berlin", hours = new { fri = new[] { new[] { "09:00", "17:00" } }, mon = new[] { new[] { "09:00", "17:00" } } }, holidays = Array.Empty<string>() };

    [Fact]
    public async Task A_deadline_runs_in_open_hours_and_shows_every_piece()
    {
        await using var running = await RunningService.StartAsync();
        var (status, answer) = await running.PostAsync("/api/v1/sla/deadline", new { calendar = Berlin, start = "2026-03-06T15:00:00+01:00", minutes = 240 });
        Assert.Equal(200, status);
        Assert.Equal("2026-03-09T10:00:00.000Z", answer.GetProperty("deadline").GetString());
        Assert.Equal(["open", "closed", "open"], answer.GetProperty("segments").EnumerateArray().Select(s => s.GetProperty("kind").GetString()));
        Assert.Equal(14_400, answer.GetProperty("segments").EnumerateArray().Sum(s => s.GetProperty("countedSeconds").GetDouble()));
    }

    [Fact]
    public async Task Elapsed_counts_open_seconds_and_a_calendar_of_the_rule_set_goes_by_name()
    {
        await using var running = await RunningService.StartAsync();
        Assert.Equal(14_400, (await running.PostAsync("/api/v1/sla/elapsed", new { calendar = Berlin, start = "2026-03-06T15:00:00+01:00", end = "2026-03-09T10:00:00Z" })).Body.GetProperty("seconds").GetDouble());
        Assert.Equal(86_400, (await running.PostAsync("/api/v1/sla/elapsed", new { calendar = "always", start = "2026-03-06T00:00:00Z", end = "2026-03-07T00:00:00Z" })).Body.GetProperty("seconds").GetDouble());
        Assert.Equal("2026-03-06T01:30:00.000Z", (await running.PostAsync("/api/v1/sla/deadline", new { calendarName = "always", start = "2026-03-06T00:00:00Z", minutes = 90 })).Body.GetProperty("deadline").GetString());
    }

    [Theory]
    [InlineData("deadline", """{"start":"2026-03-06T00:00:00Z","minutes":5}""", "/calendar")]
    [InlineData("deadline", """{"calendarName":"nights","start":"2026-03-06T00:00:00Z","minutes":5}""", "/calendarName")]
    [InlineData("deadline", """{"calendarName":"always","start":"2026-03-06T00:00:00","minutes":5}""", "/start")]
    [InlineData("deadline", """{"calendarName":"always","minutes":5}""", "/start")]
    [InlineData("deadline", """{"calendarName":"always","start":"2026-03-06T00:00:00Z"}""", "/minutes")]
    [InlineData("deadline", """{"calendarName":"always","start":"2026-03-06T00:00:00Z","minutes":-1}""", "/minutes")]
    [InlineData("deadline", """{"calendarName":"always","start":"2026-03-06T00:00:00Z","minutes":1e400}""", "/minutes")]
    [InlineData("deadline", """{"calendarName":"always","start":"9999-03-06T00:00:00Z","minutes":5}""", "/start")]
    [InlineData("deadline", """{"calendar":{"timeZone":"Mars/Base","hours":{}},"start":"2026-03-06T00:00:00Z","minutes":5}""", "/calendar")]
    [InlineData("deadline", """{"calendar":{"timeZone":"Europe/Berlin","hours":{"mon":[]}},"start":"2026-03-06T00:00:00Z","minutes":5}""", "/calendar")]
    [InlineData("elapsed", """{"calendarName":"always","start":"2026-03-06T00:00:00Z","end":"2026-03-05T00:00:00Z"}""", "/end")]
    [InlineData("elapsed", """{"calendarName":"always","start":"2026-03-06T00:00:00Z"}""", "/end")]
    [InlineData("elapsed", """{"calendarName":"\ud800","start":"2026-03-06T00:00:00Z"}""", "")]
    [InlineData("elapsed", """[1]""", "")]
    [InlineData("elapsed", """{""", "")]
    public async Task A_wrong_field_is_named(string question, string body, string pointer)
    {
        await using var running = await RunningService.StartAsync();
        var (status, problem) = await running.PostAsync("/api/v1/sla/" + question, body);
        Assert.Equal((400, pointer), (status, problem.GetProperty("pointer").GetString()));
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }
}
