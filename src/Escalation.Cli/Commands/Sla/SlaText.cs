using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using NodaTime;
using NodaTime.Text;

namespace Escalation.Cli.Commands.Sla;

/// <summary>A service level for people: times as the clocks of the calendar's zone show them.</summary>
internal static class SlaText
{
    private static readonly ZonedDateTimePattern Moment = ZonedDateTimePattern.CreateWithInvariantCulture("ddd uuuu-MM-dd HH:mm:ss o<g>", null);

    /// <summary>A service level as counted now, and what was told of it.</summary>
    public static void Write(SlaTimeline sla, IEnumerable<FiredSlaNotice> told, TextWriter output)
    {
        var zone = sla.Calendar.Zone;
        output.WriteLine(FormattableString.Invariant($"  {sla.Promise.Hours:0.###} h in calendar {sla.Promise.Calendar} ({zone.Id}), from {Time(sla.Promise.From, zone)}"));
        Write(sla.Segments, zone, output);
        var standing = sla.State switch
        {
            SlaState.Paused => $"paused: the ticket waits for the customer; {Length(sla.Left)} of open time are left after that",
            SlaState.Running => $"due {Time(sla.Deadline!.Value, zone)}; {Length(sla.Left)} of open time are left",
            SlaState.Overdue => $"was due {Time(sla.Deadline!.Value, zone)}; {Length(sla.AsOf - sla.Deadline.Value)} ago",
            SlaState.Met => $"met: was due {Time(sla.Deadline!.Value, zone)}; {Length(sla.Left)} of open time were left",
            _ => $"missed: was due {Time(sla.Deadline!.Value, zone)}",
        };
        output.WriteLine($"  {standing}; {Length(sla.Counted)} used");
        foreach (var fired in told) output.WriteLine($"  told {Time(fired.FiredAt, zone)}: {Wire.Name(fired.Notice.Kind)}{(fired.Notice.To is { } to ? $" to {to}" : "")}");
    }

    /// <summary>A deadline of a calendar on its own.</summary>
    public static void Write(BusinessCalendar calendar, SlaExplanation explanation, TextWriter output)
    {
        Write(explanation.Segments, calendar.Zone, output);
        output.WriteLine($"  due {Time(explanation.Deadline, calendar.Zone)}");
    }

    private static void Write(IReadOnlyList<SlaSegment> segments, DateTimeZone zone, TextWriter output)
    {
        var table = new TextTable("  from", "to", "counts", "what");
        foreach (var segment in segments)
            table.Add("  " + Time(segment.From, zone), Time(segment.To, zone), segment.CountedSeconds > 0 ? Length(Duration.FromSeconds(segment.CountedSeconds)) : "-", WhatOf(segment));
        table.Write(output);
    }

    private static string WhatOf(SlaSegment segment)
    {
        var what = segment.Kind switch
        {
            SlaSegmentKind.Open => "open",
            SlaSegmentKind.Closed => "closed",
            SlaSegmentKind.Holiday => "holiday",
            SlaSegmentKind.Paused => "paused: waits for the customer",
            _ => "ended, and reopened later",
        };
        if (segment.ClockShiftSeconds == 0) return what;
        var shift = Length(Duration.FromSeconds(Math.Abs(segment.ClockShiftSeconds)));
        return $"{what}; the clocks go {(segment.ClockShiftSeconds > 0 ? "forward" : "back")} {shift}";
    }

    private static string Time(Instant at, DateTimeZone zone) => Moment.Format(at.InZone(zone));

    private static string Length(Duration length)
    {
        var seconds = (long)Math.Round(length.TotalSeconds);
        string[] parts = [Part(seconds / 3600, "h"), Part(seconds / 60 % 60, "min"), Part(seconds % 60, "s")];
        return string.Join(' ', parts.Where(p => p.Length > 0)) is { Length: > 0 } text ? text : "0 s";

        static string Part(long number, string unit) => number == 0 ? "" : FormattableString.Invariant($"{number} {unit}");
    }
}
