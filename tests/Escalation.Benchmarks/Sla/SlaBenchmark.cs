using Escalation.Benchmarks.Rules;
using Escalation.Core.Sla;
using Escalation.Tests.Sla;
using NodaTime;

namespace Escalation.Benchmarks.Sla;

/// <summary>What a deadline costs beside the slow, obvious reference, in the same run and on the same cases.</summary>
internal static class SlaBenchmark
{
    private const int Cases = 2_000, Rounds = 5, Repeats = 50;

    private static readonly string[] Zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"];

    private readonly record struct Case(BusinessCalendar Calendar, Instant Start, long Seconds);

    /// <summary>Prints nanoseconds a deadline of both, and their ratio, round by round.</summary>
    public static int Run()
    {
        var random = new Random(20261128);
        Case[] cases = [.. Enumerable.Range(0, Cases).Select(_ => Some(random))];
        foreach (var (calendar, start, seconds) in cases)
        {
            var (fast, slow) = (SlaClock.Deadline(calendar, start, Duration.FromSeconds(seconds)), WallClock.Deadline(calendar, start, seconds));
            if (fast == slow) continue;
            Console.Error.WriteLine($"{calendar.Zone.Id}, {seconds} s from {start}: {fast}, by the wall clock {slow}");
            return 1;
        }
        Print($"{Cases:N0} deadlines of 1 s to 24 h in 5 zones, 2 spans a day, 10 holidays a year; all alike; processor time, load average {ListBenchmark.LoadAverage()}");
        var ratios = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var fast = NanosecondsEach(Repeats, cases, c => SlaClock.Deadline(c.Calendar, c.Start, Duration.FromSeconds(c.Seconds)));
            var slow = NanosecondsEach(1, cases, c => WallClock.Deadline(c.Calendar, c.Start, c.Seconds));
            ratios.Add(slow / fast);
            Print($"round {round + 1}: {fast:N0} ns a deadline, reference {slow:N0} ns, {slow / fast:N0} times");
        }
        Print($"median of the ratios: {ratios.Order().ElementAt(Rounds / 2):N0}");

        SlaStep[] steps = [.. Enumerable.Range(0, 20).Select(i => new SlaStep(cases[0].Start + Duration.FromHours(i), i % 2 == 0 ? SlaStepKind.Paused : SlaStepKind.Resumed))];
        var rules = new SlaRules([new SlaRuleSet(Instant.MinValue, new Dictionary<string, BusinessCalendar> { ["c"] = cases[0].Calendar }, new SlaPolicy())]);
        SlaPromise[] promises = [new(cases[0].Start, 24, "c")];
        Print($"a service level with ten pauses, counted from its events: {NanosecondsEach(1, cases, _ => SlaTimeline.Of(promises, steps, rules, cases[0].Start + Duration.FromDays(3)).Deadline ?? default):N0} ns");
        return 0;
    }

    private static double NanosecondsEach(int repeats, Case[] cases, Func<Case, Instant> deadline)
    {
        foreach (var one in cases.AsSpan(0, 100)) deadline(one);
        var last = default(Instant);
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < repeats; i++)
            foreach (var one in cases) last = Instant.Max(last, deadline(one));
        var used = Environment.CpuUsage.TotalTime - before;
        GC.KeepAlive(last);
        return used.TotalNanoseconds / ((double)repeats * cases.Length);
    }

    private static Case Some(Random random)
    {
        var zone = DateTimeZoneProviders.Tzdb[Zones[random.Next(Zones.Length)]];
        var from = random.Next(6 * 4, 11 * 4) * 15;
        OpenSpan[] spans = [new(from, from + 180), new(from + 240, from + 480)];
        var holidays = Enumerable.Range(0, 40).Select(_ => new LocalDate(2024, 1, 1).PlusDays(random.Next(4 * 365)));
        var calendar = new BusinessCalendar("benchmark", zone, Enumerable.Range(1, 5).ToDictionary(d => (IsoDayOfWeek)d, _ => (IReadOnlyList<OpenSpan>)spans), holidays);
        return new Case(calendar, Instant.FromUtc(2024, 1, 1, 0, 0) + Duration.FromSeconds(random.Next(4 * 365 * 86_400)), random.Next(1, 86_400));
    }

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
