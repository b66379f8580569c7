using CsCheck;
using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.Tests.Sla;

/// <summary>Over random pauses, ends, reopenings, rises and changes of the calendar, against a stopwatch that looks every minute.</summary>
public sealed class SlaTimelineProperties
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 6, 13, 0);        // a Friday before the clocks change in New York

    private static readonly BusinessCalendar[] Calendars =
    [
        Sla.Calendars.NineToFive, Sla.Calendars.EveryDay("America/New_York", (0, 6), (22, 24)), BusinessCalendar.Always,
        Sla.Calendars.Weekdays("Europe/Berlin", [new LocalDate(2026, 3, 9)], (8, 12), (13.5, 18)),
    ];

    private static readonly Gen<SlaStep[]> Steps =
        (from minutes in Gen.Int[0, 5 * 1440].HashSet[0, 8]
         from kinds in Gen.Enum<SlaStepKind>().Array[8]
         select minutes.Order().Select((m, i) => new SlaStep(Start + Duration.FromMinutes(m), kinds[i])).ToArray());

    private static readonly Gen<SlaRules> Rules =
        from changes in Gen.Int[0, 5 * 1440].HashSet[0, 3]
        from calendars in Gen.Int[0, Calendars.Length - 1].Array[4]
        from reopened in Gen.Enum<ReopenedSla>().Array[4]
        select new SlaRules([.. changes.Order().Prepend(-1).Select((m, i) => new SlaRuleSet(
            Start + Duration.FromMinutes(m), new Dictionary<string, BusinessCalendar> { ["c"] = Calendars[calendars[i]] }, new SlaPolicy(reopened[i])))]);

    [Fact]
    public void It_agrees_with_a_stopwatch_that_looks_every_minute() =>
        Gen.Select(Steps, Rules, Gen.Int[1, 600], Gen.Int[1, 4000], Gen.Int[1, 600], Gen.Int[0, 7 * 1440]).Sample((steps, rules, first, riseAt, second, asOf) =>
        {
            SlaPromise[] promises = [new(Start, first / 60d, "c"), new(Start + Duration.FromMinutes(riseAt), second / 60d, "c")];
            var now = Start + Duration.FromMinutes(asOf);
            var sla = SlaTimeline.Of(promises, steps, rules, now);
            var watch = new Stopwatch(promises, rules);
            for (var minute = 0; minute < asOf; minute++) watch.Minute(Start + Duration.FromMinutes(minute), steps);
            watch.Take(steps, now);

            var running = watch.Running.ToList();
            Assert.Contains(running, r => r.Promise == sla.Promise && Duration.FromMinutes(r.Used) == sla.Counted);
            if (watch.EndedAt is { } end)
            {
                Assert.Equal(running.Any(r => r.FilledAt is { } filled && filled < end), sla.State == SlaState.Breached);
                return;
            }
            Assert.Equal(running.Any(r => r.FilledAt <= now), sla.State == SlaState.Overdue);
            if (sla.State == SlaState.Overdue) Assert.Equal(running.Min(r => r.FilledAt), sla.Deadline);
            Assert.Equal(watch.Waits && sla.State != SlaState.Overdue, sla.State == SlaState.Paused);
            if (sla.State != SlaState.Running) return;
            watch.NothingMore();
            Instant? due = null;
            for (var minute = asOf; due is null && minute < asOf + 60 * 1440; minute++)
            {
                watch.Minute(Start + Duration.FromMinutes(minute), []);
                due = watch.Running.Min(r => r.FilledAt);
            }
            Assert.Equal(due, sla.Deadline);
        }, iter: 400);

    [Fact]
    public void Its_pieces_touch_and_count_what_was_used_up_to_the_deadline() =>
        Gen.Select(Steps, Rules, Gen.Int[1, 600], Gen.Int[0, 7 * 1440]).Sample((steps, rules, minutes, asOf) =>
        {
            var sla = SlaTimeline.Of([new SlaPromise(Start, minutes / 60d, "c")], steps, rules, Start + Duration.FromMinutes(asOf));
            var segments = sla.Segments;
            var at = sla.Promise.From;
            foreach (var segment in segments)
            {
                Assert.Equal(at, segment.From);
                Assert.True(segment.To > segment.From, "empty");
                at = segment.To;
            }
            var counted = segments.Sum(s => s.CountedSeconds);
            Assert.Equal(sla.State is SlaState.Running or SlaState.Overdue or SlaState.Breached ? minutes * 60 : sla.Counted.TotalSeconds, counted, 6);
        }, iter: 2000);

    /// <summary>Slow and obvious: adds a minute to every promise where the clock runs and the calendar of the moment is open.</summary>
    private sealed class Stopwatch(SlaPromise[] promises, SlaRules rules)
    {
        private readonly List<Entry> running = [];
        private int taken, made;

        public bool Waits { get; private set; }

        public Instant? EndedAt { get; private set; }

        public IEnumerable<Entry> Running => running;

        public void Minute(Instant minute, SlaStep[] steps)
        {
            Take(steps, minute);
            if (Waits || EndedAt is not null || !SlaClock.IsOpen(rules.CalendarAt("c", minute), minute)) return;
            foreach (var entry in running)
                if (++entry.Used == (int)Math.Round(entry.Promise.Hours * 60)) entry.FilledAt = minute + Duration.FromMinutes(1);
        }

        /// <summary>What was not promised yet is not known.</summary>
        public void NothingMore() => made = promises.Length;

        public void Take(SlaStep[] steps, Instant until)
        {
            while (true)
            {
                var step = taken < steps.Length && steps[taken].At <= until ? steps[taken].At : Instant.MaxValue;
                var promise = made < promises.Length && promises[made].From <= until ? promises[made].From : Instant.MaxValue;
                if (step == Instant.MaxValue && promise == Instant.MaxValue) return;
                if (promise <= step) running.Add(new Entry(promises[made++]));
                else Take(steps[taken++]);
            }
        }

        private void Take(SlaStep step)
        {
            if (step.Kind == SlaStepKind.Paused) Waits = true;
            if (step.Kind is SlaStepKind.Resumed or SlaStepKind.Reopened) Waits = false;
            if (step.Kind == SlaStepKind.Ended) EndedAt ??= step.At;
            if (step.Kind != SlaStepKind.Reopened) return;
            EndedAt = null;
            if (rules.PolicyAt(step.At).Reopened == ReopenedSla.Continue) return;
            var last = running[^1].Promise;
            running.Clear();
            running.Add(new Entry(last with { From = step.At }));
        }

        public sealed class Entry(SlaPromise promise)
        {
            public SlaPromise Promise => promise;

            public int Used { get; set; }

            public Instant? FilledAt { get; set; }
        }
    }
}
