using System.Globalization;
using System.Text.Json;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using NodaTime;
using NodaTime.Text;

namespace Escalation.Rules.Documents;

/// <summary>Reads calendars/NAME.json: a time zone, opening hours by weekday, holidays listed and of a feed.</summary>
internal static class CalendarDocument
{
    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>The calendar of a file; null, with problems, where it makes none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="root">The file.</param>
    /// <param name="feed">The days of a feed by its file name; null where there is no such file. Null itself where a calendar stands alone, without files beside it.</param>
    /// <param name="problems">Where problems go.</param>
    public static BusinessCalendar? Parse(string name, DocumentNode root, Func<string, IReadOnlySet<LocalDate>?>? feed, ProblemList problems)
    {
        if (ObjectReader.Of(root, problems, name) is not { } reader) return null;
        var zone = ReadZone(reader);
        var hours = reader.Object("hours", required: true) is { } map ? ReadHours(map) : null;
        var listed = ReadDays(reader, "holidays");
        reader.Describe("holidayFeed", "An iCalendar file beside this one, for example \"us.ics\": every day of its all-day events is a holiday.");
        reader.Describe("notHolidays", "Days of the feed on which people work all the same.");
        var fed = ReadFeed(reader, feed);
        var worked = ReadDays(reader, "notHolidays");
        reader.Done();
        foreach (var (day, place) in worked)
            if (fed?.Contains(day) != true) reader.Warn(place, $"{LocalDatePattern.Iso.Format(day)} is no holiday of a feed; take it out");
        var holidays = listed.Select(d => d.Day).Union((fed ?? new HashSet<LocalDate>()).Except(worked.Select(w => w.Day)));
        if (zone is null || hours is null) return null;
        if (hours.Count > 0) return new BusinessCalendar(name, zone, hours, holidays);
        reader.Error(reader.Node.Find("hours")!.Place, "no day is ever open; name hours for at least one weekday");
        return null;
    }

    private static DateTimeZone? ReadZone(ObjectReader reader)
    {
        if (reader.String("timeZone", required: true) is not { } id) return null;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is { } zone) return zone;
        var near = Suggestion.Nearest(id, DateTimeZoneProviders.Tzdb.Ids);
        reader.Error(reader.Node.Find("timeZone")!.Place, $"there is no time zone \"{id}\"; {(near is null ? "write one such as \"Europe/Berlin\" or \"UTC\"" : $"did you mean \"{near}\"?")}");
        return null;
    }

    private static Dictionary<IsoDayOfWeek, IReadOnlyList<OpenSpan>>? ReadHours(ObjectReader map)
    {
        var hours = new Dictionary<IsoDayOfWeek, IReadOnlyList<OpenSpan>>();
        var sound = true;
        for (var day = 0; day < Days.Length; day++)
        {
            var spans = new List<OpenSpan>();
            foreach (var item in map.Items(Days[day]))
            {
                if (ReadSpan(map, Days[day], item) is not { } span) sound = false;
                else if (spans.Exists(s => s.FromMinute < span.ToMinute && span.FromMinute < s.ToMinute))
                {
                    map.Error(item.Place, $"the hours of {Days[day]} overlap; join them into one span");
                    sound = false;
                }
                else spans.Add(span);
            }
            if (spans.Count > 0) hours[(IsoDayOfWeek)(day + 1)] = spans;
        }
        map.Done();
        return sound ? hours : null;
    }

    private static OpenSpan? ReadSpan(ObjectReader map, string day, DocumentNode item)
    {
        if (item.Kind != JsonValueKind.Array || item.Items.Count != 2 || item.Items.Any(i => i.Kind != JsonValueKind.String))
        {
            map.Error(item.Place, $"each span of {day} is [\"from\", \"to\"], for example [\"09:00\", \"17:00\"]");
            return null;
        }
        var (from, to) = (Minute(map, item.Items[0]), Minute(map, item.Items[1]));
        if (from is null || to is null) return null;
        if (from < to) return new OpenSpan(from.Value, to.Value);
        map.Error(item.Place, $"the span of {day} ends before it begins; hours over midnight are two spans: up to \"24:00\", and from \"00:00\" on the next day");
        return null;
    }

    private static int? Minute(ObjectReader map, DocumentNode node)
    {
        var text = node.Text;
        if (text == "24:00") return 1440;
        if (text.Length == 5 && text[2] == ':' && int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hour) && hour < 24
            && int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var minute) && minute < 60) return hour * 60 + minute;
        map.Error(node.Place, $"\"{text}\" is no time of day; write hours and minutes from \"00:00\" to \"24:00\"");
        return null;
    }

    private static IReadOnlySet<LocalDate>? ReadFeed(ObjectReader reader, Func<string, IReadOnlySet<LocalDate>?>? feed)
    {
        if (reader.String("holidayFeed") is not { } file) return null;
        var place = reader.Node.Find("holidayFeed")!.Place;
        if (feed is null) reader.Error(place, "a calendar that stands alone has no files beside it; list the days under \"holidays\"");
        else if (!file.EndsWith(".ics", StringComparison.Ordinal) || file.Contains('/', StringComparison.Ordinal)) reader.Error(place, $"\"{file}\" is no file beside this one; write for example \"us.ics\"");
        else if (feed(file) is { } days) return days;
        else reader.Error(place, $"there is no calendars/{file}; put the feed there, as it was exported or downloaded");
        return null;
    }

    private static List<(LocalDate Day, Place Place)> ReadDays(ObjectReader reader, string name)
    {
        var days = new List<(LocalDate Day, Place Place)>();
        foreach (var item in reader.Items(name))
        {
            var parsed = LocalDatePattern.Iso.Parse(item.Text);
            if (!parsed.Success) reader.Error(item.Place, $"\"{item.Text}\" is no date; write year-month-day, for example \"2026-12-25\"");
            else if (days.Exists(d => d.Day == parsed.Value)) reader.Error(item.Place, $"{item.Text} stands here twice; keep one");
            else days.Add((parsed.Value, item.Place));
        }
        return days;
    }
}
