using System.Text;
using System.Text.Json;
using Escalation.Core.Sla;
using Escalation.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>A deadline and how it came about.</summary>
public sealed record DeadlineView(string Deadline, IReadOnlyList<SegmentView> Segments);

/// <summary>Open time between two instants.</summary>
public sealed record ElapsedView(double Seconds);

/// <summary>The body of a deadline question: calendar or calendarName, start, minutes.</summary>
internal sealed record DeadlineBody(JsonElement? Calendar, string? CalendarName, DateTimeOffset Start, double Minutes);

/// <summary>The body of an elapsed question: calendar or calendarName, start, end.</summary>
internal sealed record ElapsedBody(JsonElement? Calendar, string? CalendarName, DateTimeOffset Start, DateTimeOffset End);

/// <summary>Business time by a calendar of the rule set or one of the caller's own.</summary>
internal static class SlaEndpoints
{
    public static void MapSla(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/sla").WithTags("Service levels");
        group.MapPost("/deadline", DeadlineAsync).WithSummary("When so many open minutes have passed, with every piece of time in between").Accepts<DeadlineBody>("application/json").ProducesProblem(400).ProducesProblem(415);
        group.MapPost("/elapsed", ElapsedAsync).WithSummary("Open seconds between two instants").Accepts<ElapsedBody>("application/json").ProducesProblem(400).ProducesProblem(415);
    }

    private static Task<Results<Ok<DeadlineView>, ProblemHttpResult>> DeadlineAsync(HttpRequest request, EscalationService service, CancellationToken cancellation) =>
        AnswerAsync(request, service, (root, calendar, start) =>
        {
            if (!root.TryGetProperty("minutes", out var minutes) || minutes.ValueKind != JsonValueKind.Number) throw new BodyException("/minutes", "minutes: is missing or no number; send open minutes from 0 on");
            var hours = minutes.GetDouble() / 60;
            if (!(hours >= 0 && hours <= SlaClock.MaxHours))
                throw new BodyException("/minutes", FormattableString.Invariant($"minutes: {minutes.GetRawText()} is not between 0 and {SlaClock.MaxHours * 60:0}, ten years"));
            var explanation = SlaClock.Explain(calendar, start, hours);
            return new DeadlineView(Json.Time(explanation.Deadline)!,
                [.. explanation.Segments.Select(SegmentView.Of)]);
        }, cancellation);

    private static Task<Results<Ok<ElapsedView>, ProblemHttpResult>> ElapsedAsync(HttpRequest request, EscalationService service, CancellationToken cancellation) =>
        AnswerAsync(request, service, (root, calendar, start) =>
        {
            var end = Time(new BodyObject(root), "end");
            return end >= start ? new ElapsedView(SlaClock.Elapsed(calendar, start, end).TotalSeconds)
                : throw new BodyException("/end", $"end: {Json.Time(end)} is before the start {Json.Time(start)}; change them over");
        }, cancellation);

    private static async Task<Results<Ok<T>, ProblemHttpResult>> AnswerAsync<T>(
        HttpRequest request, EscalationService service, Func<JsonElement, BusinessCalendar, Instant, T> answer, CancellationToken cancellation) where T : class
    {
        var (value, problem) = await BodyObject.ReadAsync(request, body =>
        {
            try
            {
                return answer(body.Root, CalendarOf(body.Root, service), Time(body, "start"));
            }
            catch (CalendarClosedException closed)
            {
                throw new BodyException("/calendar", closed.Message);
            }
        }, cancellation);
        return value is null ? Problems.Of(problem!) : TypedResults.Ok(value);
    }

    private static BusinessCalendar CalendarOf(JsonElement root, EscalationService service)
    {
        var calendars = service.Configuration.Rules.Calendars;
        if (root.TryGetProperty("calendar", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            var (calendar, problems) = CalendarReader.Read("calendar", Encoding.UTF8.GetBytes(given.GetRawText()));
            return calendar ?? throw new BodyException("/calendar", string.Join("; ", problems));
        }
        var name = root.TryGetProperty("calendarName", out var named) ? named : given;
        if (name.ValueKind != JsonValueKind.String)
            throw new BodyException("/calendar", "calendar: is missing; send one as in calendars/*.json, or calendarName with one of " + string.Join(", ", calendars.Keys.Order(StringComparer.Ordinal)));
        return calendars.TryGetValue(name.GetString()!, out var known) ? known
            : throw new BodyException("/calendarName", $"calendarName: there is no calendar \"{name.GetString()}\"; name one of {string.Join(", ", calendars.Keys.Order(StringComparer.Ordinal))}");
    }

    private static Instant Time(BodyObject body, string name) =>
        body.Time(name) is var instant && instant <= SlaClock.Latest ? instant : throw new BodyException("/" + name, $"{name}: is after {Json.Time(SlaClock.Latest)}, up to which time is counted");
}
