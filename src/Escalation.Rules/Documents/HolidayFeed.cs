using System.Text;
using Ical.Net;
using Ical.Net.CalendarComponents;
using NodaTime;
using NodaTime.Text;

namespace Escalation.Rules.Documents;

/// <summary>Reads the holidays of an iCalendar file, calendars/NAME.ics: every day of its all-day events, repeated ones up to the year <see cref="LastYear"/>.</summary>
/// <remarks>
/// Each event is read on its own, so that a wrong one is named with its line and does not hide the others. Events with a time of day close nothing
/// (a feed of holidays also holds parades), cancelled ones neither; a moved occurrence stands for the one that it replaces.
/// </remarks>
internal sealed class HolidayFeed
{
    /// <summary>Repeated holidays are worked out up to here.</summary>
    public const int LastYear = 2100;

    /// <summary>More days in one file are no holidays.</summary>
    public const int MostDays = 10_000;

    private const string Begin = "BEGIN:", End = "END:";
    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    private readonly string file;
    private readonly ProblemList problems;
    private readonly Dictionary<string, List<LocalDate>> repeated = new(StringComparer.Ordinal);
    private readonly List<(string Uid, LocalDate Moved)> moved = [];
    private readonly HashSet<LocalDate> single = [];
    private (int Line, int Count) timed;

    private HolidayFeed(string file, ProblemList problems) => (this.file, this.problems) = (file, problems);

    /// <summary>The days; what is wrong goes to the list, with its line.</summary>
    public static IReadOnlySet<LocalDate> Parse(string text, string file, ProblemList problems) => new HolidayFeed(file, problems).Read(text);

    private HashSet<LocalDate> Read(string text)
    {
        var lines = Unfold(text);
        if (lines.Find(l => l.Text.Length > 0).Text is not { } first || !first.Equals("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase))
        {
            Error(1, "this is no iCalendar file; it must begin with BEGIN:VCALENDAR");
            return [];
        }
        foreach (var (begin, count) in Events(lines)) ReadEvent(lines.GetRange(begin, count));
        foreach (var (uid, day) in moved) repeated.GetValueOrDefault(uid)?.Remove(day);
        if (timed.Count > 0)
            problems.Warn(new Place(file, timed.Line, 1), null,
                FormattableString.Invariant($"{timed.Count} event{(timed.Count == 1 ? " has" : "s have")} a time of day and close{(timed.Count == 1 ? "s" : "")} nothing; a holiday has DTSTART;VALUE=DATE"));
        return [.. single, .. repeated.Values.SelectMany(d => d)];
    }

    /// <summary>Lines as they were before they were folded, each with the number of its first one.</summary>
    private static List<(string Text, int Line)> Unfold(string text)
    {
        var lines = new List<(string Text, int Line)>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            if (line.Length > 0 && line[0] is ' ' or '\t' && lines.Count > 0) lines[^1] = (lines[^1].Text + line[1..], lines[^1].Line);
            else lines.Add((line, number));
        }
        return lines;
    }

    /// <summary>Where events begin and how many lines they have; components that do not end are problems.</summary>
    private List<(int Begin, int Count)> Events(List<(string Text, int Line)> lines)
    {
        var events = new List<(int, int)>();
        var open = new Stack<(string Name, int At)>();
        for (var i = 0; i < lines.Count; i++)
        {
            var text = lines[i].Text.Trim();
            if (text.StartsWith(Begin, StringComparison.OrdinalIgnoreCase)) open.Push((text[Begin.Length..].ToUpperInvariant(), i));
            if (!text.StartsWith(End, StringComparison.OrdinalIgnoreCase)) continue;
            var name = text[End.Length..].ToUpperInvariant();
            if (open.Count == 0 || open.Peek().Name != name)
            {
                Error(lines[i].Line, $"END:{name} ends nothing here{(open.Count > 0 ? $"; {open.Peek().Name} of line {lines[open.Peek().At].Line} is open" : "")}");
                return events;
            }
            var (_, begin) = open.Pop();
            if (name == "VEVENT") events.Add((begin, i - begin + 1));
        }
        if (open.TryPop(out var last)) Error(lines[last.At].Line, $"BEGIN:{last.Name} has no END:{last.Name}; the file seems cut off");
        return events;
    }

    private void ReadEvent(List<(string Text, int Line)> lines)
    {
        if (!HasSoundDates(lines)) return;
        try
        {
            if (Load(lines.Select(l => l.Text)) is { } read && !string.Equals(read.Status, "CANCELLED", StringComparison.OrdinalIgnoreCase)) Take(read, lines);
        }
        catch (Exception wrong) when (IsOfInput(wrong))
        {
            Error(LineOf(lines), $"this event cannot be read: {wrong.Message.Split('\n')[0].TrimEnd()}");
        }
    }

    /// <remarks>Ical.Net passes over a date that it cannot read, which would make a holiday of a day that is none.</remarks>
    private bool HasSoundDates(List<(string Text, int Line)> lines)
    {
        foreach (var (text, line) in lines)
        {
            if (NameOf(text) is not ("DTSTART" or "DTEND" or "EXDATE" or "RDATE" or "RECURRENCE-ID")) continue;
            foreach (var value in ValueOf(text).Split(','))
            {
                if (DayOf(value) is not null) continue;
                Error(line, $"\"{value}\" is no date; write year, month and day without signs between, for example {NameOf(text)};VALUE=DATE:20261225");
                return false;
            }
        }
        return true;
    }

    private void Take(CalendarEvent read, List<(string Text, int Line)> lines)
    {
        if (read.Start is not { } start)
        {
            Error(LineOf(lines, "DTSTART"), "this event has no date that can be read; write for example DTSTART;VALUE=DATE:20261225");
            return;
        }
        if (start.HasTime)
        {
            timed = (timed.Count == 0 ? lines[0].Line : timed.Line, timed.Count + 1);
            return;
        }
        var days = new List<LocalDate>();
        foreach (var occurrence in read.GetOccurrences())
        {
            var (from, to) = (occurrence.Period.StartTime, occurrence.Period.EffectiveEndTime ?? occurrence.Period.StartTime.AddDays(1));
            if (from.HasTime)
            {
                Error(LineOf(lines, "RRULE"), "a holiday repeats by days, weeks, months or years, not within a day");
                return;
            }
            if (from.Year > LastYear) break;
            for (var day = from.Date; day < to.Date; day = day.AddDays(1)) days.Add(LocalDate.FromDateOnly(day));
            if (days.Count <= MostDays - single.Count) continue;
            Error(LineOf(lines, "RRULE"), FormattableString.Invariant($"this file closes more than {MostDays:N0} days up to {LastYear}; name hours for fewer weekdays instead"));
            return;
        }
        if (read.Uid is not { } uid || !(Has(lines, "RRULE") || Has(lines, "RECURRENCE-ID"))) single.UnionWith(days);
        else if (lines.Find(l => NameOf(l.Text) == "RECURRENCE-ID").Text is { } replaced)
        {
            moved.Add((uid, DayOf(ValueOf(replaced))!.Value));
            single.UnionWith(days);
        }
        else if (!repeated.TryAdd(uid, days)) repeated[uid].AddRange(days);
    }

    private static CalendarEvent? Load(IEnumerable<string> lines)
    {
        var text = new StringBuilder("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//escalation\r\n");
        foreach (var line in lines) text.Append(line).Append("\r\n");
        return Calendar.Load(text.Append("END:VCALENDAR\r\n").ToString())?.Events.FirstOrDefault();
    }

    /// <summary>The first line that makes an otherwise sound event unreadable; else the event's own.</summary>
    private static int LineOf(List<(string Text, int Line)> lines)
    {
        foreach (var (text, line) in lines.Skip(1).SkipLast(1))
        {
            if (text.StartsWith(Begin, StringComparison.OrdinalIgnoreCase)) break;
            if (!Reads(text)) return line;
        }
        return lines[0].Line;
    }

    private static bool Reads(string property)
    {
        try
        {
            string[] start = NameOf(property) == "DTSTART" ? [] : ["DTSTART;VALUE=DATE:20000101"];
            return Load(["BEGIN:VEVENT", .. start, property, "END:VEVENT"])?.GetOccurrences().Take(1).Count() is not null;
        }
        catch (Exception wrong) when (IsOfInput(wrong))
        {
            return false;
        }
    }

    private static int LineOf(List<(string Text, int Line)> lines, string name) => lines.Find(l => NameOf(l.Text) == name) is { Line: > 0 } found ? found.Line : lines[0].Line;

    private static bool Has(List<(string Text, int Line)> lines, string name) => lines.Exists(l => NameOf(l.Text) == name);

    /// <summary>The day of a date, or of a date with a time; null where it is none.</summary>
    private static LocalDate? DayOf(string value) =>
        value.Length == 8 || (value.Length > 8 && value[8] == 'T') ? Day.Parse(value[..8]).TryGetValue(default, out var day) ? day : null : null;

    private static string ValueOf(string property) => property[(property.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();

    private static string NameOf(string property) => property.Split(':', ';')[0].Trim().ToUpperInvariant();

    /// <remarks>What Ical.Net throws at input that it cannot make sense of; it has no exception of its own for that.</remarks>
    private static bool IsOfInput(Exception exception) => exception is not OutOfMemoryException;

    private void Error(int line, string message) => problems.Error(new Place(file, line, 1), null, message);
}
