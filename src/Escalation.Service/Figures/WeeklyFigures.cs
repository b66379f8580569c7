using System.Globalization;
using Escalation.Core.Metrics;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Service.FollowUp;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Figures;

/// <summary>A week in lines that people read.</summary>
/// <param name="Week">The week by ISO 8601, for example <c>2026-W09</c>.</param>
/// <param name="From">Its first day, <c>2026-02-23</c>.</param>
/// <param name="To">Its last day.</param>
/// <param name="Tickets">Tickets created in it.</param>
/// <param name="Escalations">Escalations opened in it.</param>
/// <param name="Figures">A line a figure, with n and 95 % interval where it is a share.</param>
/// <param name="Rules">The rules that escalations rest on most, a line each.</param>
/// <param name="Nudge">What to do where too few were judged for a figure to mean anything; null where enough were.</param>
public sealed record WeeklyReport(string Week, string From, string To, int Tickets, int Escalations, IReadOnlyList<string> Figures, IReadOnlyList<string> Rules, string? Nudge);

/// <summary>The figures of a week, by the one metric library, for those who do not look at dashboards.</summary>
public static class WeeklyFigures
{
    /// <summary>Judged escalations below which a week's share says too little: a gate asks for as many.</summary>
    public const int FewJudged = 30;

    private const int MostRules = 5;

    /// <summary>The report on a week.</summary>
    /// <param name="database">The database; only read.</param>
    /// <param name="week">The week.</param>
    /// <param name="zone">The zone in which it begins and ends.</param>
    /// <param name="asOf">What came later is not known; labels given after the week's end count up to here.</param>
    /// <param name="businessHours">The calendar to count resolutions in.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<WeeklyReport> ComputeAsync(EscalationDatabase database, IsoWeek week, DateTimeZone zone, Instant asOf, BusinessCalendar businessHours, CancellationToken cancellation)
    {
        var (from, to) = (zone.AtStartOfDay(week.Monday).ToInstant(), zone.AtStartOfDay(week.Monday.PlusWeeks(1)).ToInstant());
        // A week is told when it is over; what was judged of it by then is said with its n.
        var set = (await LiveMetrics.ComputeAsync(database, from, to, asOf, businessHours, cancellation, MetricOptions.Default with { MaturityDays = 0 })).Set;
        var episodes = await new EpisodeStore(database).AllAsync(cancellation);
        var opened = episodes.Where(e => e.Episode.OpenedAt >= from && e.Episode.OpenedAt < to).ToList();
        var states = await new SlaReader(database).OfAsync([.. opened.Concat(episodes.Where(e => e.Episode.IsOpen)).DistinctBy(e => e.Episode.Id)], asOf, cancellation);
        var labels = (await new LabelStore(database).AllAsync(cancellation)).Where(l => l.At >= from && l.At < to && l.Actor.Kind == ActorKind.Human && l.Origin is not (LabelOrigin.Import or LabelOrigin.Generated)).ToList();
        var (rate, falseAlarms) = (set.Metrics[MetricIds.EscalationRate], set.Metrics[MetricIds.FalsePositiveRate]);
        var dismissed = (int)Math.Round((falseAlarms.Value ?? 0) * falseAlarms.N);
        var machine = opened.Count(e => e.Episode.OpenedBy == ActorKind.Robot);
        var (met, decided) = (CountOf(opened, SlaState.Met), CountOf(opened, SlaState.Met, SlaState.Breached, SlaState.Overdue));
        List<string> lines =
        [
            $"{Counted.Of(opened.Count, "escalation")}, {machine} by the service and {opened.Count - machine} by people: {Share(rate)} of {Counted.Of(rate.N, "new ticket")}",
            $"{Counted.Of(falseAlarms.N - dismissed, "confirmation")}, {Counted.Of(dismissed, "dismissal")}, {Math.Max(0, machine - falseAlarms.N)} not judged or judged as already handled",
            falseAlarms.N == 0 ? "False alarms: nothing was judged" : $"False alarms: {Share(falseAlarms)} of {falseAlarms.N} judged",
            $"{Counted.Of(labels.Where(l => l.Kind == LabelKind.Missed).Select(l => l.TicketId).Distinct().Count(), "ticket")} said to be missed",
            decided == 0 ? "Service levels: none ended or ran out" : $"Service levels: {met} of {decided} in time ({Percent(met / (double)decided)}, 95 % interval {Interval(Wilson.Interval(met / (double)decided, decided))})",
            $"{Counted.Of(CountOf([.. episodes.Where(e => e.Episode.IsOpen)], SlaState.Overdue), "escalation")} open past the deadline now",
            $"{Counted.Of(labels.Count(l => l.Kind != LabelKind.Undone), "answer")} by {Counted.Of(labels.Select(l => l.Actor.Id).Distinct(StringComparer.Ordinal).Count(), "person")}".Replace("persons", "people", StringComparison.Ordinal),
        ];
        return new WeeklyReport(week.ToString(), Date(week.Monday), Date(week.Monday.PlusDays(6)), rate.N, opened.Count, lines, await RulesAsync(database, opened, cancellation), NudgeOf(falseAlarms.N, machine));

        int CountOf(IReadOnlyCollection<EpisodeRecord> of, params SlaState[] wanted) => of.Count(e => states.GetValueOrDefault(e.Episode.Id) is { } sla && wanted.Contains(sla.State));
    }

    private static async Task<IReadOnlyList<string>> RulesAsync(EscalationDatabase database, List<EpisodeRecord> opened, CancellationToken cancellation)
    {
        var decisions = await new DecisionStore(database).FindAllAsync([.. opened.Select(e => e.OpeningDecision).OfType<string>().Distinct(StringComparer.Ordinal)], cancellation);
        return [.. decisions.Values.SelectMany(d => d.Decision.Signals.Select(s => s.Rule).Distinct(StringComparer.Ordinal)).CountBy(r => r, StringComparer.Ordinal)
            .OrderByDescending(r => r.Value).ThenBy(r => r.Key, StringComparer.Ordinal).Take(MostRules).Select(r => $"{r.Key}: {Counted.Of(r.Value, "escalation")}")];
    }

    private static string? NudgeOf(int judged, int machine) => machine == 0 || judged >= Math.Min(FewJudged, machine)
        ? null
        : $"Only {judged} of {Counted.Of(machine, "escalation")} were judged. Below {FewJudged} the share of false alarms says little, and neither rules nor models can learn from it: confirm or dismiss, from the message itself or on the ticket's page.";

    private static string Share(MetricValue value) => value.Value is not { } share ? "no data" : value is { Low: { } low, High: { } high } ? $"{Percent(share)} (95 % interval {Interval((low, high))})" : Percent(share);

    private static string Interval((double Low, double High) ends) => $"{Percent(ends.Low)} to {Percent(ends.High)}";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    private static string Date(LocalDate date) => NodaTime.Text.LocalDatePattern.Iso.Format(date);
}
