using System.Globalization;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Replay.Changes;

namespace Escalation.Replay.Reports;

/// <summary>What a comparison comes to, in a few sentences that claim no more than the intervals do.</summary>
internal static class ReportVerdict
{
    /// <summary>One line: better, worse, both, or not to be told.</summary>
    public static string Headline(ArmResult baseline, ArmResult arm, ArmComparison comparison)
    {
        var (better, worse) = (new List<string>(), new List<string>());
        Weigh(MetricIds.Recall, "what needs an escalation is found more often", "what needs an escalation is found less often", isGoodUp: true);
        Weigh(MetricIds.FalsePositiveRate, "fewer of its escalations are false alarms", "more of its escalations are false alarms", isGoodUp: false);
        Weigh(MetricIds.RoutingAccuracy, "the right team is met more often", "the right team is met less often", isGoodUp: true);
        var name = $"{arm.Arm.Name} against {baseline.Arm.Name}";
        return (better.Count, worse.Count) switch
        {
            (0, 0) when arm.Unknown.Values.All(u => u.Known == 0) => $"{name}: better or worse cannot be told, since nobody said of any ticket whether it needed an escalation, or which team was right",
            (0, 0) => $"{name}: no difference in quality can be told from this history",
            ( > 0, 0) => $"{name}: better, {string.Join(" and ", better)}",
            (0, > 0) => $"{name}: worse, {string.Join(" and ", worse)}",
            _ => $"{name}: better and worse, {string.Join(" and ", better)}, but {string.Join(" and ", worse)}",
        };

        void Weigh(string id, string up, string down, bool isGoodUp)
        {
            var difference = comparison.Differences[id];
            if (difference.Low > 0) (isGoodUp ? better : worse).Add(isGoodUp ? up : down);
            else if (difference.High < 0) (isGoodUp ? worse : better).Add(isGoodUp ? down : up);
        }
    }

    /// <summary>The sentences behind it.</summary>
    public static IReadOnlyList<string> Sentences(ArmResult baseline, ArmResult arm, ArmComparison comparison)
    {
        var sentences = new[] { MetricIds.EscalationRate, MetricIds.Recall, MetricIds.FalsePositiveRate, MetricIds.RoutingAccuracy }.Select(Sentence).ToList();
        sentences.Add($"{Counted.Of(comparison.Changes.GetValueOrDefault(ChangeKind.LostTrueEscalation), "decision")} on tickets that needed an escalation and lose it, {Counted.Of(comparison.Changes.GetValueOrDefault(ChangeKind.NewFalseAlarm), "decision")} on tickets that did not need the one they gain.");
        foreach (var (id, open) in comparison.Unknown) sentences.Add(Open(id, open));
        return sentences;

        string Sentence(string id)
        {
            var (before, after, difference) = (baseline.Metrics.Metrics[id], arm.Metrics.Metrics[id], comparison.Differences[id]);
            if (difference.Value is null) return $"{MetricNames.Of(id)}: no data in {(before.Value is null ? baseline.Arm.Name : arm.Arm.Name)}, nothing can be said.";
            if (difference is { Low: 0, High: 0 }) return $"{MetricNames.Of(id)}: {MetricNames.Value(before)}, the same in both (n {Number(difference.N)}).";
            var told = difference is { Low: not null, High: not null } ? MetricNames.IsApart(difference) ? "" : ", which may be chance" : ", without an interval";
            return $"{MetricNames.Of(id)}: {MetricNames.Value(before)} → {MetricNames.Value(after)}, {MetricNames.Change(difference)}{told} (n {Number(difference.N)}).";
        }
    }

    /// <summary>What unknown labels leave open of a difference.</summary>
    public static string Open(string id, UnknownDifference open)
    {
        var what = MetricNames.Of(id);
        if (open is { Tickets: 0, Low: 0, High: 0 }) return $"{what}: the arms treat no ticket apart, so that no label could make a difference.";
        var range = string.Create(CultureInfo.InvariantCulture, $"whatever nobody said, the difference lies between {open.Low * 100:+0.#;-0.#;0} and {open.High * 100:+0.#;-0.#;0} points");
        if (open.Tickets == 0) return $"{what}: {range}; the arms treat no ticket apart of which nobody said anything.";
        if (open.Tickets > 1 && open.LabelsToSettle == open.Tickets) return $"{what}: {range}; all {Counted.Of(open.Tickets, "unknown ticket")} that it rests on would have to be labelled to tell its sign.";
        return open.IsSettled
            ? $"{what}: {range}; no label could turn its sign."
            : $"{what}: {range}; {Counted.Of(open.LabelsToSettle, "blind label")} of the {Counted.Of(open.Tickets, "unknown ticket")} that it rests on would tell its sign at 95 %.";
    }

    /// <summary>A share in per cent.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    /// <summary>A number as reports write it.</summary>
    public static string Number(double? value) => value is { } number ? number.ToString("#,##0.###", CultureInfo.InvariantCulture) : "no data";
}
