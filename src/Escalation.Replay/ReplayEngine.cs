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
    private HistoryView view = new(ViewRetention.WithoutTexts);
    private Instant first = Instant.MaxValue, last = Instant.MinValue;

    private ReplayEngine(IReadOnlyList<ReplayArm> arms, ReplayOptions options, ChangeSpool changes)
    {
        (this.options, this.changes, lanes) = (options, changes, [.. arms.Select(a => new Lane(a, options.Top))]);
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
        Run(arms, source.Read(cancellation), options, source, cancellation);

    /// <summary>Replays records that are in the total order of history.</summary>
    public static ReplayResult Run(IReadOnlyList<ReplayArm> arms, IEnumerable<HistoryRecord> records, ReplayOptions options, CancellationToken cancellation) =>
        Run(arms, records, options, null, cancellation);

    private static ReplayResult Run(IReadOnlyList<ReplayArm> arms, IEnumerable<HistoryRecord> records, ReplayOptions options, HistorySource? source, CancellationToken cancellation)
    {
        var changes = new ChangeSpool();
        using var engine = new ReplayEngine(arms, options, changes);
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
            if (!isDone) changes.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lane in lanes) lane.Tally.Dispose();
        cases.Dispose();
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
        cases.Touch(message.TicketId, message.Received);
        Tickets.Take(message);
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
                cases.Touch(label.TicketId, label.Received);
                cases.Take(label);
                var ticket = Tickets.Canonical(label.TicketId);
                cases.Live.Take(label, ticket);
                foreach (var lane in lanes) lane.Take(lane.Runner.Episodes.OnLabel(label, ticket), null, Tickets);
                break;
            default: view.Add(record); break;
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

    private void Decide(ObservedFacts observed)
    {
        var message = observed.Message.Message;
        var isCounted = message.Received >= options.From;
        var ticket = Tickets.IndexOf(message.TicketId);
        Decision? baseline = null;
        for (var i = 0; i < lanes.Length; i++)
        {
            var lane = lanes[i];
            var decided = lane.Runner.Decide(observed);
            if (i == 0) Tickets.Describe(observed.Ticket.Id, () => slicer.Of(decided.Derived));
            lane.Take(decided.Change, decided.Derived.Context, Tickets);
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
        var met = view.Counters;
        view = new HistoryView(ViewRetention.WithoutTexts);      // its windows make room for the outcomes
        var needed = new TicketNeeds();
        var escalated = lanes.Select(_ => new HashSet<TicketId>()).ToArray();
        var built = lanes.Select((_, i) => OutcomesOf(i, asOf, escalated[i], i == 0 ? needed : null)).ToList();
        var sliced = SlicedMetrics.Measure(built, options.Slices, options.AllSlices, options.Workers);
        var arms = lanes.Select((lane, i) => lane.Result(built[i], needed.ByNumber(Tickets.NumbersOfMerged()), sliced.Of(i))).ToList();
        ChangeKind KindOf(DecisionChange change)
        {
            var ticket = Tickets.Canonical(change.TicketId);
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
            var opened = batch.Opened[arm].Select(o => o.Episode).Where(e => e.OpenedAt >= options.From && e.OpenedAt < options.To);
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

        public void Take(EpisodeChange? change, ContextFacts? context, TicketLedger tickets, TicketId? mergedFrom = null)
        {
            if (change is not null && Ledger.Take(change, context, mergedFrom)) tickets.Follow(change.Episode.TicketId);
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
