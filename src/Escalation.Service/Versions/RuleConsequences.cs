using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.Replay.Analysis;
using Escalation.Replay.Collecting;
using Escalation.Rules;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Versions;

/// <summary>What recorded decisions say of a rule that a promotion touches.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Change"><c>shadow_to_live</c>, <c>new</c> (never run so), <c>changed</c> or <c>ends</c> (a live rule that is removed or no longer live).</param>
/// <param name="Since">Start of the run that is counted, RFC 3339; null = it never ran so.</param>
/// <param name="Messages">Messages on which it gave a signal.</param>
/// <param name="Tickets">Tickets of those messages.</param>
/// <param name="Confirmed">Messages whose ticket people called in need of it.</param>
/// <param name="Dismissed">Messages whose ticket people called not in need.</param>
/// <param name="Missed">Messages whose ticket people raised or called missed.</param>
/// <param name="Unknown">Messages whose ticket nobody judged.</param>
public sealed record RuleConsequence(string Rule, string Change, string? Since, int Messages, int Tickets, int Confirmed, int Dismissed, int Missed, int Unknown)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var what = Change switch { "shadow_to_live" => "shadow -> live", "ends" => "live no more", _ => Change };
        if (Since is null) return $"{Rule} ({what}): never ran in this form; 'escalation rules impact' shows what it would have done";
        return $"{Rule} ({what}): since {Since} {(Change == "shadow_to_live" ? "in shadow" : "live")} on {Counted.Of(Messages, "message")} of {Counted.Of(Tickets, "ticket")}; " +
            $"{Confirmed} confirmed, {Dismissed} dismissed, {Missed} missed, {Unknown} unknown";
    }
}

/// <summary>Counts what recorded decisions say of the rules that a promotion touches.</summary>
internal sealed class RuleConsequences(EscalationDatabase database, RuleVersions versions)
{
    /// <summary>One line a rule that becomes live, changes while live, or ends being live; in the candidate's order, ends last.</summary>
    public async Task<IReadOnlyList<RuleConsequence>> OfAsync(RuleSet active, RuleSet candidate, CancellationToken cancellation)
    {
        var (before, after) = (Signals(active), Signals(candidate));
        var touched = new List<(RuleDescription Rule, string Change, RuleStage? Ran)>();
        foreach (var rule in after.Values.Where(r => r.Stage == RuleStage.Live))
        {
            if (!before.TryGetValue(rule.Name, out var was) || was.Stage == RuleStage.Draft) touched.Add((rule, "new", null));
            else if (was.Stage == RuleStage.Shadow) touched.Add((rule, "shadow_to_live", IsSame(was, rule) ? RuleStage.Shadow : null));
            else if (!IsSame(was, rule) || was.Effect != rule.Effect) touched.Add((was, "changed", RuleStage.Live));
        }
        touched.AddRange(before.Values.Where(r => r.Stage == RuleStage.Live && after.GetValueOrDefault(r.Name)?.Stage != RuleStage.Live).Select(r => (r, "ends", (RuleStage?)RuleStage.Live)));
        if (touched.Count == 0) return [];
        return await CountAsync(touched, await RunsAsync(touched, cancellation), cancellation);
    }

    /// <summary>The run of each rule that lasts until now: the rule sets in force in which it stood as it does, without a break.</summary>
    private async Task<Run[]> RunsAsync(List<(RuleDescription Rule, string Change, RuleStage? Ran)> touched, CancellationToken cancellation)
    {
        var runs = touched.Select(_ => new Run()).ToArray();
        var running = Enumerable.Range(0, touched.Count).Where(i => touched[i].Ran is not null).ToHashSet();
        foreach (var activation in await versions.ActivationsAsync(cancellation))
        {
            if (running.Count == 0) break;
            var known = (await versions.LoadAsync(activation.Rules, cancellation))?.RuleSet is { } rules ? Signals(rules) : [];
            running.RemoveWhere(i => !known.TryGetValue(touched[i].Rule.Name, out var was) || was.Stage != touched[i].Ran || !IsSame(was, touched[i].Rule));
            foreach (var i in running)
            {
                runs[i].Versions.Add(activation.Rules);
                runs[i].Since = activation.At;
            }
        }
        return runs;
    }

    private async Task<IReadOnlyList<RuleConsequence>> CountAsync(List<(RuleDescription Rule, string Change, RuleStage? Ran)> touched, Run[] runs, CancellationToken cancellation)
    {
        if (runs.SelectMany(r => r.Versions).ToHashSet() is { Count: > 0 } ran)
        {
            var verdictOf = await VerdictsAsync(cancellation);
            await foreach (var decided in new DecisionStore(database).RulesOfAsync(ran, cancellation))
                for (var i = 0; i < touched.Count; i++)
                {
                    if (!runs[i].Versions.Contains(decided.Version)) continue;
                    if (!(touched[i].Ran == RuleStage.Shadow ? decided.ShadowRules : decided.Rules).Contains(touched[i].Rule.Name)) continue;
                    var (ticket, verdict) = verdictOf(decided.Ticket);
                    runs[i].Take(ticket, verdict, decided.DecidedAt);
                }
        }
        return [.. touched.Select((t, i) => runs[i].Of(t.Rule.Name, t.Change))];
    }

    /// <summary>The ticket that a ticket has become, and what people said of it: the verdicts of <c>rules impact</c>.</summary>
    private async Task<Func<TicketId, (TicketId, RowVerdict)>> VerdictsAsync(CancellationToken cancellation)
    {
        var tickets = new TicketLedger();
        foreach (var happened in await new EventStore(database).OfKindsAsync([EventKind.Merged, EventKind.Escalated], cancellation)) tickets.Take(happened);
        var book = new LabelBook(await new LabelStore(database).AllAsync(cancellation), tickets.Canonical, Instant.MaxValue);
        var raised = tickets.Summaries(Instant.MinValue, Instant.MaxValue).Where(t => t.RaisedByPersonAt is not null).Select(t => t.TicketId).ToHashSet();
        return given =>
        {
            var ticket = tickets.Canonical(given);
            return (ticket, FactTableBuilder.VerdictOf(book.Of(ticket), raised.Contains(ticket)));
        };
    }

    private static Dictionary<string, RuleDescription> Signals(RuleSet rules) => rules.Describe().Where(r => r.Kind != "routing").ToDictionary(r => r.Name, StringComparer.Ordinal);

    /// <summary>Whether two forms of a rule give the same signals.</summary>
    private static bool IsSame(RuleDescription one, RuleDescription other) => (one.Expression, one.Confidence, one.Trigger) == (other.Expression, other.Confidence, other.Trigger);

    /// <summary>How long a rule ran in one form, and what it hit.</summary>
    private sealed class Run
    {
        private readonly HashSet<TicketId> tickets = [];
        private readonly int[] verdicts = new int[4];

        public HashSet<RuleSetVersion> Versions { get; } = [];

        /// <summary>When it began; for imported history the first message that it hit.</summary>
        public Instant? Since { get; set; }

        public void Take(TicketId ticket, RowVerdict verdict, Instant at)
        {
            tickets.Add(ticket);
            verdicts[(int)verdict]++;
            if (at < Since) Since = at;
        }

        public RuleConsequence Of(string rule, string change) => new(rule, change, Api.Json.Time(Since), verdicts.Sum(), tickets.Count,
            verdicts[(int)RowVerdict.Confirmed], verdicts[(int)RowVerdict.Dismissed], verdicts[(int)RowVerdict.Missed], verdicts[(int)RowVerdict.Unknown]);
    }
}
