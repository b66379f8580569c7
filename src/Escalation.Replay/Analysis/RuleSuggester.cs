using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.History.Facts;
using Escalation.Rules;

namespace Escalation.Replay.Analysis;

/// <summary>Finds candidate rules in what people said, and tries each on messages that it was not found in.</summary>
/// <remarks>
/// A third of the customers, and the last three tenths of the time, are kept out of the search. A rule that drops is a cap, one that catches is a signal
/// just above the threshold of priority: both are added at the end of signals.json and change nothing else. Deterministic.
/// </remarks>
public sealed class RuleSuggester
{
    private const int MostOfAKind = 5;
    private const int LeastWanted = 5;
    private const int KeptOutOf = 3;
    private const double MinedTime = .7;
    private const double LeastShareToDrop = .7;
    private const double LeastLift = 3;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DecidedHistory history;
    private readonly RuleFiles files;
    private readonly Bits mined, others, later;

    private RuleSuggester(DecidedHistory history, RuleFiles files)
    {
        (this.history, this.files) = (history, files);
        var table = history.Table;
        (mined, others, later) = (new Bits(table.Count), new Bits(table.Count), new Bits(table.Count));
        var times = Enumerable.Range(0, table.Count).Select(table.AtOf).Order().ToArray();
        for (var row = 0; row < table.Count; row++)
        {
            var (isOther, isLater) = (IsKeptOut(table, row), table.AtOf(row) > times[(int)(MinedTime * (times.Length - 1))]);
            if (isOther) others.Set(row);
            if (isOther && isLater) later.Set(row);
            if (!isOther && !isLater) mined.Set(row);
        }
    }

    /// <summary>Searches.</summary>
    /// <param name="history">The history under the rules as they are.</param>
    /// <param name="files">The files of those rules.</param>
    public static SuggestionReport Run(DecidedHistory history, RuleFiles files) => new RuleSuggester(history, files).Run();

    /// <summary>The suggestions as a file of draft rules.</summary>
    public static string FileOf(IReadOnlyList<RuleSuggestion> suggestions) =>
        new JsonArray(new JsonObject { ["WorkflowName"] = "suggestions", ["Rules"] = new JsonArray([.. suggestions.Select(s => JsonNode.Parse(s.Rule))]) }).ToJsonString(Indented) + "\n";

    private SuggestionReport Run()
    {
        var learner = new ClauseLearner(FactClauses.Of(history), LeastWanted);
        var (needed, dismissed, missed) = (With(RowVerdict.Confirmed, RowVerdict.Missed), With(RowVerdict.Dismissed), With(RowVerdict.Missed));
        var escalated = history.Decisions.Escalated();
        var quiet = mined.Without(escalated);
        var missable = missed.And(quiet);
        var found = new List<RuleSuggestion>();
        foreach (var drop in learner.Find(dismissed.And(escalated).And(mined), needed.And(escalated).And(mined), MostOfAKind, LeastShareToDrop))
            if (Try(SuggestionPurpose.Drop, drop, found.Count + 1) is { } suggestion) found.Add(suggestion);
        var usual = (double)missable.Count / Math.Max(1, quiet.Count);
        foreach (var caught in learner.Find(missable, quiet.Without(needed), MostOfAKind, LeastLift * usual))
            if (Try(SuggestionPurpose.Catch, caught, found.Count + 1) is { } suggestion) found.Add(suggestion);
        return new SuggestionReport(found, history.Table.Wishes);
    }

    private RuleSuggestion? Try(SuggestionPurpose purpose, Conjunction conjunction, int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"suggested_{purpose.ToString().ToLowerInvariant()}_{number}");
        var live = RuleOf(name, purpose, conjunction, "live", null);
        if (CandidateOf(live) is not { } candidate) return null;
        var after = new DecidedHistory(history.Table, history.Store, candidate);
        var (onMined, onOthers, onLater) = (OutcomeOn(after, mined), OutcomeOn(after, others), OutcomeOn(after, later));
        var (good, bad) = purpose == SuggestionPurpose.Drop
            ? (onOthers.NoLonger.Dismissed, onOthers.NoLonger.Confirmed + onOthers.NoLonger.Missed)
            : (onOthers.Escalated.Confirmed + onOthers.Escalated.Missed, onOthers.Escalated.Dismissed);
        var moved = purpose == SuggestionPurpose.Drop ? onOthers.NoLonger : onOthers.Escalated;
        var note = string.Create(CultureInfo.InvariantCulture, $"Found by rules suggest; on other customers {(purpose == SuggestionPurpose.Drop ? "drops" : "escalates")} {moved.Messages} messages: {moved.Confirmed} confirmed, {moved.Dismissed} dismissed, {moved.Missed} missed, {moved.Unknown} unknown.");
        var draft = RuleOf(name, purpose, conjunction, "draft", note).ToJsonString(Indented);
        return new RuleSuggestion(name, purpose, conjunction.Text, draft, onMined, onOthers, onLater, good > 0 && Wilson.Interval((double)good / (good + bad), good + bad).Low > .5);
    }

    private SuggestionOutcome OutcomeOn(DecidedHistory after, Bits part)
    {
        var moves = ImpactAnalysis.Run(history, after, part, 0).Moves;
        return new SuggestionOutcome(moves.Escalated, moves.NoLonger);
    }

    private JsonObject RuleOf(string name, SuggestionPurpose purpose, Conjunction conjunction, string stage, string? note)
    {
        var properties = purpose == SuggestionPurpose.Drop ? new JsonObject { ["cap"] = "monitor" } : EscalatingRule.Properties(history.Configuration.Policy, TriggerFor(conjunction));
        properties["stage"] = stage;
        if (note is not null) properties["note"] = note;
        return new JsonObject { ["RuleName"] = name, ["Expression"] = conjunction.Text, ["Properties"] = properties };
    }

    /// <summary>The trigger whose group the facts speak of.</summary>
    private static string TriggerFor(Conjunction conjunction)
    {
        var fact = conjunction.Clauses[0].Fact;
        return fact.StartsWith("frustration.", StringComparison.Ordinal) ? "high_frustration" : fact.StartsWith("contacts.", StringComparison.Ordinal) ? "repeat_contact" : "keyword_match";
    }

    /// <summary>The rules with one more; null where they do not load, for example since a name is taken.</summary>
    private Configuration? CandidateOf(JsonObject rule)
    {
        var root = files.Json("signals.json");
        var workflow = root is JsonArray list ? list[^1] : root;
        workflow!["Rules"]!.AsArray().Add(rule.DeepClone());
        var changed = files.With("signals.json", Encoding.UTF8.GetBytes(root!.ToJsonString()));
        var configuration = history.Configuration;
        return RuleSetLoader.Load(changed, failingCases: FailingCases.NotRun).RuleSet is { } rules ? new Configuration(rules, configuration.Frustration, configuration.Team, configuration.Analyzer) : null;
    }

    private Bits With(params ReadOnlySpan<RowVerdict> verdicts)
    {
        var bits = new Bits(history.Table.Count);
        for (var row = 0; row < bits.Length; row++)
            if (verdicts.Contains(history.Table.Verdicts[row])) bits.Set(row);
        return bits;
    }

    /// <summary>By the customer, so that one person's messages never stand on both sides; by the ticket where the customer is unknown.</summary>
    private static bool IsKeptOut(FactTable table, int row)
    {
        var hash = 2166136261u;
        foreach (var c in table.RowOf(row).CustomerId is { Length: > 0 } customer ? customer : table.Tickets[row].ToString(CultureInfo.InvariantCulture)) hash = (hash ^ c) * 16777619;
        return (hash ^ hash >> 15) % KeptOutOf == 0;
    }
}
