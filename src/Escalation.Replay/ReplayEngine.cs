using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Metrics;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.Reading;
using Escalation.History.View;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;
using Escalation.Replay.Collecting;
using Escalation.Replay.Pipeline;
using NodaTime;

namespace Escalation.Replay;

/// <summary>Decides a history again under one or more configurations, in one pass and in order.</summary>
/// <remarks>
/// Texts are read and analyzed on all cores ahead of one ordered stage, so that the result is the same for any number of threads. Each arm forms its own
/// episodes from its decisions and the recorded events. Memory: the windows of the view, one small entry a ticket, and the episodes.
/// Source: "episode" and "In replay" in DESIGN.md.
/// </remarks>
public sealed class ReplayEngine
{
    private const int ProgressEvery = 4096;

    private readonly ReplayOptions options;
    private readonly Lane[] lanes;
    private readonly HistoryView view = new(ViewRetention.WithoutTexts);
    private readonly TicketLedger tickets = new();
    private readonly TicketSlicer slicer = new();
    private readonly RecordedEpisodes live = new();
    private readonly List<Label> labels = [];
    private readonly ChangeSpool changes;
    private Instant first = Instant.MaxValue, last = Instant.MinValue;

    private ReplayEngine(IReadOnlyList<ReplayArm> arms, ReplayOptions options, ChangeSpool changes) =>
        (this.options, this.changes, lanes) = (options, changes, [.. arms.Select(a => new Lane(a, options.Top))]);

    /// <summary>Replays files.</summary>
    /// <param name="arms">The arms; the first is the baseline.</param>
    /// <param name="source">The history.</param>
    /// <param name="options">Window and threads.</param>
    /// <param name="cancellation">Ends between two records; nothing is left behind.</param>
    /// <exception cref="IOException">A file could not be read, or the temporary file not be written.</exception>
    public static ReplayResult Run(IReadOnlyList<ReplayArm> arms, HistorySource source, ReplayOptions options, CancellationToken cancellation) =>
        Run(arms, source.Read(cancellation), options, source, cancellation);

    /// <summary>Replays records that are in the total order of history.</summary>
    public static ReplayResult Run(IReadOnlyList<ReplayArm> arms, IEnumerable<HistoryRecord> records, ReplayOptions options, CancellationToken cancellation) =>
        Run(arms, records, options, null, cancellation);

    private static ReplayResult Run(IReadOnlyList<ReplayArm> arms, IEnumerable<HistoryRecord> records, ReplayOptions options, HistorySource? source, CancellationToken cancellation)
    {
        var changes = new ChangeSpool();
        var engine = new ReplayEngine(arms, options, changes);
        var isDone = false;
        try
        {
            engine.Take(records, cancellation);
            var result = engine.Finish(source);
            isDone = true;
            return result;
        }
        finally
        {
            foreach (var lane in engine.lanes) lane.Tally.Dispose();
            if (!isDone) changes.Dispose();
        }
    }

    private void Take(IEnumerable<HistoryRecord> records, CancellationToken cancellation)
    {
        var analyzers = PreparedRecords.Distinct(lanes.Select(l => l.Runner.Arm.Configuration.Analyzer));
        var taken = 0L;
        foreach (var record in PreparedRecords.Of(records, analyzers, options.Workers, cancellation))
        {
            if (record.Message is { } message) Take(message);
            else Take(record.Other!);
            if (++taken % ProgressEvery != 0) continue;
            cancellation.ThrowIfCancellationRequested();
            options.OnProgress?.Invoke(taken);
        }
        options.OnProgress?.Invoke(taken);
    }

    private void Take(ObservedMessage observed)
    {
        var message = observed.Message;
        See(message);
        tickets.Take(message);
        if (message.Author == Author.Customer && message.Received < options.To) Decide(view.Observe(observed));
        view.Add(observed);
    }

    private void Take(HistoryRecord record)
    {
        See(record);
        switch (record)
        {
            case TicketEvent happened:
                Take(happened);
                view.Add(record);
                break;
            case Label label:
                labels.Add(label);
                var ticket = tickets.Canonical(label.TicketId);
                live.Take(label, ticket);
                foreach (var lane in lanes) lane.Take(lane.Runner.Episodes.OnLabel(label, ticket), null, tickets);
                break;
            default: view.Add(record); break;
        }
    }

    private void Take(TicketEvent happened)
    {
        var ticket = happened.Kind == EventKind.Merged ? happened.TicketId : tickets.Canonical(happened.TicketId);
        var customer = tickets.CustomerOf(ticket);
        if (live.Take(happened, ticket, customer)) tickets.Follow(ticket);
        foreach (var lane in lanes) lane.Take(lane.Runner.Episodes.OnEvent(happened, ticket, customer), null, tickets);
        tickets.Take(happened);
    }

    private void Decide(ObservedFacts observed)
    {
        var message = observed.Message.Message;
        var isCounted = message.Received >= options.From;
        var ticket = tickets.IndexOf(message.TicketId);
        Decision? baseline = null;
        for (var i = 0; i < lanes.Length; i++)
        {
            var lane = lanes[i];
            var decided = lane.Runner.Decide(observed);
            if (i == 0) tickets.Describe(observed.Ticket.Id, () => slicer.Of(decided.Derived));
            lane.Take(decided.Change, decided.Derived.Context, tickets);
            if (!isCounted) continue;
            lane.Tally.Take(message, ticket, decided.Decision);
            lane.Highest.Take(message, observed.Ticket.Id, decided.Decision);
            if (baseline is null) baseline = decided.Decision;
            else if (DecisionChange.Differs(baseline, decided.Decision))
                changes.Add(new DecisionChange(
                    i, message.Id, observed.Ticket.Id, message.CustomerId, message.At,
                    ChangeSide.Of(baseline, message.Text), ChangeSide.Of(decided.Decision, message.Text)));
        }
    }

    private void See(HistoryRecord record)
    {
        if (record.Received < first) first = record.Received;
        if (record.Received > last) last = record.Received;
    }

    private ReplayResult Finish(HistorySource? source)
    {
        var asOf = last == Instant.MinValue ? Instant.FromUnixTimeSeconds(0) : last;
        var summaries = tickets.Summaries(options.From, options.To).ToList();
        var built = new Outcomes[lanes.Length];
        for (var i = 0; i < lanes.Length; i++)
        {
            var ledger = lanes[i].Ledger;
            var builder = new OutcomeBuilder(labels, live.Episodes, tickets.Canonical, asOf)
            {
                TrailOf = tickets.TrailOf,
                IssueKeyOf = ledger.IssueOf,
                BusinessHours = lanes[i].Runner.Arm.Configuration.DefaultCalendar,
            };
            built[i] = builder.Build(summaries, ledger.Episodes.Where(e => e.OpenedAt >= options.From && e.OpenedAt < options.To), lanes[i].Runner.Arm.IsLive);
        }
        var needed = TicketNeeds.Of(built[0]);
        var sliced = SlicedMetrics.Measure(built, options.Slices, options.AllSlices, options.Workers);
        var arms = lanes.Select((lane, i) => lane.Result(built[i], needed.ByNumber(tickets), sliced.Of(i))).ToList();
        var escalated = lanes.Select(l => l.Ledger.Episodes.Where(e => e.OpenedBy == ActorKind.Robot).Select(e => tickets.Canonical(e.TicketId)).ToHashSet()).ToArray();
        ChangeKind KindOf(DecisionChange change)
        {
            var ticket = tickets.Canonical(change.TicketId);
            return change.KindOf(needed.Of(ticket), escalated[0].Contains(ticket), escalated[change.Arm].Contains(ticket));
        }
        var comparisons = Comparison.All(arms, sliced, escalated, needed, changes, KindOf);
        return new ReplayResult(changes, KindOf)
        {
            Arms = arms,
            Comparisons = comparisons,
            Slices = sliced.Sizes,
            SlicesLeftOut = sliced.LeftOut,
            Input = source?.Summary,
            View = view.Counters,
            Span = (first, asOf),
            Labels = labels.Count,
        };
    }

    /// <summary>An arm with all that is collected of it.</summary>
    private sealed class Lane(ReplayArm arm, int top)
    {
        public ArmRunner Runner { get; } = new(arm, keepsSignals: false);

        public ArmTally Tally { get; } = new();

        public HighestRecommendations Highest { get; } = new(top);

        public EpisodeLedger Ledger { get; } = new();

        public void Take(EpisodeChange? change, ContextFacts? context, TicketLedger tickets)
        {
            if (change is not null && Ledger.Take(change, context)) tickets.Follow(change.Episode.TicketId);
        }

        public ArmResult Result(Outcomes outcomes, NumberedNeeds needs, IReadOnlyDictionary<string, MetricSet> slices) => new()
        {
            Arm = arm,
            Metrics = EscalationMetrics.Compute(outcomes),
            Slices = slices,
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
