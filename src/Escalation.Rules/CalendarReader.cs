using Escalation.Core.Sla;
using Escalation.Rules.Documents;

namespace Escalation.Rules;

/// <summary>Reads one calendar that stands alone, outside a rules folder.</summary>
public static class CalendarReader
{
    /// <summary>The calendar of a text as in calendars/*.json; null with its problems.</summary>
    /// <param name="name">Its name, and the file in the problems.</param>
    /// <param name="content">UTF-8 JSON.</param>
    public static (BusinessCalendar? Calendar, IReadOnlyList<RuleProblem> Problems) Read(string name, byte[] content)
    {
        var problems = new ProblemList();
        var calendar = DocumentReader.Read(content, name, problems) is { } root ? CalendarDocument.Parse(name, root, problems) : null;
        return (problems.HasErrors ? null : calendar, problems.Errors);
    }
}
