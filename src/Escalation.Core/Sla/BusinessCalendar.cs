using NodaTime;

namespace Escalation.Core.Sla;

/// <summary>One span of opening hours of a day, in minutes of the day; 1440 is <c>24:00</c>.</summary>
public readonly record struct OpenSpan(int FromMinute, int ToMinute);

/// <summary>calendars/NAME.json: opening hours by weekday in a time zone, and holidays.</summary>
/// <remarks>Immutable and safe to share. A deadline that falls exactly on closing time is closing time.</remarks>
public sealed class BusinessCalendar
{
    /// <summary>Open at all times.</summary>
    public static readonly BusinessCalendar Always = new("always", DateTimeZone.Utc,
        Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).ToDictionary(d => d, _ => (IReadOnlyList<OpenSpan>)[new OpenSpan(0, 1440)]), []);

    private readonly OpenSpan[][] spans = new OpenSpan[8][];
    private readonly HashSet<LocalDate> holidays;

    /// <summary>A calendar. Spans are sorted and must not overlap; a weekday that is not named is closed.</summary>
    /// <exception cref="ArgumentException">A span is empty, out of 0..1440 or overlaps another; or no day is ever open.</exception>
    public BusinessCalendar(string name, DateTimeZone zone, IReadOnlyDictionary<IsoDayOfWeek, IReadOnlyList<OpenSpan>> hours, IEnumerable<LocalDate> holidays)
    {
        (Name, Zone, this.holidays) = (name, zone, [.. holidays]);
        for (var day = 0; day < spans.Length; day++)
            spans[day] = hours.TryGetValue((IsoDayOfWeek)day, out var list) ? [.. list.OrderBy(s => s.FromMinute)] : [];
        foreach (var day in spans)
            for (var i = 0; i < day.Length; i++)
                if (day[i].FromMinute < 0 || day[i].ToMinute > 1440 || day[i].FromMinute >= day[i].ToMinute || (i > 0 && day[i].FromMinute < day[i - 1].ToMinute))
                    throw new ArgumentException($"calendar {name}: the hours {Clock(day[i].FromMinute)}-{Clock(day[i].ToMinute)} are empty, out of the day or overlap");
        if (spans.All(d => d.Length == 0)) throw new ArgumentException($"calendar {name}: no day is ever open; name hours for at least one weekday");
        IsAlwaysOpen = this.holidays.Count == 0 && spans.Skip(1).All(CoversTheDay);
    }

    /// <summary>The file's name without its ending.</summary>
    public string Name { get; }

    /// <summary>The zone that hours and holidays are local to.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>Whether it is open at every instant: all days whole and no holiday. Its clock is then the plain one.</summary>
    public bool IsAlwaysOpen { get; }

    /// <summary>Days on which it is closed.</summary>
    public IReadOnlyCollection<LocalDate> Holidays => holidays;

    /// <summary>The open spans of a date, in order; none on a holiday.</summary>
    public ReadOnlySpan<OpenSpan> SpansOf(LocalDate date) => holidays.Contains(date) ? [] : spans[(int)date.DayOfWeek];

    /// <summary>Whether it is open at a local time of its own zone. Closing time itself is closed.</summary>
    public bool IsOpenAt(LocalDateTime local)
    {
        var second = local.TimeOfDay.TickOfDay / NodaConstants.TicksPerSecond;
        foreach (var span in SpansOf(local.Date))
            if (second >= span.FromMinute * 60L && second < span.ToMinute * 60L) return true;
        return false;
    }

    /// <summary>Whether a date is a holiday.</summary>
    public bool IsHoliday(LocalDate date) => holidays.Contains(date);

    /// <summary>Whether another calendar counts every stretch of time alike, whatever its name.</summary>
    public bool CountsAs(BusinessCalendar other) =>
        ReferenceEquals(this, other) || (Zone.Equals(other.Zone) && holidays.SetEquals(other.holidays) && spans.Zip(other.spans).All(days => days.First.AsSpan().SequenceEqual(days.Second)));

    private static bool CoversTheDay(OpenSpan[] day) =>
        day.Length > 0 && day[0].FromMinute == 0 && day[^1].ToMinute == 1440 && day.Zip(day.Skip(1)).All(pair => pair.First.ToMinute == pair.Second.FromMinute);

    private static string Clock(int minute) => FormattableString.Invariant($"{minute / 60:00}:{minute % 60:00}");
}
