using System.Globalization;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Replay.Analysis;
using Escalation.Replay.Changes;

namespace Escalation.Cli.Commands.Rules;

/// <summary>An impact report for people.</summary>
internal static class ImpactText
{
    private const int MaxText = 160;

    /// <summary>The whole report.</summary>
    public static string Write(ImpactReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"baseline {report.Baseline[..12]}, candidate {report.Candidate[..12]}; {Counts(report.History)} in all{(report.EffectiveDates ? "; rules count within their effective dates only" : "")}\n");
        text.Append(CultureInfo.InvariantCulture, $"escalated before: {Counts(report.EscalatedBefore)}; {Counted.Of(report.Tickets.Before, "ticket")}\n");
        text.Append(CultureInfo.InvariantCulture, $"escalated after:  {Counts(report.EscalatedAfter)}; {Counted.Of(report.Tickets.After, "ticket")} ({report.Tickets.Gained:N0} new, {report.Tickets.Lost:N0} no longer)\n");
        text.Append(CultureInfo.InvariantCulture, $"changed: {Counts(report.Changed)}; {report.Redecided:N0} decided again\n");
        Moves(text, report.Moves, "  ");
        if (report.Rules.Count + report.Routes.Count == 0) Differences(text, report.Differences);
        foreach (var rule in report.Rules) Rule(text, rule, IsSame(rule.Moves, report.Moves));
        foreach (var route in report.Routes) text.Append(CultureInfo.InvariantCulture, $"\nrouting {route.Rule} ({Wire.Name(route.Kind)}): takes {Counts(route.After)}, before {route.Before.Messages:N0}\n");
        if (report.Rules.Count != 1 && report.Examples.Count > 0)
        {
            text.Append("\nfirst changed messages\n");
            foreach (var example in report.Examples) Example(text, example);
        }
        return text.ToString();
    }

    /// <summary>Counts in words.</summary>
    public static string Counts(VerdictCounts counts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Counted.Of(counts.Messages, "message")} ({counts.Confirmed:N0} confirmed, {counts.Dismissed:N0} dismissed, {counts.Missed:N0} missed, {counts.Unknown:N0} unknown)");

    /// <remarks>No rule matches other messages of this history: what differs all the same must not go unsaid.</remarks>
    private static void Differences(StringBuilder text, IReadOnlyList<string> differences)
    {
        text.Append(differences.Count == 0 ? "nothing differs\n" : "no rule matches other messages here; what differs:\n");
        foreach (var difference in differences) text.Append("  ").Append(difference).Append('\n');
    }

    private static void Rule(StringBuilder text, RuleImpact rule, bool isAll)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{rule.Rule} ({Wire.Name(rule.Kind)}, {Wire.Name(rule.Stage)}): matches {Counts(rule.After)}, before {rule.Before.Messages:N0}\n");
        if (rule.Before.Messages > 0 && rule.Gained.Messages > 0) text.Append(CultureInfo.InvariantCulture, $"  gained {Counts(rule.Gained)}\n");
        if (rule.Lost.Messages > 0) text.Append(CultureInfo.InvariantCulture, $"  lost   {Counts(rule.Lost)}\n");
        if (rule.Errors + rule.Unavailable > 0) text.Append(CultureInfo.InvariantCulture, $"  throws on {Counted.Of(rule.Errors, "message")}, reads an unknown fact on {rule.Unavailable:N0}\n");
        if (!isAll) Moves(text, rule.Moves, "  ");
        else if (rule.Moves.Bands.Count + rule.Moves.Teams.Count > 0) text.Append("  every change above is by this rule\n");
        foreach (var example in rule.Examples) Example(text, example);
    }

    private static bool IsSame(DecisionMoves one, DecisionMoves other) => one.Bands.SequenceEqual(other.Bands) && one.Teams.SequenceEqual(other.Teams);

    private static void Moves(StringBuilder text, DecisionMoves moves, string indent)
    {
        if (moves.Escalated.Messages > 0) text.Append(CultureInfo.InvariantCulture, $"{indent}escalated now: {Counts(moves.Escalated)}\n");
        if (moves.NoLonger.Messages > 0) text.Append(CultureInfo.InvariantCulture, $"{indent}no longer escalated: {Counts(moves.NoLonger)}\n");
        foreach (var band in moves.Bands) text.Append(CultureInfo.InvariantCulture, $"{indent}band {Wire.Name(band.From)} -> {Wire.Name(band.To)}: {Counts(band.Messages)}\n");
        foreach (var team in moves.Teams) text.Append(CultureInfo.InvariantCulture, $"{indent}team {team.From ?? "none"} -> {team.To ?? "none"}: {Counts(team.Messages)}\n");
    }

    private static void Example(StringBuilder text, ImpactExample example)
    {
        var words = example.Text.ReplaceLineEndings(" ");
        text.Append(CultureInfo.InvariantCulture, $"  {example.MessageId} ({Wire.Name(example.Verdict)}) \"{(words.Length > MaxText ? words[..MaxText] + "..." : words)}\"\n");
        text.Append(CultureInfo.InvariantCulture, $"    before: {Side(example.Before)}\n    after:  {Side(example.After)}\n");
    }

    private static string Side(ChangeSide side) => string.Create(
        CultureInfo.InvariantCulture, $"{Wire.Name(side.Band)} {side.Score:0.###}{(side.Team.Length > 0 ? " " + side.Team : "")}{(side.Reasons.Length > 0 ? ": " + side.Reasons : "")}");
}
