using System.Globalization;
using System.Text;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Discovery;

/// <summary>A discovery for people.</summary>
public static class DiscoveryText
{
    private const int MostWords = 60;

    /// <summary>The table of candidates, the preset, and examples of what the preset holds.</summary>
    public static string Write(DiscoveryReport report)
    {
        var text = new StringBuilder();
        var known = report.Verdicts;
        text.Append(CultureInfo.InvariantCulture, $"{Counted.Of(report.Messages, "customer message")} of {Counted.Of(known.Tickets, "ticket")} over {report.Days:0.0} days; of {known.Known:N0} tickets people said whether an escalation was needed: {known.Needed:N0} yes, {known.NotNeeded:N0} no\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{"trigger",-34} {"kind",-8} {"tickets/day",11} {"tickets",8} {"needed",7} {"not",6} {"unknown",8} {"precision",20}\n");
        foreach (var candidate in report.Candidates)
        {
            var marks = (candidate.IsNew ? "  new" : "") + (candidate.WatchesOnly ? "  watches only" : "") + (report.Preset.Triggers.Contains(candidate.Name) ? "  <- preset" : "");
            text.Append(CultureInfo.InvariantCulture, $"{candidate.Name,-34} {Wire.Name(candidate.Kind),-8} {candidate.TicketsADay,11:0.00} {candidate.Verdicts.Tickets,8:N0} {candidate.Verdicts.Needed,7:N0} {candidate.Verdicts.NotNeeded,6:N0} {candidate.Verdicts.Unknown,8:N0} {Precision(candidate),20}{marks}\n");
        }
        Preset(text, report);
        foreach (var candidate in report.Candidates.Where(c => report.Preset.Triggers.Contains(c.Name))) Examples(text, candidate);
        if (report.Candidates.Count > report.Preset.Triggers.Count) text.Append(CultureInfo.InvariantCulture, $"\nExamples of the other {report.Candidates.Count - report.Preset.Triggers.Count:N0}: --json\n");
        return text.ToString();
    }

    private static void Preset(StringBuilder text, DiscoveryReport report)
    {
        var preset = report.Preset;
        text.Append("\nprecision: needed among the tickets that people said anything of, with its 95 % interval; they mostly looked at what was escalated then, so what would be new is less known\n");
        text.Append(CultureInfo.InvariantCulture, $"\nnarrow preset: {(preset.Triggers.Count == 0 ? "none" : string.Join(", ", preset.Triggers))}\n  {preset.Reason}\n");
        if (preset.Triggers.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"  fires on {preset.TicketsADay:0.00} tickets a day: {preset.Verdicts.Needed:N0} needed, {preset.Verdicts.NotNeeded:N0} not, {preset.Verdicts.Unknown:N0} unknown\n");
        if (preset.AlwaysLive.Count > 0) text.Append(CultureInfo.InvariantCulture, $"  stay live besides, since they must escalate: {string.Join(", ", preset.AlwaysLive)}\n");
    }

    private static void Examples(StringBuilder text, TriggerCandidate candidate)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{candidate.Name}: {candidate.Condition}\n");
        foreach (var example in candidate.Examples)
        {
            var words = string.Join(", ", example.Words).ReplaceLineEndings(" ");
            text.Append(CultureInfo.InvariantCulture, $"  {example.MessageId} ({Wire.Name(example.Verdict)}) {(words.Length > MostWords ? words[..MostWords] + "..." : words)}\n    {example.Text}\n");
        }
    }

    private static string Precision(TriggerCandidate candidate) =>
        candidate is { Precision: { } share, PrecisionLow: { } low, PrecisionHigh: { } high } ? string.Create(CultureInfo.InvariantCulture, $"{share:P0} ({low:P0} to {high:P0})") : "no data";
}
