using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.History.Facts;
using Escalation.Replay.Analysis;
using Escalation.Replay.Collecting;

namespace Escalation.Replay.Discovery;

/// <summary>How candidates are looked at and chosen.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>Messages shown for each candidate.</summary>
    public int Examples { get; init; } = 20;

    /// <summary>Most candidates of a preset.</summary>
    public int Most { get; init; } = 5;

    /// <summary>Precise enough: the share of needed tickets among the known ones is at least this, 0 to 1.</summary>
    public double LeastPrecision { get; init; } = .6;

    /// <summary>Known tickets without which a precision says nothing.</summary>
    public int LeastKnown { get; init; } = 5;
}

/// <summary>Counts every rule, keyword class and model threshold by itself, and chooses a narrow preset: those of the highest volume that are precise enough.</summary>
/// <remarks>Deterministic. Reads rule bits and the columns of keywords and frustration, so that a second run over one history takes moments.</remarks>
public sealed class TriggerDiscovery
{
    private const double LeastAdded = .1;
    private static readonly double[] Thresholds = [.5, .6, .7, .8, .9, .95];

    private readonly DecidedHistory history;
    private readonly DiscoveryOptions options;
    private readonly double days;

    private TriggerDiscovery(DecidedHistory history, DiscoveryOptions options)
    {
        (this.history, this.options) = (history, options);
        var times = Enumerable.Range(0, history.Table.Count).Select(history.Table.AtOf).ToArray();
        days = times.Length == 0 ? 1 : Math.Max(1, (times.Max() - times.Min()).TotalDays);
    }

    /// <summary>Looks at a history under a rule set.</summary>
    public static DiscoveryReport Run(DecidedHistory history, DiscoveryOptions options) => new TriggerDiscovery(history, options).Run();

    private DiscoveryReport Run()
    {
        var found = Rules().Concat(Columns()).Where(f => f.Hits.Count > 0).ToList();
        var candidates = found.Select(f => (Candidate: CandidateOf(f), f.Hits))
            .OrderByDescending(c => c.Candidate.Verdicts.Tickets).ThenBy(c => c.Candidate.Name, StringComparer.Ordinal).ToList();
        var everything = new Bits(history.Table.Count);
        for (var row = 0; row < history.Table.Count; row++) everything.Set(row);
        return new DiscoveryReport(days, history.Table.Count, VerdictsOf(everything), [.. candidates.Select(c => c.Candidate)], Choose(candidates));
    }

    private IEnumerable<Found> Rules()
    {
        var descriptions = history.Rules.Describe().ToDictionary(d => d.Name, StringComparer.Ordinal);
        for (var i = 0; i < history.Rules.SignalRules.Count; i++)
        {
            var rule = history.Rules.SignalRules[i];
            if (rule.Trigger is null || rule.Stage != RuleStage.Live) continue;
            var watches = rule.Recommendation <= Band.Monitor || history.Configuration.Policy.Triggers[rule.TriggerIndex].JoinsOnly;
            var kind = rule.Name.StartsWith(NarrowRules.ClassPrefix, StringComparison.Ordinal) ? CandidateKind.Keywords : CandidateKind.Rule;
            yield return new Found(rule.Name, kind, descriptions[rule.Name].Expression, false, watches, history.Bits[i].Hit, row => WordsOf(rule.Name, row));
        }
    }

    /// <summary>Keyword classes without a trigger and thresholds of the model, from the columns.</summary>
    private IEnumerable<Found> Columns()
    {
        var (table, classes) = (history.Table, history.Rules.Text.KeywordClasses);
        var ofClass = classes.Select(_ => new Bits(table.Count)).ToArray();
        var above = Thresholds.Select(_ => new Bits(table.Count)).ToArray();
        for (var row = 0; row < table.Count; row++)
        {
            var facts = table.Read(row, FactColumns.Keywords | FactColumns.Frustration);
            for (var i = 0; i < classes.Count; i++)
                if (classes[i].Trigger is null && facts.Keywords.HasClass(i)) ofClass[i].Set(row);
            for (var i = 0; i < above.Length && facts.Frustration.Available && facts.Frustration.Score > Thresholds[i]; i++) above[i].Set(row);
        }
        for (var i = 0; i < classes.Count; i++)
        {
            var place = i;
            yield return new Found(NarrowRules.ClassPrefix + classes[i].Name, CandidateKind.Keywords, $"keywords.Has(\"{classes[i].Name}\")", true, false, ofClass[i], row => WordsOfClass(place, row));
        }
        for (var i = 0; i < above.Length; i++)
        {
            var condition = string.Create(CultureInfo.InvariantCulture, $"frustration.Available && frustration.Score > {Thresholds[i]}");
            yield return new Found(string.Create(CultureInfo.InvariantCulture, $"frustration above {Thresholds[i]}"), CandidateKind.Model, condition, true, false, above[i],
                row => [string.Create(CultureInfo.InvariantCulture, $"frustration.Score {table.Read(row, FactColumns.Frustration).Frustration.Score:0.00}")]);
        }
    }

    private TriggerCandidate CandidateOf(Found found)
    {
        var verdicts = VerdictsOf(found.Hits);
        (double Low, double High)? interval = verdicts.Known == 0 ? null : Wilson.Interval((double)verdicts.Needed / verdicts.Known, verdicts.Known);
        var rows = found.Hits.Places().ToArray();
        var shown = Math.Min(options.Examples, rows.Length);
        var examples = Enumerable.Range(0, shown).Select(i => rows[shown == 1 ? 0 : (int)((long)i * (rows.Length - 1) / (shown - 1))]);
        return new TriggerCandidate(
            found.Name, found.Kind, found.Condition, found.IsNew, found.WatchesOnly, rows.Length, verdicts.Tickets / days, verdicts,
            verdicts.Known == 0 ? null : (double)verdicts.Needed / verdicts.Known, interval?.Low, interval?.High,
            [.. examples.Select(row => ExampleOf(row, found.Words(row)))]);
    }

    private TriggerExample ExampleOf(int row, IReadOnlyList<string> words)
    {
        var message = history.Table.RowOf(row);
        return new TriggerExample(message.MessageId, history.Table.Verdicts[row], words, HighestRecommendations.OneLine(message.Text));
    }

    /// <summary>The highest volume first; one that adds hardly a ticket to those before is left out.</summary>
    private NarrowPreset Choose(IReadOnlyList<(TriggerCandidate Candidate, Bits Hits)> candidates)
    {
        var (chosen, covered) = (new List<string>(), new Bits(history.Table.Count));
        foreach (var (candidate, hits) in candidates)
        {
            if (chosen.Count == options.Most || candidate.WatchesOnly || candidate.Verdicts.Known < options.LeastKnown || !(candidate.Precision >= options.LeastPrecision)) continue;
            if (VerdictsOf(hits.Without(covered)).Tickets < LeastAdded * candidate.Verdicts.Tickets) continue;
            chosen.Add(candidate.Name);
            covered = covered.Or(hits);
        }
        List<string> always = [.. history.Rules.SignalRules.Where(r => r is { MustEscalate: true, Stage: RuleStage.Live }).Select(r => r.Name)];
        var verdicts = VerdictsOf(covered);
        var reason = string.Create(CultureInfo.InvariantCulture, $"at least {options.LeastKnown} tickets known and {options.LeastPrecision:P0} of them needed; the highest volume first, at most {options.Most}, each with at least {LeastAdded:P0} tickets that those before do not have");
        return new NarrowPreset(chosen, always, verdicts.Tickets / days, verdicts, chosen.Count > 0 ? reason : "no candidate is known to be precise enough: " + reason);
    }

    private TicketVerdicts VerdictsOf(Bits hits)
    {
        var tickets = new Dictionary<int, RowVerdict>();
        foreach (var row in hits.Places())
            if (!tickets.TryGetValue(history.Table.Tickets[row], out var known) || known == RowVerdict.Unknown) tickets[history.Table.Tickets[row]] = history.Table.Verdicts[row];
        var needed = tickets.Values.Count(v => v is RowVerdict.Confirmed or RowVerdict.Missed);
        var not = tickets.Values.Count(v => v == RowVerdict.Dismissed);
        return new TicketVerdicts(needed, not, tickets.Count - needed - not);
    }

    private string[] WordsOf(string rule, int row)
    {
        var decision = history.Decide(row);
        var signal = decision.Signals.Concat(decision.Suppressed).FirstOrDefault(s => s.Rule == rule);
        var text = history.Table.RowOf(row).Text;
        return signal is null ? [] : [.. signal.Evidence.Select(e => e.HasSpan ? e.Words(text).ToString() : $"{e.Field} {e.Text}").Distinct(StringComparer.Ordinal)];
    }

    private string[] WordsOfClass(int place, int row)
    {
        var text = history.Table.RowOf(row).Text;
        return [.. history.Table.Read(row, FactColumns.Keywords).Keywords.Hits.Where(h => h.Class == place && h.End <= text.Length).Select(h => text[h.Start..h.End]).Distinct(StringComparer.Ordinal)];
    }

    private sealed record Found(string Name, CandidateKind Kind, string Condition, bool IsNew, bool WatchesOnly, Bits Hits, Func<int, IReadOnlyList<string>> Words);
}
