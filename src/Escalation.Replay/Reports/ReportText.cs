using System.Globalization;
using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Replay.Changes;
using Escalation.Replay.Responsibility;
using Escalation.Replay.Simulation;

namespace Escalation.Replay.Reports;

/// <summary>report.txt: the same report for people.</summary>
public static class ReportText
{
    private const int Width = 32;
    private const int ExamplesShown = 5;

    /// <summary>The report, lines ended by LF.</summary>
    public static string Write(ReplayResult result, ReportProvenance provenance)
    {
        var text = new StringBuilder();
        Head(text, result, provenance);
        foreach (var arm in result.Arms) Arm(text, arm);
        foreach (var (comparison, arm) in result.Comparisons.Zip(result.Arms.Skip(1))) Line(text, $"{ReportVerdict.Headline(result.Arms[0], arm, comparison)}\n");
        foreach (var comparison in result.Comparisons) Compare(text, comparison, result.Explanation);
        SliceText.Write(text, result);
        Rules(text, result.Arms);
        foreach (var arm in result.Arms.Where(a => a.Highest.Count > 0)) Highest(text, arm);
        if (result.Simulations.Count > 0) Line(text, $"Simulation: how long people would have waited\n{(provenance.IsWindow ? SimulationWords.WholeHistory + "\n" : "")}{SimulationText.Write(result.Simulations)}");
        Line(text, $"hash {ReportJson.HashOf(result)}");
        return text.ToString();
    }

    private static void Head(StringBuilder text, ReplayResult result, ReportProvenance provenance)
    {
        Line(text, $"Replay of {string.Join(", ", provenance.Files)}");
        if (provenance.Note is { } about) Line(text, $"  {about}");
        Line(text, $"  {DecisionJson.Format(result.Span.First)} to {DecisionJson.Format(result.Span.Last)}, {result.Arms[0].Messages} customer messages decided, {result.Labels} labels");
        if (result.Input is { } input)
            Line(text, $"  {input.Read} lines read, {input.Accepted} taken, {input.RejectedCount} rejected, {input.Duplicates} duplicates dropped, {input.MissingReceivedAt} without receivedAt");
        foreach (var note in HistoryNotes.Of(result)) Line(text, $"  {note}");
        if (result.Input is { DroppedCount: > 0 } dropped)
        {
            Line(text, $"  {HistoryNotes.Title(dropped)}:");
            foreach (var (place, reason) in HistoryNotes.Shown(dropped)) Line(text, $"    {place}: {reason}");
        }
        if (provenance.Elapsed.TotalSeconds > 0)
            Line(text, $"  {provenance.Elapsed.TotalSeconds:0.0} s on {provenance.Workers} threads, {result.Arms[0].Messages * result.Arms.Count / provenance.Elapsed.TotalSeconds:0} decisions/s");
        text.Append('\n');
    }

    private static void Arm(StringBuilder text, ArmResult arm)
    {
        Line(text, $"Arm {arm.Arm.Name}: rules {arm.Arm.Configuration.Rules.Version.Short}, frustration {arm.Arm.Configuration.Frustration?.Version.Short ?? "none"}, configuration {arm.Arm.Configuration.Id.Short}");
        foreach (var (id, value) in arm.Metrics.Metrics) Line(text, $"  {id.PadRight(Width)}{Figure(value)}");
        Detail(text, arm, "falsePositiveRate.unreviewedShare", "of machine episodes unreviewed");
        Detail(text, arm, "falsePositiveRate.lowerBound", "if all unreviewed are right");
        Detail(text, arm, "falsePositiveRate.upperBound", "if all unreviewed are wrong");
        var balance = arm.Metrics.Balance;
        Line(text, $"  episodes {balance.Total} = {balance.Resolved} resolved + {balance.Pending} pending + {balance.Dismissed} dismissed + {balance.Merged} merged; immature: {arm.Metrics.ImmatureTickets} tickets, {arm.Metrics.ImmatureEpisodes} episodes");
        Line(text, $"  messages by band: {string.Join(", ", arm.Bands.Select((n, band) => $"{Wire.Name((Band)band)} {n}"))}");
        if (arm.Degraded > 0) Line(text, $"  {arm.Degraded} decisions with a rule that threw, {arm.NeedsReview} to be looked at");
        text.Append('\n');
    }

    private static void Detail(StringBuilder text, ArmResult arm, string id, string label)
    {
        if (arm.Metrics.Find(id) is { Value: not null } value) Line(text, $"    {label.PadRight(Width)}{Figure(value)}");
    }

    private static void Compare(StringBuilder text, ArmComparison comparison, Func<DecisionChange, ExplainedChange?> explanation)
    {
        Line(text, $"Difference {comparison.Name}");
        foreach (var (id, value) in comparison.Differences) Line(text, $"  {id.PadRight(Width)}{Figure(value)}");
        Line(text, $"  right on labelled tickets only one: baseline {comparison.Discordant.Baseline}, other {comparison.Discordant.Arm} (McNemar exact p = {comparison.McNemar:0.####})");
        Line(text, $"  {comparison.UnknownTickets} tickets are escalated anew and nobody said whether they need it; {comparison.LabelsToSettle} blind labels would tell their share within 10 points");
        foreach (var (id, open) in comparison.Unknown) Line(text, $"  {ReportVerdict.Open(id, open)}");
        text.Append('\n');
        Line(text, $"Changed decisions: {comparison.Changes.Values.Sum()}");
        foreach (var kind in Enum.GetValues<ChangeKind>())
        {
            if (comparison.Changes.GetValueOrDefault(kind) is var count && count == 0) continue;
            Line(text, $"  {Wire.Name(kind).Replace('_', ' ')}: {count}");
            foreach (var (_, change) in comparison.Examples.Where(e => e.Kind == kind).Take(ExamplesShown))
            {
                Line(text, $"    {change.MessageId} on {change.TicketId}: {Side(change.Before)} -> {Side(change.After)}");
                if (explanation(change) is { } explained) Line(text, $"      by {explained.Responsible}");
            }
        }
        text.Append('\n');
    }

    private static void Rules(StringBuilder text, IReadOnlyList<ArmResult> arms)
    {
        Line(text, $"Rules that fired (messages; tickets needed / not needed / unknown), {string.Join(" | ", arms.Select(a => a.Arm.Name))}");
        foreach (var rule in arms.SelectMany(a => a.Rules.Select(r => r.Rule)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var cells = arms.Select(a => a.Rules.FirstOrDefault(r => r.Rule == rule) is { } tally
                ? string.Create(CultureInfo.InvariantCulture, $"{tally.Messages}; {tally.Needed} / {tally.NotNeeded} / {tally.Unknown}{Trouble(tally)}") : "-");
            Line(text, $"  {rule.PadRight(40)} {string.Join(" | ", cells)}");
        }
        text.Append('\n');
    }

    private static void Highest(StringBuilder text, ArmResult arm)
    {
        Line(text, $"Highest recommendations of {arm.Arm.Name}, one a ticket");
        for (var i = 0; i < arm.Highest.Count; i++)
        {
            var (ticket, message, at, side, words) = arm.Highest[i];
            Line(text, $"  {i + 1}. {message} on {ticket}, {DecisionJson.Format(at)}: {Side(side)}");
            Line(text, $"     {words}");
        }
        text.Append('\n');
    }

    private static string Trouble(Arms.RuleTally tally) =>
        tally.Errors + tally.Unavailable == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({tally.Errors} errors, {tally.Unavailable} unavailable)");

    private static string Side(ChangeSide side) =>
        string.Create(CultureInfo.InvariantCulture, $"{Wire.Name(side.Band)} {side.Score:0.###}{(side.Team.Length > 0 ? " to " + side.Team : "")}{(side.Reasons.Length > 0 ? $" ({side.Reasons})" : "")}");

    private static string Figure(MetricValue value)
    {
        if (value.Value is not { } number) return "no data";
        var interval = value is { Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $" ({low:0.###} to {high:0.###})") : value.Status == MetricStatus.NoLowerBound ? " (no lower bound: no blind audit)" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{number:0.###}{interval}  n {value.N}  {value.Unit}");
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
