using System.Globalization;
using Escalation.Core.Html;
using Escalation.Core.Tickets;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;

namespace Escalation.Replay.Reports;

/// <summary>What a report's page shows of changed decisions and of the rules behind them: what somebody must look at stands open, the rest opens on request.</summary>
internal static class ChangesHtml
{
    /// <summary>What changes between two arms, true escalations that are lost first.</summary>
    public static void Write(HtmlPage page, ReplayResult result, ArmComparison comparison)
    {
        page.Heading($"What changes: {comparison.Name}");
        if (comparison.Changes.Values.Sum() == 0)
        {
            page.Text("No decision changes its band or its team.");
            return;
        }
        var found = Enum.GetValues<ChangeKind>().Where(k => comparison.Changes.GetValueOrDefault(k) > 0).ToList();
        page.Table(["changed decisions", ""], Enum.GetValues<ChangeKind>().Where(k => k <= ChangeKind.NewFalseAlarm || found.Contains(k)).Select(k => (IReadOnlyList<string>)[Words(k), Count(comparison.Changes.GetValueOrDefault(k))]));
        foreach (var kind in found)
        {
            var count = comparison.Changes[kind];
            var shown = comparison.Examples.Where(e => e.Kind == kind).Select(e => e.Change).ToList();
            var title = $"{Words(kind)}: {Count(count)}{(count > shown.Count ? $", the first {shown.Count} are shown, all stand in changes.csv" : "")}";
            if (kind <= ChangeKind.NewFalseAlarm) Examples(page.Subheading(title), result, shown);
            else page.Details(title, inner => Examples(inner, result, shown));
        }
    }

    /// <summary>What rules came to; with two arms or more those alone that do not fire alike in all.</summary>
    public static void Rules(HtmlPage page, ReplayResult result)
    {
        page.Heading("Rules that fired").Text("Messages; tickets by label: needed / not needed / unknown.");
        var tallies = result.Arms.Select(a => a.Rules.ToDictionary(r => r.Rule, StringComparer.Ordinal)).ToList();
        var names = tallies.SelectMany(t => t.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var alike = result.Arms.Count == 1 ? [] : names.Where(n => tallies.All(t => t.GetValueOrDefault(n) == tallies[0].GetValueOrDefault(n))).ToList();
        void Table(HtmlPage into, IEnumerable<string> rules) => into.Table(["rule", .. result.Arms.SelectMany(a => new[] { $"{a.Arm.Name}: messages", "tickets" })],
            rules.Select(n => (IReadOnlyList<string>)[n, .. tallies.SelectMany(t => t.TryGetValue(n, out var tally) ? RuleCells(tally) : ["-", "-"])]));
        if (names.Count > alike.Count) Table(page, names.Except(alike, StringComparer.Ordinal));
        else if (names.Count > 0) page.Text("Every rule fires on the same messages in number.");
        if (alike.Count > 0) page.Details($"{Counted.Of(alike.Count, "rule")} that {(alike.Count == 1 ? "fires" : "fire")} as often in all; in rules.csv too", inner => Table(inner, alike));
    }

    private static string Words(ChangeKind kind) => kind switch
    {
        ChangeKind.LostTrueEscalation => "True escalations lost",
        ChangeKind.NewFalseAlarm => "New false alarms",
        ChangeKind.LostUnknown => "No longer escalated, and nobody said whether that was needed",
        ChangeKind.NewUnknown => "Newly escalated, and nobody said whether that is needed",
        ChangeKind.NewTrueEscalation => "True escalations found",
        ChangeKind.RemovedFalseAlarm => "False alarms avoided",
        ChangeKind.MovedInTime => "Escalated at another message",
        ChangeKind.TeamMove => "To another team",
        _ => "Another band",
    };

    private static void Examples(HtmlPage page, ReplayResult result, IEnumerable<DecisionChange> changes) => page.Table(["message", "before", "after", "by"], changes.Select(change =>
    {
        var explained = result.Explanation(change);
        return (IReadOnlyList<HtmlCell>)[$"{change.MessageId} on {change.TicketId}\n{explained?.Text}", Side(change.Before), Side(change.After), explained?.Responsible.ToString() ?? "not looked at"];
    }));

    private static string Side(ChangeSide side) =>
        $"{Wire.Name(side.Band).Replace('_', ' ')}, {ReportVerdict.Number(side.Score)}{(side.Team.Length > 0 ? $", to {side.Team}" : "")}{(side.Reasons.Length > 0 ? $"\n{side.Reasons}" : "")}";

    private static string[] RuleCells(RuleTally tally) =>
        [Count(tally.Messages) + (tally.Errors + tally.Unavailable > 0 ? $" ({tally.Errors} errors, {tally.Unavailable} unavailable)" : ""), $"{tally.Needed} / {tally.NotNeeded} / {tally.Unknown}"];

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
