using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>Why a case begins.</summary>
internal enum Occasion { Ordinary, Outage, Burst }

/// <summary>A case that is about to begin.</summary>
/// <param name="At">When the customer first writes.</param>
/// <param name="Occasion">Ordinary, one of an outage, or one of a harmless burst.</param>
/// <param name="Product">Given for outages and bursts.</param>
/// <param name="Topic">Given for outages and bursts.</param>
/// <param name="Rank">Which customer of the outage it is, from 1.</param>
internal readonly record struct CaseStart(Instant At, Occasion Occasion, SyntheticProduct? Product, Topic? Topic, int Rank);

/// <summary>When cases begin: by hour and weekday, with outages that hit many within an hour and bursts that are no outage.</summary>
internal sealed class Arrivals(SyntheticOptions options, Workforce workforce, SyntheticRandom random)
{
    /// <summary>Messages that a case brings on average, all authors; measured.</summary>
    private const double MessagesPerCase = 5.75;

    private static readonly double[] Gaps = [0, .1054, .2231, .3567, .5108, .6931, .9163, 1.204, 1.6094, 2.3026, 4.157];   // quantiles of Exp(1); the last keeps the mean at 1
    // Together with the weekdays they weigh 1,043 on an average day.
    private static readonly int[] ByHour = [6, 4, 3, 3, 4, 8, 20, 45, 80, 100, 100, 92, 80, 88, 92, 88, 80, 66, 52, 44, 38, 30, 20, 12];
    private static readonly double[] ByWeekday = [0, 1.25, 1.12, 1.05, 1.05, 1, .5, .35];

    private readonly PriorityQueue<CaseStart, (Instant At, int Number)> planned = new();
    private readonly double casesPerDay = options.MessagesPerDay / MessagesPerCase;
    private Instant next = options.Start;
    private int number;

    /// <summary>When the next case begins, as far as it is planned.</summary>
    public Instant NextAt => planned.TryPeek(out var special, out _) && special.At < next ? special.At : next;

    /// <summary>The next case in order of time.</summary>
    public CaseStart Next()
    {
        if (planned.TryPeek(out var special, out _) && special.At <= next) return planned.Dequeue();
        var start = new CaseStart(next, Occasion.Ordinary, null, null, 0);
        next = AfterGap(next);
        return start;
    }

    /// <summary>Draws the outages and bursts of a local date.</summary>
    public void PlanDay(LocalDate date)
    {
        if (random.Chance(1 / 10.0)) Outage(date);
        if (random.Chance(1 / 5.0)) Burst(date, random.Pick<string>(["product.question", "technical.slow", "delivery.late", "account.access"]), random.Between(120, 420));
        if (date.Day == 1) Burst(date, "billing.invoice", 600);
    }

    // A gap of Exp(1) in expected cases, spent hour by hour: a quiet night does not swallow the morning.
    private Instant AfterGap(Instant at)
    {
        var gap = random.Quantile(Gaps);
        while (true)
        {
            var local = workforce.Local(at);
            var perHour = casesPerDay * ByHour[local.Hour] / 1043.0 * ByWeekday[(int)local.DayOfWeek];
            var left = 3_600_000 - local.Minute * 60_000 - local.Second * 1000 - local.Millisecond;
            var expected = perHour * left / 3_600_000;
            if (gap <= expected) return at + Duration.FromMilliseconds((long)(gap / perHour * 3_600_000) + 1);
            gap -= expected;
            at += Duration.FromMilliseconds(left);
        }
    }

    private void Outage(LocalDate date)
    {
        var product = Catalogue.Products[random.Below(5)];
        var topic = Catalogue.Topics[random.Chance(.7) ? 0 : 3];
        var count = Math.Max(7, (int)(random.Between(25, 70) * Math.Min(1, options.Scale * 2)));
        var begin = workforce.At(date, random.Between(6 * 60, 20 * 60));
        var minutes = random.Quantile([12, 25, 40, 55]);
        for (var i = 0; i < count; i++)
            Add(begin + Duration.FromMilliseconds((long)(minutes * 60_000 * (i + random.Unit()) / count)), Occasion.Outage, product, topic, i + 1);
    }

    private void Burst(LocalDate date, string key, int minutes)
    {
        var topic = Array.Find(Catalogue.Topics, t => t.Key == key)!;
        var device = topic.ServiceWeight == 0;
        var product = device ? Catalogue.Products[5 + random.Below(4)] : Catalogue.Products[random.Below(5)];
        var count = Math.Max(4, (int)(random.Between(8, 20) * options.Scale));
        for (var i = 0; i < count; i++)
            Add(workforce.At(date, 540 + random.Below(minutes)) + Duration.FromMilliseconds(random.Below(60_000)), Occasion.Burst, product, topic, i + 1);
    }

    private void Add(Instant at, Occasion occasion, SyntheticProduct product, Topic topic, int rank) =>
        planned.Enqueue(new CaseStart(at, occasion, product, topic, rank), (at, number++));
}
