using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Rules;

namespace Escalation.Replay.Reports;

/// <summary>What a reader must know of a history before any figure of it, and which of its rows count for nothing.</summary>
internal static class HistoryNotes
{
    private const int MostShown = 20;

    /// <summary>The sentences, each with the way out where there is one.</summary>
    public static IReadOnlyList<string> Of(ReplayResult result)
    {
        var notes = Undated(result.Arms).ToList();
        if (result.Input is not { } input) return notes;
        if (input.Endings == 0 && result.Arms.Any(a => a.Metrics.Balance.Total > 0))
            notes.Add("No event of this history resolves or closes a ticket. Every escalation therefore stands as pending, and resolution hours, re-escalation and first-contact resolution cannot be told. Add events of kind resolved: import takes them from a column that says when a ticket was closed (--map).");
        foreach (var (from, to) in input.Gaps)
            notes.Add($"No message was received for {Counted.Of((long)(to - from).TotalDays, "day")}, from {DecisionJson.Format(from)} to {DecisionJson.Format(to)}: what counts by days or by what is usual begins anew after it. Is the history complete, and were its clocks right?");
        if (result.View.TooLate > 0) notes.Add($"{Counted.Of(result.View.TooLate, "record")} came more than 7 days late: what counts by days may be cut short there.");
        if (input.RejectedCount > 0) notes.Add($"{Counted.Of(input.RejectedCount, "line")} could not be read and {(input.RejectedCount == 1 ? "is" : "are")} left out.");
        if (input.Duplicates > 0) notes.Add($"{Counted.Of(input.Duplicates, "row")} had been delivered before and {(input.Duplicates == 1 ? "is" : "are")} counted once.");
        if (input.UnknownTickets > 0) notes.Add($"{Counted.Of(input.UnknownTickets, "ticket")} without a message: of {(input.UnknownTickets == 1 ? "it" : "them")} {Counted.Of(input.UnknownTicketRows, "event or label row")} count for nothing.");
        return notes;
    }

    /// <remarks>Decisions that were recorded asked no list again.</remarks>
    private static IEnumerable<string> Undated(IReadOnlyList<ArmResult> arms) => arms.Any(a => a.Arm.IsLive) ? [] : arms
        .SelectMany(a => a.Arm.Configuration.Rules is RuleSet rules ? rules.UndatedLists.Select(list => (List: list, Arm: a.Arm.Name)) : [])
        .GroupBy(u => u.List, u => u.Arm, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => $"The list {g.Key} of {string.Join(" and ", g)} has rows without dates. They hold at any time, so that a decision on an old message uses what was written later: give them a date in lists/{g.Key}.csv (value,validFrom,validTo).");

    /// <summary>The first rows that count for nothing, for a page or a text.</summary>
    public static IReadOnlyList<(string Place, string Reason)> Shown(InputSummary input) =>
        [.. input.Dropped.Take(MostShown).Select(d => (string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(d.Problem.File)}{(d.Problem.Line > 0 ? $":{d.Problem.Line}" : "")}"), $"{Wire.Name(d.Reason).Replace('_', ' ')}: {d.Problem.Field}: {d.Problem.Message}"))];

    /// <summary>What is said above <see cref="Shown"/>.</summary>
    public static string Title(InputSummary input) =>
        $"{Counted.Of(input.DroppedCount, "row")} left out{(input.DroppedCount > MostShown ? string.Create(CultureInfo.InvariantCulture, $", the first {MostShown} are shown, all stand in dropped.csv") : "")}";
}
