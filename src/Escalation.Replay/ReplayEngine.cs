using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Metrics;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.History.View;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;
using Escalation.Replay.Collecting;
using Escalation.Replay.Pipeline;
using NodaTime;

namespace Escalation.Replay;

/// <summary>Decides a history again under one or more configurations, in one pass and in order.</summary>
/// <remarks>
/// Texts are read and analyzed on all cores ahead of one ordered stage, so that the result is the same for any number of threads. Each arm forms its own
/// episodes from its decisions and the recorded events. Memory: the windows of the view, and the tickets on which something happened lately; those of
/// before lie in a temporary file, and come back one part after another when everything is counted.
/// Source: "episode" and "In replay" in DESIGN.md.
/// </remarks>
public sealed class ReplayEngine : IDisposable
{
    private const int ProgressEvery = 4096;

    private readonly ReplayOptions options;
    private readonly Lane[] lanes;
    private readonly TicketSlicer slicer = new();
    private readonly CaseBook cases;
    private readonly ChangeSpool changes;
    private readonly ArmDecision[] decided;
    private HistoryView? view;
    private Instant first = Instant.MaxValue, last = Instant.MinValue;

    private ReplayEngine(IReadOnlyList<ReplayArm> arms, ReplayOptions options, ChangeSpool changes)
    {
        (this.options, this.changes, lanes) = (options, changes, [.. arms.Select(a => new Lane(a, options.Top))]);
        decided = new ArmDecision[lanes.Length];
        cases = new CaseBook([.. lanes.Select(l => new ArmCases(l.Runner.Episodes, l.Ledger))], options.SettleAfter);
    }

    private TicketLedger Tickets => cases.Tickets;

    /// <summary>Replays files.</summary>
    /// <param name="arms">The arms; the first is the baseline.</param>
    /// <param name="source">The history.</param>
    /// <param name="options">Window and threads.</param>
    /// <param name="cancellation">Ends between two records; nothing is left behind.</param>
    /// <exception cref="IOException">A file could not be read, or the temporary file not be written.</exception>
    public static ReplayResult Run(IReadOnlyList<ReplayArm> arms, HistorySource source, ReplayOptions options, CancellationToken cancellation) =>
        Run(arms, options, source.Summary, engine => engine.Derive(source.Read(cancellation), cancellation));

    /// <summary>Replays records that are in the total order of history.</summary>
    public static ReplayResult Run(IReadOnlyList<ReplayArm> arms, IEnumerable<HistoryRecord> records, ReplayOptions options, CancellationToken cancellation) =>
        Run(arms, options, null, engine => engine.Derive(records, cancellation));

    /// <summary>Replays a history whose facts are cached: what no arm was given before is derived first, and kept. The result is the same.</summary>
    /// <param name="arms">The arms; the first is the baseline. Their rules must be a compiled <see cref="Rules.RuleSet"/>.</param>
    /// <param name="history">The history.</param>
    /// <param name="options">Window and threads.</param>
    /// <param name="cancellation">Ends between two records; complete columns stay in the cache.</param>
    /// <exception cref="IOException">The history cannot be read, or the cache or the temporary file not be written.</exception>
    public static ReplayResult Run(IReadOnlyList<ReplayArm> arms, AnalyzedHistory history, ReplayOptions options, CancellationToken cancellation) =>
        Run(arms, options, history.Summary, engine => engine.Recall(history, cancellation));

    /// <summary>Makes episodes and figures of decisions that were made before, in the total order of history.</summary>
    internal static ReplayResult Run(IReadOnlyList<ReplayArm> arms, IEnumerable<DecidedRecord> records, ReplayOptions options, CancellationToken cancellation) =>
        Run(arms, options, null, engine => engine.Recall(records, cancellation));

    private static ReplayResult Run(IReadOnlyList<ReplayArm> arms, ReplayOptions options, InputSummary? input, Func<ReplayEngine, ViewCounters> take)
    {
        var changes = new ChangeSpool();
        using var engine = new ReplayEngine(arms, options, changes);
        var isDone = false;
        try
        {
            var met = take(engine);
            var result = engine.Finish(input, met);
            isDone = true;
            return result;
        }
        finally
        {
            if (!isDone) changes.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lane in lanes) lane.Tally.Dispose();
        cases.Dispose();
    }

    /// <summary>Derives, decides and takes every record.</summary>
    /// <returns>What the view met.</returns>
    private ViewCounters Derive(IEnumerable<HistoryRecord> records, CancellationToken cancellation)
    {
        view = new HistoryView(ViewRetention.WithoutTexts);
        var analyzers = PreparedRecords.Distinct(lanes.Select(l => l.Runner.Arm.Configuration.Analyzer));
        InOrder(PreparedRecords.Of(records, analyzers, options.Workers, cancellation), record =>
        {
            if (record.Message is { } message) Take(message, view);
            else Take(record.Other!);
        }, cancellation);
        var met = view.Counters;
        view = null;      // its windows make room for the outcomes
        return met;
    }

    /// <summary>Takes every record, with decisions on facts from the cache.</summary>
    /// <returns>What the view met when they were derived.</returns>
    private ViewCounters Recall(AnalyzedHistory history, CancellationToken cancellation)
    {
        var configurations = lanes.Select(l => l.Runner.Arm.Configuration).ToList();
        var tables = configurations.ConvertAll(c => history.Table(c, options, cancellation));
        var records = new DecidedRecords(configurations, tables).Of(history.Tape(cancellation), options.To, options.Workers, cancellation);
        Recall(records, cancellation);
        return tables[0].View;
    }

    /// <summary>Takes every record with the decisions on it.</summary>
    /// <returns>Nothing: no view was asked.</returns>
    private ViewCounters Recall(IEnumerable<DecidedRecord> records, CancellationToken cancellation)
    {
        InOrder(records, record =>
        {
            if (record.Record is Message message) Take(message, record);
            else Take(record.Record);
        }, cancellation);
        return new ViewCounters();
    }

    private void InOrder<T>(IEnumerable<T> records, Action<T> take, CancellationToken cancellation)
    {
        var taken = 0L;
        foreach (var record in records)
        {
            take(record);
            if (++taken % ProgressEvery != 0) continue;
            cancellation.ThrowIfCancellationRequested();
            options.OnProgress?.Invoke(taken);
        }
        options.OnProgress?.Invoke(taken);
    }

    private void Take(ObservedMessage observed, HistoryView seen)
    {
        var message = observed.Message;
        Meet(message);
        if (message.Author == Author.Customer && message.Received < options.To)
        {
            var facts = seen.Observe(observed);
            for (var i = 0; i < lanes.Length; i++) decided[i] = lanes[i].Runner.Decide(facts);
            Count(message, facts.Ticket.Id);
        }
        seen.Add(observed);
    }

    private void Take(Message message, in DecidedRecord record)
    {
        Meet(message);
        if (record.Facts is not { } facts) return;
        var ticket = new TicketId(facts[0].Ticket.Id);
        for (var i = 0; i < lanes.Length; i++) decided[i] = lanes[i].Runner.Take(message, ticket, facts[i], record.Decisions![i]);
        Count(message, ticket);
    }

    private void Meet(Message message)
    {
        See(message);
        cases.Touch(message.TicketId, message.Received);
        Tickets.Take(message);
    }

    private void Take(HistoryRecord record)
    {
        See(record);
        switch (record)
        {
            case TicketEvent happened:
                Take(happened);
                view?.Add(record);
                break;
            case Label label:
                cases.Touch(label.TicketId, label.Received);
                cases.Take(label);
                var ticket = Tickets.Canonical(label.TicketId);
                cases.Live.Take(label, ticket);
                foreach (var lane in lanes) lane.Take(lane.Runner.Episodes.OnLabel(label, ticket), null, Tickets);
                break;
            default: view?.Add(record); break;
        }
    }

    private void Take(TicketEvent happened)
    {
        cases.Touch(happened.TicketId, happened.Received);
        var isMerge = happened.Kind == EventKind.Merged;
        if (isMerge && happened.ToTicket is { } into) cases.Touch(into, happened.Received);
        var ticket = isMerge ? happened.TicketId : Tickets.Canonical(happened.TicketId);
        var customer = Tickets.CustomerOf(ticket);
        if (cases.Live.Take(happened, ticket, customer)) Tickets.Follow(ticket);
        foreach (var lane in lanes) lane.Take(lane.Runner.Episodes.OnEvent(happened, ticket, customer), null, Tickets, isMerge ? ticket : null);
        Tickets.Take(happened);
    }

    /// <summary>Counts what the arms decided on a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ticket">Its ticket, after merges.</param>
    private void Count(Message message, TicketId ticket)
    {
        var isCounted = message.Received >= options.From;
        var number = Tickets.IndexOf(message.TicketId);
        Tickets.Describe(ticket, () => slicer.Of(decided[0].Derived));
        var baseline = decided[0].Decision;
        for (var i = 0; i < lanes.Length; i++)
        {
            var (lane, decision) = (lanes[i], decided[i].Decision);
            lane.Take(decided[i].Change, decided[i].Derived.Context, Tickets);
            if (!isCounted) continue;
            lane.Tally.Take(message, number, decision);
            lane.Highest.Take(message, ticket, decision);
            if (i > 0 && DecisionChange.Differs(baseline, decision))
                changes.Add(new DecisionChange(i, message.Id, ticket, message.CustomerId, message.At, ChangeSide.Of(baseline, message.Text), ChangeSide.Of(decision, message.Text)));
        }
    }

    private void See(HistoryRecord record)
    {
        if (record.Received < first) first = record.Received;
        if (record.Received > last) last = record.Received;
    }

    private ReplayResult Finish(InputSummary? input, ViewCounters met)
    {
        var asOf = last == Instant.MinValue ? Instant.FromUnixTimeSeconds(0) : last;
        var needed = new TicketNeeds();
        var escalated = lanes.Select(_ => new HashSet<TicketId>()).ToArray();
        var built = lanes.Select((_, i) => OutcomesOf(i, asOf, escalated[i], i == 0 ? needed : null)).ToList();
        var sliced = SlicedMetrics.Measure(built, options.Slices, options.AllSlices, options.Workers);
        var unknown = built.Select(b => UnknownLabels.Between(built[0], b)).ToList();
        var arms = lanes.Select((lane, i) => lane.Result(built[i], needed.ByNumber(Tickets.NumbersOfMerged()), sliced.Of(i))).ToList();
        ChangeKind KindOf(DecisionChange change)
        {
            var ticket = Tickets.Canonical(change.TicketId);
            return change.KindOf(needed.Of(ticket), escalated[0].Contains(ticket), escalated[change.Arm].Contains(ticket));
        }
        var comparisons = Comparison.All(arms, sliced, unknown, escalated, needed, changes, KindOf);
        return new ReplayResult(changes, KindOf)
        {
            Arms = arms,
            Comparisons = comparisons,
            Slices = sliced.Sizes,
            SlicesLeftOut = sliced.LeftOut,
            Input = input,
            View = met,
            Span = (first, asOf),
            Labels = cases.Labels,
            Recalled = cases.Recalled,
        };
    }

    /// <summary>The outcomes of an arm, part by part of the tickets.</summary>
    /// <param name="arm">Its place.</param>
    /// <param name="asOf">The instant at which they are known.</param>
    /// <param name="escalated">Takes the tickets that its machine escalated.</param>
    /// <param name="needed">Takes what people said of tickets; null where that is known.</param>
    private Outcomes OutcomesOf(int arm, Instant asOf, HashSet<TicketId> escalated, TicketNeeds? needed)
    {
        var (tickets, episodes) = (new List<TicketOutcome>(), new List<EpisodeOutcome>());
        foreach (var batch in cases.Batches(options.From, options.To))
        {
            var issues = batch.Opened[arm].Where(o => o.Issue is not null).ToDictionary(o => o.Episode.Id, o => o.Issue);
            var builder = new OutcomeBuilder(batch.Labels, batch.Live, batch.Canonical, asOf)
            {
                TrailOf = batch.TrailOf,
                IssueKeyOf = e => issues.GetValueOrDefault(e.Id),
                BusinessHours = lanes[arm].Runner.Arm.Configuration.DefaultCalendar,
            };
            var outcomes = builder.Tickets(batch.Tickets).ToList();
            needed?.Take(outcomes, batch.NumberOf);
            tickets.AddRange(outcomes);
            var opened = batch.Opened[arm].Select(o => o.Episode).Where(e => e.OpenedAt >= options.From && e.OpenedAt < options.To).ToList();
            opened.ForEach(lanes[arm].Volume.Take);
            episodes.AddRange(builder.Episodes(batch.Tickets, opened, lanes[arm].Runner.Arm.IsLive));
            escalated.UnionWith(batch.Opened[arm].Where(o => o.Episode.OpenedBy == ActorKind.Robot).Select(o => batch.Canonical(o.Episode.TicketId)));
        }
        // Sums of hours depend on their order in the last digits, and intervals on these: one order, whichever part a ticket was in.
        tickets.Sort((a, b) => string.CompareOrdinal(a.TicketId.Value, b.TicketId.Value));
        return new Outcomes(tickets, episodes.OrderBy(e => e.OpenedAt).ThenBy(e => e.TicketId.Value, StringComparer.Ordinal), asOf);
    }

    /// <summary>An arm with all that is collected of it.</summary>
    private sealed class Lane(ReplayArm arm, int top)
    {
        public ArmRunner Runner { get; } = new(arm, keepsSignals: false);

        public ArmTally Tally { get; } = new();

        public HighestRecommendations Highest { get; } = new(top);

        public EpisodeLedger Ledger { get; } = new();

        public VolumeCounter Volume { get; } = new(arm.Configuration.DefaultCalendar.Zone);

        public void Take(EpisodeChange? change, ContextFacts? context, TicketLedger tickets, TicketId? mergedFrom = null)
        {
            if (change is not null && Ledger.Take(change, context, mergedFrom)) tickets.Follow(change.Episode.TicketId);
        }

        public ArmResult Result(Outcomes outcomes, NumberedNeeds needs, IReadOnlyDictionary<string, MetricSet> slices) => new()
        {
            Arm = arm,
            Metrics = EscalationMetrics.Compute(outcomes),
            Slices = slices,
            Unknown = UnknownLabels.Of(outcomes),
            Days = Tally.Days,
            Volumes = Volume.Volumes(arm.Configuration.Policy.Capacity),
            Reliability = Tally.Scores.Bins(needs),
            Messages = Tally.Messages,
            Bands = Tally.Bands,
            Degraded = Tally.Degraded,
            NeedsReview = Tally.NeedsReview,
            Rules = Tally.Rules(needs),
            Highest = Highest.All,
            DecisionsHash = Tally.DigestOfDecisions(),
        };
    }
}
