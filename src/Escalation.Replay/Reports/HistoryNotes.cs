using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Formats;

namespace Escalation.Replay.Reports;

/// <summary>What a reader must know of a history before any figure of it, and which of its rows count for nothing.</summary>
internal static class HistoryNotes
{
    private const int MostShown = 20;

    /// <summary>The sentences, each with the way out where there is one.</summary>
    public static IReadOnlyList<string> Of(ReplayResult result)
    {
        var notes = new List<string>();
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

    /// <summary>The first rows that count for nothing, for a page or a text.</summary>
    public static IReadOnlyList<(string Place, string Reason)> Shown(InputSummary input) =>
        [.. input.Dropped.Take(MostShown).Select(d => (string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(d.Problem.File)}{(d.Problem.Line > 0 ? $":{d.Problem.Line}" : "")}"), $"{Wire.Name(d.Reason).Replace('_', ' ')}: {d.Problem.Field}: {d.Problem.Message}"))];

    /// <summary>What is said above <see cref="Shown"/>.</summary>
    public static string Title(InputSummary input) =>
        $"{Counted.Of(input.DroppedCount, "row")} left out{(input.DroppedCount > MostShown ? string.Create(CultureInfo.InvariantCulture, $", the first {MostShown} are shown, all stand in dropped.csv") : "")}";
}
