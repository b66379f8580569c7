using Escalation.Core.Sla;
using Escalation.Core.Tickets;

namespace Escalation.Service.Api;

/// <summary>A piece of time; only open pieces count.</summary>
public sealed record SegmentView(string From, string To, string Kind, double CountedSeconds, int ClockShiftSeconds)
{
    /// <summary>The view of a piece.</summary>
    public static SegmentView Of(SlaSegment segment) => new(Json.Time(segment.From)!, Json.Time(segment.To)!, Wire.Name(segment.Kind), segment.CountedSeconds, segment.ClockShiftSeconds);
}

/// <summary>A notice of a service level that was told.</summary>
/// <remarks>Kind: warning, breach or chain. To: the link of the chain; null = the team that has the escalation.</remarks>
public sealed record SlaNoticeView(string Kind, int Level, string? To, string DueAt, string FiredAt);

/// <summary>A service level as counted now.</summary>
/// <remarks>
/// State: running, paused, overdue, met or breached. Start: when the hours that govern began, which is the decision, a rise or a reopening.
/// Deadline: null while paused. CountedSeconds: open time used. Segments: how the deadline came about;
/// Notices: what was told of it; both null in lists.
/// </remarks>
public sealed record SlaView(
    string State, string Start, double Hours, string Calendar, string TimeZone, string? Deadline, double CountedSeconds, double LeftSeconds, IReadOnlyList<SegmentView>? Segments,
    IReadOnlyList<SlaNoticeView>? Notices)
{
    /// <summary>The view of a service level.</summary>
    /// <param name="sla">It.</param>
    /// <param name="told">What was told of it; null leaves that and its pieces out.</param>
    public static SlaView From(SlaTimeline sla, IEnumerable<FiredSlaNotice>? told) => new(
        Wire.Name(sla.State), Json.Time(sla.Promise.From)!, sla.Promise.Hours, sla.Promise.Calendar, sla.Calendar.Zone.Id, Json.Time(sla.Deadline), sla.Counted.TotalSeconds, sla.Left.TotalSeconds,
        told is null ? null : [.. sla.Segments.Select(SegmentView.Of)],
        told is null ? null : [.. told.Select(t => new SlaNoticeView(Wire.Name(t.Notice.Kind), t.Notice.Level, t.Notice.To, Json.Time(t.Notice.Due)!, Json.Time(t.FiredAt)!))]);
}
