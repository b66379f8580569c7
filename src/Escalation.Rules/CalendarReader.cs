using Escalation.Core.Sla;
using Escalation.Rules.Documents;
using NodaTime;

namespace Escalation.Rules;

/// <summary>Reads one calendar that stands alone, outside a rules folder.</summary>
public static class CalendarReader
{
    /// <summary>The calendar of a text as in calendars/*.json; null with its problems.</summary>
    /// <param name="name">Its name, and the file in the problems.</param>
    /// <param name="content">UTF-8 JSON.</param>
    /// <param name="beside">Content of the file of a name beside it, null where there is none; null itself where nothing can stand beside it.</param>
    public static (BusinessCalendar? Calendar, IReadOnlyList<RuleProblem> Problems) Read(string name, byte[] content, Func<string, byte[]?>? beside = null)
    {
        var problems = new ProblemList();
        var calendar = DocumentReader.Read(content, name, problems) is { } root ? CalendarDocument.Parse(name, root, beside is null ? null : Feed, problems) : null;
        return (problems.HasErrors ? null : calendar, problems.Errors);

        IReadOnlySet<LocalDate>? Feed(string file) =>
            beside!(file) is { } feed && DocumentReader.IsUtf8(feed, file, problems) ? HolidayFeed.Parse(NormalisedText.Of(feed), file, problems) : null;
    }
}
