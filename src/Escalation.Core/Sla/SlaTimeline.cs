using NodaTime;

namespace Escalation.Core.Sla;

/// <summary>Where a service level stands.</summary>
public enum SlaState
{
    /// <summary>The deadline is ahead.</summary>
    Running,

    /// <summary>The ticket waits for the customer, so that there is no deadline until it goes on.</summary>
    Paused,

    /// <summary>The deadline has passed, and the escalation is open.</summary>
    Overdue,

    /// <summary>The escalation ended in time.</summary>
    Met,

    /// <summary>The escalation ended after the deadline.</summary>
    Breached,
}

/// <summary>A service level as its events make it: promises, pauses, reopenings and changes of calendars, counted up to an instant.</summary>
/// <remarks>
/// Pure and immutable; nothing is stored, so that a late event counts as if it had come in time. Where several promises were made (a rise
/// routes anew), each runs from its own begin, and the one that ends first governs: a rise never gives more time. Hours are those of the
/// promise; calendars are those in force at each moment. Source: issue 6, point 5.
/// </remarks>
public sealed class SlaTimeline
{
    private readonly SlaRules rules;
    private readonly IReadOnlyList<Stretch> stretches;
    private readonly Instant? ended;

    private SlaTimeline(SlaRules rules, IReadOnlyList<Stretch> stretches, SlaPromise promise, Instant asOf, Instant? ended)
    {
        (this.rules, this.stretches, Promise, AsOf, this.ended) = (rules, stretches, promise, asOf, ended);
        var until = ended ?? asOf;
        Counted = CountedUntil(until);
        Deadline = At(Target);
        State = ended is not null ? Deadline < until ? SlaState.Breached : SlaState.Met
            : Deadline <= asOf ? SlaState.Overdue
            : Deadline is null ? SlaState.Paused : SlaState.Running;
    }

    /// <summary>The promise that governs; one that a reopening began anew starts there.</summary>
    public SlaPromise Promise { get; }

    /// <summary>The instant that it is counted up to.</summary>
    public Instant AsOf { get; }

    /// <summary>Where it stands.</summary>
    public SlaState State { get; }

    /// <summary>When the hours are used up, if nothing stops the clock again; null while it is paused. Of one that ended: when they were, or would have been.</summary>
    public Instant? Deadline { get; }

    /// <summary>Open time used so far.</summary>
    public Duration Counted { get; }

    /// <summary>Open time that is left; zero from the deadline on.</summary>
    public Duration Left => Counted < Target ? Target - Counted : Duration.Zero;

    /// <summary>The calendar in force at <see cref="AsOf"/>.</summary>
    public BusinessCalendar Calendar => rules.CalendarAt(Promise.Calendar, AsOf);

    /// <summary>The pieces from the promise to the deadline, to the end where that came first, or to <see cref="AsOf"/> in a pause: without gaps or overlaps.</summary>
    public IReadOnlyList<SlaSegment> Segments
    {
        get
        {
            var until = Deadline is not { } due ? AsOf : ended is { } end && end < due ? end : due;
            var segments = new List<SlaSegment>();
            foreach (var stretch in stretches)
            {
                if (stretch.From >= until) break;
                var to = stretch.To is { } last && last < until ? last : until;
                foreach (var piece in rules.Between(Promise.Calendar, stretch.From, to))
                    if (stretch.Kind == SlaSegmentKind.Open) segments.AddRange(SlaSegments.Between(piece.Calendar, piece.From, piece.To ?? to));
                    else AddStill(segments, piece, piece.To ?? to, stretch.Kind);
            }
            return segments;
        }
    }

    private Duration Target => Duration.FromMilliseconds((long)Math.Round(Promise.Hours * 3_600_000));

    /// <summary>The service level as of an instant.</summary>
    /// <param name="promises">At least one, by time.</param>
    /// <param name="steps">By time; those after <paramref name="asOf"/> are not yet known.</param>
    /// <param name="rules">Calendars and policies over time.</param>
    /// <param name="asOf">Now.</param>
    /// <exception cref="CalendarClosedException">A calendar has no opening for more than two years.</exception>
    public static SlaTimeline Of(IReadOnlyList<SlaPromise> promises, IReadOnlyList<SlaStep> steps, SlaRules rules, Instant asOf)
    {
        var clock = new ClockRun(promises, rules);
        foreach (var step in steps)
            if (step.At <= asOf) clock.Take(step);
        var (stretches, live) = clock.Finish(asOf);
        SlaTimeline? first = null;
        foreach (var promise in live)
        {
            var own = new SlaTimeline(rules, [.. stretches.Select(s => s.Since(promise.From)).OfType<Stretch>()], promise, asOf, clock.EndedAt);
            if (first is null || own.IsBefore(first)) first = own;
        }
        return first!;
    }

    /// <summary>The instant at which so much open time was, or will be, used; null where a pause keeps it from coming.</summary>
    /// <param name="open">Open time, above zero.</param>
    public Instant? At(Duration open)
    {
        foreach (var stretch in stretches)
        {
            if (stretch.Kind != SlaSegmentKind.Open) continue;
            foreach (var piece in rules.Between(Promise.Calendar, stretch.From, stretch.To))
            {
                if (piece.To is not { } end) return SlaClock.Deadline(piece.Calendar, piece.From, open);
                var elapsed = SlaClock.Elapsed(piece.Calendar, piece.From, end);
                if (open <= elapsed) return SlaClock.Deadline(piece.Calendar, piece.From, open);
                open -= elapsed;
            }
        }
        return null;
    }

    /// <summary>Open time used up to an instant.</summary>
    public Duration CountedUntil(Instant until)
    {
        var elapsed = Duration.Zero;
        foreach (var stretch in stretches)
        {
            if (stretch.Kind != SlaSegmentKind.Open || stretch.From >= until) continue;
            var to = stretch.To is { } last && last < until ? last : until;
            foreach (var piece in rules.Between(Promise.Calendar, stretch.From, to)) elapsed += SlaClock.Elapsed(piece.Calendar, piece.From, piece.To ?? to);
        }
        return elapsed;
    }

    /// <remarks>In a pause, the one that would end first if it went on now.</remarks>
    private bool IsBefore(SlaTimeline other) => (Deadline ?? IfResumed()) < (other.Deadline ?? other.IfResumed());

    private Instant IfResumed() => SlaClock.Deadline(Calendar, AsOf, Left);

    private static void AddStill(List<SlaSegment> segments, CalendarStretch piece, Instant to, SlaSegmentKind kind)
    {
        var from = piece.From;
        if (segments.Count > 0 && segments[^1].Kind == kind)
        {
            from = segments[^1].From;
            segments.RemoveAt(segments.Count - 1);
        }
        segments.Add(SlaSegments.Of(piece.Calendar, from, to, kind));
    }

    /// <summary>A stretch in which the clock runs (open) or stands still; without an end it goes on.</summary>
    private sealed record Stretch(Instant From, Instant? To, SlaSegmentKind Kind)
    {
        public Stretch? Since(Instant from) => To <= from ? null : From >= from ? this : this with { From = from };
    }

    /// <summary>Takes steps in order of time, and keeps what the clock did.</summary>
    private sealed class ClockRun
    {
        private readonly SlaRules rules;
        private readonly Queue<SlaPromise> coming;
        private readonly List<SlaPromise> live = [];
        private readonly List<Stretch> done = [];
        private readonly Instant opened;
        private Instant since;
        private bool waits;

        public ClockRun(IReadOnlyList<SlaPromise> promises, SlaRules rules)
        {
            (this.rules, coming, opened) = (rules, new Queue<SlaPromise>(promises), promises[0].From);
            since = opened;
        }

        public Instant? EndedAt { get; private set; }

        private SlaSegmentKind Kind => EndedAt is not null ? SlaSegmentKind.Ended : waits ? SlaSegmentKind.Paused : SlaSegmentKind.Open;

        public void Take(SlaStep step)
        {
            MakePromises(step.At);
            var before = Kind;
            var at = Instant.Max(step.At, since);
            switch (step.Kind)
            {
                case SlaStepKind.Paused: waits = true; break;
                case SlaStepKind.Resumed: waits = false; break;
                case SlaStepKind.Ended: EndedAt ??= at; break;
                case SlaStepKind.Reopened:
                    (EndedAt, waits) = (null, false);
                    if (live.Count > 0 && rules.PolicyAt(at).Reopened == ReopenedSla.Restart)
                    {
                        var last = live[^1];
                        live.Clear();
                        live.Add(last with { From = at });
                    }
                    break;
            }
            if (Kind == before) return;
            if (at > since) done.Add(new Stretch(since, at, before));
            since = at;
        }

        /// <remarks>What ended is counted on as if it had gone on, so that it shows the deadline that it met.</remarks>
        public (IReadOnlyList<Stretch> Stretches, IReadOnlyList<SlaPromise> Live) Finish(Instant asOf)
        {
            MakePromises(Instant.Max(asOf, opened));
            done.Add(new Stretch(since, null, EndedAt is not null ? SlaSegmentKind.Open : Kind));
            return (done, live);
        }

        private void MakePromises(Instant until)
        {
            while (coming.Count > 0 && coming.Peek().From <= until) live.Add(coming.Dequeue());
        }
    }
}
