using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Storage;
using NodaTime;
using NodaTime.Text;

namespace Escalation.Web.Models;

/// <summary>How values read on a page.</summary>
internal static class Words
{
    private static readonly InstantPattern Moment = InstantPattern.CreateWithInvariantCulture("ddd d MMM, HH:mm");
    private static readonly InstantPattern Full = InstantPattern.CreateWithInvariantCulture("ddd d MMM uuuu, HH:mm:ss");

    public static string Time(Instant at) => Moment.Format(at) + " UTC";

    public static string FullTime(Instant at) => Full.Format(at) + " UTC";

    public static string Machine(Instant at) => InstantPattern.ExtendedIso.Format(at);

    public static string Band(Band band) => band switch
    {
        Core.Decisions.Band.ImmediateEscalation => "Immediate",
        Core.Decisions.Band.PriorityEscalation => "Priority",
        Core.Decisions.Band.Monitor => "Monitor",
        _ => "None",
    };

    public static string BandClass(Band band) => band switch
    {
        Core.Decisions.Band.ImmediateEscalation => "immediate",
        Core.Decisions.Band.PriorityEscalation => "priority",
        Core.Decisions.Band.Monitor => "monitor",
        _ => "none",
    };

    public static string Status(EpisodeStatus status) => Capital(Wire.Name(status));

    public static string Cause(ReviewCause cause) => cause switch
    {
        ReviewCause.Error => "threw",
        ReviewCause.Unavailable => "could not say",
        _ => "is quarantined",
    };

    /// <summary>A clause that does not hold, with what it asked and what was.</summary>
    public static string Failing(ClauseTrace clause) => clause switch
    {
        { Result: RuleResult.Unavailable } => $"{clause.Fact ?? clause.Text} is not known",
        { Fact: { } fact, Actual: { } actual, Wanted: { } wanted } => $"{fact} is {actual}, the rule asks {wanted}",
        _ => $"“{clause.Text}” does not hold",
    };

    public static string Score(double score) => score.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>How far a word moved the log-odds, with its sign.</summary>
    public static string Signed(double value) => value.ToString("+0.00;-0.00", CultureInfo.InvariantCulture);

    public static string Share(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    public static string Count(int number, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}");

    /// <summary>A length of time in its two largest units.</summary>
    public static string Length(Duration duration)
    {
        if (duration < Duration.Zero) duration = -duration;
        if (duration.TotalMinutes < 1) return "less than a minute";
        if (duration.TotalHours < 1) return string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min");
        if (duration.TotalDays < 1) return string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours} h {duration.Minutes:00} min");
        return string.Create(CultureInfo.InvariantCulture, $"{duration.Days} d {duration.Hours} h");
    }

    /// <summary>What is left to a deadline, by the wall clock and, where it differs, in open hours; or how it went.</summary>
    public static string Left(SlaTimeline sla)
    {
        if (sla.State is SlaState.Met or SlaState.Breached) return sla.State == SlaState.Met ? "met" : "missed";
        if (sla.Deadline is not { } deadline) return $"paused: waits for the customer, {Length(sla.Left)} left after that";
        if (sla.State == SlaState.Overdue) return $"overdue by {Length(sla.AsOf - deadline)}";
        var left = $"{Length(deadline - sla.AsOf)} left";
        return sla.Left < deadline - sla.AsOf - Duration.FromMinutes(1) ? $"{left}, {Length(sla.Left)} of it open hours" : left;
    }

    public static string Capital(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ').Replace('-', ' ');
}
